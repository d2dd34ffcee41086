//! Where somebody stayed, found in a track in linear time.
//!
//! A stay is a time during which somebody remained within [`RADIUS_M`] of one spot for at least [`LEAST_STAY_S`]. The
//! rule, which docs/stays.md has in words:
//!
//! - Fixes vaguer than [`VAGUE_M`] say nothing about stays and are passed over. Others count as near within their own
//!   accuracy.
//! - One stray fix, or several within [`EXCURSION_S`], between two fixes at the spot do not end a stay.
//! - Silence says that the phone did not move: a stay lasts until the next fix, less the time it takes to walk there
//!   ([`WALK_M_PER_S`]), when that is within [`REACH_M`]; farther ones say nothing. Silence of more than [`SILENCE_S`]
//!   ends it at the last fix.
//! - Stays within [`SAME_PLACE_M`] of each other are visits to one place.

mod detector;
mod places;

pub use detector::{Stay, StayFinder};
pub use places::{StayCluster, StayPlace, cluster_places, places_of};

/// A stay is within this distance of its centre, in metres: a house with its garden, and a phone's jitter indoors.
pub const RADIUS_M: f64 = 100.0;

/// Shorter stops are traffic, in seconds.
pub const LEAST_STAY_S: i64 = 600;

/// Fixes of a worse accuracy are passed over, in metres: those of radio cells.
pub const VAGUE_M: f64 = 250.0;

/// Longer absences end a stay, in seconds.
pub const EXCURSION_S: i64 = 600;

/// A single fix elsewhere is an absence only from here on, in seconds.
pub const LONE_EXCURSION_S: i64 = 1800;

/// Longer silence ends a stay, in seconds.
pub const SILENCE_S: i64 = 86_400;

/// From how far the next fix may tell that somebody stayed until shortly before, in metres.
pub const REACH_M: f64 = 2000.0;

/// How fast somebody is taken to have gone there, in metres per second.
pub const WALK_M_PER_S: f64 = 1.25;

/// Stays whose centres are so near are at the same place, in metres.
pub const SAME_PLACE_M: f64 = 120.0;
