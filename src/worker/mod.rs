//! The page's side of the track worker; `main.rs` beside this file is the worker itself.

mod port;

use dashboard_web::worker::protocol;

pub use port::{News, TrackWorker};
pub use protocol::{Request, SeenTrack, Sight, SightQuery};
