//! The broker: connecting, being refused, being lost, coming back.

use dashboard_core::model::view::{NoticeKind, SourceState};
use dashboard_core::model::{CloseReason, Credentials, DEFAULT_TOPICS, Event, Person, Start};

use crate::scene::{NOON_S, Scene, location, start_with};

#[test]
fn a_subscribed_broker_is_live_and_its_messages_arrive() {
    let mut scene = Scene::begin(start_with(true, false));
    assert_eq!(scene.mqtt_state(), SourceState::Connecting);
    scene.open_mqtt();
    assert_eq!(scene.mqtt_state(), SourceState::Live);
    assert!(find(&scene.transmitted, b"otdash-0a1b2c3d").is_some(), "the client id is ours");
    scene.publish("owntracks/Alice/Phone", &location(NOON_S, 47.5, ""));
    assert_eq!(scene.friend("alice/phone").fix.unwrap().time_s, NOON_S);
    assert_eq!(scene.model.sources().messages, 1);
}

#[test]
fn a_refused_password_stops_and_is_never_tried_again_unasked() {
    let mut scene = Scene::begin(start_with(true, false));
    let connection = scene.mqtt.unwrap();
    scene.send(Event::MqttOpened { connection });
    scene.receive(&[0x20, 2, 0, 5]);
    assert_eq!(scene.mqtt_state(), SourceState::Refused);
    assert_eq!(scene.notices(), [NoticeKind::MqttRefused]);
    assert_eq!(scene.mqtt, None, "the socket is closed");

    scene.pass_ms(3_600_000);
    scene.send(Event::Resumed);
    assert_eq!(scene.mqtt_opens, 1);

    scene.did(Person::Retried);
    assert_eq!(scene.mqtt_opens, 2);
}

#[test]
fn a_server_without_service_is_tried_again_later() {
    let mut scene = Scene::begin(start_with(true, false));
    let connection = scene.mqtt.unwrap();
    scene.send(Event::MqttOpened { connection });
    scene.receive(&[0x20, 2, 0, 3]);
    assert_eq!(scene.mqtt_state(), SourceState::Waiting);
    scene.pass_ms(2_000);
    assert_eq!(scene.mqtt_opens, 2);
}

#[test]
fn no_answer_to_connect_is_told_and_tried_again() {
    let mut scene = Scene::begin(start_with(true, false));
    let connection = scene.mqtt.unwrap();
    scene.send(Event::MqttOpened { connection });
    scene.pass_ms(10_000);
    assert_eq!(scene.notices(), [NoticeKind::MqttNoAnswer]);
    assert_eq!(scene.mqtt_state(), SourceState::Waiting);
    scene.pass_ms(2_000);
    assert_eq!(scene.mqtt_opens, 2);
}

#[test]
fn a_socket_closed_before_connack_answers_nothing_either() {
    let mut scene = Scene::begin(start_with(true, false));
    let connection = scene.mqtt.unwrap();
    scene.send(Event::MqttOpened { connection });
    scene.close_mqtt(true);
    assert_eq!(scene.notices(), [NoticeKind::MqttNoAnswer]);
}

#[test]
fn silence_after_subscribing_is_told_until_the_first_message() {
    let mut scene = Scene::subscribed();
    scene.pass_ms(9_999);
    assert_eq!(scene.notices(), []);
    scene.pass_ms(1);
    assert_eq!(scene.notices(), [NoticeKind::MqttSilent]);
    scene.publish("owntracks/alice/phone", &location(NOON_S, 47.5, ""));
    assert_eq!(scene.notices(), []);
}

#[test]
fn refused_filters_are_named() {
    let mut scene = Scene::begin(start_with(true, false));
    let connection = scene.mqtt.unwrap();
    scene.send(Event::MqttOpened { connection });
    scene.receive(&[0x20, 2, 0, 0]);
    scene.receive(&[0x90, 3, 0, 1, 0x80]);
    assert_eq!(scene.model.sources().mqtt.refused_topics, ["owntracks/+/+"]);
    scene.pass_ms(10_000);
    assert_eq!(scene.model.notices()[0].detail, "owntracks/+/+");
}

#[test]
fn a_socket_that_never_opens_is_given_up() {
    let mut scene = Scene::begin(start_with(true, false));
    scene.pass_ms(20_000);
    assert_eq!(scene.mqtt_state(), SourceState::Waiting);
    assert_eq!(scene.notices(), [NoticeKind::MqttLost]);
}

#[test]
fn delays_grow_to_a_minute_and_shrink_after_a_good_connection() {
    let mut scene = Scene::begin(start_with(true, false));
    let mut delays = Vec::new();
    for _ in 0..8 {
        scene.close_mqtt(false);
        delays.push(scene.pass_until_retry());
    }
    assert!((1_000..=2_000).contains(&delays[0]), "{delays:?}");
    assert!((30_000..=60_000).contains(&delays[7]), "{delays:?}");

    scene.open_mqtt();
    scene.close_mqtt(true);
    let kicked = scene.pass_until_retry();
    assert!(kicked >= 30_000, "accepted and dropped at once is no good connection: {kicked}");

    scene.open_mqtt();
    scene.pass_ms(10_000);
    scene.close_mqtt(true);
    let lost = scene.pass_until_retry();
    assert!(lost <= 2_000, "{lost}");
}

#[test]
fn a_dead_connection_is_noticed_and_replaced() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/alice/phone", &location(NOON_S, 47.5, ""));
    let first = scene.mqtt;
    // The keep-alive asks, nothing answers.
    scene.broker_lives = false;
    scene.pass_ms(60_000);
    assert_ne!(scene.mqtt, first);
    scene.open_mqtt();
    assert_eq!(scene.mqtt_state(), SourceState::Live);
    assert_eq!(scene.notices(), []);
    assert!(scene.find_friend("alice/phone").is_some(), "nothing on the map was cleared");
}

#[test]
fn events_of_an_older_socket_are_dropped() {
    let mut scene = Scene::subscribed();
    let old = scene.mqtt.unwrap();
    scene.close_mqtt(true);
    scene.pass_ms(2_000);
    scene.open_mqtt();
    let bytes = crate::scene::publish_bytes("owntracks/a/b", location(NOON_S, 1.0, "").as_bytes(), false);
    scene.send(Event::MqttReceived { connection: old, bytes });
    scene.send(Event::MqttClosed { connection: old, reason: crate::scene::closed(true) });
    assert_eq!(scene.mqtt_state(), SourceState::Live);
    assert_eq!(scene.find_friend("a/b"), None);
}

#[test]
fn a_waking_tab_tries_at_once() {
    let mut scene = Scene::subscribed();
    scene.close_mqtt(true);
    assert_eq!(scene.mqtt_state(), SourceState::Waiting);
    scene.send(Event::Resumed);
    assert_eq!(scene.mqtt_opens, 2);
}

#[test]
fn a_plain_socket_from_a_secure_page_is_not_even_tried() {
    let mut start = start_with(true, false);
    start.config.endpoints.mqtt.as_mut().unwrap().url = "ws://home.example:9001/".into();
    let scene = Scene::begin(start.clone());
    assert_eq!(scene.mqtt_state(), SourceState::Failed);
    assert_eq!(scene.notices(), [NoticeKind::MixedContent]);
    assert_eq!(scene.mqtt_opens, 0);

    start.config.endpoints.mqtt.as_mut().unwrap().url = "ws://localhost:9001/".into();
    assert_eq!(Scene::begin(start).mqtt_opens, 1, "loopback counts as secure");
}

#[test]
fn what_the_browser_refuses_is_not_tried_again() {
    let mut scene = Scene::begin(start_with(true, false));
    let connection = scene.mqtt.unwrap();
    let reason = CloseReason { was_open: false, code: 1006, refused_by_browser: true };
    scene.send(Event::MqttClosed { connection, reason });
    assert_eq!(scene.mqtt_state(), SourceState::Failed);
    scene.pass_ms(3_600_000);
    assert_eq!(scene.mqtt_opens, 1);
}

#[test]
fn credentials_go_into_connect() {
    let mut start = start_with(true, false);
    start.config.endpoints.mqtt.as_mut().unwrap().credentials =
        Some(Credentials { username: "jane".into(), password: "s3cr3t".into() });
    let mut scene = Scene::begin(start);
    let connection = scene.mqtt.unwrap();
    scene.send(Event::MqttOpened { connection });
    assert!(find(&scene.transmitted, b"s3cr3t").is_some());
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// Connects until SUBSCRIBE is sent, and returns what was sent.
fn subscribe(scene: &mut Scene) -> Vec<u8> {
    scene.transmitted.clear();
    let connection = scene.mqtt.expect("a socket was asked for");
    scene.send(Event::MqttOpened { connection });
    scene.receive(&[0x20, 2, 0, 0]);
    scene.transmitted.clone()
}

fn with_default_topics() -> Start {
    let mut start = start_with(true, false);
    let mqtt = start.config.endpoints.mqtt.as_mut();
    mqtt.expect("it was asked for").topics = DEFAULT_TOPICS.map(str::to_owned).to_vec();
    start
}

#[test]
fn a_broker_that_closes_at_the_filters_for_regions_is_asked_without_them() {
    let mut scene = Scene::begin(with_default_topics());
    assert!(find(&subscribe(&mut scene), b"/waypoint").is_some());
    scene.close_mqtt(true);
    assert_eq!((scene.mqtt_opens, scene.notices()), (2, vec![]), "at once, and nothing to worry about");
    let sent = subscribe(&mut scene);
    assert_eq!(find(&sent, b"/waypoint"), None);
    assert!(DEFAULT_TOPICS[..3].iter().all(|topic| find(&sent, topic.as_bytes()).is_some()));
    scene.receive(&[0x90, 5, 0, 1, 0, 0, 0]);
    assert_eq!(scene.mqtt_state(), SourceState::Live);
    assert_eq!(scene.model.sources().mqtt.refused_topics, DEFAULT_TOPICS[3..], "it says what is missing");
    // It stays so when the connection is lost for another reason.
    scene.close_mqtt(true);
    scene.pass_until_retry();
    assert_eq!(find(&subscribe(&mut scene), b"/waypoint"), None);
}

#[test]
fn a_broker_that_closes_at_any_filter_is_tried_ever_more_rarely() {
    let mut scene = Scene::begin(with_default_topics());
    let mut waited_ms = Vec::new();
    for _ in 0..4 {
        assert!(find(&subscribe(&mut scene), b"/waypoint").is_some());
        scene.close_mqtt(true);
        assert_eq!(find(&subscribe(&mut scene), b"/waypoint"), None);
        scene.close_mqtt(true);
        assert_eq!(scene.notices(), [NoticeKind::MqttLost]);
        waited_ms.push(scene.pass_until_retry());
    }
    assert!(waited_ms.is_sorted() && waited_ms[3] > 2 * waited_ms[0], "{waited_ms:?}");
    // Without such filters there is nothing to leave out.
    let mut scene = Scene::begin(start_with(true, false));
    subscribe(&mut scene);
    scene.close_mqtt(true);
    assert_eq!(scene.mqtt_state(), SourceState::Waiting);
}
