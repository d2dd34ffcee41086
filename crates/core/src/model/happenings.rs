//! Regions entered and left.

use crate::owntracks::{FriendId, Transition};

use super::friends::Friends;
use super::view::HappeningView;

/// How many are kept.
const MAX_HAPPENINGS: usize = 200;

/// Regions entered and left, newest first by their own time, each once however often it was told.
#[derive(Debug, Default)]
pub(super) struct Happenings {
    newest_first: Vec<(FriendId, Transition)>,
    changed: bool,
}

impl Happenings {
    /// Somebody entered or left a region.
    pub fn take(&mut self, friend: &FriendId, transition: Transition) {
        let at = self.newest_first.partition_point(|(_, known)| known.time_s > transition.time_s);
        let same_second =
            self.newest_first[at..].iter().take_while(|(_, known)| known.time_s == transition.time_s);
        let mut same_second = same_second;
        let is_known = same_second.any(|(who, known)| {
            who == friend && known.crossing == transition.crossing && known.region == transition.region
        });
        if !is_known && at < MAX_HAPPENINGS {
            self.newest_first.insert(at, (friend.clone(), transition));
            self.newest_first.truncate(MAX_HAPPENINGS);
            self.changed = true;
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.changed |= !self.newest_first.is_empty();
        self.newest_first.clear();
    }

    /// Names or colours changed.
    pub fn note_roster(&mut self) {
        self.changed |= !self.newest_first.is_empty();
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The view.
    pub fn view(&self, friends: &Friends) -> Vec<HappeningView> {
        let happened = self.newest_first.iter();
        happened
            .map(|(friend, transition)| {
                let (name, colour) = friends.name_and_colour(friend);
                HappeningView {
                    friend: friend.clone(),
                    name,
                    colour,
                    crossing: transition.crossing,
                    region: transition.region.clone(),
                    time_s: transition.time_s,
                }
            })
            .collect()
    }
}
