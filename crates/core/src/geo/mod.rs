//! Positions on the globe and on the map. Domain-free: nothing here knows of OwnTracks.

mod angle;

mod bounds;
mod distance;
mod mercator;
mod position;
mod viewport;

pub use bounds::Bounds;
pub use distance::{bearing_deg, distance_m};
pub use mercator::{MAX_MERCATOR_LAT_DEG, WorldPoint};
pub use position::{EARTH_RADIUS_M, LatLon};
pub use viewport::{TILE_SIZE_PX, Viewport, WorldBox};
