//! Phones by MQTT and by HTTP, pages and listeners: one household.

use serde_json::{Value, json};

use crate::mqtt::Mqtt;
use crate::support::{Running, location};

const NOON: i64 = 1_795_348_800; // 2026-11-22T12:00:00Z

#[tokio::test]
async fn what_comes_by_mqtt_is_seen_by_everyone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut live = server.live().await;
    live.say("hello").await;
    live.hear().await;
    let mut phone = Mqtt::connect(server.address).await;
    phone.publish("owntracks/Alice/Phone", &location(NOON)).await;
    let last = server.get("/api/0/last").await.json();
    assert_eq!((&last[0]["topic"], &last[0]["_http"]), (&json!("owntracks/Alice/Phone"), &Value::Null));
    assert_eq!(live.hear_json().await["topic"], "owntracks/Alice/Phone");
    let friends = server.post("/pub?u=bob&d=phone", "").await.json();
    assert_eq!(friends[0]["topic"], "owntracks/Alice/Phone");
}

#[tokio::test]
async fn what_comes_by_http_is_forwarded_on_the_topics_of_mqtt() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut page = Mqtt::connect(server.address).await;
    page.subscribe("owntracks/#").await;
    let transition = format!(r#"{{"_type":"transition","event":"enter","tst":{NOON}}}"#);
    let envelope = r#"{"_type":"encrypted","data":"AAAA"}"#;
    for body in [r#"{"_type":"cmd","action":"reportLocation"}"#, &location(NOON), &transition, envelope] {
        assert_eq!(server.post("/pub?u=Alice&d=phone", body.to_owned()).await.status, 200);
    }
    assert_eq!(page.message().await, ("owntracks/alice/phone".into(), location(NOON), false));
    assert_eq!(page.message().await, ("owntracks/alice/phone/event".into(), transition, false));
    let (_, sealed, _) = page.message().await;
    assert_eq!(sealed, envelope, "friends with the key can read what the server cannot");
}

#[tokio::test]
async fn after_a_restart_the_newest_places_and_cards_are_retained_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut phone = Mqtt::connect(server.address).await;
    let card = r#"{"_type":"card","name":"Alice"}"#;
    phone.publish("/home/Alice/Phone/info", card).await;
    phone.publish("/home/Alice/Phone", &location(NOON)).await;
    server.stop().await;

    let server = Running::start(folder.path()).await;
    let mut page = Mqtt::connect(server.address).await;
    page.subscribe("#").await;
    let mut retained = [page.message().await, page.message().await];
    retained.sort();
    let expected = [
        ("/home/Alice/Phone".into(), location(NOON), true),
        ("/home/Alice/Phone/info".into(), card.into(), true),
    ];
    assert_eq!(retained, expected);
}
