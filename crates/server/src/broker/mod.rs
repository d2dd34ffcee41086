//! The embedded MQTT broker: signatures first, so that the rest of the server can be wired against them.
//!
//! ```text
//! impl<I: Intake> Broker<I> {
//!     pub fn new(intake: Arc<I>) -> Arc<Self>;
//!     /// Forwards a publish that was recorded already (HTTP mode, the demo household) to subscribers, and retains it.
//!     pub fn publish(&self, publish: &Arc<Publish>);
//!     /// Puts a message kept by the store (`last/`, cards) back among the retained ones, on start-up.
//!     pub fn restore_retained(&self, topic: &str, payload: Bytes);
//!     /// Accepts clients until `close` is called.
//!     pub async fn serve_tcp(self: Arc<Self>, listener: tokio::net::TcpListener) -> std::io::Result<()>;
//!     /// Ends acceptors and clients (TCP and WebSocket); waits until what was taken in is recorded and forwarded.
//!     pub async fn close(&self);
//! }
//! /// `/mqtt`; `origin_allowed` refuses foreign browser pages (default: `origin::same_origin`).
//! pub fn websocket<I: Intake>(broker: Arc<Broker<I>>, origin_allowed: OriginCheck) -> axum::Router;
//! pub type OriginCheck = fn(&axum::http::HeaderMap) -> bool;
//! ```
