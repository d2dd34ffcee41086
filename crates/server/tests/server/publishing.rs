//! A phone in HTTP mode: what it posts is kept, shown and pushed.

use crate::support::{Running, location, request};
use std::sync::Arc;

use owntracks_dashboard::intake::{Door, Intake, Publish};
use serde_json::{Value, json};

const NOON: i64 = 1_795_348_800; // 2026-11-22T12:00:00Z
const THAT_DAY: &str = "from=2026-11-22&to=2026-11-23";

async fn history(server: &Running, user: &str, device: &str) -> Vec<Value> {
    let path = format!("/api/0/locations?user={user}&device={device}&{THAT_DAY}");
    server.get(&path).await.json()["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_location_is_seen_in_last_in_the_history_and_live() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut live = server.live().await;
    live.say("LAST").await;
    assert_eq!(live.hear().await.as_deref(), Some("LAST"), "nobody is known yet");

    let answer = server.post("/pub?u=Alice&d=Phone.1", location(NOON)).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "[]"));

    let push = live.hear_json().await;
    for shown in [&push, &server.get("/api/0/last").await.json()[0]] {
        assert_eq!(shown["topic"], "owntracks/alice/phone.1");
        assert_eq!((&shown["username"], &shown["device"]), (&json!("alice"), &json!("phone-1")));
        assert_eq!((&shown["tst"], &shown["ghash"]), (&json!(NOON), &json!("u33db2m")));
        assert_eq!(shown["_http"], true);
    }
    let points = history(&server, "alice", "phone-1").await;
    assert_eq!(points.len(), 1);
    assert_eq!(points[0]["isotst"], "2026-11-22T12:00:00Z");

    live.say("LAST").await;
    let frame = live.hear_json().await;
    assert_eq!((&frame["topic"], &frame["_type"]), (&json!("owntracks/alice/phone.1"), &json!("location")));
    assert_eq!(live.hear().await.as_deref(), Some("LAST"));
    live.say("exit").await;
    assert_eq!(live.hear().await, None);
}

#[tokio::test]
async fn friends_come_back_with_their_cards() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let card = r#"{"_type":"card","name":"Bob ☃ 100%","face":"iVBORw0KGgo="}"#;
    server.post("/pub?u=bob&d=phone", card).await;
    server.post("/pub?u=bob&d=phone", location(NOON)).await;
    let nobody = [("X-Limit-U", "alice"), ("X-Limit-D", "phone")];
    let answer = request(server.address, "POST", "/pub?u=bob&d=phone", &nobody, location(NOON)).await;
    assert_eq!(
        answer.json(),
        json!([
            {"_type": "card", "tid": "AP", "face": "iVBORw0KGgo=", "name": "Bob ☃ 100%"},
            {"_type": "location", "tid": "AP", "lat": 52.5163, "lon": 13.3777, "tst": NOON, "acc": 9, "topic": "owntracks/bob/phone"},
        ])
    );
    let last = server.get("/api/0/last?user=bob").await.json();
    assert_eq!((&last[0]["name"], &last[0]["_type"]), (&json!("Bob ☃ 100%"), &json!("location")));
    assert_eq!(history(&server, "alice", "phone").await.len(), 1, "the headers say who it is");
    server.stop().await;

    let again = Running::start(folder.path()).await;
    assert_eq!(again.get("/api/0/last?user=bob").await.json(), last, "it is all on disk");
    assert_eq!(again.post("/pub?u=carol&d=phone", "").await.json().as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn every_text_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let odd = "50%d off %s 100% ☃ \u{202e}\u{1f600} \\ \" \n\t</script>";
    let message = json!({"_type": "location", "lat": 1.5, "lon": 2.5, "tst": NOON, "poi": odd, "SSID": odd, odd: [odd]});
    server.post("/pub?u=J%C3%B6rg&d=x", message.to_string()).await;
    let points = history(&server, "j--rg", "x").await;
    for (key, value) in message.as_object().unwrap() {
        assert_eq!(&points[0][key], value);
    }
    assert_eq!(server.get("/api/0/last").await.json()[0]["poi"], odd);
    let thin = server.get(&format!("/api/0/locations?user=J%C3%B6rg&device=x&{THAT_DAY}&fields=ssid")).await;
    assert_eq!(thin.json()["data"], json!([{ "SSID": odd }]));
}

#[tokio::test]
async fn nonsense_is_answered_and_never_becomes_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    for body in [
        "not json",
        "[1,2",
        "{}",
        r#"{"_type":"location","lat":"abc","lon":1,"tst":1}"#,
        r#"{"_type":"location","lat":91,"lon":1,"tst":1795348800}"#,
        r#"{"_type":"encrypted","data":"AAAA"}"#,
        "\u{0}",
    ] {
        let answer = server.post("/pub?u=alice&d=phone", body).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, "[]"), "{body}");
    }
    let deep = format!("{}{}", r#"{"_type":"location","x":"#.repeat(500), "}".repeat(500));
    assert_eq!(server.post("/pub?u=alice&d=phone", deep).await.status, 200);
    assert_eq!(server.get("/api/0/last").await.text(), "{}");
    assert!(history(&server, "alice", "phone").await.is_empty());
    assert_eq!(server.post("/pub?u=..%2F..&d=..", location(NOON)).await.status, 200);
    assert!(folder.path().join("rec/-----/--/2026-11.rec").exists(), "no name points out of the store");
}

#[tokio::test]
async fn several_messages_at_once_and_late_ones_come_where_they_belong() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let both = format!("[{},{}]", location(NOON), location(NOON - 60));
    server.post("/pub?u=alice&d=phone", both).await;
    assert_eq!(server.get("/api/0/last").await.json()[0]["tst"], NOON, "late is not new");
    let order: Vec<_> =
        history(&server, "alice", "phone").await.iter().map(|point| point["tst"].clone()).collect();
    assert_eq!(order, [json!(NOON - 60), json!(NOON)], "sorted by time");
}

#[tokio::test]
async fn transitions_and_regions_are_pushed_and_kept_but_are_no_places() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut live = server.live().await;
    live.say("hello").await;
    assert_eq!(live.hear().await.as_deref(), Some("hello"), "every text comes back");
    let transition =
        format!(r#"{{"_type":"transition","event":"enter","desc":"Home","tst":{NOON},"lat":1,"lon":2}}"#);
    server.post("/pub?u=alice&d=phone", transition).await;
    let push = live.hear_json().await;
    assert_eq!((&push["topic"], &push["event"]), (&json!("owntracks/alice/phone/event"), &json!("enter")));
    let waypoint = format!(r#"{{"_type":"waypoint","desc":"Home","tst":{NOON},"lat":1,"lon":2,"rad":50}}"#);
    server.post("/pub?u=alice&d=phone", waypoint).await;
    assert_eq!(live.hear_json().await["desc"], "Home");
    assert!(folder.path().join("waypoints/alice/phone/2026-11-22T12:00:00Z.json").exists());
    assert!(history(&server, "alice", "phone").await.is_empty());
    server.stop().await;
    assert_eq!(live.hear().await, None, "the end of the server is told");
}

#[tokio::test]
async fn a_disk_that_refuses_is_an_error_so_that_the_phone_tries_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    std::fs::create_dir_all(folder.path().join("rec/alice")).unwrap();
    std::fs::write(folder.path().join("rec/alice/phone"), "a file where a folder should be").unwrap();
    let answer = server.post("/pub?u=alice&d=phone", location(NOON)).await;
    assert_eq!(answer.status, 503);
    assert_eq!(server.get("/api/0/last").await.text(), "{}", "what was not recorded is not shown");
    assert_eq!(server.post("/pub?u=bob&d=phone", location(NOON)).await.status, 200, "others are not harmed");
}

fn by_mqtt(user: &str, payload: String) -> Arc<Publish> {
    let topic = format!("owntracks/{user}/phone");
    Arc::new(Publish { topic, payload: payload.into(), retain: true, door: Door::Mqtt })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_are_all_there_when_they_are_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut recording = tokio::task::JoinSet::new();
    for number in 0..2000 {
        let store = server.store.clone();
        let publish = by_mqtt(["alice", "bob", "carol"][number % 3], location(NOON + number as i64));
        recording.spawn(async move { store.record(publish).await });
    }
    while let Some(recorded) = recording.join_next().await {
        recorded.unwrap().unwrap();
    }
    let mut count = 0;
    for user in ["alice", "bob", "carol"] {
        count += history(&server, user, "phone").await.len();
    }
    assert_eq!(count, 2000);
    let newest = server.get("/api/0/last?fields=tst").await.json();
    assert_eq!(newest, json!([{"tst": NOON + 1998}, {"tst": NOON + 1999}, {"tst": NOON + 1997}]));
    server.store.close();
    assert!(
        server.store.record(by_mqtt("alice", location(NOON))).await.is_err(),
        "a closed store acknowledges nothing"
    );
}

#[tokio::test]
async fn a_listener_that_falls_behind_is_dropped_instead_of_kept_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut live = server.live().await;
    live.say("hello").await;
    live.hear().await;
    let large = "x".repeat(20_000);
    let all: Vec<_> = (0..1000)
        .map(|number| {
            let message =
                json!({"_type": "location", "lat": 1, "lon": 2, "tst": NOON + number, "poi": large});
            by_mqtt("alice", message.to_string()).as_ref().clone()
        })
        .collect();
    server.store.record_all(&all).await.unwrap();
    let mut heard = 0;
    while live.hear().await.is_some() {
        heard += 1;
    }
    assert!(heard < 1000, "{heard}");
    assert_eq!(history(&server, "alice", "phone").await.len(), 1000, "nothing is lost");
}
