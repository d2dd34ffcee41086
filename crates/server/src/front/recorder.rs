//! In front of a Recorder: its readers' interface, its live pushes and its HTTP mode, and nothing else of it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ws::{self, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use dashboard_core::owntracks::FriendId;
use futures_util::{Sink, SinkExt, Stream, StreamExt, stream};
use http_body_util::{BodyExt, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, protocol::WebSocketConfig};

use crate::api::Parameters;
use crate::people::{Pass, Viewer, doors};

use super::rights;
use super::upstream::{CONNECT_TIMEOUT, FrontError, HTTP_SCHEMES, Upstream};

/// The Recorder builds each answer in memory before the first byte, with one thread for all: a year took it 12 s.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// An answer that stops in the middle for this long does not go on.
const BODY_STALL_TIMEOUT: Duration = Duration::from_secs(60);

/// Largest request body, in bytes; what one MQTT packet may be.
const MAX_REQUEST_BYTES: usize = 1 << 20;

/// Largest message of `/ws/last`, in bytes: one location with a face and a picture.
const MAX_PUSH_BYTES: usize = 4 << 20;

/// Pages that watch `/ws/last` at once.
const MAX_WATCHERS: usize = 256;

/// Request headers that matter to a Recorder, or to a proxy that asks for a password in front of it.
const REQUEST_HEADERS: [HeaderName; 9] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::AUTHORIZATION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    // HTTP mode: who publishes.
    HeaderName::from_static("x-limit-u"),
    HeaderName::from_static("x-limit-d"),
];

/// Answer headers that matter to the page.
const ANSWER_HEADERS: [HeaderName; 8] = [
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::VARY,
    header::WWW_AUTHENTICATE,
];

struct Recorder {
    upstream: Upstream,
    client: Client<HttpsConnector<HttpConnector>, Limited<Body>>,
    watchers: Arc<Semaphore>,
}

/// Routes that pass `/api/0/{list,last,locations,version}`, `/ws/last` and `/pub` on to the Recorder at `url` (`http` or
/// `https`, possibly below a path).
///
/// # Errors
/// When `url` is not such an address, or the system's certificates cannot be read.
pub fn recorder(url: &str) -> Result<Router, FrontError> {
    let upstream = Upstream::parse(url, &HTTP_SCHEMES)?;
    let client =
        Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(upstream.connector());
    let recorder = Arc::new(Recorder { upstream, client, watchers: Arc::new(Semaphore::new(MAX_WATCHERS)) });
    Ok(Router::new()
        .route("/api/0/list", get(read))
        .route("/api/0/last", get(read))
        .route("/api/0/locations", get(read))
        .route("/api/0/version", get(read))
        .route("/ws/last", get(watch))
        .route_layer(from_fn(doors::readers))
        .route("/pub", post(publish).route_layer(from_fn(doors::publishers)))
        .with_state(recorder))
}

async fn read(State(recorder): State<Arc<Recorder>>, pass: Pass, request: Request) -> Response {
    if *pass.viewer() == Viewer::Open {
        return recorder.pass_on(request).await;
    }
    let path = request.uri().path().to_owned();
    let one = Parameters::read(request.headers(), request.uri().query(), b"").user().is_some();
    let anew = rights::asked_anew(&request);
    drop(request);
    rights::answered(&path, one, recorder.pass_on(anew).await, &pass).await
}

/// HTTP mode. Once there are accounts the friends in the answer are those that the sender may see.
async fn publish(State(recorder): State<Arc<Recorder>>, pass: Pass, mut request: Request) -> Response {
    if *pass.viewer() == Viewer::Open {
        return recorder.pass_on(request).await;
    }
    // The password is one of ours. Who publishes was written into the headers.
    request.headers_mut().remove(header::AUTHORIZATION);
    let own = Parameters::read(request.headers(), request.uri().query(), b"");
    let sender = FriendId::new(own.get("u").unwrap_or_default(), own.get("d").unwrap_or("phone"));
    let taken = recorder.pass_on(request).await;
    if !taken.status().is_success() {
        return taken;
    }
    let mut question = Request::new(Body::empty());
    *question.uri_mut() = axum::http::Uri::from_static("/api/0/last");
    rights::friends(recorder.pass_on(question).await, &pass, sender.as_ref()).await
}

impl Recorder {
    async fn pass_on(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut onward = Request::new(Limited::new(body, MAX_REQUEST_BYTES));
        *onward.method_mut() = parts.method;
        *onward.uri_mut() = self.upstream.http_uri(path);
        *onward.headers_mut() = only(&REQUEST_HEADERS, &parts.headers);
        match timeout(ANSWER_TIMEOUT, self.client.request(onward)).await {
            Err(_) => (StatusCode::GATEWAY_TIMEOUT, "the Recorder does not answer\n").into_response(),
            Ok(Err(error)) => unreachable_recorder(&error),
            Ok(Ok(answer)) => {
                let (parts, body) = answer.into_parts();
                let mut response = Response::new(Body::from_stream(chunks(body)));
                *response.status_mut() = parts.status;
                *response.headers_mut() = only(&ANSWER_HEADERS, &parts.headers);
                response
            }
        }
    }
}

fn only(names: &[HeaderName], headers: &HeaderMap) -> HeaderMap {
    let mut chosen = HeaderMap::new();
    for name in names {
        for value in headers.get_all(name) {
            chosen.append(name, value.clone());
        }
    }
    chosen
}

/// The chunks of an answer as they come, ended with an error if they stop coming.
fn chunks<B>(body: B) -> impl Stream<Item = Result<Bytes, axum::BoxError>> + Send
where
    B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Send + Unpin,
{
    stream::try_unfold(body, |mut body| async move {
        loop {
            match timeout(BODY_STALL_TIMEOUT, body.frame()).await? {
                None => return Ok(None),
                Some(frame) => {
                    if let Ok(data) = frame.map_err(Into::into)?.into_data() {
                        return Ok(Some((data, body)));
                    }
                }
            }
        }
    })
}

fn unreachable_recorder(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::warn!(error, "the Recorder cannot be reached");
    (StatusCode::BAD_GATEWAY, "the Recorder cannot be reached\n").into_response()
}

async fn watch(State(recorder): State<Arc<Recorder>>, pass: Pass, upgrade: WebSocketUpgrade) -> Response {
    let Ok(place) = Arc::clone(&recorder.watchers).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    // The Recorder first: if it is not there, the page is told so by the status.
    let connecting = async {
        let connection = recorder.upstream.connect().await?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_PUSH_BYTES))
            .max_frame_size(Some(MAX_PUSH_BYTES));
        let url = recorder.upstream.websocket_url("/ws/last");
        tokio_tungstenite::client_async_with_config(url, connection, Some(limits)).await
    };
    let upstream = match timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(Ok((upstream, _))) => upstream,
        Ok(Err(error)) => return unreachable_recorder(&error),
        Err(late) => return unreachable_recorder(&late),
    };
    upgrade.max_message_size(MAX_REQUEST_BYTES).on_upgrade(move |page| async move {
        let (to_page, from_page) = page.split();
        let (to_recorder, from_recorder) = upstream.split();
        // Whichever side ends first ends both.
        tokio::select! {
            () = carry(from_page, to_recorder, for_recorder) => {}
            () = carry(from_recorder, to_page, |message| for_page(message, &pass)) => {}
            () = pass.changed() => {}
        }
        drop(place);
    })
}

/// Carries messages until one side ends or fails; either way there is nothing more to carry.
async fn carry<From, To, E>(
    mut from: impl Stream<Item = Result<From, E>> + Unpin,
    mut to: impl Sink<To> + Unpin,
    translate: impl Fn(From) -> Option<To>,
) {
    while let Some(Ok(message)) = from.next().await {
        let Some(message) = translate(message) else { continue };
        if to.send(message).await.is_err() {
            return;
        }
    }
    let _ = to.close().await; // it may be gone already
}

/// Text and bytes go through. Pings are answered, and closing is understood, on each side by itself.
fn for_recorder(message: ws::Message) -> Option<tungstenite::Message> {
    match message {
        ws::Message::Text(text) => Some(tungstenite::Message::text(text.as_str())),
        ws::Message::Binary(bytes) => Some(tungstenite::Message::Binary(bytes)),
        ws::Message::Ping(_) | ws::Message::Pong(_) | ws::Message::Close(_) => None,
    }
}

fn for_page(message: tungstenite::Message, pass: &Pass) -> Option<ws::Message> {
    if *pass.viewer() != Viewer::Open {
        let tungstenite::Message::Text(text) = &message else { return None };
        if !rights::may_hear(text.as_bytes(), pass) {
            return None;
        }
    }
    match message {
        tungstenite::Message::Text(text) => Some(ws::Message::text(text.as_str())),
        tungstenite::Message::Binary(bytes) => Some(ws::Message::Binary(bytes)),
        tungstenite::Message::Ping(_)
        | tungstenite::Message::Pong(_)
        | tungstenite::Message::Close(_)
        | tungstenite::Message::Frame(_) => None,
    }
}
