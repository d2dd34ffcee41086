//! The point of a history that the person looks at: pointed at, tapped, or reached by stepping along the track.
//!
//! The worker owns the points, so each look is a question to it. One is under way at most: meanwhile the newest wish
//! waits, and steps add up. A point under a resting mouse is shown until the mouse leaves; one that was tapped or stepped
//! to stays, and is asked for again whenever its track changes.

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::track::TrackPoint;

use super::command::{Command, PointQuestion, PointWish, RequestId};
use super::event::{FoundPoint, Stride};
use super::friends::Friends;
use super::turn::Turn;
use super::view::{InspectionView, PointView};

/// Steps pressed while an answer is under way add up to no more than this.
const MAX_STEPS: i32 = 1000;

/// The point looked at.
#[derive(Debug, Default)]
pub(super) struct Inspection {
    shown: Option<Shown>,
    asked: Option<(RequestId, Manner)>,
    waiting: Option<Wish>,
    /// How often the person reached a point.
    reached: u32,
    changed: bool,
}

#[derive(Debug)]
struct Shown {
    friend: FriendId,
    point: TrackPoint,
    pinned: bool,
}

/// What the person wants to see.
#[derive(Clone, Debug)]
enum Wish {
    PointAt {
        place: LatLon,
        zoom: f64,
        max_px: f64,
        tapped: bool,
    },
    Step(i32),
    End {
        friend: FriendId,
        last: bool,
    },
    /// The shown point once more: its track changed.
    Again,
}

/// How a question came about, which decides what its answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Hover,
    Tap,
    Step,
    Again,
}

impl Wish {
    const fn manner(&self) -> Manner {
        match self {
            Self::PointAt { tapped: false, .. } => Manner::Hover,
            Self::PointAt { tapped: true, .. } => Manner::Tap,
            Self::Step(_) | Self::End { .. } => Manner::Step,
            Self::Again => Manner::Again,
        }
    }
}

impl Inspection {
    /// The person pointed at a place on the map, by resting there or by a tap.
    pub fn point_at(&mut self, place: LatLon, zoom: f64, max_px: f64, tapped: bool, turn: &mut Turn<'_>) {
        if tapped || !self.is_pinned() {
            self.wish(Wish::PointAt { place, zoom, max_px, tapped }, turn);
        }
    }

    /// The person does not rest on the point any more.
    pub fn point_away(&mut self) {
        if !self.is_pinned() && !matches!(self.asked, Some((_, Manner::Tap | Manner::Step))) {
            self.close();
        }
    }

    /// The person steps along the track of the shown point, or begins with `friend`.
    pub fn step(&mut self, stride: Stride, friend: Option<FriendId>, turn: &mut Turn<'_>) {
        let shown = self.shown.as_ref().map(|shown| shown.friend.clone());
        let is_shown = shown.is_some();
        let Some(friend) = shown.or(friend) else { return };
        let wish = match stride {
            Stride::By(by) if is_shown => Wish::Step(by),
            Stride::First => Wish::End { friend, last: false },
            Stride::By(_) | Stride::Last => Wish::End { friend, last: true },
        };
        self.wish(wish, turn);
    }

    /// The tracks changed: what is said of the point may not hold any more, or it is gone.
    pub fn refresh(&mut self, turn: &mut Turn<'_>) {
        if self.is_pinned() {
            self.wish(Wish::Again, turn);
        }
    }

    /// Looks at nothing any more.
    pub fn close(&mut self) {
        self.changed |= self.shown.take().is_some();
        (self.asked, self.waiting) = (None, None);
    }

    /// Closes it unless it `is_kept`: the history of its friend may be shown no longer.
    pub fn keep_if(&mut self, is_kept: impl FnOnce(&FriendId) -> bool) {
        if self.shown.as_ref().is_some_and(|shown| !is_kept(&shown.friend)) {
            self.close();
        }
    }

    /// Names or colours changed.
    pub fn note_roster(&mut self) {
        self.changed |= self.shown.is_some();
    }

    /// Takes in an answer; whether it is that nothing is where the person tapped.
    pub fn take_found(&mut self, request: RequestId, found: Option<FoundPoint>, turn: &mut Turn<'_>) -> bool {
        let Some((_, manner)) = self.asked.take_if(|(asked, _)| *asked == request) else { return false };
        let tapped_nothing = manner == Manner::Tap && found.is_none();
        match found {
            Some(FoundPoint { friend, point }) => {
                let pinned = manner != Manner::Hover;
                if matches!(manner, Manner::Tap | Manner::Step) {
                    self.reached = self.reached.wrapping_add(1);
                }
                self.shown = Some(Shown { friend, point, pinned });
                self.changed = true;
            }
            None => self.changed |= self.shown.take().is_some(),
        }
        if let Some(wish) = self.waiting.take() {
            self.ask(&wish, turn);
        }
        tapped_nothing
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The view.
    pub fn view(&self, friends: &Friends) -> InspectionView {
        let point = self.shown.as_ref().map(|shown| {
            let (name, colour) = friends.name_and_colour(&shown.friend);
            PointView { friend: shown.friend.clone(), name, colour, point: shown.point, pinned: shown.pinned }
        });
        InspectionView { point, reached: self.reached }
    }

    fn is_pinned(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.pinned)
    }

    fn wish(&mut self, wish: Wish, turn: &mut Turn<'_>) {
        use Manner::{Again, Hover, Step, Tap};
        let Some((_, asked)) = self.asked else { return self.ask(&wish, turn) };
        match (asked, wish.manner()) {
            // The answer under way is not wanted any more, or will be overtaken.
            (Hover | Again, Tap | Step) | (Tap | Step, Tap) => self.ask(&wish, turn),
            // The answer will be of the tracks as they are then.
            (Tap | Step, Hover | Again) => {}
            (Step, Step) => {
                let sum = match (&self.waiting, wish) {
                    (Some(Wish::Step(before)), Wish::Step(by)) => {
                        Wish::Step((before + by).clamp(-MAX_STEPS, MAX_STEPS))
                    }
                    (_, wish) => wish,
                };
                self.waiting = Some(sum);
            }
            _ => self.waiting = Some(wish),
        }
    }

    /// Asks the worker; whatever it was asked before is not waited for.
    fn ask(&mut self, wish: &Wish, turn: &mut Turn<'_>) {
        let of_shown = |by: i32| {
            let shown = self.shown.as_ref()?;
            Some(PointWish::Step { friend: shown.friend.clone(), from: shown.point.key(), by })
        };
        let asked = match wish {
            Wish::PointAt { place, zoom, max_px, .. } => {
                Some(PointWish::Near { place: *place, zoom: *zoom, max_px: *max_px })
            }
            Wish::Step(by) => of_shown(*by),
            Wish::Again => of_shown(0),
            Wish::End { friend, last } => Some(PointWish::End { friend: friend.clone(), last: *last }),
        };
        self.waiting = None;
        self.asked = asked.map(|wish_of_worker| {
            let request = turn.supply.request();
            turn.want(Command::FindPoint(PointQuestion { request, wish: wish_of_worker }));
            (request, wish.manner())
        });
    }
}
