//! `--demo` from outside: people with names and faces who move, on a map of their own.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

use std::collections::HashSet;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use owntracks_dashboard::server::Server;
use owntracks_dashboard::settings::{MqttListen, Role, Settings};
use serde_json::Value;
use tokio::sync::oneshot;

async fn get(address: SocketAddr, path: &str) -> (StatusCode, String, Bytes) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(format!("http://{address}{path}")).body(Empty::new()).unwrap();
    let answer = client.request(request).await.unwrap();
    let tag = answer.headers().get("etag").map_or("", |tag| tag.to_str().unwrap()).to_owned();
    (answer.status(), tag, answer.into_body().collect().await.unwrap().to_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_alive() {
    let folder = tempfile::tempdir().unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let role = Role::Alone { mqtt: MqttListen::Off, mqtts: None, demo: true };
    let server = Server::bind(Settings::new(folder.path().into(), listen, role)).await.unwrap();
    let address = server.address();
    let mut pushed = server.store().unwrap().live();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(server.serve(async { drop(stopped.await) }));

    // Everybody says where they are at once; those under way say it again.
    let mut reports: Vec<(String, f64, f64)> = Vec::new();
    let mut moved = HashSet::new();
    while moved.len() < 2 {
        let report: Value = serde_json::from_slice(&pushed.recv().await.unwrap().object).unwrap();
        let user = report["username"].as_str().unwrap().to_owned();
        let (lat, lon) = (report["lat"].as_f64().unwrap(), report["lon"].as_f64().unwrap());
        if reports.iter().any(|(before, lat0, lon0)| *before == user && (*lat0, *lon0) != (lat, lon)) {
            moved.insert(user.clone());
        }
        reports.push((user, lat, lon));
    }

    let (_, _, last) = get(address, "/api/0/last").await;
    let last: Value = serde_json::from_slice(&last).unwrap();
    let friends = last.as_array().unwrap();
    assert_eq!(friends.len(), 5);
    assert!(friends.iter().all(|friend| friend["name"].is_string() && friend["face"].is_string()), "{last}");

    let (status, tag, png) = get(address, "/tiles/14/8610/5739.png").await;
    assert_eq!((status, &png[1..4]), (StatusCode::OK, &b"PNG"[..]));
    assert!(!tag.is_empty());
    for nowhere in
        ["/tiles/3/8/0.png", "/tiles/21/0/0.png", "/tiles/1/0/0.jpg", "/tiles/a/b/c.png", "/tiles/-1/0/0.png"]
    {
        assert_eq!(get(address, nowhere).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let (_, _, config) = get(address, "/config.json").await;
    let config: Value = serde_json::from_slice(&config).unwrap();
    assert_eq!(config["map"]["tiles"][0]["url"], "tiles/{z}/{x}/{y}.png");

    stop.send(()).unwrap();
    task.await.unwrap().unwrap();
}
