//! The embedded MQTT broker, for versions 3.1, 3.1.1 and 5, over TCP and WebSocket.
//!
//! Its promise: what it acknowledged is recorded. Every publish passes the [`Intake`] before it is forwarded, and is
//! acknowledged last. Its second promise: whatever clients do, it keeps no more than [`limits`] allow.
//!
//! | file | purpose |
//! |---|---|
//! | `client` | one connected client, from CONNECT to its end |
//! | `line`, `wire` | its socket; its protocol, in both versions |
//! | `switchboard`, `session`, `retained`, `topic` | who gets what; no input or output |
//! | `admission` | who may |
//! | `tcp`, `websocket`, `byte_stream` | the two ways in |
//!
//! What it leaves out: sessions and their queues live in memory and end with the process (locations are in the store, and
//! the retained ones are put back from there); deliveries are of QoS 0 or 1 (publishes are taken with QoS 2, exactly
//! once); MQTT 5's user properties, message expiry, will delay, topic aliases and shared subscriptions.
//!
//! A subscriber that does not keep up loses messages of QoS 0 and, once its queue is full of QoS 1, its connection. A
//! session whose client is away keeps the newest messages of QoS 1.

pub mod admission;
pub mod byte_stream;
mod client;
pub mod limits;
mod line;
mod retained;
mod session;
mod switchboard;
mod tcp;
mod topic;
mod websocket;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use self::limits::{CLOSE_TIMEOUT, MAX_CONNECTIONS};
use self::session::Qos;
use self::switchboard::Switchboard;
pub use self::websocket::{SUB_PROTOCOLS, websocket};
use crate::intake::{Door, Intake, Publish};
use crate::people::People;

/// The broker. `I` records publishes before they go anywhere.
pub struct Broker<I> {
    intake: Arc<I>,
    people: Arc<People>,
    board: Mutex<Switchboard>,
    places: Arc<Semaphore>,
    closing: watch::Sender<bool>,
}

impl<I: Intake> Broker<I> {
    /// A broker without clients, for these people.
    pub fn new(intake: Arc<I>, people: Arc<People>) -> Arc<Self> {
        Arc::new(Self {
            intake,
            people,
            board: Mutex::default(),
            places: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            closing: watch::Sender::new(false),
        })
    }

    /// Forwards a publish that was recorded already (from HTTP mode or the demo household) to subscribers, at QoS 1 where
    /// they asked for it, and retains it if it says so. A topic with wildcards is dropped.
    pub fn publish(&self, publish: &Arc<Publish>) {
        if topic::is_valid_name(&publish.topic) {
            self.board().route(publish, Qos::AtLeastOnce, None);
        }
    }

    /// Puts a message kept by the store back among the retained ones, on start-up. Returns false when the topic is not
    /// valid or there is no room.
    pub fn restore_retained(&self, topic: &str, payload: Bytes) -> bool {
        let publish = Publish { topic: topic.to_owned(), payload, retain: true, door: Door::Mqtt };
        topic::is_valid_name(topic) && self.board().restore_retained(&Arc::new(publish))
    }

    /// Ends acceptors and clients. Returns when what was taken in is recorded and forwarded, at the latest after
    /// [`CLOSE_TIMEOUT`].
    pub async fn close(&self) {
        self.closing.send_replace(true);
        let all = u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX);
        if timeout(CLOSE_TIMEOUT, self.places.acquire_many(all)).await.is_err() {
            tracing::warn!("some clients did not end in time");
        }
    }

    fn board(&self) -> MutexGuard<'_, Switchboard> {
        // A panic while the lock was held may have cost one message; the other clients go on.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more connection, given back when dropped.
    fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }
}

/// Waits until the broker closes.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the broker is gone, which comes to the same.
    let _ = closing.wait_for(|closing| *closing).await;
}
