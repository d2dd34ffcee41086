//! One device's history as columns.
//!
//! Rows in any order become a [`Track`]: sorted by time, free of repeats, cut into segments at gaps, with an importance
//! for every vertex, so that drawing costs what is visible and not what exists.

mod row;
mod summary;

mod history;

pub mod compact;

mod columns;
mod figures;
mod heat;
mod importance;
mod index;
mod repeats;
mod scale;
mod snapshot;
mod stroke;
mod thin;
mod visible;

mod point;
pub mod stays;

pub use heat::HeatMap;
pub use history::Track;
pub use point::{
    Along, PointKey, PointPlace, TrackPoint, describe_point, end_point, find_point, nearest_point, step_from,
};
pub use row::{Dropped, Row};
pub use scale::{CLASSES, Legend, Quantity, Scale, Spread, UNKNOWN_CLASS};
pub use snapshot::VERSION as SNAPSHOT_VERSION;
pub use summary::{Splitting, TrackSummary};
pub use thin::thin;
pub use visible::{LineDetail, VisiblePoints, VisibleRuns};
