//! In front of a broker: the page's MQTT connection, byte for byte.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::upstream::{CONNECT_TIMEOUT, FrontError, SchemeMeaning, Upstream};
use crate::broker::SUB_PROTOCOLS;
use crate::broker::byte_stream::ByteStream;
use crate::broker::limits::{FAREWELL_TIMEOUT, MAX_CONNECTIONS, MAX_WEBSOCKET_MESSAGE_BYTES};

const SCHEMES: [SchemeMeaning; 4] = [
    SchemeMeaning { name: "mqtt", secure: false, websocket: false, default_port: 1883 },
    SchemeMeaning { name: "mqtts", secure: true, websocket: false, default_port: 8883 },
    SchemeMeaning { name: "ws", secure: false, websocket: true, default_port: 80 },
    SchemeMeaning { name: "wss", secure: true, websocket: true, default_port: 443 },
];

struct Front {
    upstream: Upstream,
    places: Arc<Semaphore>,
}

/// The route `/mqtt`, joined to the broker at `url` (`mqtt`, `mqtts`, `ws` or `wss`). The page logs in to that broker
/// itself.
///
/// # Errors
/// When `url` is not such an address, or the system's certificates cannot be read.
pub fn mqtt(url: &str) -> Result<Router, FrontError> {
    let upstream = Upstream::parse(url, &SCHEMES)?;
    let front = Arc::new(Front { upstream, places: Arc::new(Semaphore::new(MAX_CONNECTIONS)) });
    Ok(Router::new().route("/mqtt", get(join)).with_state(front))
}

async fn join(State(front): State<Arc<Front>>, upgrade: WebSocketUpgrade) -> Response {
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
            carry(page, broker).await;
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
