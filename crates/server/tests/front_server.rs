//! The whole server in front of another one: the page finds a Recorder and a broker behind it, and pages of other sites
//! find nothing.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

mod broker_support;

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, header};
use broker_support::*;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use owntracks_dashboard::broker::byte_stream::ByteStream;
use owntracks_dashboard::server::Server;
use owntracks_dashboard::settings::{MqttListen, Role, Settings};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const ANY_PORT: &str = "127.0.0.1:0";

/// Starts a server and returns its address and its folder.
async fn start(role: Role) -> (SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::new(folder.path().to_owned(), ANY_PORT.parse().unwrap(), role);
    let server = Server::bind(settings).await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(std::future::pending()));
    (address, folder)
}

#[tokio::test]
async fn a_publish_through_the_front_is_in_the_answers_through_the_front() {
    let alone = Role::Alone { mqtt: MqttListen::Off, mqtts: None, demo: false };
    let (behind, _behind_folder) = start(alone).await;
    let (recorder, mqtt) = (Some(format!("http://{behind}")), Some(format!("ws://{behind}/mqtt")));
    let (front, folder) = start(Role::Front { recorder, store: None, mqtt, mqtt_login: None }).await;

    let (socket, _) = soon(connect_async(format!("ws://{front}/mqtt"))).await.unwrap();
    let mut phone = RawClient::new(ByteStream::new(socket));
    phone.send(&connect("phone", CLEAN, 0)).await;
    phone.packet().await.expect("CONNACK");
    let location = br#"{"_type":"location","tst":1717229400,"lat":47.3,"lon":8.5,"tid":"al"}"#;
    phone.send(&publish(0x02, 1, "owntracks/alice/phone", location)).await;
    assert_eq!(phone.packet().await, Some(vec![0x40, 2, 0, 1]));

    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let request = Request::get(format!("http://{front}/api/0/last?user=alice&device=phone"));
    let answer = soon(client.request(request.body(Body::empty()).unwrap())).await.unwrap();
    assert_eq!(answer.status(), 200);
    let text =
        String::from_utf8(soon(answer.into_body().collect()).await.unwrap().to_bytes().to_vec()).unwrap();
    assert!(text.contains(r#""tst":1717229400"#), "{text}");
    assert!(!folder.path().join("rec").exists(), "the front keeps nothing");
}

#[tokio::test]
async fn pages_of_other_sites_reach_neither_broker_nor_recorder() {
    let alone = Role::Alone { mqtt: MqttListen::Off, mqtts: None, demo: false };
    let (behind, _behind_folder) = start(alone).await;
    let (recorder, mqtt) = (Some(format!("http://{behind}")), Some(format!("ws://{behind}/mqtt")));
    let (front, _folder) = start(Role::Front { recorder, store: None, mqtt, mqtt_login: None }).await;
    for address in [behind, front] {
        for path in ["/mqtt", "/ws/last"] {
            let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
            request.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
            let refused = soon(connect_async(request)).await;
            assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 403), "{path}");
        }
    }
}
