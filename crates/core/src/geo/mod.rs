//! Positions on the globe and on the map. Domain-free: nothing here knows of OwnTracks.

mod position;

pub use position::{EARTH_RADIUS_M, LatLon};
