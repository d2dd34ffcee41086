//! The page's side of the track worker; `main.rs` beside this file is the worker itself.

mod port;

use dashboard_web::worker::{drawing, protocol};

pub use drawing::{Frame, Look, Painted, Part};
pub use port::TrackWorker;
pub use protocol::Request;
