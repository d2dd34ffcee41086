//! The live trail behind a friend.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::geo::LatLon;
use crate::time::UnixSeconds;

/// At most so many places per trail: half an hour at a fix every four seconds.
const MAX_PLACES: usize = 500;

/// A friend's places of the last minutes, sorted by time, one per second.
#[derive(Debug, Default)]
pub(super) struct Trail {
    places: VecDeque<Place>,
}

/// A place on a trail. Of two fixes of the same second the one that was built later stays.
#[derive(Clone, Copy, Debug)]
struct Place {
    time_s: UnixSeconds,
    created_at_s: Option<UnixSeconds>,
    position: LatLon,
}

impl Trail {
    /// Puts a place where its time belongs and forgets what is more than `length_s` older than the newest. Returns
    /// whether the trail changed.
    pub fn insert(
        &mut self,
        time_s: UnixSeconds,
        created_at_s: Option<UnixSeconds>,
        position: LatLon,
        length_s: u32,
    ) -> bool {
        let place = Place { time_s, created_at_s, position };
        let at = self.places.partition_point(|known| known.time_s < time_s);
        if let Some(known) = self.places.get_mut(at).filter(|known| known.time_s == time_s) {
            let later = known.created_at_s < created_at_s;
            if later {
                *known = place;
            }
            return later;
        }
        if at == 0 && self.places.len() >= MAX_PLACES {
            return false;
        }
        self.places.insert(at, place);
        let kept_from_s = self.places.back().map_or(time_s, |newest| newest.time_s) - i64::from(length_s);
        let forgotten = self.places.partition_point(|known| known.time_s < kept_from_s);
        self.places.drain(..forgotten.max(self.places.len().saturating_sub(MAX_PLACES)));
        at >= forgotten
    }

    /// Whether a fix of that second at that place is part of the trail.
    pub fn has(&self, time_s: UnixSeconds, position: LatLon) -> bool {
        let at = self.places.partition_point(|known| known.time_s < time_s);
        self.places.get(at).is_some_and(|known| known.time_s == time_s && known.position == position)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// When the trail is over: `length_s` after its newest place. `None` when there is none.
    pub fn over_at_s(&self, length_s: u32) -> Option<UnixSeconds> {
        self.places.back().map(|newest| newest.time_s + i64::from(length_s) + 1)
    }

    /// The places, oldest first; none once the trail is over.
    pub fn places(&self, now_s: UnixSeconds, length_s: u32) -> Rc<[LatLon]> {
        match self.over_at_s(length_s) {
            Some(over_at_s) if now_s < over_at_s => self.places.iter().map(|place| place.position).collect(),
            _ => Rc::new([]),
        }
    }
}
