//! `POST /pub`: the HTTP mode of the apps. A message in, everybody else's place out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use dashboard_core::owntracks::FriendId;
use serde_json::Value;

use super::{Api, Parameters};
use crate::intake::{Door, Publish};
use crate::json::{self, Builder};
use crate::people::Pass;
use crate::store::Known;

/// Who posts without saying who, as in the Recorder.
const DEFAULT_USER: &str = "owntracks";
const DEFAULT_DEVICE: &str = "phone";

/// Records what was posted and answers with the friends: everybody else whom the sender may see. Even nonsense is answered
/// so, since the apps throw a message away or try for ever after an error; only a disk that refuses is one (503), so that
/// they keep the message.
pub async fn publish(
    State(api): State<Api>,
    pass: Pass,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let parameters = Parameters::from_query(headers, query.as_deref().unwrap_or_default());
    let user = level(parameters.get("u").unwrap_or(DEFAULT_USER));
    let device = level(parameters.get("d").unwrap_or(DEFAULT_DEVICE));
    let base = format!("owntracks/{user}/{device}");
    let messages: Vec<_> = json::elements(&body)
        .into_iter()
        .filter(|bytes| !bytes.is_empty())
        .map(|bytes| Posted::of(&base, bytes))
        .collect();
    let publishes: Vec<_> = messages.iter().map(|posted| posted.publish.clone()).collect();
    if let Err(error) = api.store.record_all(&publishes).await {
        tracing::error!("what was posted {error}");
        return super::text(StatusCode::SERVICE_UNAVAILABLE, "it could not be recorded, please try again");
    }
    for posted in messages.into_iter().filter(|posted| posted.forwarded) {
        (api.forward)(Arc::new(posted.publish));
    }
    let sender = FriendId::new(&user, &device);
    let mut friends = Vec::new();
    for (friend, fix, known) in api.store.latest().located() {
        if Some(&friend) != sender.as_ref() && pass.may_see(&friend) {
            friends.extend(as_friend(&fix.object, &known));
        }
    }
    super::json([&b"["[..], &friends.join(&b','), b"]"].concat())
}

/// One posted message.
struct Posted {
    publish: Publish,
    /// Subscribers get to see it.
    forwarded: bool,
}

impl Posted {
    /// HTTP knows no topics: what follows the base, and whether a broker retains it, goes by the type as in the apps'
    /// MQTT mode. Commands and configurations are not taken from HTTP.
    fn of(base: &str, bytes: &[u8]) -> Self {
        let kind = serde_json::from_slice(bytes)
            .ok()
            .and_then(|message: Value| message.get("_type").and_then(Value::as_str).map(str::to_owned));
        let (suffix, retain, forwarded) = match kind.as_deref() {
            Some("location") => ("", true, true),
            Some("encrypted" | "lwt") => ("", false, true),
            Some("card") => ("/info", true, true),
            Some("transition") => ("/event", false, true),
            Some("waypoint") => ("/waypoint", false, true),
            Some("waypoints") => ("/waypoints", false, true),
            Some("steps") => ("/step", false, true),
            Some("status") => ("/status", false, true),
            Some("beacon") => ("/beacon", false, true),
            _ => ("", false, false),
        };
        let topic = format!("{base}{suffix}");
        let payload = Bytes::copy_from_slice(bytes);
        Self { publish: Publish { topic, payload, retain, door: Door::Http }, forwarded }
    }
}

/// Card and reduced location of a friend. The apps tell friends by HTTP apart by their tracker id: one without is left
/// out.
pub fn as_friend(object: &[u8], known: &Known) -> Vec<Vec<u8>> {
    let Some(tracker_id) = json::member(object, "tid") else { return Vec::new() };
    let mut messages = Vec::new();
    let card = known.card.as_deref().unwrap_or_default();
    if let (Some(name), Some(face)) = (json::member(card, "name"), json::member(card, "face")) {
        let mut message = Builder::with_capacity(face.len() + 128);
        message.text("_type", "card").raw(b"tid", tracker_id).raw(b"face", face).raw(b"name", name);
        messages.push(message.finish());
    }
    let mut message = Builder::new();
    message.text("_type", "location");
    for key in ["tid", "lat", "lon", "tst", "vel", "alt", "cog", "acc", "vac", "topic"] {
        if let Some(value) = json::member(object, key) {
            message.raw(key.as_bytes(), value);
        }
    }
    messages.push(message.finish());
    messages
}

/// A name as a level of a topic: lower case, without what means something there.
fn level(name: &str) -> String {
    name.to_lowercase().replace(|c: char| matches!(c, '/' | '+' | '#') || c.is_control(), "-")
}
