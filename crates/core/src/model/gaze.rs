//! What the map looks at. It moves only when the person asked: once at the start, when following, and on a wish.

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::time::UnixMillis;

use super::command::{Command, MapMove};
use super::event::MapView;
use super::turn::Turn;

/// How long the first place waits for others before the map fits them, in milliseconds. A broker sends what it retains
/// in many small pieces.
const SETTLE_MS: i64 = 250;

/// No closer than this when fitting: a street, not a doorstep.
const FIT_MAX_ZOOM: f64 = 16.0;

/// What the map looks at.
#[derive(Debug, Default)]
pub(super) struct Gaze {
    first_look: FirstLook,
    followed: Option<FriendId>,
    /// Where the person moved the map.
    moved_to: Option<(LatLon, f64)>,
}

/// The one look at everybody that nobody has to ask for.
#[derive(Debug, Default)]
enum FirstLook {
    /// A place or a history is still to come.
    #[default]
    Due,
    /// The first place came; others may follow until this moment.
    Settling(UnixMillis),
    /// Done, or not wanted.
    Over,
}

impl Gaze {
    /// Starts from the configuration: with a given view nothing re-fits the map.
    pub fn configure(&mut self, view_is_given: bool, followed: Option<FriendId>) {
        self.first_look = if view_is_given { FirstLook::Over } else { FirstLook::Due };
        self.followed = followed;
    }

    /// Others will be there: looks at them once, as at the start.
    pub fn start_over(&mut self) {
        (self.first_look, self.followed) = (FirstLook::Due, None);
    }

    /// Whom the map follows.
    pub const fn followed(&self) -> Option<&FriendId> {
        self.followed.as_ref()
    }

    /// Where the person moved the map.
    pub const fn moved_to(&self) -> Option<(LatLon, f64)> {
        self.moved_to
    }

    /// Somebody has a new newest place.
    pub fn take_place(&mut self, id: &FriendId, place: LatLon, turn: &mut Turn<'_>) {
        if self.followed.as_ref() == Some(id) {
            self.first_look = FirstLook::Over;
            turn.want(Command::MoveMap(MapMove::CentreOn(place)));
        } else if matches!(self.first_look, FirstLook::Due) {
            self.first_look = FirstLook::Settling(turn.after_ms(SETTLE_MS));
        }
    }

    /// Everybody the Recorder knows has come: no need to wait for more.
    pub fn take_everybody(&mut self, places: Vec<LatLon>, turn: &mut Turn<'_>) {
        if !matches!(self.first_look, FirstLook::Over) && !places.is_empty() {
            self.first_look = FirstLook::Over;
            fit(places, true, turn);
        }
    }

    /// The first history is there: looked at only if nobody had a place to look at. After people it would be a second picture of
    /// all its points, which takes longer than the first.
    pub fn take_first_history(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.first_look, FirstLook::Due) {
            self.first_look = FirstLook::Over;
            turn.want(Command::MoveMap(MapMove::FitTracks { at_once: true }));
        }
    }

    /// Does what is due: the first look.
    pub fn pass_time(&mut self, places: impl FnOnce() -> Vec<LatLon>, turn: &mut Turn<'_>) {
        if matches!(self.first_look, FirstLook::Settling(until) if until <= turn.now) {
            self.take_everybody(places(), turn);
            self.first_look = FirstLook::Over;
        }
    }

    /// When [`Gaze::pass_time`] is wanted.
    pub const fn wake_at(&self) -> Option<UnixMillis> {
        if let FirstLook::Settling(until) = self.first_look { Some(until) } else { None }
    }

    /// The map came to rest. A person who moves it ends following and does without the first look. Returns whether
    /// following ended.
    pub fn take_moved(&mut self, view: &MapView) -> bool {
        if !view.by_person {
            return false;
        }
        self.moved_to = Some((view.centre, view.zoom));
        self.first_look = FirstLook::Over;
        self.followed.take().is_some()
    }

    /// The person wants the map to follow somebody, or nobody.
    pub fn follow(&mut self, id: Option<FriendId>, place: Option<LatLon>, turn: &mut Turn<'_>) {
        self.followed = id;
        self.centre_on(place, turn);
    }

    /// The person wants to see somebody.
    pub fn go_to(&mut self, id: &FriendId, place: Option<LatLon>, turn: &mut Turn<'_>) {
        if self.followed.as_ref() != Some(id) {
            self.followed = None;
        }
        self.centre_on(place, turn);
    }

    /// The page around wants a place to be seen.
    pub fn look_at(&mut self, centre: LatLon, zoom: f64, turn: &mut Turn<'_>) {
        (self.first_look, self.followed) = (FirstLook::Over, None);
        turn.want(Command::MoveMap(MapMove::View { centre, zoom }));
    }

    /// The person wants to see a place.
    pub fn go_to_place(&mut self, place: LatLon, turn: &mut Turn<'_>) {
        self.followed = None;
        self.centre_on(Some(place), turn);
    }

    /// The person wants to see everybody.
    pub fn fit_friends(&mut self, places: Vec<LatLon>, turn: &mut Turn<'_>) {
        (self.first_look, self.followed) = (FirstLook::Over, None);
        if !places.is_empty() {
            fit(places, false, turn);
        }
    }

    /// The person wants to see the whole history.
    pub fn fit_history(&mut self, turn: &mut Turn<'_>) {
        (self.first_look, self.followed) = (FirstLook::Over, None);
        turn.want(Command::MoveMap(MapMove::FitTracks { at_once: false }));
    }

    fn centre_on(&mut self, place: Option<LatLon>, turn: &mut Turn<'_>) {
        if let Some(place) = place {
            self.first_look = FirstLook::Over;
            turn.want(Command::MoveMap(MapMove::CentreOn(place)));
        }
    }
}

fn fit(places: Vec<LatLon>, at_once: bool, turn: &mut Turn<'_>) {
    turn.want(Command::MoveMap(MapMove::Fit { places, max_zoom: FIT_MAX_ZOOM, at_once }));
}
