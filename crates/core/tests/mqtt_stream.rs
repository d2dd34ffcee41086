//! The byte stream: cut anywhere, captured, over-long, and garbage.

mod mqtt_wire;

use dashboard_core::mqtt::{LossReason, MAX_PACKET_LENGTH, Options, Publish, Refusal, Session, SessionEvent};
use dashboard_core::time::UnixMillis;
use mqtt_wire::{PINGRESP, connack, publish, pubrel, suback};
use proptest::prelude::*;

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

/// What came of a session: its events, and everything it sent after CONNECT.
type Outcome = (Vec<SessionEvent>, Vec<u8>);

/// Feeds a session for four filters.
fn outcome<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let options = Options {
        client_id: "me".into(),
        credentials: None,
        keep_alive_s: 60,
        topics: ["alice/#", "bob/#", "#", "$SYS/#"].map(String::from).into(),
        connack_timeout_ms: 1000,
    };
    let mut session = Session::new(options, NOW);
    session.poll_transmit();
    for chunk in chunks {
        session.handle_input(chunk, NOW);
    }
    let events = std::iter::from_fn(|| session.poll_event()).collect();
    let sent = std::iter::from_fn(|| session.poll_transmit()).flatten().collect();
    (events, sent)
}

fn accepted() -> Vec<u8> {
    [connack(0), suback(1, &[1; 4])].concat()
}

/// Anything a broker may send to a watching client, and sometimes what it may not.
fn broker_packet() -> impl Strategy<Value = Vec<u8>> {
    let flags = prop::sample::select(vec![0, 1, 2, 3, 10, 4, 5, 12]);
    let topic = prop::collection::vec(any::<u8>(), 0..20);
    let payload = prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        20 => (flags, topic, 1u16..4, payload).prop_map(|(f, t, id, p)| publish(f, &t, id, &p)),
        5 => (1u16..4).prop_map(pubrel),
        5 => Just(PINGRESP.to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #[test]
    fn any_split_gives_the_same(
        packets in prop::collection::vec(broker_packet(), 0..20),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let stream = [accepted(), packets.concat()].concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        // Equal cuts give empty chunks.
        let chunks = cuts.windows(2).map(|ends| &stream[ends[0]..ends[1]]);

        let whole = outcome([&stream[..]]);
        prop_assert_eq!(&outcome(chunks), &whole);
        prop_assert_eq!(&outcome(stream.chunks(1)), &whole);
    }

    #[test]
    fn garbage_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..200), greeted in any::<bool>()) {
        let greeting = if greeted { accepted() } else { Vec::new() };
        let (events, _) = outcome([&greeting[..], &bytes]);
        let ends = events.iter().filter(|event| {
            matches!(event, SessionEvent::Lost(_) | SessionEvent::Refused(_) | SessionEvent::NoAnswer)
        });
        prop_assert!(ends.count() <= 1);
    }

    #[test]
    fn payloads_arrive_as_they_were_sent(payload in prop::collection::vec(any::<u8>(), 0..40_000)) {
        let stream = [accepted(), publish(0, b"owntracks/a/b", 0, &payload)].concat();
        let (events, _) = outcome([&stream[..]]);
        let expected =
            Publish { topic: "owntracks/a/b".into(), payload, retain: false, duplicate: false };
        prop_assert_eq!(events.last(), Some(&SessionEvent::Published(expected)));
    }
}

#[test]
fn an_over_long_message_is_passed_over_and_acknowledged() {
    let payload_length = MAX_PACKET_LENGTH + 1;
    let long = publish(0b0010, b"owntracks/eve/poster", 5, &vec![b'x'; payload_length]);
    let next = publish(0, b"owntracks/a/b", 0, b"{}");
    let stream = [accepted(), long, next].concat();
    for chunk_length in [1_000, 65_536, 100_003, stream.len()] {
        let (events, sent) = outcome(stream.chunks(chunk_length));
        let [_, _, too_long, published] = &events[..] else { panic!("{events:?}") };
        let topic = "owntracks/eve/poster".to_owned();
        assert_eq!(*too_long, SessionEvent::PublishTooLong { topic, payload_length });
        assert!(matches!(published, SessionEvent::Published(publish) if publish.topic == "owntracks/a/b"));
        assert!(sent.ends_with(&[0x40, 2, 0, 5]), "acknowledged");
    }
}

#[test]
fn the_longest_message_is_kept() {
    let topic = b"owntracks/a/b";
    let payload = vec![b'x'; MAX_PACKET_LENGTH - 2 - topic.len()];
    let stream = [accepted(), publish(0, topic, 0, &payload)].concat();
    let (events, _) = outcome([&stream[..]]);
    let Some(SessionEvent::Published(published)) = events.last() else { panic!("not published") };
    assert!(published.payload == payload);
}

#[test]
fn mosquitto_as_captured() {
    let captured = include_bytes!("../../../tests/fixtures/recorder/mqtt-websocket-mosquitto-2.0.11.json");
    let cases: Vec<serde_json::Value> = serde_json::from_slice(captured).unwrap();
    // What came in hexadecimal digits; the other entries are remarks.
    let received = |case: &str| -> Vec<Vec<u8>> {
        let found = cases.iter().find(|entry| entry["case"] == case).unwrap();
        let frames = found["got"].as_array().unwrap().iter().map(|frame| frame.as_str().unwrap());
        frames.filter(|frame| !frame.starts_with("CLOSED")).map(bytes_from_hex).collect()
    };
    let events = |frames: &[Vec<u8>]| outcome(frames.iter().map(Vec::as_slice)).0;

    for case in ["v4 wrong password", "v4 unknown user", "v4 anonymous"] {
        assert_eq!(events(&received(case)), [SessionEvent::Refused(Refusal::NotAuthorised)], "{case}");
    }

    let mut frames = received("v4 good password");
    frames.extend(received("v4 friend subscribes to alice, bob, #, $SYS"));
    frames.extend(received("v4 owner publishes to alice: friend receives"));
    frames.extend(received("v4 PINGREQ"));
    let events_of_friend = events(&frames);
    let [SessionEvent::Connected, SessionEvent::Subscribed { granted, refused }, published @ ..] =
        &events_of_friend[..]
    else {
        panic!("{events_of_friend:?}")
    };
    assert_eq!((granted.len(), refused.len()), (4, 0), "mosquitto grants what it will not deliver");
    let card = r#"{"_type": "card", "tid": "AP", "name": "Alice Ångström", "#;
    let told: Vec<_> = published
        .iter()
        .map(|event| match event {
            SessionEvent::Published(publish) => {
                let text = std::str::from_utf8(&publish.payload).unwrap();
                (publish.topic.as_str(), publish.retain, text.starts_with(card), text)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let location = r#"{"_type":"location","lat":1,"lon":2,"tst":1,"tid":"xx"}"#;
    assert!(matches!(
        told[..],
        [
            ("owntracks/alice/phone/info", true, true, _),
            ("owntracks/alice/phone/info", true, true, _),
            ("owntracks/alice/phone2", false, false, text),
        ] if text == location
    ));

    // A broker that answers in MQTT 5 although 3.1.1 was asked for is not understood, and said to be so.
    let version_5 = events(&received("v5 good password"));
    assert!(matches!(version_5[..], [SessionEvent::Lost(LossReason::Protocol(_))]), "{version_5:?}");
}

fn bytes_from_hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("two digits"))
        .collect()
}
