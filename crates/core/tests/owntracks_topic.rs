//! Topics and who they are about.

use dashboard_core::owntracks::{FriendId, Names, Topic};
use proptest::prelude::*;

/// Topic, folded friend, suffix.
const TOPICS: &[(&str, &str, &str)] = &[
    ("owntracks/jane/phone", "jane/phone", ""),
    ("owntracks/Jane.Doe/Pixel 8", "jane-doe/pixel-8", ""),
    ("/owntracks/jane/phone/event", "jane/phone", "event"),
    ("family/jane/phone/waypoints", "jane/phone", "waypoints"),
    ("owntracks/jane/phone/a/b", "jane/phone", "a/b"),
    ("owntracks/jane/phone/", "jane/phone", ""),
    ("/jane/phone/x", "phone/x", ""),
    ("owntracks/Jörg Müller/Téléphone 1", "j--rg-m--ller/t--l--phone-1", ""),
    ("owntracks/__proto__/..", "--proto--/--", ""),
    ("owntracks/😀/a\u{0}b\u{202e}", "----/a-b---", ""),
    ("owntracks/zoe/pixel_8", "zoe/pixel-8", ""),
];

#[test]
fn topics_name_a_friend() {
    for (text, friend, suffix) in TOPICS {
        let topic = Topic::parse(text).unwrap_or_else(|| panic!("{text:?}"));
        assert_eq!((topic.friend().to_string().as_str(), topic.suffix()), (*friend, *suffix), "{text:?}");
        assert_eq!(Topic::parse(topic.friend_topic()).map(|t| t.friend()), Some(topic.friend()), "{text:?}");
    }
}

#[test]
fn topics_that_name_nobody() {
    let long = format!("owntracks/{}/phone", "x".repeat(256));
    for text in [
        "",
        "/",
        "owntracks",
        "owntracks/jane",
        "owntracks//phone",
        "owntracks/jane/",
        "/owntracks/jane",
        "//a",
        &long,
    ] {
        assert_eq!(Topic::parse(text), None, "{text:?}");
    }
}

#[test]
fn names_keep_their_case_and_lose_their_tricks() {
    let names = Topic::parse("owntracks/Jörg\u{202e} Müller/a\tb\u{0}").unwrap().names();
    assert_eq!(names, Names { user: "Jörg Müller".into(), device: "a b".into() });
    assert_eq!(Names::new("\u{202e}", " "), Names { user: "?".into(), device: "?".into() });
}

#[test]
fn friends_of_links() {
    assert_eq!(FriendId::parse("Alice/Phone"), FriendId::new("alice", "phone"));
    assert!(FriendId::parse("ping/ping").unwrap().is_ping());
    assert!(!FriendId::parse("ping/phone").unwrap().is_ping());
    for text in ["", "alice", "alice/", "/phone", "alice/phone/x"] {
        assert_eq!(FriendId::parse(text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_topic_is_safe(text in "[/a-zA-Zäöü😀\u{0}\u{202e}.+#]{0,40}") {
        if let Some(topic) = Topic::parse(&text) {
            let friend = topic.friend();
            prop_assert_eq!(FriendId::parse(&friend.to_string()), Some(friend));
        }
    }
}
