//! Browsers' and libraries' habits over WebSocket: frames of any size and kind, sub-protocols.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

mod broker_support;

use broker_support::*;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use owntracks_dashboard::broker::{byte_stream::ByteStream, websocket};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn serve() -> (TestBroker, String) {
    let server = broker(TestIntake::new()).await;
    let router = guarded(websocket(std::sync::Arc::clone(&server.broker)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/mqtt", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (server, url)
}

/// Opens a WebSocket, asking for the sub-protocols, and returns it with the one that was granted.
async fn open(url: &str, sub_protocols: Option<&'static str>) -> (Socket, Option<String>) {
    let mut request = url.into_client_request().unwrap();
    if let Some(asked) = sub_protocols {
        request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(asked));
    }
    let (socket, response) = soon(connect_async(request)).await.unwrap();
    let granted = response.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    let granted = granted.map(|value| value.to_str().unwrap().to_owned());
    (socket, granted)
}

async fn open_mqtt(url: &str) -> Socket {
    open(url, Some("mqtt")).await.0
}

fn frame(bytes: &[u8]) -> Message {
    Message::Binary(Bytes::copy_from_slice(bytes))
}

async fn is_alive(socket: Socket) {
    let mut client = RawClient::new(ByteStream::new(socket));
    assert_eq!(client.packet().await, Some(vec![0x20, 2, 0, 0]));
    client.send(&PINGREQ).await;
    assert_eq!(client.packet().await, Some(PINGRESP.to_vec()));
}

#[tokio::test]
async fn sub_protocols_are_offered_back_only_when_asked_for() {
    let (_server, url) = serve().await;
    for (asked, expected) in [
        (None, None),
        (Some("mqtt"), Some("mqtt")),
        (Some("mqttv3.1"), Some("mqttv3.1")),
        (Some("chat, mqtt"), Some("mqtt")),
    ] {
        let (mut socket, granted) = open(&url, asked).await;
        assert_eq!(granted.as_deref(), expected);
        socket.send(frame(&connect("page", CLEAN, 0))).await.unwrap();
        is_alive(socket).await;
    }
}

#[tokio::test]
async fn one_byte_per_frame() {
    let (_server, url) = serve().await;
    let mut socket = open_mqtt(&url).await;
    for byte in connect("page", CLEAN, 0) {
        socket.send(frame(&[byte])).await.unwrap();
    }
    is_alive(socket).await;
}

#[tokio::test]
async fn several_packets_in_a_frame() {
    let (_server, url) = serve().await;
    let mut socket = open_mqtt(&url).await;
    socket.send(frame(&[&connect("page", CLEAN, 0)[..], &PINGREQ, &PINGREQ].concat())).await.unwrap();
    let mut client = RawClient::new(ByteStream::new(socket));
    assert_eq!(client.packet().await, Some(vec![0x20, 2, 0, 0]));
    assert_eq!(client.packet().await, Some(PINGRESP.to_vec()));
    assert_eq!(client.packet().await, Some(PINGRESP.to_vec()));
}

#[tokio::test]
async fn empty_frames_mean_nothing() {
    let (_server, url) = serve().await;
    let mut socket = open_mqtt(&url).await;
    // MQTT.js sends its packets in parts, an empty payload as an empty frame.
    let clear = publish(1, 0, "owntracks/alice/phone", b"");
    for bytes in [&[][..], &connect("page", CLEAN, 0), &[], &clear, &[]] {
        socket.send(frame(bytes)).await.unwrap();
    }
    is_alive(socket).await;
}

#[tokio::test]
async fn a_text_frame_ends_the_connection() {
    let (_server, url) = serve().await;
    let mut socket = open_mqtt(&url).await;
    socket.send(frame(&connect("page", CLEAN, 0))).await.unwrap();
    assert!(matches!(soon(socket.next()).await, Some(Ok(Message::Binary(_)))));
    socket.send(Message::text("hello")).await.unwrap();
    assert!(matches!(soon(socket.next()).await, None | Some(Ok(Message::Close(_)) | Err(_))));
}

#[tokio::test]
async fn tcp_and_websocket_clients_meet() {
    let (server, url) = serve().await;
    let mut socket = open_mqtt(&url).await;
    socket.send(frame(&connect("page", CLEAN, 0))).await.unwrap();
    let mut page = RawClient::new(ByteStream::new(socket));
    page.packet().await.expect("CONNACK");
    page.send(&subscribe(1, "owntracks/+/+", 1)).await;
    assert_eq!(page.packet().await, Some(vec![0x90, 3, 0, 1, 1]));
    let mut phone = server.client("phone").await;
    let payload = vec![b'x'; 300_000];
    phone.send(&publish(0x02, 1, "owntracks/alice/phone", &payload)).await;
    assert_eq!(phone.packet().await, Some(vec![0x40, 2, 0, 1]));
    assert_eq!(page.packet().await, Some(publish(0x02, 1, "owntracks/alice/phone", &payload)));
}
