//! What the broker promises, checked byte by byte with a raw client: nothing is acknowledged before it is recorded,
//! QoS 2 is recorded once, and what must not be is refused.

mod broker_support;

use std::sync::Arc;

use broker_support::*;
use bytes::Bytes;
use owntracks_dashboard::intake::{Door, Publish};

const QOS_1: u8 = 0x02;
const QOS_2: u8 = 0x04;
const DUP: u8 = 0x08;
const TOPIC: &str = "owntracks/alice/phone";

#[tokio::test]
async fn puback_comes_after_recording_and_not_before() {
    let intake = TestIntake::waiting();
    let server = broker(Arc::clone(&intake)).await;
    let mut watcher = server.client("watcher").await;
    watcher.send(&subscribe(1, "owntracks/#", 0)).await;
    assert_eq!(watcher.packet().await, Some(vec![0x90, 3, 0, 1, 0]));
    let mut phone = server.client("phone").await;

    phone.send(&publish(QOS_1, 7, TOPIC, b"{}")).await;
    soon(intake.asked.acquire()).await.unwrap().forget();
    // The ping is answered while the publish is not, so the broker had every opportunity.
    phone.send(&PINGREQ).await;
    assert_eq!(phone.packet().await, Some(PINGRESP.to_vec()));
    watcher.send(&PINGREQ).await;
    assert_eq!(watcher.packet().await, Some(PINGRESP.to_vec()), "not forwarded yet either");

    intake.let_record(1);
    assert_eq!(phone.packet().await, Some(vec![0x40, 2, 0, 7]));
    assert_eq!(watcher.packet().await, Some(publish(0, 0, TOPIC, b"{}")));
}

#[tokio::test]
async fn several_publishes_are_recorded_at_once_and_acknowledged_in_order() {
    let intake = TestIntake::waiting();
    let server = broker(Arc::clone(&intake)).await;
    let mut phone = server.client("phone").await;
    for packet_id in 1..=5 {
        phone.send(&publish(QOS_1, packet_id, TOPIC, b"{}")).await;
    }
    soon(intake.asked.acquire_many(5)).await.unwrap().forget();
    intake.let_record(5);
    for packet_id in 1..=5 {
        assert_eq!(phone.packet().await, Some(vec![0x40, 2, 0, packet_id]));
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_acknowledged_and_ends_the_connection() {
    for qos in [QOS_1, QOS_2] {
        let intake = TestIntake::failing("owntracks/");
        let server = broker(Arc::clone(&intake)).await;
        let mut watcher = server.client("watcher").await;
        watcher.send(&subscribe(1, "#", 1)).await;
        watcher.packet().await.expect("SUBACK");
        let mut phone = server.client("phone").await;
        phone.send(&publish(qos, 1, TOPIC, b"{}")).await;
        assert_eq!(phone.packet().await, None, "closed without a word");
        watcher.send(&PINGREQ).await;
        assert_eq!(watcher.packet().await, Some(PINGRESP.to_vec()), "nothing was forwarded");
    }
}

#[tokio::test]
async fn a_publish_of_qos_2_is_recorded_once_however_often_it_comes() {
    let intake = TestIntake::waiting();
    let server = broker(Arc::clone(&intake)).await;
    let mut phone = server.connect().await;
    phone.send(&connect("phone", 0, 0)).await;
    assert_eq!(phone.packet().await, Some(vec![0x20, 2, 0, 0]));
    phone.send(&publish(QOS_2, 9, TOPIC, b"{}")).await;
    phone.send(&publish(QOS_2 | DUP, 9, TOPIC, b"{}")).await;
    phone.send(&PINGREQ).await;
    assert_eq!(phone.packet().await, Some(PINGRESP.to_vec()), "the repeat is not answered before recording");
    intake.let_record(10);
    assert_eq!(phone.packet().await, Some(vec![0x50, 2, 0, 9]));

    // The connection is lost before the PUBREL; the session remembers.
    drop(phone);
    let mut phone = server.connect().await;
    phone.send(&connect("phone", 0, 0)).await;
    assert_eq!(phone.packet().await, Some(vec![0x20, 2, 1, 0]), "session present");
    phone.send(&publish(QOS_2 | DUP, 9, TOPIC, b"{}")).await;
    assert_eq!(phone.packet().await, Some(vec![0x50, 2, 0, 9]));
    phone.send(&packet(0x62, &[0, 9])).await;
    assert_eq!(phone.packet().await, Some(vec![0x70, 2, 0, 9]));
    assert_eq!(intake.topics(), [TOPIC]);

    // After that the identifier is free for another message.
    phone.send(&publish(QOS_2, 9, "owntracks/bob/phone", b"{}")).await;
    assert_eq!(phone.packet().await, Some(vec![0x50, 2, 0, 9]));
    assert_eq!(intake.topics(), [TOPIC, "owntracks/bob/phone"]);
}

#[tokio::test]
async fn publishes_of_qos_0_are_recorded_even_if_the_client_is_gone() {
    let intake = TestIntake::waiting();
    let server = broker(Arc::clone(&intake)).await;
    let mut phone = server.client("phone").await;
    phone.send(&[publish(0, 0, TOPIC, b"{}"), DISCONNECT.to_vec()].concat()).await;
    assert!(soon(intake.asked.acquire()).await.is_ok());
    drop(phone);
    intake.let_record(1);
    soon(server.broker.close()).await;
    assert_eq!(intake.topics(), [TOPIC]);
}

#[tokio::test]
async fn wildcards_and_empty_topics_cannot_be_published_to() {
    for topic in ["a/+/b", "a/#", ""] {
        let intake = TestIntake::new();
        let server = broker(Arc::clone(&intake)).await;
        let mut client = server.client("client").await;
        client.send(&publish(QOS_1, 1, topic, b"x")).await;
        assert_eq!(client.packet().await, None, "{topic:?}");
        assert!(intake.topics().is_empty());
    }
}

#[tokio::test]
async fn the_servers_own_topics_are_acknowledged_but_neither_recorded_nor_forwarded() {
    let intake = TestIntake::new();
    let server = broker(Arc::clone(&intake)).await;
    let mut client = server.client("client").await;
    client.send(&subscribe(1, "$SYS/#", 0)).await;
    client.packet().await.expect("SUBACK");
    client.send(&publish(QOS_1, 1, "$SYS/uptime", b"x")).await;
    assert_eq!(client.packet().await, Some(vec![0x40, 2, 0, 1]));
    client.send(&PINGREQ).await;
    assert_eq!(client.packet().await, Some(PINGRESP.to_vec()));
    assert!(intake.topics().is_empty());
}

#[tokio::test]
async fn hostile_bytes_cost_only_the_connection_they_came_on() {
    let server = broker(TestIntake::new()).await;
    let mut witness = server.client("witness").await;
    let too_large = [&[0x30][..], &[0xff, 0xff, 0xff, 0x7f], &[0; 64]].concat();
    let unreadable: [&[u8]; 8] = [
        &[0x00, 0x00],
        &[0x10, 0x00],
        &[0x10, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0xf0, 0x02, 0, 0],
        &PINGREQ,
        &publish(0, 0, "a", b"b"),
        b"GET / HTTP/1.1\r\n\r\n",
        &too_large,
    ];
    for bytes in unreadable {
        let mut stranger = server.connect().await;
        stranger.send(bytes).await;
        assert_eq!(stranger.packet().await, None, "{bytes:?}");
    }
    for bytes in [&connect("again", CLEAN, 0)[..], &[0x82, 2, 0, 1], &[0x36, 0, 0], &[0x62, 0], &too_large] {
        let mut client = server.client("hostile").await;
        client.send(bytes).await;
        assert_eq!(client.packet().await, None, "{bytes:?}");
    }
    witness.send(&PINGREQ).await;
    assert_eq!(witness.packet().await, Some(PINGRESP.to_vec()));
}

#[tokio::test]
async fn a_client_that_falls_silent_is_gone_and_its_will_is_published() {
    let intake = TestIntake::new();
    let server = broker(Arc::clone(&intake)).await;
    let mut watcher = server.client("watcher").await;
    watcher.send(&subscribe(1, "#", 0)).await;
    watcher.packet().await.expect("SUBACK");
    let mut phone = server.connect().await;
    let will: &[u8] = b"\x00\x01w\x00\x03lwt";
    let mut body = connect("phone", CLEAN | 0x04, 1)[2..].to_vec();
    body.extend(will);
    phone.send(&packet(0x10, &body)).await;
    phone.packet().await.expect("CONNACK");
    assert_eq!(phone.packet().await, None, "no ping within 1.5 s");
    assert_eq!(watcher.packet().await, Some(publish(0, 0, "w", b"lwt")));
    assert_eq!(intake.topics(), ["w"], "recorded like any publish");
}

#[tokio::test]
async fn unacknowledged_deliveries_come_again_on_the_next_connection() {
    let server = broker(TestIntake::new()).await;
    let mut phone = server.connect().await;
    phone.send(&connect("phone", 0, 0)).await;
    phone.packet().await.expect("CONNACK");
    phone.send(&subscribe(1, "#", 2)).await;
    assert_eq!(phone.packet().await, Some(vec![0x90, 3, 0, 1, 1]), "QoS 2 is granted as 1");
    for payload in [b"1", b"2"] {
        let publish = Publish {
            topic: TOPIC.to_owned(),
            payload: Bytes::from_static(payload),
            retain: false,
            door: Door::Http,
        };
        server.broker.publish(&Arc::new(publish));
    }
    let first = phone.packet().await.expect("PUBLISH");
    let second = phone.packet().await.expect("PUBLISH");
    assert_eq!([&first[..], &second[..]], [publish(QOS_1, 1, TOPIC, b"1"), publish(QOS_1, 2, TOPIC, b"2")]);
    phone.send(&packet(0x40, &[0, 1])).await;
    phone.send(&PINGREQ).await;
    phone.packet().await.expect("PINGRESP");

    let mut phone = server.connect().await;
    phone.send(&connect("phone", 0, 0)).await;
    assert_eq!(phone.packet().await, Some(vec![0x20, 2, 1, 0]));
    assert_eq!(phone.packet().await, Some(publish(QOS_1 | DUP, 2, TOPIC, b"2")));
}

#[tokio::test]
async fn a_newer_client_with_the_same_identifier_takes_over() {
    let server = broker(TestIntake::new()).await;
    let mut older = server.client("phone").await;
    let mut newer = server.client("phone").await;
    assert_eq!(older.packet().await, None);
    newer.send(&PINGREQ).await;
    assert_eq!(newer.packet().await, Some(PINGRESP.to_vec()));
}

#[tokio::test]
async fn a_subscriber_that_takes_nothing_is_disconnected_and_disturbs_nobody() {
    use owntracks_dashboard::broker::limits::MAX_QUEUED_BYTES;
    let server = broker(TestIntake::new()).await;
    let mut slow = server.client("slow").await;
    slow.send(&subscribe(1, "#", 1)).await;
    slow.packet().await.expect("SUBACK");
    let payload = Bytes::from(vec![b'x'; 1 << 20]);
    let publish = Arc::new(Publish { topic: TOPIC.to_owned(), payload, retain: false, door: Door::Http });
    for _ in 0..=MAX_QUEUED_BYTES >> 20 {
        server.broker.publish(&publish);
    }
    while slow.packet().await.is_some() {}
    let mut other = server.client("other").await;
    other.send(&PINGREQ).await;
    assert_eq!(other.packet().await, Some(PINGRESP.to_vec()));
}

#[tokio::test]
async fn restored_messages_are_retained_and_closing_ends_clients() {
    let server = broker(TestIntake::new()).await;
    assert!(server.broker.restore_retained(TOPIC, Bytes::from_static(b"{}")));
    assert!(!server.broker.restore_retained("a/#", Bytes::from_static(b"{}")));
    let mut page = server.client("page").await;
    page.send(&subscribe(1, "owntracks/+/+", 0)).await;
    page.packet().await.expect("SUBACK");
    assert_eq!(page.packet().await, Some(publish(1, 0, TOPIC, b"{}")), "retain flag set");
    soon(server.broker.close()).await;
    assert_eq!(page.packet().await, None);
}
