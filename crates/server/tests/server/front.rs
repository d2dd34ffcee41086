//! In front of a Recorder and a broker the same rights hold.

use std::net::SocketAddr;
use std::sync::Arc;

use owntracks_dashboard::people::People;
use owntracks_dashboard::server::Server;
use owntracks_dashboard::settings::{Role, Settings};

use crate::household::{NOON, SEEN, basic, found, latitude, lay_history, name, password_of, place};
use crate::mqtt::Mqtt;
use crate::support::{Live, Running, request};

async fn start(behind: SocketAddr, folder: &std::path::Path) -> (SocketAddr, Arc<People>) {
    let recorder = Some(format!("http://{behind}"));
    let mqtt = Some(format!("ws://{behind}/mqtt"));
    let role = Role::Front { recorder, store: None, mqtt, mqtt_login: None };
    let server =
        Server::bind(Settings::new(folder.to_owned(), "127.0.0.1:0".parse().unwrap(), role)).await.unwrap();
    let (address, people) = (server.address(), server.people().clone());
    tokio::spawn(server.serve(std::future::pending()));
    (address, people)
}

fn shows(got: &str, person: &str) -> bool {
    [format!("-of-{person}"), latitude(person), format!("rec/{person}/"), format!("\"{person}\"")]
        .iter()
        .any(|trace| got.contains(trace))
}

fn judge(got: &str, seen: &[&str], what: &str) {
    for person in SEEN {
        assert_eq!(shows(got, person), seen.contains(&person), "{person} at {what}: {got}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rights_hold_in_front_of_others() {
    let (behind_folder, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let behind = Running::start(behind_folder.path()).await;
    lay_history(&behind).await;
    let (front, people) = start(behind.address, folder.path()).await;
    assert_eq!(
        request(front, "GET", "/api/0/last", &[], "").await.status,
        200,
        "open while there are no accounts"
    );
    found(&people).await;
    people.change(|register| register.set_sight(&name("bob"), &name("alice"), false)).await.unwrap();

    for (person, seen) in
        [("alice", &["alice", "bob", "carol", "dave", "ghost"][..]), ("bob", &["bob", "carol", "dave"][..])]
    {
        let (header, value) = basic(person, &password_of(person));
        let ask = async |path: &str| request(front, "GET", path, &[(header, &value)], "").await;
        judge(ask("/api/0/last").await.text(), seen, "last");
        judge(ask("/api/0/list").await.text(), seen, "list");
        for other in SEEN {
            let sees = seen.contains(&other);
            for path in ["last", "list", "locations"] {
                let path = format!("/api/0/{path}?user={other}&device=phone&from=2026-11-22&to=2026-11-23");
                let answer = ask(&path).await;
                assert_eq!(answer.status == 200, sees, "{person} {path}");
                judge(answer.text(), if sees { std::slice::from_ref(&other) } else { &[] }, &path);
            }
        }
        let mut live = Live::open(front, "/ws/last", &[(header, value.clone())]).await.unwrap();
        live.say("LAST").await;
        let mut got = String::new();
        loop {
            match live.hear().await.unwrap().as_str() {
                "LAST" => break,
                text => got += text,
            }
        }
        judge(&got, seen, "/ws/last");

        let answer =
            request(front, "POST", "/pub?u=alice&d=phone", &[(header, &value)], r#"{"_type":"lwt"}"#).await;
        let friends: Vec<_> = seen.iter().copied().filter(|friend| *friend != person).collect();
        judge(answer.text(), &friends, "/pub");

        let mut page = Mqtt::connect_as(front, &[(header, value.clone())], person, None).await.unwrap();
        page.subscribe("#").await;
        let own = format!("owntracks/{person}/page/step");
        for other in SEEN {
            page.publish_once(&format!("owntracks/{other}/page/x"), "tried").await;
        }
        page.publish_once(&own, "end").await;
        let mut got = String::new();
        loop {
            let (topic, payload, _) = page.message().await;
            if topic == own {
                break;
            }
            assert!(payload != "tried" || topic.starts_with(&format!("owntracks/{person}/")), "{topic}");
            assert!(
                !topic.ends_with("/cmd") || topic.starts_with(&format!("owntracks/{person}/")),
                "{topic}"
            );
            got += &payload;
        }
        judge(&got, seen, "/mqtt");
    }

    // A change holds on connections that are open.
    let (header, value) = basic("bob", &password_of("bob"));
    let mut live = Live::open(front, "/ws/last", &[(header, value.clone())]).await.unwrap();
    let mut page = Mqtt::connect_as(front, &[(header, value)], "bob", None).await.unwrap();
    page.subscribe("#").await;
    people.change(|register| register.set_sight(&name("bob"), &name("carol"), false)).await.unwrap();
    let late = place("carol", "late", NOON + 600);
    assert_eq!(behind.post("/pub?u=carol&d=phone", late).await.status, 200);
    while let Some(text) = live.hear().await {
        assert!(!text.contains("late-of-carol"));
    }
    while let Some((_, payload, _)) = page.hear().await {
        assert!(!payload.contains("late-of-carol"));
    }
}
