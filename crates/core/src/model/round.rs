//! The map of a kiosk moves by itself, by a rule that its link asked for: nobody stands before it.
//!
//! Whoever does touch it is left alone for a while.

use crate::geo::{Bounds, LatLon};
use crate::owntracks::FriendId;
use crate::time::UnixMillis;

use super::command::{Command, MapMove};
use super::config::{Interface, KioskRound, KioskRule};
use super::turn::Turn;

/// After somebody moved the map, it stays there so long.
const LEFT_ALONE_MS: i64 = 60_000;

/// No closer than this: a street, not a doorstep.
const MAX_ZOOM: f64 = 16.0;

/// People who move within their frame and this much of its size around it are still well in sight.
const MARGIN: f64 = 0.1;

/// Nobody sees a difference below this, about 50 m: phones at rest swing so far.
const LEAST_MARGIN_DEG: f64 = 0.0005;

/// A frame of this size is as close as the map goes, about 1 km.
const CLOSEST_FRAME_DEG: f64 = 0.01;

/// How the map moves by itself.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// `None` for a map that does not.
    round: Option<KioskRound>,
    next_at: Option<UnixMillis>,
    /// Everybody, when the map last fitted them.
    fitted: Option<Bounds>,
    /// Who was shown last, in turn; `None` for everybody.
    shown: Option<FriendId>,
}

impl Round {
    /// Starts from the configuration; the first step comes when one is due.
    pub fn configure(&mut self, interface: Interface, round: KioskRound, now: UnixMillis) {
        if interface == Interface::Kiosk && round.rule != KioskRule::Still {
            self.round = Some(round);
            self.next_at = Some(now.plus_ms(i64::from(round.every_s) * 1000));
        }
    }

    /// When [`Round::pass_time`] is wanted.
    pub const fn wake_at(&self) -> Option<UnixMillis> {
        self.next_at
    }

    /// Somebody moved the map by hand.
    pub fn leave_alone(&mut self, now: UnixMillis) {
        if self.next_at.is_some() {
            self.next_at = Some(now.plus_ms(LEFT_ALONE_MS));
            self.fitted = None;
        }
    }

    /// Takes the step that is due. `people` are those on the map, in a lasting order. Returns who is shown now when
    /// that is somebody else: `Some(None)` is everybody.
    pub fn pass_time(
        &mut self,
        people: impl FnOnce() -> Vec<(FriendId, LatLon)>,
        turn: &mut Turn<'_>,
    ) -> Option<Option<FriendId>> {
        let round = self.round.filter(|_| self.next_at.is_some_and(|at| at <= turn.now))?;
        self.next_at = Some(turn.after_ms(i64::from(round.every_s) * 1000));
        let people = people();
        let next = match round.rule {
            KioskRule::Cycle if people.len() > 1 => {
                people.iter().find(|(id, _)| self.shown.as_ref().is_none_or(|shown| id > shown))
            }
            _ => None,
        };
        match next {
            Some((_, place)) => {
                self.fitted = None;
                fit(vec![*place], turn);
            }
            None => self.fit_everybody(people.iter().map(|(_, place)| *place).collect(), turn),
        }
        let next = next.map(|(id, _)| id.clone());
        let differs = next != self.shown;
        self.shown.clone_from(&next);
        differs.then_some(next)
    }

    fn fit_everybody(&mut self, places: Vec<LatLon>, turn: &mut Turn<'_>) {
        let Some(around) = Bounds::around(places.iter().copied()) else { return };
        if self.fitted.is_none_or(|fitted| !is_framed(fitted, around)) {
            self.fitted = Some(around);
            fit(places, turn);
        }
    }
}

fn fit(places: Vec<LatLon>, turn: &mut Turn<'_>) {
    turn.want(Command::MoveMap(MapMove::Fit { places, max_zoom: MAX_ZOOM, at_once: false }));
}

/// Whether people around whom lies `now` are well in sight on a map that was fitted to `fitted`: neither out of it, nor
/// lost in it.
fn is_framed(fitted: Bounds, now: Bounds) -> bool {
    let size = |bounds: Bounds| bounds.width_deg().max(bounds.north_deg() - bounds.south_deg());
    let margin = (size(fitted) * MARGIN).max(LEAST_MARGIN_DEG);
    let mut both = fitted;
    both.union(now);
    let is_inside = both.width_deg() <= fitted.width_deg() + margin
        && both.north_deg() <= fitted.north_deg() + margin
        && both.south_deg() >= fitted.south_deg() - margin;
    let is_lost = size(fitted) > CLOSEST_FRAME_DEG && size(now) < size(fitted) / 2.0;
    is_inside && !is_lost
}
