//! The words on the map. The message catalogue belongs to the interface; the page hands over what the map needs of it.

use dashboard_core::model::view::{FriendView, PointView};
use dashboard_core::time::UnixMillis;
use dashboard_core::track::stays::StayCluster;

/// The words on the map, in the language of the moment.
#[derive(Clone, Copy)]
pub struct MarkerTexts {
    /// Who and when, for a marker's accessible name.
    pub marker_label: fn(&FriendView, UnixMillis) -> String,
    /// Name of the button that zooms in.
    pub zoom_in: fn() -> String,
    /// Name of the button that zooms out.
    pub zoom_out: fn() -> String,
}

/// The words about histories on the map.
#[derive(Clone, Copy)]
pub struct TrackTexts {
    /// What a point of a history is, in a few lines.
    pub point_lines: fn(&PointView, UnixMillis) -> Vec<String>,
    /// Where somebody of this name stayed, in a few lines; also the name of the place, where it has one.
    pub stay_lines: fn(&str, Option<&str>, &StayCluster) -> Vec<String>,
}

impl Default for MarkerTexts {
    /// Words of no language.
    fn default() -> Self {
        Self {
            marker_label: |friend, _| friend.name.clone(),
            zoom_in: || "+".into(),
            zoom_out: || "−".into(),
        }
    }
}
