//! From a publish to what is written.

use dashboard_core::geo::LatLon;
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::{UnixSeconds, format_rfc3339};
use serde_json::{Map, Value};

use super::counts::Refusal;
use super::latest::Fix;
use super::line::Line;
use crate::intake::{Door, Publish};
use crate::{geohash, json};

/// Larger payloads are refused.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

/// User and device together: `<user>-<device>.json.new` must be a file name.
const MAX_NAME_BYTES: usize = 200;

/// Larger times are milliseconds (as seconds they lie beyond the year 5000).
const MAX_SECONDS: f64 = 1e11;

/// What one message writes.
#[derive(Debug)]
pub struct Entry {
    /// Whose it is.
    pub friend: FriendId,
    /// What goes into the history.
    pub line: Option<HistoryLine>,
    /// What else is kept.
    pub keep: Keep,
    /// The object as listeners get it, before the card is added.
    pub live: Option<Vec<u8>>,
}

/// A line of a history.
#[derive(Debug)]
pub struct HistoryLine {
    /// `YYYY-MM`
    pub month: String,
    /// The line with its line break.
    pub bytes: Vec<u8>,
}

/// What a message changes besides the history.
#[derive(Debug)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The newest location, if it is newer.
    Latest(Fix),
    /// The card.
    Card(Vec<u8>),
    /// One region, created at this time.
    Waypoint(String, Vec<u8>),
    /// All regions of the device.
    Waypoints(Vec<u8>),
}

impl Entry {
    /// What `publish`, received at `now_s`, writes: one entry per message in it, or why a message writes none.
    /// An empty payload writes nothing, as in the Recorder: it only clears what a broker retains.
    pub fn from_publish(publish: &Publish, now_s: UnixSeconds) -> Vec<Result<Self, Refusal>> {
        if publish.payload.is_empty() {
            return Vec::new();
        }
        if publish.payload.len() > MAX_PAYLOAD_BYTES {
            return vec![Err(Refusal::TooLarge)];
        }
        let Some(origin) = Origin::of(publish) else { return vec![Err(Refusal::Topic)] };
        json::elements(&publish.payload).into_iter().map(|object| origin.entry(object, now_s)).collect()
    }
}

/// Where a message came from.
struct Origin<'a> {
    topic: &'a str,
    friend: FriendId,
    relative_topic: String,
    door: Door,
}

impl<'a> Origin<'a> {
    /// The Recorder demands three levels, takes the second as user and the third as device, and skips an empty first one.
    fn of(publish: &'a Publish) -> Option<Self> {
        let mut levels = publish.topic.strip_prefix('/').unwrap_or(&publish.topic).splitn(4, '/');
        let (_prefix, user, device) = (levels.next()?, levels.next()?, levels.next()?);
        let relative_topic = levels.next().unwrap_or("*").replace(|c: char| c.is_control(), "-");
        let friend = FriendId::new(user, device)?;
        (user.len() + device.len() <= MAX_NAME_BYTES).then_some(Self {
            topic: &publish.topic,
            friend,
            relative_topic,
            door: publish.door,
        })
    }

    fn entry(&self, bytes: &[u8], now_s: UnixSeconds) -> Result<Entry, Refusal> {
        let (mut object, parsed) = json::compact_object(bytes).ok_or(Refusal::NotJson)?;
        let kind = parsed.get("_type").and_then(Value::as_str).unwrap_or_default();
        if kind == "location" {
            object = with_numbers(&object, &parsed);
        }
        let stored = self.marked(&object);
        let line = |time_s: UnixSeconds| Some(self.history_line(time_s, &stored));
        let time_s = seconds(parsed.get("tst"));
        let entry = |line, keep, live| Ok(Entry { friend: self.friend.clone(), line, keep, live });
        match kind {
            "location" => {
                let time_s = time_s.ok_or(Refusal::Time)?;
                let position = position(&parsed).ok_or(Refusal::Place)?;
                let object = self.addressed(&stored, Some(position));
                let fix = Fix { time_s, object: object.clone().into() };
                if self.is_ping() {
                    return entry(None, Keep::Latest(fix), None);
                }
                entry(line(time_s), Keep::Latest(fix), Some(object))
            }
            "transition" => entry(
                line(time_s.unwrap_or(now_s)),
                Keep::Nothing,
                Some(self.addressed(&stored, position(&parsed))),
            ),
            "waypoint" => {
                let time_s = time_s.unwrap_or(now_s);
                let object = self.addressed(&stored, position(&parsed));
                entry(line(time_s), Keep::Waypoint(format_rfc3339(time_s), object.clone()), Some(object))
            }
            "waypoints" => entry(None, Keep::Waypoints(object), None),
            "card" => entry(None, Keep::Card(object), None),
            "lwt" | "cmd" | "steps" | "status" | "beacon" => entry(line(now_s), Keep::Nothing, None),
            "request" => entry(None, Keep::Nothing, None),
            "encrypted" => Err(Refusal::Encrypted),
            "configuration" | "dump" => Err(Refusal::Secret),
            _ => Err(Refusal::UnknownType),
        }
    }

    fn history_line(&self, time_s: UnixSeconds, object: &[u8]) -> HistoryLine {
        let time = format_rfc3339(time_s);
        let line = Line { time: &time, relative_topic: &self.relative_topic, object };
        HistoryLine { bytes: line.to_bytes(), month: time.chars().take(7).collect() }
    }

    /// The object with the mark the Recorder gives to what came by HTTP.
    fn marked(&self, object: &[u8]) -> Vec<u8> {
        if self.door != Door::Http {
            return object.to_vec();
        }
        let mut marked = json::Builder::from_object(&json::without(object, &["_http"]));
        marked.raw(b"_http", b"true");
        marked.finish()
    }

    /// The object with who it is about, as the Recorder keeps the newest one and pushes it to listeners. The apps put a
    /// `topic` of their own into what they send by HTTP; there must be one only.
    fn addressed(&self, object: &[u8], position: Option<LatLon>) -> Vec<u8> {
        let own = json::without(object, &["topic", "username", "device", "ghash"]);
        let mut addressed = json::Builder::from_object(&own);
        addressed.text("topic", self.topic);
        addressed.text("username", self.friend.user()).text("device", self.friend.device());
        if let Some(position) = position {
            addressed.text("ghash", &geohash::encode(position));
        }
        addressed.finish()
    }

    /// The loop-back of the Recorder's health check: kept as the newest location, never in a history or pushed.
    fn is_ping(&self) -> bool {
        (self.friend.user(), self.friend.device()) == ("ping", "ping")
    }
}

/// Trackers that send numbers as texts, or the time in milliseconds, are put right as the Recorder does for the first
/// four keys, so that every reader of the store finds numbers and seconds.
fn with_numbers(object: &[u8], parsed: &Map<String, Value>) -> Vec<u8> {
    let mut numbers = json::Builder::with_capacity(object.len());
    for (key, value) in json::members(object) {
        let number = match key {
            b"tst" => seconds(parsed.get("tst")).map(|s| s.to_string()).filter(|_| !is_plain_seconds(value)),
            b"lat" | b"lon" | b"acc" if value.first() == Some(&b'"') => {
                let text = std::str::from_utf8(value).unwrap_or_default().trim_matches('"');
                number_from_text(text).map(|number| Value::from(number).to_string())
            }
            _ => None,
        };
        numbers.raw(key, number.as_ref().map_or(value, |text| text.as_bytes()));
    }
    numbers.finish()
}

fn is_plain_seconds(value: &[u8]) -> bool {
    value.len() <= 11 && value.iter().all(u8::is_ascii_digit)
}

/// A time of a message in whole seconds. Milliseconds are divided; 0, negative and impossible ones are none.
pub fn seconds(value: Option<&Value>) -> Option<UnixSeconds> {
    let number = number(value?)?;
    let seconds = if number > MAX_SECONDS { number / 1000.0 } else { number };
    (1.0..=MAX_SECONDS).contains(&seconds).then_some(seconds as UnixSeconds)
}

/// The place of a message.
pub fn position(object: &Map<String, Value>) -> Option<LatLon> {
    let (lat, lon) = (number(object.get("lat")?)?, number(object.get("lon")?)?);
    LatLon::new(lat, lon).filter(|_| lat != 0.0 || lon != 0.0)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        Value::String(text) => number_from_text(text),
        _ => None,
    }
}

fn number_from_text(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: UnixSeconds = 1_795_353_100;

    fn publish(topic: &str, payload: &str, door: Door) -> Publish {
        Publish { topic: topic.into(), payload: payload.to_owned().into(), retain: false, door }
    }

    fn entries(topic: &str, payload: &str) -> Vec<Result<Entry, Refusal>> {
        Entry::from_publish(&publish(topic, payload, Door::Mqtt), NOW_S)
    }

    fn line(topic: &str, payload: &str) -> String {
        let entry = entries(topic, payload).pop().unwrap().unwrap();
        String::from_utf8(entry.line.unwrap().bytes).unwrap()
    }

    #[test]
    fn a_location_is_stored_as_it_came() {
        let payload =
            r#"{ "_type": "location", "lat": 8.5300, "lon": 1e1, "tst": 1795353022, "x": "50%d ☃" }"#;
        assert_eq!(
            line("/home/ZoE/Pixel.8", payload),
            "2026-11-22T13:10:22Z\t*                 \t{\"_type\":\"location\",\"lat\":8.5300,\"lon\":1e1,\"tst\":1795353022,\"x\":\"50%d ☃\"}\n"
        );
    }

    #[test]
    fn texts_and_milliseconds_become_numbers_and_seconds() {
        let payload =
            r#"{"_type":"location","lat":"52.5170","lon":" 13.378","tst":"1795353027000","acc":"5"}"#;
        assert!(line("owntracks/a/b", payload).ends_with(
            "{\"_type\":\"location\",\"lat\":52.517,\"lon\":13.378,\"tst\":1795353027,\"acc\":5.0}\n"
        ));
    }

    #[test]
    fn what_came_by_http_is_marked_and_has_one_topic() {
        let payload = r#"{"_type":"location","lat":1,"lon":2,"tst":1795353022,"topic":"owntracks/A/B"}"#;
        let publish = publish("owntracks/a/b", payload, Door::Http);
        let entry = Entry::from_publish(&publish, NOW_S).pop().unwrap().unwrap();
        assert!(entry.line.unwrap().bytes.ends_with(b"\"topic\":\"owntracks/A/B\",\"_http\":true}\n"));
        let live = String::from_utf8(entry.live.unwrap()).unwrap();
        assert_eq!(live.matches("\"topic\"").count(), 1);
        assert!(
            live.ends_with(r#""topic":"owntracks/a/b","username":"a","device":"b","ghash":"s01mtw0"}"#),
            "{live}"
        );
    }

    #[test]
    fn other_kinds_go_by_the_time_of_receipt() {
        assert!(line("owntracks/a/b", r#"{"_type":"lwt","tst":5}"#).starts_with("2026-11-22T13:11:40Z\t*"));
        let transition = r#"{"_type":"transition","event":"enter","tst":1795353022}"#;
        assert!(line("owntracks/a/b/event", transition).starts_with("2026-11-22T13:10:22Z\tevent  "));
    }

    #[test]
    fn bad_messages_are_refused_each_for_its_reason() {
        for (topic, payload, refusal) in [
            ("owntracks/a", "{}", Refusal::Topic),
            ("owntracks//b", "{}", Refusal::Topic),
            ("owntracks/a/b", "hello {", Refusal::NotJson),
            ("owntracks/a/b", "[1]", Refusal::NotJson),
            ("owntracks/a/b", r#"{"_type":"weird"}"#, Refusal::UnknownType),
            ("owntracks/a/b", r#"{"_type":"location","lat":1,"lon":2}"#, Refusal::Time),
            ("owntracks/a/b", r#"{"_type":"location","lat":1,"lon":2,"tst":-5}"#, Refusal::Time),
            ("owntracks/a/b", r#"{"_type":"location","lat":91,"lon":2,"tst":1795353022}"#, Refusal::Place),
            ("owntracks/a/b", r#"{"_type":"location","lat":0,"lon":0.0,"tst":1795353022}"#, Refusal::Place),
            ("owntracks/a/b", r#"{"_type":"location","lat":"NaN","lon":2,"tst":1795353022}"#, Refusal::Place),
            ("owntracks/a/b", r#"{"_type":"encrypted","data":"AA=="}"#, Refusal::Encrypted),
            ("owntracks/a/b/dump", r#"{"_type":"dump","configuration":{}}"#, Refusal::Secret),
        ] {
            let outcome = entries(topic, payload).pop().unwrap();
            assert_eq!(outcome.map(|_| ()).unwrap_err(), refusal, "{topic} {payload}");
        }
        assert!(entries("owntracks/a/b", "").is_empty(), "an empty payload is no mistake");
        let long = format!("owntracks/{}/b", "a".repeat(300));
        assert_eq!(entries(&long, "{}").pop().unwrap().map(|_| ()).unwrap_err(), Refusal::Topic);
    }

    #[test]
    fn an_array_is_its_messages() {
        let lwt = r#"{"_type":"lwt"}"#;
        assert_eq!(
            entries("owntracks/a/b", &format!("[{lwt}, {lwt}, 7]")).iter().filter(|e| e.is_ok()).count(),
            2
        );
    }
}
