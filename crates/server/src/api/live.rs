//! `/ws/last`: what comes in, as it comes in.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{Api, text};
use crate::json::{self, Builder};
use crate::people::Pass;
use crate::store::Store;

/// The question for everybody's newest location. The Recorder echoes it behind the answers, like any other text.
const LAST: &str = "LAST";

/// Asks the system to close the connection.
const EXIT: &str = "exit";

/// Listeners send short words.
const MAX_MESSAGE_BYTES: usize = 4 << 10;

/// Keeps proxies from closing a quiet connection, and finds out that a listener is gone.
const PING_EVERY: Duration = Duration::from_secs(20);

/// A listener that takes nothing for so long is dropped.
const STALLED: Duration = Duration::from_secs(20);

/// Listeners at once: every one is a task with a socket, and gets a copy of what comes in. A household has a few pages.
const MAX_LISTENERS: usize = 128;

/// Room for listeners.
#[derive(Clone)]
pub struct Seats(Arc<Semaphore>);

impl Default for Seats {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_LISTENERS)))
    }
}

/// The connection is to be closed: the listener is gone, too slow, or wants it.
struct Closed;

/// Upgrades to a WebSocket, without a sub-protocol, as the Recorder does. 503 when too many listen already.
pub async fn live(State(api): State<Api>, pass: Pass, upgrade: WebSocketUpgrade) -> Response {
    let Ok(seat) = api.seats.0.clone().try_acquire_owned() else {
        return text(StatusCode::SERVICE_UNAVAILABLE, "too many listeners").into_response();
    };
    upgrade.max_message_size(MAX_MESSAGE_BYTES).max_frame_size(MAX_MESSAGE_BYTES).on_upgrade(|socket| async {
        serve(api, pass, socket).await;
        drop(seat);
    })
}

async fn serve(mut api: Api, pass: Pass, mut socket: WebSocket) {
    // Both ends are fine: whoever is cut off connects again and asks for `LAST`.
    // So does whoever may see more or less than when they came.
    tokio::select! {
        _ = converse(&mut api, &pass, &mut socket) => {}
        () = pass.changed() => {}
    }
    let farewell = CloseFrame { code: close_code::AWAY, reason: Utf8Bytes::from_static("") };
    let _ = timeout(STALLED, socket.send(Message::Close(Some(farewell)))).await;
}

async fn converse(api: &mut Api, pass: &Pass, socket: &mut WebSocket) -> Result<(), Closed> {
    let mut live = api.store.live();
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset(); // the first one is not due yet
    loop {
        tokio::select! {
            push = live.recv() => match push {
                Ok(push) if pass.may_see(&push.friend) => send_text(socket, push.object).await?,
                Ok(_) => {}
                // The backlog is bounded: who falls behind must start over.
                Err(RecvError::Lagged(_) | RecvError::Closed) => return Err(Closed),
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => answer(&api.store, pass, socket, text).await?,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Closed),
            },
            _ = pings.tick() => send(socket, Message::Ping(Bytes::new())).await?,
            () = closed(&mut api.closing) => return Err(Closed),
        }
    }
}

/// Ends when the server does.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await; // without its sender the server is gone too
}

async fn answer(store: &Store, pass: &Pass, socket: &mut WebSocket, word: Utf8Bytes) -> Result<(), Closed> {
    if word.as_str() == EXIT {
        return Err(Closed);
    }
    if word.as_str() == LAST {
        for (friend, fix, known) in store.latest().located() {
            if !friend.is_ping() && pass.may_see(&friend) {
                send_text(socket, known.with_card(&reduced(&fix.object)).into()).await?;
            }
        }
    }
    send(socket, Message::Text(word)).await
}

/// What the Recorder tells of a newest location in answer to `LAST`.
fn reduced(object: &[u8]) -> Vec<u8> {
    let mut reduced = Builder::new();
    for key in ["_type", "lat", "lon", "tst", "tid", "addr", "topic", "ghash"] {
        if let Some(value) = json::member(object, key) {
            reduced.raw(key.as_bytes(), value);
        }
    }
    reduced.text("_label", crate::store::LABEL);
    reduced.finish()
}

async fn send_text(socket: &mut WebSocket, object: Bytes) -> Result<(), Closed> {
    let text = Utf8Bytes::try_from(object).map_err(|_| Closed)?;
    send(socket, Message::Text(text)).await
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Closed> {
    match timeout(STALLED, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Closed),
    }
}
