//! What a guest's page is told of its share by our server (`share.json`, docs/people.md).

use crate::owntracks::FriendId;
use crate::owntracks::json::{self, Object, Value};

use super::text::friend_id;

/// How things are with the share that a guest came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareNews {
    /// Seconds until it ends, by the server's clock; `None` for until it is revoked.
    pub left_s: Option<u32>,
    /// Everybody in it whose phone ever told a place.
    pub people: Vec<SharedPerson>,
}

/// One of the people in a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPerson {
    /// Who, as guests know them.
    pub friend: FriendId,
    /// The name for guests, where there is one.
    pub name: Option<String>,
    /// In one of the places within which guests do not see them.
    pub private: bool,
}

impl ShareNews {
    /// Reads the server's answer; `None` when it is not one. A person that makes no sense costs that person.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let Ok(Value::Object(share)) = json::read(text, json::MESSAGE) else { return None };
        let people = match share.get("people")? {
            Value::Array(people) => people.iter().filter_map(read_person).collect(),
            _ => return None,
        };
        Some(Self { left_s: share.get("left_s").and_then(Value::whole), people })
    }
}

fn read_person(value: &Value<'_>) -> Option<SharedPerson> {
    let Value::Object(person) = value else { return None };
    Some(SharedPerson {
        friend: friend_id(person.text("friend")?)?,
        name: person.text("name").map(str::to_owned),
        private: is_true(person, "private"),
    })
}

fn is_true(object: &Object<'_>, key: &str) -> bool {
    matches!(object.get(key), Some(Value::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<ShareNews> {
        ShareNews::read(text.as_bytes())
    }

    #[test]
    fn the_servers_answer_is_understood() {
        let news = read(
            r#"{"until":"2026-11-25T19:00:00Z","left_s":3599,"people":[
                {"friend":"person-1/0123abcd","name":"Our guide","private":true},
                {"friend":"bob/89ab","name":null,"private":false},
                {"friend":"","private":true}, 7, {"name":"nobody"}]}"#,
        )
        .unwrap();
        assert_eq!(news.left_s, Some(3599));
        let people: Vec<_> = news
            .people
            .iter()
            .map(|person| (person.friend.to_string(), person.name.as_deref(), person.private))
            .collect();
        assert_eq!(
            people,
            [("person-1/0123abcd".into(), Some("Our guide"), true), ("bob/89ab".into(), None, false)]
        );
        assert_eq!(read(r#"{"left_s":null,"people":[]}"#).unwrap().left_s, None);
        for odd in ["", "[]", "{}", r#"{"people":{}}"#, "<html>", "\u{0}"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(ShareNews::read(b"\xff"), None);
    }
}
