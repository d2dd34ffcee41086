//! Whoever shares a view, in words.

use dashboard_core::model::viewing::ViewedPerson;
use dashboard_core::time::UnixMillis;

use super::measures;

/// Accessible name of the face on the map: who, and how long ago.
pub fn view_label(person: &ViewedPerson, now: UnixMillis) -> String {
    let age = measures::age_in_full(now.seconds() - person.shared.location.time_s);
    format!("{}, {age}", person.name)
}
