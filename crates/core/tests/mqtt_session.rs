//! The session against a scripted broker and a driven clock.

mod mqtt_wire;

use dashboard_core::mqtt::{
    LossReason, Options, PINGRESP_TIMEOUT_MS, ProtocolError, Publish, Refusal, Session, SessionEvent,
};
use dashboard_core::time::UnixMillis;
use mqtt_wire::{PINGRESP, connack, packet, publish, pubrel, suback};

const CONNACK_TIMEOUT_MS: i64 = 10_000;
const KEEP_ALIVE_S: u16 = 60;
/// The session pings after half the keep-alive time.
const PING_AFTER_MS: i64 = 30_000;

const PINGREQ: [u8; 2] = [0xc0, 0];
const DISCONNECT: [u8; 2] = [0xe0, 0];

/// A session, the time, and a broker that is the test itself.
struct Pair {
    session: Session,
    now: UnixMillis,
}

impl Pair {
    fn connecting(topics: &[&str]) -> Self {
        Self::with(Options {
            client_id: "otdash-01234567".into(),
            credentials: None,
            keep_alive_s: KEEP_ALIVE_S,
            topics: topics.iter().map(|topic| (*topic).into()).collect(),
            connack_timeout_ms: CONNACK_TIMEOUT_MS as u32,
        })
    }

    fn with(options: Options) -> Self {
        let now = UnixMillis(1_700_000_000_000);
        Self { session: Session::new(options, now), now }
    }

    /// A session whose subscription to `owntracks/+/+` was granted and seen.
    fn watching() -> Self {
        let mut pair = Self::connecting(&["owntracks/+/+"]);
        pair.broker_sends(&connack(0));
        pair.broker_sends(&suback(1, &[1]));
        pair.sent();
        pair.events();
        pair
    }

    fn broker_sends(&mut self, bytes: &[u8]) {
        self.session.handle_input(bytes, self.now);
    }

    /// Lets time pass, waking the session whenever it asked for it.
    fn pass_ms(&mut self, ms: i64) {
        let end = self.now.plus_ms(ms);
        while let Some(wake_at) = self.session.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(wake_at);
            self.session.handle_timeout(self.now);
        }
        self.now = end;
    }

    fn sent(&mut self) -> Vec<u8> {
        std::iter::from_fn(|| self.session.poll_transmit()).flatten().collect()
    }

    fn events(&mut self) -> Vec<SessionEvent> {
        std::iter::from_fn(|| self.session.poll_event()).collect()
    }

    /// Whatever comes, an ended session stays silent and wants nothing.
    #[track_caller]
    fn assert_over(&mut self) {
        self.sent();
        self.broker_sends(&connack(0));
        self.broker_sends(&publish(0b010, b"owntracks/a/b", 9, b"{}"));
        self.pass_ms(3_600_000);
        self.session.disconnect(self.now);
        assert_eq!(self.session.poll_timeout(), None);
        assert!(self.sent().is_empty());
        assert!(self.events().is_empty());
    }
}

fn message(topic: &str, payload: &[u8]) -> SessionEvent {
    SessionEvent::Published(Publish {
        topic: topic.into(),
        payload: payload.into(),
        retain: false,
        duplicate: false,
    })
}

fn unexpected(packet_type: u8) -> SessionEvent {
    SessionEvent::Lost(LossReason::Protocol(ProtocolError::PacketUnexpected { packet_type }))
}

fn malformed(packet_type: u8) -> SessionEvent {
    SessionEvent::Lost(LossReason::Protocol(ProtocolError::PacketMalformed { packet_type }))
}

#[test]
fn connect_names_protocol_client_and_user() {
    let mut pair = Pair::with(Options {
        client_id: "me".into(),
        credentials: Some(("jane".into(), "pass".into())),
        keep_alive_s: 300,
        topics: Vec::new(),
        connack_timeout_ms: 1,
    });
    let expected = [
        &[0x10, 26, 0, 4][..],
        b"MQTT",
        &[4, 0b1100_0010, 1, 44, 0, 2],
        b"me",
        &[0, 4],
        b"jane",
        &[0, 4],
        b"pass",
    ];
    assert_eq!(pair.sent(), expected.concat());
}

#[test]
fn connect_without_credentials_has_a_clean_session_and_nothing_else() {
    let sent = Pair::connecting(&[]).sent();
    assert_eq!(sent[9], 0b0000_0010);
    assert!(sent.ends_with(b"otdash-01234567"));
}

#[test]
fn a_granted_subscription_is_reported_filter_by_filter() {
    let mut pair = Pair::connecting(&["owntracks/+/+", "owntracks/+/+/event", "owntracks/+/+/info"]);
    pair.sent();
    pair.broker_sends(&connack(0));
    assert_eq!(pair.events(), [SessionEvent::Connected]);
    let filters = [
        &[0, 1, 0, 13][..],
        b"owntracks/+/+",
        &[1, 0, 19],
        b"owntracks/+/+/event",
        &[1, 0, 18],
        b"owntracks/+/+/info",
        &[1],
    ];
    assert_eq!(pair.sent(), packet(0x82, &filters.concat()));

    pair.broker_sends(&suback(1, &[1, 0x80, 0]));
    let subscribed = SessionEvent::Subscribed {
        granted: vec!["owntracks/+/+".into(), "owntracks/+/+/info".into()],
        refused: vec!["owntracks/+/+/event".into()],
    };
    assert_eq!(pair.events(), [subscribed]);
}

#[test]
fn malformed_filters_are_refused_without_asking_the_broker() {
    let long = "a".repeat(65_536);
    let bad = ["", "owntracks/#/x", "owntracks/a+", "own#", "a\0b", &long];
    let good = ["#", "+", "/", "/owntracks/+/+", "owntracks/#", "$SYS/x"];
    let mut pair = Pair::connecting(&[&bad[..], &good].concat());
    pair.broker_sends(&connack(0));
    pair.broker_sends(&suback(1, &[1; 6]));
    let subscribed = SessionEvent::Subscribed {
        granted: good.map(String::from).into(),
        refused: bad.map(String::from).into(),
    };
    assert_eq!(pair.events(), [SessionEvent::Connected, subscribed]);
}

#[test]
fn with_no_usable_filter_nothing_is_subscribed_and_the_session_lives() {
    let mut pair = Pair::connecting(&["a/#/b"]);
    pair.sent();
    pair.broker_sends(&connack(0));
    assert!(pair.sent().is_empty());
    let subscribed = SessionEvent::Subscribed { granted: vec![], refused: vec!["a/#/b".into()] };
    assert_eq!(pair.events(), [SessionEvent::Connected, subscribed]);
    pair.pass_ms(PING_AFTER_MS);
    assert_eq!(pair.sent(), PINGREQ);
}

#[test]
fn every_return_code_is_a_refusal_of_its_own() {
    for (code, refusal, needs_person) in [
        (1, Refusal::ProtocolVersion, false),
        (2, Refusal::ClientId, false),
        (3, Refusal::ServerUnavailable, false),
        (4, Refusal::BadCredentials, true),
        (5, Refusal::NotAuthorised, true),
        (6, Refusal::Other(6), false),
        (255, Refusal::Other(255), false),
    ] {
        let mut pair = Pair::connecting(&["#"]);
        pair.broker_sends(&connack(code));
        assert_eq!(pair.events(), [SessionEvent::Refused(refusal)], "code {code}");
        assert_eq!(refusal.needs_person(), needs_person, "code {code}");
        pair.assert_over();
    }
}

#[test]
fn texts_too_long_for_mqtt_are_refused_unsent() {
    let long = "x".repeat(65_536);
    let options = |client_id: &str, username: &str, password: &str| Options {
        client_id: client_id.into(),
        credentials: Some((username.into(), password.into())),
        keep_alive_s: KEEP_ALIVE_S,
        topics: Vec::new(),
        connack_timeout_ms: 1,
    };
    for (options, refusal) in [
        (options(&long, "", ""), Refusal::ClientId),
        (options("me", &long, ""), Refusal::BadCredentials),
        (options("me", "jane", &long), Refusal::BadCredentials),
    ] {
        let mut pair = Pair::with(options);
        assert!(pair.sent().is_empty());
        assert_eq!(pair.events(), [SessionEvent::Refused(refusal)]);
        pair.assert_over();
    }
}

#[test]
fn a_broker_that_never_answers_is_given_up_in_time() {
    let mut pair = Pair::connecting(&["#"]);
    pair.pass_ms(CONNACK_TIMEOUT_MS - 1);
    assert!(pair.events().is_empty());
    pair.pass_ms(1);
    assert_eq!(pair.events(), [SessionEvent::NoAnswer]);
    pair.assert_over();
}

#[test]
fn an_answer_in_time_ends_the_wait_for_it() {
    let mut pair = Pair::connecting(&["#"]);
    pair.pass_ms(CONNACK_TIMEOUT_MS - 1);
    pair.broker_sends(&connack(0));
    pair.pass_ms(1);
    assert_eq!(pair.events(), [SessionEvent::Connected]);
}

#[test]
fn messages_may_come_before_the_subscription_is_answered() {
    let mut pair = Pair::connecting(&["#"]);
    pair.broker_sends(&connack(0));
    pair.broker_sends(&publish(0, b"owntracks/a/b", 0, b"{}"));
    pair.broker_sends(&suback(1, &[0]));
    let events = pair.events();
    assert_eq!(events[1], message("owntracks/a/b", b"{}"));
    assert!(matches!(events[2], SessionEvent::Subscribed { .. }));
}

#[test]
fn qos_0_is_delivered_and_not_acknowledged() {
    let mut pair = Pair::watching();
    pair.broker_sends(&publish(0, b"owntracks/a/b", 0, b"\xff\x00"));
    assert_eq!(pair.events(), [message("owntracks/a/b", b"\xff\x00")]);
    assert!(pair.sent().is_empty());
}

#[test]
fn qos_1_is_acknowledged_each_time() {
    let mut pair = Pair::watching();
    pair.broker_sends(&publish(0b0010, b"t", 0x0102, b"1"));
    pair.broker_sends(&publish(0b1011, b"t", 0x0102, b"1"));
    let again = Publish { topic: "t".into(), payload: b"1".into(), retain: true, duplicate: true };
    assert_eq!(pair.events(), [message("t", b"1"), SessionEvent::Published(again)]);
    assert_eq!(pair.sent(), [0x40, 2, 1, 2, 0x40, 2, 1, 2]);
}

#[test]
fn qos_2_is_delivered_once_until_the_id_is_released() {
    let mut pair = Pair::watching();
    let (first, again) = (publish(0b0100, b"t", 7, b"1"), publish(0b1100, b"t", 7, b"1"));
    pair.broker_sends(&first);
    pair.broker_sends(&again);
    assert_eq!(pair.events(), [message("t", b"1")]);
    assert_eq!(pair.sent(), [0x50, 2, 0, 7, 0x50, 2, 0, 7]);

    pair.broker_sends(&pubrel(7));
    pair.broker_sends(&pubrel(7));
    assert_eq!(pair.sent(), [0x70, 2, 0, 7, 0x70, 2, 0, 7]);

    pair.broker_sends(&publish(0b0100, b"t", 7, b"2"));
    assert_eq!(pair.events(), [message("t", b"2")]);
    assert_eq!(pair.sent(), [0x50, 2, 0, 7]);
}

#[test]
fn a_damaged_topic_costs_only_itself() {
    let mut pair = Pair::watching();
    pair.broker_sends(&publish(0, b"owntracks/\xff/b", 0, b"{}"));
    pair.broker_sends(&publish(0, b"owntracks/a/b", 0, b""));
    assert_eq!(pair.events(), [message("owntracks/\u{fffd}/b", b"{}"), message("owntracks/a/b", b"")]);
}

#[test]
fn an_idle_session_pings_for_as_long_as_it_is_answered() {
    let mut pair = Pair::watching();
    for _ in 0..5 {
        pair.pass_ms(PING_AFTER_MS - 1);
        assert!(pair.sent().is_empty());
        pair.pass_ms(1);
        assert_eq!(pair.sent(), PINGREQ);
        pair.broker_sends(&PINGRESP);
    }
    assert!(pair.events().is_empty());
}

#[test]
fn a_ping_without_answer_loses_the_session() {
    let mut pair = Pair::watching();
    pair.pass_ms(PING_AFTER_MS + PINGRESP_TIMEOUT_MS - 1);
    assert!(pair.events().is_empty());
    pair.pass_ms(1);
    assert_eq!(pair.events(), [SessionEvent::Lost(LossReason::PingUnanswered)]);
    pair.assert_over();
}

#[test]
fn further_pings_do_not_prolong_the_wait_for_an_answer() {
    let mut pair = Pair::with(Options {
        client_id: "me".into(),
        credentials: None,
        keep_alive_s: 10,
        topics: vec!["a/#/b".into()],
        connack_timeout_ms: 1000,
    });
    pair.broker_sends(&connack(0));
    pair.sent();
    pair.events();
    pair.pass_ms(5_000 + PINGRESP_TIMEOUT_MS - 1);
    assert_eq!(pair.sent(), PINGREQ.repeat(4));
    assert!(pair.events().is_empty());
    pair.pass_ms(1);
    assert_eq!(pair.events(), [SessionEvent::Lost(LossReason::PingUnanswered)]);
}

#[test]
fn messages_prove_the_connection_alive_like_a_pingresp() {
    let mut pair = Pair::watching();
    pair.pass_ms(PING_AFTER_MS);
    pair.broker_sends(&publish(0, b"t", 0, b""));
    pair.pass_ms(PINGRESP_TIMEOUT_MS);
    assert_eq!(pair.events(), [message("t", b"")]);
}

#[test]
fn half_a_packet_proves_nothing() {
    let mut pair = Pair::watching();
    pair.pass_ms(PING_AFTER_MS);
    pair.broker_sends(&publish(0, b"t", 0, b"payload")[..5]);
    pair.pass_ms(PINGRESP_TIMEOUT_MS);
    assert_eq!(pair.events(), [SessionEvent::Lost(LossReason::PingUnanswered)]);
}

#[test]
fn what_is_sent_postpones_the_next_ping() {
    let mut pair = Pair::watching();
    pair.pass_ms(PING_AFTER_MS - 1);
    pair.broker_sends(&publish(0b0010, b"t", 1, b""));
    pair.sent();
    pair.pass_ms(PING_AFTER_MS - 1);
    assert!(pair.sent().is_empty());
    pair.pass_ms(1);
    assert_eq!(pair.sent(), PINGREQ);
}

#[test]
fn without_keep_alive_nothing_is_ever_due() {
    let mut pair = Pair::with(Options {
        client_id: "me".into(),
        credentials: None,
        keep_alive_s: 0,
        topics: vec!["#".into()],
        connack_timeout_ms: 1000,
    });
    pair.broker_sends(&connack(0));
    assert_eq!(pair.session.poll_timeout(), None);
}

#[test]
fn waking_too_early_does_nothing() {
    let mut pair = Pair::watching();
    pair.session.handle_timeout(pair.now);
    pair.session.handle_timeout(UnixMillis(0));
    assert!(pair.sent().is_empty());
    assert!(pair.events().is_empty());
}

#[test]
fn a_tab_that_slept_pings_before_it_gives_up() {
    let mut pair = Pair::watching();
    pair.now = pair.now.plus_ms(8 * 3_600_000);
    pair.session.handle_timeout(pair.now);
    assert_eq!(pair.sent(), PINGREQ);
    assert!(pair.events().is_empty());
}

#[test]
fn disconnect_is_the_last_thing_sent() {
    let mut pair = Pair::watching();
    pair.broker_sends(&publish(0b0010, b"t", 1, b""));
    pair.session.disconnect(pair.now);
    assert_eq!(pair.sent(), [&[0x40, 2, 0, 1][..], &DISCONNECT].concat());
    assert_eq!(pair.events(), [message("t", b"")]);
    pair.assert_over();
}

#[test]
fn packets_at_the_wrong_moment_lose_the_session() {
    let unasked_suback = suback(2, &[1]);
    let wrong_count = suback(1, &[1, 1]);
    for (name, bytes, event) in [
        ("message before CONNACK", publish(0, b"t", 0, b""), unexpected(3)),
        ("PINGRESP before CONNACK", PINGRESP.into(), unexpected(13)),
        ("second CONNACK", [connack(0), connack(0)].concat(), unexpected(2)),
        ("SUBACK of another SUBSCRIBE", [connack(0), unasked_suback].concat(), unexpected(9)),
        ("SUBACK for other filters", [connack(0), wrong_count].concat(), unexpected(9)),
        ("PUBACK for nothing", [connack(0), vec![0x40, 2, 0, 1]].concat(), unexpected(4)),
        ("a client's PINGREQ", [connack(0), PINGREQ.into()].concat(), unexpected(12)),
        ("AUTH of MQTT 5", vec![0xf0, 0], unexpected(15)),
        ("type 0", vec![0, 0], unexpected(0)),
    ] {
        let mut pair = Pair::connecting(&["#"]);
        pair.broker_sends(&bytes);
        assert_eq!(pair.events().pop(), Some(event), "{name}");
        pair.assert_over();
    }
}

#[test]
fn malformed_packets_lose_the_session() {
    let length = SessionEvent::Lost(LossReason::Protocol(ProtocolError::LengthMalformed));
    let long =
        |packet_type| SessionEvent::Lost(LossReason::Protocol(ProtocolError::PacketTooLong { packet_type }));
    for (name, bytes, event) in [
        ("empty CONNACK", vec![0x20, 0], malformed(2)),
        ("CONNACK of MQTT 5", vec![0x20, 3, 0, 0, 0], malformed(2)),
        ("CONNACK with flags", vec![0x21, 2, 0, 0], malformed(2)),
        ("length of five bytes", vec![0x20, 0x80, 0x80, 0x80, 0x80, 0], length),
        ("endless CONNACK", vec![0x20, 0xff, 0xff, 0xff, 0x7f], long(2)),
        ("empty PUBLISH", [connack(0), vec![0x30, 0]].concat(), malformed(3)),
        ("topic beyond the end", [connack(0), vec![0x30, 3, 0, 2, b't']].concat(), malformed(3)),
        ("QoS 1 without id", [connack(0), vec![0x32, 3, 0, 1, b't']].concat(), malformed(3)),
        ("QoS 1 with id 0", [connack(0), publish(2, b"t", 0, b"")].concat(), malformed(3)),
        ("QoS 3", [connack(0), publish(6, b"t", 1, b"")].concat(), malformed(3)),
        ("PUBREL without flags", [connack(0), vec![0x60, 2, 0, 1]].concat(), malformed(6)),
        ("PUBREL with more", [connack(0), vec![0x62, 3, 0, 1, 0]].concat(), malformed(6)),
        ("empty SUBACK", [connack(0), vec![0x90, 0]].concat(), malformed(9)),
        ("PINGRESP with more", [connack(0), vec![0xd0, 1, 0]].concat(), malformed(13)),
    ] {
        let mut pair = Pair::connecting(&["#"]);
        pair.broker_sends(&bytes);
        assert_eq!(pair.events().pop(), Some(event), "{name}");
        pair.assert_over();
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let pair = Pair::with(Options {
        client_id: "me".into(),
        credentials: Some(("jane-the-user".into(), "open-sesame".into())),
        keep_alive_s: 0,
        topics: Vec::new(),
        connack_timeout_ms: 0,
    });
    let shown = format!("{:?}", pair.session);
    assert!(!shown.contains("jane-the-user") && !shown.contains("open-sesame"), "{shown}");
    // The CONNECT that waits to be sent holds them as numbers.
    let as_numbers = format!("{:?}", b"open-sesame");
    assert!(!shown.contains(as_numbers.trim_matches(['[', ']'])), "{shown}");
}
