//! The real `mosquitto_pub` and `mosquitto_sub` (Debian package mosquitto-clients) against the broker, in the three
//! versions of the protocol.

mod broker_support;

use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

use broker_support::*;

const VERSIONS: [&str; 3] = ["mqttv31", "mqttv311", "mqttv5"];
const TOPIC: &str = "owntracks/alice/phone";

#[tokio::test(flavor = "multi_thread")]
async fn every_quality_of_service_in_every_version() {
    let intake = TestIntake::new();
    let server = broker(Arc::clone(&intake)).await;
    for version in VERSIONS {
        for (asked, published, delivered) in
            [("0", "0", 0), ("0", "2", 0), ("1", "1", 1), ("2", "0", 0), ("2", "2", 1)]
        {
            let mut subscriber =
                server.subscriber(&["-V", version, "-q", asked, "-t", "owntracks/+/+"]).await;
            server.run("mosquitto_pub", &["-V", version, "-q", published, "-t", TOPIC, "-m", "hello"]).await;
            assert_eq!(subscriber.message().await, format!("{delivered} 0 {TOPIC} hello"));
        }
    }
    assert_eq!(intake.topics().len(), 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn retained_messages_are_kept_and_cleared() {
    let server = broker(TestIntake::new()).await;
    for version in VERSIONS {
        server.run("mosquitto_pub", &["-V", version, "-q", "1", "-r", "-t", TOPIC, "-m", "kept"]).await;
        let mut subscriber = server.subscriber(&["-V", version, "-t", "owntracks/#"]).await;
        assert_eq!(subscriber.message().await, format!("0 1 {TOPIC} kept"));
        server.run("mosquitto_pub", &["-V", version, "-q", "1", "-r", "-t", TOPIC, "-m", "newer"]).await;
        assert_eq!(subscriber.message().await, format!("0 0 {TOPIC} newer"), "live: flag cleared");
        server.run("mosquitto_pub", &["-V", version, "-q", "1", "-r", "-t", TOPIC, "-n"]).await;
        assert_eq!(subscriber.message().await, format!("0 0 {TOPIC} "), "clearing is live news too");
        let mut later = server.subscriber(&["-V", version, "-t", "owntracks/#"]).await;
        server.run("mosquitto_pub", &["-V", version, "-q", "1", "-t", TOPIC, "-m", "live"]).await;
        assert_eq!(later.message().await, format!("0 0 {TOPIC} live"), "nothing retained came before");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retain_as_published_keeps_the_flag() {
    let server = broker(TestIntake::new()).await;
    let options = ["-V", "mqttv5", "-t", "owntracks/#", "--retain-as-published"];
    let mut subscriber = server.subscriber(&options).await;
    server.run("mosquitto_pub", &["-q", "1", "-r", "-t", TOPIC, "-m", "kept"]).await;
    assert_eq!(subscriber.message().await, format!("0 1 {TOPIC} kept"));
    server.run("mosquitto_pub", &["-q", "1", "-t", TOPIC, "-m", "live"]).await;
    assert_eq!(subscriber.message().await, format!("0 0 {TOPIC} live"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_no_more_at_once_than_it_takes() {
    let server = broker(TestIntake::new()).await;
    let narrow = ["-V", "mqttv5", "-q", "1", "-t", TOPIC, "-D", "connect", "receive-maximum", "1"];
    let subscriber = server.subscriber(&[&narrow[..], &["-C", "200"]].concat()).await;
    let (messages, ()) = tokio::join!(subscriber.rest(), publish_lines(&server, 200));
    assert_eq!(messages.len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_larger_than_a_client_takes_is_left_out() {
    let server = broker(TestIntake::new()).await;
    for qos in ["0", "1"] {
        let small = ["-V", "mqttv5", "-q", qos, "-t", TOPIC, "-D", "connect", "maximum-packet-size", "100"];
        let mut subscriber = server.subscriber(&small).await;
        for payload in ["x".repeat(200).as_str(), "short"] {
            server.run("mosquitto_pub", &["-q", qos, "-t", TOPIC, "-m", payload]).await;
        }
        assert_eq!(subscriber.message().await, format!("{qos} 0 {TOPIC} short"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_filters_give_one_copy() {
    let server = broker(TestIntake::new()).await;
    for version in VERSIONS {
        let filters = ["-t", "owntracks/#", "-t", "owntracks/+/+", "-t", TOPIC, "-t", "#"];
        let mut subscriber = server.subscriber(&[&["-V", version, "-q", "1"][..], &filters].concat()).await;
        for payload in ["first", "second"] {
            server.run("mosquitto_pub", &["-V", version, "-q", "1", "-t", TOPIC, "-m", payload]).await;
            assert_eq!(subscriber.message().await, format!("1 0 {TOPIC} {payload}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_will_is_published_when_a_client_dies_but_not_when_it_leaves() {
    let server = broker(TestIntake::new()).await;
    for version in VERSIONS {
        let mut watcher = server.subscriber(&["-V", version, "-q", "1", "-t", "wills/+"]).await;
        let will =
            |topic| ["-V", version, "--will-topic", topic, "--will-payload", "gone", "--will-qos", "1"];
        let orderly = [&will("wills/orderly")[..], &["-t", TOPIC, "-E"]].concat();
        server.run("mosquitto_sub", &orderly).await;
        let mut dying = server.subscriber(&[&will("wills/dead")[..], &["-t", TOPIC]].concat()).await;
        dying.kill();
        assert_eq!(watcher.message().await, "1 0 wills/dead gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_session_gets_what_it_missed() {
    let server = broker(TestIntake::new()).await;
    let kept: [&[&str]; 2] = [&["-V", "mqttv311", "-c"], &["-V", "mqttv5", "-c", "-x", "3600"]];
    for (index, options) in kept.into_iter().enumerate() {
        let client_id = format!("phone-{index}");
        let options = [options, &["-i", &client_id, "-q", "1", "-t", TOPIC]].concat();
        server.run("mosquitto_sub", &[&options[..], &["-E"]].concat()).await;
        publish_lines(&server, 300).await;
        let got = server.run("mosquitto_sub", &[&options[..], &["-C", "300"]].concat()).await;
        assert_eq!(got.lines().collect::<Vec<_>>(), numbers(300));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_five_thousand_arrives_whole_and_in_order() {
    const COUNT: usize = 5_000;
    let server = broker(TestIntake::new()).await;
    for version in VERSIONS {
        let count = COUNT.to_string();
        let subscriber = server.subscriber(&["-V", version, "-q", "1", "-t", TOPIC, "-C", &count]).await;
        let publishing = publish_lines(&server, COUNT);
        let (messages, ()) = tokio::join!(subscriber.rest(), publishing);
        let expected: Vec<_> = numbers(COUNT).iter().map(|number| format!("1 0 {TOPIC} {number}")).collect();
        assert_eq!(messages, expected);
    }
}

fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

/// Publishes the numbers below `count` with QoS 1 over one connection.
async fn publish_lines(server: &TestBroker, count: usize) {
    let mut command = server.tool("mosquitto_pub", &["-q", "1", "-l", "-t", TOPIC]);
    let publishing = tokio::task::spawn_blocking(move || {
        let mut child = command.stdin(Stdio::piped()).spawn().expect("installed");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(numbers(count).join("\n").as_bytes()).expect("mosquitto_pub reads");
        drop(input);
        assert!(child.wait().expect("ends").success());
    });
    soon(publishing).await.expect("no panic");
}
