//! The places where people stayed, as the worker finds them in the shown histories.
//!
//! They are asked for only while the map shows them, and are few: at most some hundred a friend.

use std::rc::Rc;

use crate::owntracks::FriendId;
use crate::track::stays::StayPlace;

use super::command::Command;
use super::friends::Friends;
use super::turn::Turn;
use super::view::{FriendStaysView, StaysView};

/// The places where people stayed.
#[derive(Debug, Default)]
pub(super) struct Stays {
    are_wanted: bool,
    found: Vec<(FriendId, Rc<[StayPlace]>)>,
    changed: bool,
}

impl Stays {
    /// The map shows stays, or does so no longer.
    pub fn want(&mut self, are_wanted: bool, turn: &mut Turn<'_>) {
        if std::mem::replace(&mut self.are_wanted, are_wanted) != are_wanted {
            turn.want(Command::FindStays(are_wanted));
            self.keep_if(|_| false);
        }
    }

    /// The worker found the places in every track it has.
    pub fn take_found(&mut self, found: Vec<(FriendId, Vec<StayPlace>)>) {
        if self.are_wanted {
            self.found = found.into_iter().map(|(friend, places)| (friend, places.into())).collect();
            self.found.sort_by(|(one, _), (other, _)| one.cmp(other));
            self.changed = true;
        }
    }

    /// Forgets those of friends who are not kept: their history is shown no longer.
    pub fn keep_if(&mut self, is_kept: impl Fn(&FriendId) -> bool) {
        let before = self.found.len();
        self.found.retain(|(friend, _)| is_kept(friend));
        self.changed |= self.found.len() != before;
    }

    /// Names or colours changed.
    pub fn note_roster(&mut self) {
        self.changed |= !self.found.is_empty();
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The view.
    pub fn view(&self, friends: &Friends) -> StaysView {
        let stays = self.found.iter().filter(|(_, places)| !places.is_empty()).map(|(friend, places)| {
            let (name, colour) = friends.name_and_colour(friend);
            FriendStaysView { friend: friend.clone(), name, colour, places: places.clone() }
        });
        StaysView { friends: stays.collect() }
    }
}
