//! The track worker: a module of its own in a thread of its own, which owns the points of histories. It fetches and parses
//! slices itself, so that bulk data never passes the page, and paints what of them is visible.

mod aside;
mod cache;
mod service;

mod slice;
mod stage;
mod tracks;

mod painter;
mod painting;

mod canvas;
mod pace;
mod strokes;

use dashboard_web::platform;
use dashboard_web::worker::{drawing, protocol};

fn main() {
    console_error_panic_hook::set_once();
    service::serve();
}
