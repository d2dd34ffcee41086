//! The track worker: the same wasm module in a worker, which owns the points of histories. It fetches and parses slices
//! itself, so that bulk data never passes the page, and answers what of them is visible.

mod port;
mod protocol;
mod service;

mod slice;
mod tracks;

pub use port::{News, TrackWorker};
pub use protocol::{Request, SeenTrack, Sight, SightQuery};
pub use service::serve;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// Whether this instance of the module runs in a worker.
pub fn is_this_scope() -> bool {
    js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>()
}
