//! The Recorder's interface: what it answers, to the letter where others rely on it, without its faults (percent signs
//! that damage answers, one request at a time, everything in memory).

mod history;
mod last;
mod list;
mod live;
mod locations;
mod parameters;
pub mod pieces;
mod publish;
pub mod times;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use dashboard_core::track::compact;
use tokio::sync::watch;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::intake::Publish;
use crate::people::doors;
use crate::store::Store;
pub use live::Seats;
pub use parameters::Parameters;
pub use publish::as_friend;

/// The version of the Recorder whose interface this is. Programs that ask want to know what they can rely on.
pub const RECORDER_VERSION: &str = "1.0.1";

/// Passes on to MQTT subscribers what was recorded.
pub type Forward = Arc<dyn Fn(Arc<Publish>) + Send + Sync>;

/// What the routes work with.
#[derive(Clone)]
pub struct Api {
    /// The store that is shown and added to.
    pub store: Arc<Store>,
    /// Where publishes go that came by HTTP.
    pub forward: Forward,
    /// Room on `/ws/last`.
    pub seats: Seats,
    /// Becomes true when the server ends.
    pub closing: watch::Receiver<bool>,
}

/// The routes of a server that takes messages in.
pub fn routes(api: Api) -> Router {
    let publishing = Router::new()
        .route("/pub", post(publish::publish).route_layer(from_fn(doors::publishers)))
        .with_state(api.clone());
    reading_routes(api).merge(finished(publishing))
}

/// The routes of a server that only shows what somebody else records.
pub fn reading_routes(api: Api) -> Router {
    let reading = Router::new()
        .route("/api/0/version", get(version).post(version))
        .route("/api/0/list", get(list::list).post(list::list))
        .route("/api/0/last", get(last::last).post(last::last))
        .route("/api/0/locations", get(locations::locations).post(locations::locations))
        .route("/api/0/history", get(history::history))
        .route("/api/0/{*verb}", any(unknown_verb))
        .route_layer(from_fn(doors::readers))
        .with_state(api.clone());
    let live =
        Router::new().route("/ws/last", any(live::live).layer(from_fn(doors::readers))).with_state(api);
    finished(reading).merge(live)
}

/// Answers as they go out.
fn finished(router: Router) -> Router {
    // Answers are long and the way is short: a fast level costs less than it saves.
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest);
    let never_kept =
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    router.layer(compression).layer(never_kept)
}

/// What a Recorder says, and that compact histories are offered, in which version.
async fn version() -> Response {
    json(format!(
        r#"{{"version":"{RECORDER_VERSION}","git":"owntracks-dashboard {}","history":{}}}"#,
        env!("CARGO_PKG_VERSION"),
        compact::VERSION
    ))
}

async fn unknown_verb() -> Response {
    text(StatusCode::NOT_FOUND, "no comprendo")
}

/// A JSON answer.
fn json(body: impl Into<axum::body::Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.into()).into_response()
}

/// An answer that says in a line what was wrong.
fn text(status: StatusCode, line: &'static str) -> Response {
    (status, format!("{line}\n")).into_response()
}

/// The disk refused.
fn failure(error: &std::io::Error) -> Response {
    tracing::error!("the store could not be read: {error}");
    text(StatusCode::INTERNAL_SERVER_ERROR, "the store could not be read")
}
