//! Where somebody is, in words.

use dashboard_core::model::view::{FixView, FriendView};
use dashboard_core::time::UnixMillis;

use super::measures;
use super::voice::first_words;

/// The name of the place that tells most in few words: the regions the friend is in, else the town, else the address, else
/// nothing.
pub fn whereabouts(fix: &FixView) -> Option<String> {
    if fix.regions.is_empty() {
        fix.locality.clone().or_else(|| fix.address.clone())
    } else {
        Some(fix.regions.join(", "))
    }
}

/// The place as exactly as it is known in words: the address, else the town.
pub fn full_address(fix: &FixView) -> Option<String> {
    fix.address.clone().or_else(|| fix.locality.clone())
}

/// Accessible name of a friend's marker: who, how long ago, and where: `Alice Example, 3 minutes ago, at Home`.
pub fn marker_label(friend: &FriendView, now: UnixMillis) -> String {
    let Some(fix) = &friend.fix else {
        return format!("{}, {}", friend.name, first_words().no_position);
    };
    let age = measures::age_in_full(now.seconds() - fix.time_s);
    match whereabouts(fix) {
        Some(place) => format!("{}, {}, {}", friend.name, age, (first_words().at_place)(&place)),
        None => format!("{}, {}", friend.name, age),
    }
}
