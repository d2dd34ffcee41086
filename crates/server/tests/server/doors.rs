//! Who is let in, what the page is served with, and what is said when the server cannot start.

use std::process::{Command, Output};

use owntracks_dashboard::server::{Server, StartError};
use owntracks_dashboard::settings::{MqttListen, Role, Settings};

use tokio_tungstenite::tungstenite::Error;

use crate::support::{Live, Running, location, request, settings};

#[tokio::test]
async fn pages_from_elsewhere_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let own = format!("http://{}", server.address);
    for origin in ["http://evil.example", "null", "http://localhost:3000"] {
        assert!(Live::connect(server.address, Some(origin)).await.is_err(), "{origin}");
        let headers = [("Origin", origin), ("Content-Type", "text/plain")];
        let answer =
            request(server.address, "POST", "/pub?u=alice&d=phone", &headers, location(1_795_348_800)).await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(server.get("/api/0/last").await.text(), "{}", "nothing of it was recorded");
    assert!(Live::connect(server.address, Some(&own)).await.is_ok());
    let rebound = request(server.address, "GET", "/api/0/last", &[("Host", "evil.example")], "").await;
    assert_eq!(rebound.status, 403, "a foreign name that points here");
}

#[tokio::test]
async fn listeners_find_room_again_when_one_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut seated = Vec::new();
    let refusal = loop {
        match Live::connect(server.address, None).await {
            Ok(listener) => seated.push(listener),
            Err(refusal) => break refusal,
        }
        assert!(seated.len() < 1000, "there is a bound");
    };
    assert!(matches!(&refusal, Error::Http(answer) if answer.status() == 503), "{refusal}");
    assert!(seated.len() > 50, "a household finds room");
    assert_eq!(server.get("/api/0/last").await.status, 200, "the rest goes on");
    seated.pop().unwrap().say("exit").await;
    // The seat is free as soon as the server has noticed.
    while Live::connect(server.address, None).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_page_comes_with_a_strict_policy_and_is_asked_for_again_only_when_it_changed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let page = server.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.header("cache-control"), "no-cache");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    );
    let known = [("If-None-Match", page.header("etag"))];
    assert_eq!(request(server.address, "GET", "/", &known, "").await.status, 304);
    assert_eq!(server.get("/nothing/here.js").await.status, 404);
    assert_eq!(server.get("/../Cargo.toml").await.status, 404);
}

#[tokio::test]
async fn the_configuration_is_made_up_unless_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    assert_eq!(server.get("/config.json").await.text(), r#"{"mqtt":{"url":"mqtt"},"recorder":{"url":"./"}}"#);
    std::fs::write(folder.path().join("config.json"), r#"{"theme":"dark"}"#).unwrap();
    assert_eq!(server.get("/config.json").await.text(), r#"{"theme":"dark"}"#);
}

#[tokio::test]
async fn browsers_ask_for_people_before_the_page_runs_where_it_will_ask_this_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let link = server.get("/").await.header("link").to_owned();
    for asked in ["<api/0/version>; rel=preload; as=fetch; crossorigin", "<api/0/last>; rel=preload"] {
        assert!(link.contains(asked), "{link}");
    }
    // Where the page looks for people is then in there.
    std::fs::write(folder.path().join("config.json"), r#"{"recorder":{"url":"https://elsewhere/"}}"#)
        .unwrap();
    assert!(!server.get("/").await.headers.contains_key("link"));
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let (address, data) = (server.address.to_string(), folder.path().to_str().unwrap());
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let other = folder.path().join("other");
    for (typed, sentence) in [
        (&["--listen", "0.0.0.0:8084"][..], "there are no accounts yet"),
        (&["--listen", &address, "--data", other.to_str().unwrap()], "is in use by another program"),
        (&["--listen", "127.0.0.1:0", "--data", data], "another server is using this folder"),
        (&["--listen", "127.0.0.1:0", "--data", file.to_str().unwrap()], "cannot be used as a store"),
    ] {
        let Output { status, stdout, stderr } = run(typed);
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && stdout.is_empty(), "{typed:?}");
        let said = stderr.lines().last().unwrap();
        assert!(said.starts_with("owntracks-dashboard: ") && said.contains(sentence), "{said}");
    }
}

#[tokio::test]
async fn a_taken_mqtt_port_matters_only_to_those_who_asked_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let bind = |mqtt| {
        Server::bind(Settings {
            role: Role::Alone { mqtt, mqtts: None, demo: false },
            ..settings(folder.path())
        })
    };
    let server = bind(MqttListen::At("127.0.0.1:0".parse().unwrap())).await.unwrap();
    let taken = server.mqtt_address().unwrap();
    assert!(taken.port() != 0 && taken != server.address());
    let other = tempfile::tempdir().unwrap();
    let bind = |mqtt| {
        Server::bind(Settings {
            role: Role::Alone { mqtt, mqtts: None, demo: false },
            ..settings(other.path())
        })
    };
    assert!(
        matches!(bind(MqttListen::At(taken)).await, Err(StartError::Listen(address, _)) if address == taken)
    );
    assert_eq!(bind(MqttListen::IfFree(taken)).await.unwrap().mqtt_address(), None);
}

#[test]
fn help_and_version_are_there() {
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    for option in ["--data", "--listen", "--mqtt-listen", "--demo", "--recorder", "--mqtt", "--version"] {
        assert!(help.contains(option), "{option}");
    }
    assert!(String::from_utf8(run(&["--version"]).stdout).unwrap().contains(env!("CARGO_PKG_VERSION")));
}

fn run(typed: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_owntracks-dashboard")).args(typed).output().unwrap()
}

#[tokio::test]
async fn whoever_watches_over_the_server_needs_no_login() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let answer = request(server.address, "GET", "/healthz", &[("Host", "10.0.0.1:80")], "").await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "ok\n"));
}
