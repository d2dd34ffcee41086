//! MQTT over WebSocket, at `/mqtt`.

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::admission::Arrival;
use super::byte_stream::ByteStream;
use super::limits::MAX_WEBSOCKET_MESSAGE_BYTES;
use super::{Broker, client};
use crate::intake::Intake;
use crate::people::Pass;
use crate::people::identify::Whence;

/// The sub-protocols of MQTT. A client that asks for one gets it; one that asks for none gets none.
pub const SUB_PROTOCOLS: [&str; 2] = ["mqtt", "mqttv3.1"];

/// The route `/mqtt`. Whoever is logged in on the page needs no password here; others bring one with their CONNECT.
///
/// Browsers let any page open a WebSocket to any host, loopback included: keeping pages from elsewhere
/// out is the work of the layer that guards all routes of the server.
pub fn websocket<I: Intake>(broker: Arc<Broker<I>>) -> Router {
    Router::new().route(
        "/mqtt",
        get(|upgrade: WebSocketUpgrade, whence: Whence, pass: Pass| async move {
            accept(broker, upgrade, Arrival { address: whence.address, pass: Some(pass) })
        }),
    )
}

fn accept<I: Intake>(broker: Arc<Broker<I>>, upgrade: WebSocketUpgrade, arrival: Arrival) -> Response {
    let Some(place) = broker.place() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    upgrade
        .protocols(SUB_PROTOCOLS)
        .max_message_size(MAX_WEBSOCKET_MESSAGE_BYTES)
        .max_frame_size(MAX_WEBSOCKET_MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            client::serve(broker, ByteStream::new(socket), arrival).await;
            drop(place);
        })
}
