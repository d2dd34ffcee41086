//! Which fixes were there already.

use std::collections::BTreeSet;

use super::columns::Fix;

/// Tells the first of those fixes that are of one second and one place from the others. Fixes are shown to it in order of
/// time.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats {
    second: Option<u32>,
    /// Most seconds have one fix. A clock that stands still may give one second very many, which then are in `places`.
    first_place: Option<(i32, i32)>,
    places: BTreeSet<(i32, i32)>,
}

impl Repeats {
    pub fn is_new(&mut self, fix: &Fix) -> bool {
        let place = fix.place_e6();
        if self.second != Some(fix.time_s) {
            self.second = Some(fix.time_s);
            self.first_place = Some(place);
            self.places.clear();
            return true;
        }
        self.places.extend(self.first_place.take());
        self.places.insert(place)
    }
}
