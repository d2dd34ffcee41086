//! Just enough of an MQTT 3.1.1 client, over the WebSocket that pages use, or over TCP as phones do.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::support::Running;

/// How a client reaches the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    WebSocket,
    Tcp,
}

enum Line {
    WebSocket(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>),
    Tcp(TcpStream),
}

pub struct Mqtt {
    line: Line,
    received: Vec<u8>,
    /// Messages that came while something else was awaited.
    waiting: VecDeque<(u8, Vec<u8>)>,
}

impl Mqtt {
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_as(address, &[], "", None).await.expect("let in")
    }

    /// Connects with these headers and credentials; `Err` with the code of the refusal.
    pub async fn connect_as(
        address: SocketAddr,
        headers: &[(&'static str, String)],
        client_id: &str,
        login: Option<(&str, &str)>,
    ) -> Result<Self, u8> {
        let line = Line::web_socket(address, headers).await?;
        Self::enter(line, client_id, login, true).await
    }

    /// The same over either wire; TCP has no headers.
    pub async fn connect_over(
        wire: Wire,
        server: &Running,
        headers: &[(&'static str, String)],
        client_id: &str,
        login: Option<(&str, &str)>,
    ) -> Result<Self, u8> {
        let line = match wire {
            Wire::WebSocket => Line::web_socket(server.address, headers).await?,
            Wire::Tcp => Line::Tcp(TcpStream::connect(server.mqtt_address).await.unwrap()),
        };
        Self::enter(line, client_id, login, true).await
    }

    /// The same with a session that is kept while the client is away.
    pub async fn connect_kept(address: SocketAddr, client_id: &str, login: (&str, &str)) -> Self {
        let line = Line::web_socket(address, &[]).await.expect("opened");
        Self::enter(line, client_id, Some(login), false).await.expect("let in")
    }

    async fn enter(
        line: Line,
        client_id: &str,
        login: Option<(&str, &str)>,
        clean: bool,
    ) -> Result<Self, u8> {
        let mut client = Self { line, received: Vec::new(), waiting: VecDeque::new() };
        // protocol level 4, no keep-alive
        let (with_login, clean): (u8, u8) = (if login.is_some() { 0xc0 } else { 0 }, clean.into());
        let flags = with_login + 2 * clean;
        let mut body = [&b"\x00\x04MQTT\x04"[..], &[flags, 0, 0], &text(client_id)].concat();
        if let Some((user, password)) = login {
            body.extend([text(user), text(password)].concat());
        }
        client.send(0x10, &body).await;
        match client.packet().await.expect("an answer") {
            (0x20, answer) if answer[1] == 0 => Ok(client), // with a session or without
            (0x20, answer) => Err(answer[1]),
            other => panic!("{other:?}"),
        }
    }

    /// Publishes with QoS 1, retained, and returns once it is acknowledged.
    pub async fn publish(&mut self, topic: &str, payload: &str) {
        let body = [&text(topic)[..], &[0, 1], payload.as_bytes()].concat();
        self.send(0x33, &body).await;
        self.acknowledged().await;
    }

    /// The same, not retained; an MQTT 3.1.1 client is not told whether it was allowed.
    pub async fn publish_once(&mut self, topic: &str, payload: &str) {
        let body = [&text(topic)[..], &[0, 1], payload.as_bytes()].concat();
        self.send(0x32, &body).await;
        self.acknowledged().await;
    }

    pub async fn subscribe(&mut self, filter: &str) {
        self.subscribe_with(filter, 0).await;
    }

    /// Subscribes with this QoS.
    pub async fn subscribe_with(&mut self, filter: &str, qos: u8) {
        self.send(0x82, &[&[0, 1][..], &text(filter), &[qos]].concat()).await;
        assert_eq!(self.packet().await, Some((0x90, vec![0, 1, qos])));
    }

    /// The next message: topic, payload (after the packet identifier, with QoS 1), and whether it had been retained.
    pub async fn message(&mut self) -> (String, String, bool) {
        self.hear().await.expect("a message")
    }

    /// The same; `None` once the server closed.
    pub async fn hear(&mut self) -> Option<(String, String, bool)> {
        let (kind, body) = match self.waiting.pop_front() {
            Some(waiting) => waiting,
            None => self.packet().await?,
        };
        assert_eq!(kind & 0xf4, 0x30, "QoS 0 or 1");
        let topic_len = usize::from(u16::from_be_bytes([body[0], body[1]]));
        let (topic, payload) = body[2..].split_at(topic_len);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Some((text(topic), text(payload), kind & 1 == 1))
    }

    async fn send(&mut self, kind: u8, body: &[u8]) {
        let mut packet = vec![kind];
        let mut left = body.len();
        loop {
            packet.push((left & 0x7f) as u8 | if left > 0x7f { 0x80 } else { 0 });
            left >>= 7;
            if left == 0 {
                break;
            }
        }
        packet.extend_from_slice(body);
        match &mut self.line {
            Line::WebSocket(socket) => socket.send(Message::binary(packet)).await.unwrap(),
            Line::Tcp(stream) => stream.write_all(&packet).await.unwrap(),
        }
    }

    /// Waits until the publish is acknowledged.
    async fn acknowledged(&mut self) {
        loop {
            match self.packet().await.expect("a PUBACK") {
                (0x40, id) => return assert_eq!(id, [0, 1]),
                message => self.waiting.push_back(message),
            }
        }
    }

    /// The next packet; `None` once the server closed.
    async fn packet(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some(packet) = take_packet(&mut self.received) {
                return Some(packet);
            }
            self.received.extend(self.line.hear().await?);
        }
    }
}

impl Line {
    /// `Err` when the door refuses already.
    async fn web_socket(address: SocketAddr, headers: &[(&'static str, String)]) -> Result<Self, u8> {
        let mut request = format!("ws://{address}/mqtt").into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "mqtt".parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let opened = tokio_tungstenite::connect_async(request).await;
        opened.map(|(socket, _)| Self::WebSocket(Box::new(socket))).map_err(|_| u8::MAX)
    }

    /// Some bytes; `None` once the server closed.
    async fn hear(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Tcp(stream) => {
                let mut bytes = vec![0; 4096];
                let count = stream.read(&mut bytes).await.unwrap_or(0);
                bytes.truncate(count);
                (count > 0).then_some(bytes)
            }
            Self::WebSocket(socket) => loop {
                match socket.next().await {
                    Some(Ok(Message::Binary(bytes))) => return Some(bytes.to_vec()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(other)) => panic!("{other:?}"),
                }
            },
        }
    }
}

fn take_packet(received: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let mut len = 0;
    for at in 0..4 {
        let byte = *received.get(1 + at)?;
        len |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let body = received.get(2 + at..2 + at + len)?.to_vec();
            let kind = received[0];
            received.drain(..2 + at + len);
            return Some((kind, body));
        }
    }
    None
}

fn text(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text.as_bytes()].concat()
}
