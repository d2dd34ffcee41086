//! Where friends are: whichever message counts, whatever the order of arrival.

use std::rc::Rc;

use dashboard_core::model::view::{Age, NoticeKind};
use dashboard_core::model::{ConnectForm, Endpoints, MqttEndpoint, Passphrases, Person};
use proptest::prelude::*;

use crate::scene::{BROKER, NOON_S, Scene, id, location, place, start_with, told};

const ALICE: &str = "owntracks/alice/phone";

#[test]
fn newest_by_its_own_time_wins() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S - 60, 47.1, ""));
    scene.publish(ALICE, &location(NOON_S - 600, 47.2, ""));
    let friend = scene.friend("alice/phone");
    assert_eq!(friend.fix.unwrap().position, place(47.1, 8.5));
    assert_eq!(
        *friend.trail,
        [place(47.2, 8.5), place(47.1, 8.5)],
        "the late one still is part of the trail"
    );
}

#[test]
fn of_equal_times_the_one_built_later_wins_then_the_one_come_later() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S, 47.1, r#","created_at":1795348805"#));
    scene.publish(ALICE, &location(NOON_S, 47.2, r#","created_at":1795348801"#));
    assert_eq!(scene.friend("alice/phone").fix.unwrap().position, place(47.1, 8.5));
    scene.publish(ALICE, &location(NOON_S, 47.3, r#","created_at":1795348805"#));
    assert_eq!(scene.friend("alice/phone").fix.unwrap().position, place(47.3, 8.5));
}

#[test]
fn repeats_change_nothing() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    let before = scene.model.friends(scene.now);
    scene.model.take_changes();
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    assert!(!scene.model.take_changes().friends);
    assert!(Rc::ptr_eq(&before.friends[0], &scene.model.friends(scene.now).friends[0]));
}

#[test]
fn only_whoever_changed_is_another_pointer() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    scene.publish("owntracks/bob/phone", &location(NOON_S, 47.1, r#","x":1"#));
    let before = scene.model.friends(scene.now);
    scene.publish(ALICE, &location(NOON_S + 1, 47.2, ""));
    let after = scene.model.friends(scene.now);
    assert!(!Rc::ptr_eq(&before.friends[0], &after.friends[0]));
    assert!(Rc::ptr_eq(&before.friends[1], &after.friends[1]));
    assert_ne!(before.friends[0], after.friends[0]);
}

#[test]
fn a_fix_from_the_future_is_flagged_and_blocks_nothing() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S + 86_400, 1.0, ""));
    let friend = scene.friend("alice/phone");
    assert!(friend.from_future);
    assert_eq!(friend.fix.unwrap().position, place(1.0, 8.5), "better than nothing");
    assert_eq!(scene.notices(), [NoticeKind::Clock]);
    assert_eq!(scene.model.notices()[0].detail, "alice/phone");

    scene.publish(ALICE, &location(NOON_S - 3_600, 47.1, ""));
    let friend = scene.friend("alice/phone");
    assert!(!friend.from_future);
    assert_eq!(friend.fix.unwrap().position, place(47.1, 8.5));
    assert_eq!(scene.notices(), [], "the clock is right again");

    scene.publish(ALICE, &location(NOON_S + 86_400, 1.0, ""));
    assert_eq!(scene.friend("alice/phone").fix.unwrap().position, place(47.1, 8.5));
}

#[test]
fn the_future_comes() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S + 3_600, 1.0, ""));
    scene.pass_ms(3_000_000);
    assert!(!scene.friend("alice/phone").from_future);
    assert_eq!(scene.notices(), []);
}

#[test]
fn a_fix_ages_by_the_persons_limits_and_says_when() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    assert_eq!(scene.friend("alice/phone").age, Age::Fresh);
    scene.model.take_changes();
    for (ms, age) in [(3_600_000, Age::Fresh), (1_000, Age::Stale), (82_800_000, Age::Old)] {
        scene.pass_ms(ms);
        assert_eq!(scene.friend("alice/phone").age, age);
    }
    assert!(scene.model.take_changes().friends);
}

#[test]
fn trails_are_short_and_end() {
    let mut scene = Scene::subscribed();
    for minute in 0..60 {
        scene.publish(ALICE, &location(NOON_S - 3_600 + minute * 60, 47.0 + minute as f64 / 1000.0, ""));
    }
    assert_eq!(scene.friend("alice/phone").trail.len(), 31, "half an hour, both ends included");
    scene.pass_ms(1_740_000);
    assert_eq!(scene.friend("alice/phone").trail.len(), 31);
    scene.pass_ms(2_000);
    assert_eq!(scene.friend("alice/phone").trail.len(), 0);
}

#[test]
fn trails_are_bounded() {
    let mut scene = Scene::subscribed();
    for second in 0..1_500 {
        scene.publish(ALICE, &location(NOON_S - 1_500 + second, 47.0 + second as f64 / 10_000.0, ""));
    }
    let trail = scene.friend("alice/phone").trail;
    assert_eq!(trail.len(), 500);
    assert_eq!(trail.last(), Some(&place(47.0 + 1_499.0 / 10_000.0, 8.5)));
}

#[test]
fn an_empty_payload_takes_the_friend_away() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    scene.publish(ALICE, "");
    assert_eq!(scene.find_friend("alice/phone"), None);

    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    scene.publish("owntracks/alice/phone/info", r#"{"_type":"card","name":"Alice"}"#);
    scene.publish(ALICE, "");
    let friend = scene.friend("alice/phone");
    assert_eq!((friend.name.as_str(), friend.fix.is_some(), friend.trail.len()), ("Alice", false, 0));
}

#[test]
fn a_last_will_is_a_hint_until_the_next_message() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    scene.publish(ALICE, r#"{"_type":"lwt"}"#);
    let friend = scene.friend("alice/phone");
    assert!(friend.lost_connection && friend.fix.is_some());
    scene.publish(ALICE, &location(NOON_S + 1, 47.1, ""));
    assert!(!scene.friend("alice/phone").lost_connection);

    scene.publish_retained("owntracks/bob/phone", r#"{"_type":"lwt","tst":1}"#);
    let friend = scene.friend("bob/phone");
    assert!(friend.lost_connection && friend.fix.is_none());
}

#[test]
fn encrypted_friends_are_flagged_and_opened_by_a_key() {
    let vectors = include_str!("../../../../tests/fixtures/samples/encryption-vectors.json");
    let data = vectors.split('"').find(|text| text.starts_with("AAECAwQF")).expect("the first vector");
    let envelope = format!(r#"{{"_type":"encrypted","data":"{data}"}}"#);
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, &envelope);
    assert!(scene.friend("alice/phone").encrypted);
    assert_eq!(scene.notices(), [NoticeKind::Encrypted]);

    let topics = vec!["owntracks/+/+".into()];
    scene.did(Person::Connected(ConnectForm {
        endpoints: Endpoints {
            mqtt: Some(MqttEndpoint { url: BROKER.into(), topics, credentials: None }),
            recorder: None,
        },
        credentials: None,
        keys: Passphrases::new(["s3cr3t-Key".into()]),
        remember: false,
    }));
    assert!(!scene.friend("alice/phone").encrypted, "there is a new key to try");
    scene.open_mqtt();
    scene.publish(ALICE, &envelope);
    assert_eq!(scene.friend("alice/phone").fix.unwrap().position, place(48.856_826, 2.292_713));
    assert_eq!(scene.notices(), []);
}

#[test]
fn nonsense_is_counted_and_makes_nobody_known() {
    let mut scene = Scene::subscribed();
    scene.publish(ALICE, "}{");
    scene.publish("too/short", "{}");
    assert_eq!(scene.find_friend("alice/phone"), None);
    scene.publish(ALICE, &location(NOON_S, 47.1, ""));
    scene.publish(ALICE, r#"{"_type":"location","lat":91,"lon":0,"tst":1795348800}"#);
    scene.publish(ALICE, r#"{"_type":"surprise"}"#);
    assert_eq!(scene.friend("alice/phone").bad_messages, 1);
    let sources = scene.model.sources();
    assert_eq!((sources.messages, sources.bad_messages, sources.unknown_messages), (1, 3, 1));
}

#[test]
fn hidden_by_configuration_means_never_there() {
    let mut start = start_with(true, true);
    start.config.hide_friends = vec![("ping".into(), "ping".into()), ("eve".into(), "*".into())];
    let mut scene = Scene::begin(start);
    scene.open_mqtt();
    scene.greet(&format!("[{}]", told("eve/tablet", NOON_S, 1.0, "")));
    scene.publish("owntracks/ping/ping", &location(NOON_S, 1.0, ""));
    scene.publish("owntracks/eve/phone", &location(NOON_S, 1.0, ""));
    assert_eq!(scene.model.friends(scene.now).friends.len(), 0);
    assert_eq!(scene.model.sources().messages, 0);
}

#[test]
fn both_sources_complete_each_other() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.publish(ALICE, &location(NOON_S, 47.1, r#","batt":50,"created_at":1795348801"#));
    scene.greet(&format!("[{}]", told("Alice/Phone", NOON_S, 47.1, r#","addr":"Here","name":"Alice""#)));
    let friend = scene.friend("alice/phone");
    let fix = friend.fix.unwrap();
    assert_eq!(
        (friend.name.as_str(), fix.battery_percent, fix.address.as_deref()),
        ("Alice", Some(50), Some("Here"))
    );
    assert_eq!(scene.model.friends(scene.now).with_place, 1);
}

/// Which friend, and when.
type Key = (usize, i64);

/// Latitude, battery, whether it has a tracker id, and which.
type Fix = (f64, u8, bool, usize);

proptest! {
    /// Any order of arrival of the same locations ends in the same view.
    #[test]
    fn order_of_arrival_does_not_matter(
        (sorted, shuffled) in proptest::collection::btree_map(
            (0_usize..3, -2_000_i64..2_000),
            (40.0_f64..50.0, 0_u8..100, any::<bool>(), 0_usize..3),
            1..60,
        )
        .prop_map(|fixes| fixes.into_iter().collect::<Vec<_>>())
        .prop_flat_map(|fixes| (Just(fixes.clone()), Just(fixes).prop_shuffle()))
    ) {
        let replay = |fixes: &[(Key, Fix)]| {
            let mut scene = Scene::subscribed();
            for ((who, ago_s), (lat, battery, has_tid, tid)) in fixes {
                let friend = ["alice/phone", "bob/phone", "bob/tablet"][*who];
                let tid = if *has_tid { format!(r#","tid":"T{tid}""#) } else { String::new() };
                let payload = format!(
                    r#"{{"_type":"location","tst":{},"lat":{lat},"lon":8.5,"batt":{battery}{tid}}}"#,
                    NOON_S + ago_s
                );
                scene.publish(&format!("owntracks/{friend}"), &payload);
            }
            scene.model.friends(scene.now)
        };
        prop_assert_eq!(replay(&sorted), replay(&shuffled));
    }
}

#[test]
fn strangers_do_not_fill_the_memory() {
    let mut scene = Scene::subscribed();
    for stranger in 0..600 {
        scene.publish(&format!("owntracks/u{stranger}/d"), &location(NOON_S, 1.0, ""));
    }
    assert_eq!(scene.model.friends(scene.now).friends.len(), 500);
    assert!(scene.find_friend("u0/d").is_some());
    assert_eq!(id("u0/d").user(), "u0");
}
