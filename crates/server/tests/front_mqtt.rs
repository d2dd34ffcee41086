//! `--mqtt URL`: a page's WebSocket reaches another broker, over TCP or WebSocket, byte for byte.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

mod broker_support;

use std::sync::Arc;

use axum::Router;
use broker_support::*;
use owntracks_dashboard::broker::{byte_stream::ByteStream, websocket};
use owntracks_dashboard::front;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Page = RawClient<ByteStream<WebSocketStream<MaybeTlsStream<TcpStream>>>>;

/// Serves `router` and returns its address.
async fn serve(router: Router) -> String {
    let router = guarded(router);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn open(front: &str) -> Result<Page, Error> {
    let mut request = format!("ws://{front}/mqtt").into_client_request()?;
    request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("mqtt"));
    let (socket, _) = soon(connect_async(request)).await?;
    Ok(RawClient::new(ByteStream::new(socket)))
}

#[tokio::test]
async fn a_page_talks_to_the_broker_behind() {
    let server = broker(TestIntake::new()).await;
    let websocket = serve(websocket(Arc::clone(&server.broker))).await;
    for url in [format!("mqtt://{}", server.address), format!("ws://{websocket}/mqtt")] {
        let mut page = open(&serve(front::mqtt(&url, None).unwrap()).await).await.unwrap();
        page.send(&connect("page", CLEAN, 0)).await;
        assert_eq!(page.packet().await, Some(vec![0x20, 2, 0, 0]), "{url}");
        page.send(&subscribe(1, "owntracks/+/+", 0)).await;
        page.packet().await.expect("SUBACK");
        let payload = vec![b'x'; 300_000];
        let mut phone = server.client("phone").await;
        phone.send(&publish(0, 0, "owntracks/alice/phone", &payload)).await;
        assert_eq!(page.packet().await, Some(publish(0, 0, "owntracks/alice/phone", &payload)));
        page.send(&DISCONNECT).await;
        assert_eq!(page.packet().await, None, "the broker's closing reaches the page");
    }
}

#[tokio::test]
async fn a_page_that_vanishes_is_lost_to_the_broker_too() {
    let server = broker(TestIntake::new()).await;
    let front = serve(front::mqtt(&format!("mqtt://{}", server.address), None).unwrap()).await;
    let mut watcher = server.client("watcher").await;
    watcher.send(&subscribe(1, "w", 0)).await;
    watcher.packet().await.expect("SUBACK");
    let mut page = open(&front).await.unwrap();
    let mut body = connect("page", CLEAN | 0x04, 0)[2..].to_vec();
    body.extend(b"\x00\x01w\x00\x03lwt");
    page.send(&packet(0x10, &body)).await;
    page.packet().await.expect("CONNACK");
    drop(page);
    assert_eq!(watcher.packet().await, Some(publish(0, 0, "w", b"lwt")));
}

#[tokio::test]
async fn a_broker_that_is_not_there_is_a_bad_gateway() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let front = serve(front::mqtt(&format!("mqtt://127.0.0.1:{port}"), None).unwrap()).await;
    assert!(matches!(open(&front).await, Err(Error::Http(answer)) if answer.status() == 502));
}

#[test]
fn addresses_of_brokers() {
    for url in ["mqtt://a", "mqtts://a:8883", "ws://a/mqtt", "wss://a/mqtt"] {
        assert!(front::mqtt(url, None).is_ok(), "{url}");
    }
    for url in ["http://a", "a:1883", "mqtt://me:secret@a"] {
        assert!(front::mqtt(url, None).is_err(), "{url}");
    }
}
