//! The base map of the demo: tiles drawn on demand.

mod cache;
mod chart;
mod draw;
mod lettering;
mod palette;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;

use super::town::Town;
use cache::Cache;
pub use chart::Chart;
pub use draw::{SIDE_PX, draw};

/// The deepest zoom drawn.
pub const MAX_ZOOM: u8 = 20;

/// Raised whenever tiles look different, so that browsers ask anew.
const EDITION: &str = "\"town-2\"";

/// Which tile, as in every web map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Zoom: the world is 2^zoom tiles wide.
    pub zoom: u8,
    /// Column from the west.
    pub x: u32,
    /// Row from the north.
    pub y: u32,
}

impl Tile {
    /// The tile of that name; `None` when there is no such tile.
    pub fn new(zoom: u8, x: u32, y: u32) -> Option<Self> {
        let exists = zoom <= MAX_ZOOM && x < 1 << zoom && y < 1 << zoom;
        exists.then_some(Self { zoom, x, y })
    }
}

/// What tiles are served from.
#[derive(Default)]
struct Tiles {
    chart: OnceLock<Chart>,
    cache: Cache,
}

impl Tiles {
    fn png(&self, tile: Tile) -> Bytes {
        self.cache.get(tile, || {
            let chart = self.chart.get_or_init(|| Chart::of(&Town::new()));
            draw(chart, tile).into()
        })
    }
}

/// `GET /tiles/{z}/{x}/{y}.png`.
pub fn routes() -> Router {
    Router::new().route("/tiles/{z}/{x}/{y}", get(tile)).with_state(Arc::new(Tiles::default()))
}

async fn tile(
    State(tiles): State<Arc<Tiles>>,
    Path((zoom, x, y)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(tile) = parse(&zoom, &x, &y) else { return StatusCode::NOT_FOUND.into_response() };
    let common = [(header::ETAG, EDITION), (header::CACHE_CONTROL, "public, max-age=3600")];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == EDITION) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    match tokio::task::spawn_blocking(move || tiles.png(tile)).await {
        Ok(png) => (common, [(header::CONTENT_TYPE, "image/png")], png).into_response(),
        Err(error) => {
            tracing::error!("a tile could not be drawn: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn parse(zoom: &str, x: &str, y: &str) -> Option<Tile> {
    Tile::new(zoom.parse().ok()?, x.parse().ok()?, y.strip_suffix(".png")?.parse().ok()?)
}
