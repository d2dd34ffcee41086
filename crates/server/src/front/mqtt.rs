//! In front of a broker: the page's MQTT connection, byte for byte.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::filter::{self, Broken, BrokerLogin, Packets, Passed};
use super::upstream::{CONNECT_TIMEOUT, FrontError, SchemeMeaning, Upstream};
use crate::broker::SUB_PROTOCOLS;
use crate::broker::byte_stream::ByteStream;
use crate::broker::limits::{
    FAREWELL_TIMEOUT, MAX_CONNECTIONS, MAX_WEBSOCKET_MESSAGE_BYTES, READ_CHUNK_BYTES, WRITE_STALL_TIMEOUT,
};
use crate::people::{Pass, Viewer, doors};

const SCHEMES: [SchemeMeaning; 4] = [
    SchemeMeaning { name: "mqtt", secure: false, websocket: false, default_port: 1883 },
    SchemeMeaning { name: "mqtts", secure: true, websocket: false, default_port: 8883 },
    SchemeMeaning { name: "ws", secure: false, websocket: true, default_port: 80 },
    SchemeMeaning { name: "wss", secure: true, websocket: true, default_port: 443 },
];

struct Front {
    upstream: Upstream,
    login: Option<BrokerLogin>,
    places: Arc<Semaphore>,
}

/// The route `/mqtt`, joined to the broker at `url` (`mqtt`, `mqtts`, `ws` or `wss`). The page logs in to that broker
/// itself, or is logged in with `login`. Once there are accounts, only what somebody may see and publish goes through.
///
/// # Errors
/// When `url` is not such an address, or the system's certificates cannot be read.
pub fn mqtt(url: &str, login: Option<BrokerLogin>) -> Result<Router, FrontError> {
    let upstream = Upstream::parse(url, &SCHEMES)?;
    let front = Arc::new(Front { upstream, login, places: Arc::new(Semaphore::new(MAX_CONNECTIONS)) });
    Ok(Router::new().route("/mqtt", get(join).route_layer(from_fn(doors::readers))).with_state(front))
}

async fn join(State(front): State<Arc<Front>>, pass: Pass, upgrade: WebSocketUpgrade) -> Response {
    let Ok(place) = Arc::clone(&front.places).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    // The broker first: if it is not there, the page is told so by the status.
    let broker = match timeout(CONNECT_TIMEOUT, connect(&front.upstream))
        .await
        .unwrap_or_else(|late| Err(late.into()))
    {
        Ok(broker) => broker,
        Err(error) => {
            tracing::warn!(%error, "the broker cannot be reached");
            return (StatusCode::BAD_GATEWAY, "the broker cannot be reached\n").into_response();
        }
    };
    upgrade
        .protocols(SUB_PROTOCOLS)
        .max_message_size(MAX_WEBSOCKET_MESSAGE_BYTES)
        .max_frame_size(MAX_WEBSOCKET_MESSAGE_BYTES)
        .on_upgrade(move |page| async move {
            match (pass.viewer(), &front.login) {
                (Viewer::Open, None) => tokio::select! {
                    () = carry(page, broker) => {}
                    () = pass.changed() => {}
                },
                (_, login) => carry_allowed(page, broker, &pass, login.as_ref()).await,
            }
            drop(place);
        })
}

/// A connection that carries MQTT bytes.
trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

async fn connect(upstream: &Upstream) -> io::Result<Box<dyn Bytes>> {
    let connection = upstream.connect().await?;
    if !upstream.websocket {
        return Ok(Box::new(connection));
    }
    let mut request = upstream.websocket_url("").into_client_request().map_err(io::Error::other)?;
    request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("mqtt"));
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_WEBSOCKET_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_WEBSOCKET_MESSAGE_BYTES));
    let opened = client_async_with_config(request, connection, Some(limits)).await;
    let (socket, _) = opened.map_err(io::Error::other)?;
    Ok(Box::new(ByteStream::new(socket)))
}

/// Carries the packets that may pass until one side ends or the rights change.
async fn carry_allowed(page: WebSocket, broker: Box<dyn Bytes>, pass: &Pass, login: Option<&BrokerLogin>) {
    let (mut from_page, mut to_page) = split(ByteStream::new(page));
    let (mut from_broker, mut to_broker) = split(broker);
    let mut changed = std::pin::pin!(pass.changed());
    let (mut pages, mut brokers) = (Packets::default(), Packets::default());
    let (mut page_bytes, mut broker_bytes) = (BytesMut::new(), BytesMut::new());
    let ended = async {
        loop {
            page_bytes.reserve(READ_CHUNK_BYTES);
            broker_bytes.reserve(READ_CHUNK_BYTES);
            let read = tokio::select! {
                read = from_page.read_buf(&mut page_bytes) => read,
                read = from_broker.read_buf(&mut broker_bytes) => read,
                () = &mut changed => return Ok(()),
            };
            if read? == 0 {
                return Ok(());
            }
            pages.feed(&page_bytes.split());
            brokers.feed(&broker_bytes.split());
            let passed = pass_on(&mut pages, &mut brokers, pass, login);
            let passed = passed.map_err(|Broken| io::Error::other("no MQTT"))?;
            let written = async {
                to_broker.write_all(&passed.to_broker).await?;
                to_page.write_all(&passed.to_page).await?;
                to_broker.flush().await?;
                to_page.flush().await
            };
            timeout(WRITE_STALL_TIMEOUT, written).await??;
            if passed.ends {
                return Ok(());
            }
        }
    };
    let ended: io::Result<()> = ended.await;
    tracing::debug!(?ended, "a page left the broker");
    let farewell = async { tokio::join!(to_page.shutdown(), to_broker.shutdown()) };
    let _ = timeout(FAREWELL_TIMEOUT, farewell).await; // either may be gone already
}

/// What all packets that are whole by now come to.
fn pass_on(
    pages: &mut Packets,
    brokers: &mut Packets,
    pass: &Pass,
    login: Option<&BrokerLogin>,
) -> Result<Passed, Broken> {
    let mut all = Passed::default();
    let mut add = |passed: Passed| {
        all.to_broker.extend(passed.to_broker);
        all.to_page.extend(passed.to_page);
        all.ends |= passed.ends;
    };
    while let Some(packet) = pages.next()? {
        add(filter::from_page(&packet, login, |topic| pass.may_publish(topic))?);
    }
    while let Some(packet) = brokers.next()? {
        add(filter::from_broker(&packet, |topic| pass.may_receive(topic))?);
    }
    Ok(all)
}

/// Carries bytes both ways until one side ends, and then closes the other.
async fn carry(page: WebSocket, broker: Box<dyn Bytes>) {
    let (mut from_page, mut to_page) = split(ByteStream::new(page));
    let (mut from_broker, mut to_broker) = split(broker);
    let ended = tokio::select! {
        ended = copy(&mut from_page, &mut to_broker) => ended,
        ended = copy(&mut from_broker, &mut to_page) => ended,
    };
    tracing::debug!(?ended, "a page left the broker");
    // Either may be gone already, and then there is nobody to say goodbye to.
    let farewell = async { tokio::join!(to_page.shutdown(), to_broker.shutdown()) };
    let _ = timeout(FAREWELL_TIMEOUT, farewell).await;
}
