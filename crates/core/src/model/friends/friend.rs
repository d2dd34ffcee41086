//! What is known of one friend.

use std::rc::Rc;

use crate::geo::LatLon;
use crate::owntracks::{Card, FriendId, Location, Names};
use crate::time::{UnixMillis, UnixSeconds};

use super::super::config::Thresholds;
use super::super::view::{Age, FixView, FriendView};
use super::names::Named;
use super::trail::Trail;

/// Where a location came from, which decides how much of it is believed to be new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Origin {
    /// From the broker: whole messages as the phone sent them.
    Mqtt {
        /// Kept by the broker from before.
        retained: bool,
    },
    /// From the Recorder's answer to `last`.
    Last,
    /// Pushed by the Recorder's WebSocket as it came.
    Pushed,
    /// A reduced frame that answers `LAST`.
    Reduced,
}

/// What a location turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Arrival {
    /// The friend's newest sane fix.
    Newest,
    /// A fix that was not known, but is older than the newest.
    Late,
    /// Known already, though something may have been added to it.
    Repeat,
    /// From the future.
    Future,
}

/// What is known of one friend.
#[derive(Debug, Default)]
pub(super) struct Friend {
    /// User and device as their owner spells them, where that tells more than the id.
    spelling: Option<Names>,
    name: Option<String>,
    face: Option<std::sync::Arc<str>>,
    /// The card came by MQTT, which is closer to its owner than the Recorder's copy.
    card_from_mqtt: bool,
    /// The tracker id of the newest location that had one, and the time of that location.
    tracker_id: Option<(UnixSeconds, String)>,
    newest: Option<FixView>,
    /// The newest fix that claims to be from the future. Shown only when there is no other.
    future: Option<FixView>,
    trail: Trail,
    /// The broker said the connection was lost, and nothing came since.
    pub lost_connection: bool,
    /// Sends messages that no key opens.
    pub encrypted: bool,
    /// Messages that made no sense.
    pub bad_messages: u32,
    /// In a place within which guests do not see them, when that was last told; a fix since then says that they left it.
    pub private: bool,
    /// Hidden by the person.
    pub hidden: bool,
    /// Their history is shown.
    pub in_history: bool,
    /// Name that is unique in the list, chosen by [`super::names`].
    pub shown_name: String,
    /// Palette index, chosen by [`super::super::palette`].
    pub colour: u8,
    /// The view as last built, while it is still right.
    pub view: Option<Rc<FriendView>>,
}

/// What the view of a friend depends on besides the friend.
pub(super) struct Surroundings<'a> {
    pub now: UnixMillis,
    pub thresholds: &'a Thresholds,
    pub selected: bool,
    pub followed: bool,
    pub found: bool,
    pub viewer: Option<LatLon>,
}

impl Friend {
    /// Takes in a location. Newest by its own time wins, whatever the order of arrival; a fix from the future never
    /// stands in the way of a saner one. Returns what it was and whether anything changed.
    pub fn take_location(
        &mut self,
        location: &Location,
        origin: Origin,
        now: UnixMillis,
        trail_s: u32,
    ) -> (Arrival, bool) {
        let fix = FixView::from_location(location);
        self.wait_for_future(now);
        if fix.is_from_future(now) {
            return (Arrival::Future, self.take_future_fix(fix));
        }
        // The clock that had run ahead is right again: what it said of the future will not come true.
        let mut changed = self.newest.is_none() && self.future.is_some();
        self.future = None;
        let was_known = self.trail.has(fix.time_s, fix.position);
        changed |= self.trail.insert(fix.time_s, fix.created_at_s, fix.position, trail_s);
        let (arrival, fix_changed) = self.take_sane_fix(fix, origin);
        changed |= fix_changed;
        changed |= self.take_tracker_id(location.tracker_id.as_ref(), location.time_s);
        (if arrival == Arrival::Late && was_known { Arrival::Repeat } else { arrival }, changed)
    }

    fn take_sane_fix(&mut self, mut fix: FixView, origin: Origin) -> (Arrival, bool) {
        let Some(newest) = &mut self.newest else {
            self.newest = Some(fix);
            return (Arrival::Newest, true);
        };
        let whole = matches!(origin, Origin::Mqtt { .. });
        let same = fix.is_same_fix(newest);
        let newer = fix.age_key() > newest.age_key() || whole && fix.age_key() == newest.age_key();
        if newer {
            if same {
                fix.complete_from(newest);
            } else if origin == Origin::Reduced {
                fix.keep_phone_state_of(newest);
            }
            let changed = *newest != fix;
            *newest = fix;
            (if same { Arrival::Repeat } else { Arrival::Newest }, changed)
        } else if same {
            let before = newest.clone();
            newest.complete_from(&fix);
            (Arrival::Repeat, *newest != before)
        } else {
            (Arrival::Late, false)
        }
    }

    fn take_future_fix(&mut self, fix: FixView) -> bool {
        let newer = self.future.as_ref().is_none_or(|known| fix.age_key() > known.age_key());
        if newer {
            self.future = Some(fix);
        }
        newer && self.newest.is_none()
    }

    /// Accepts the fix from the future once its time has nearly come. Returns whether that happened.
    pub fn wait_for_future(&mut self, now: UnixMillis) -> bool {
        let Some(fix) = self.future.take_if(|fix| !fix.is_from_future(now)) else { return false };
        if self.newest.as_ref().is_none_or(|newest| fix.age_key() > newest.age_key()) {
            self.newest = Some(fix);
        }
        true
    }

    /// Takes over a tracker id of `time_s` when there is one and none newer is known. Returns whether it is another.
    fn take_tracker_id(&mut self, tracker_id: Option<&String>, time_s: UnixSeconds) -> bool {
        let Some(text) = tracker_id else { return false };
        match &mut self.tracker_id {
            Some((known_s, _)) if *known_s > time_s => false,
            Some((known_s, known)) if known == text => {
                *known_s = time_s;
                false
            }
            known => {
                *known = Some((time_s, text.clone()));
                true
            }
        }
    }

    /// Takes over how user and device are spelled, once: two spellings of one id must not take turns. Returns whether that
    /// changed anything.
    pub fn take_spelling(&mut self, id: &FriendId, names: &Names) -> bool {
        let tells_more = (names.user.as_str(), names.device.as_str()) != (id.user(), id.device());
        let is_news = self.spelling.is_none() && tells_more;
        if is_news {
            self.spelling = Some(names.clone());
        }
        is_news
    }

    /// Takes in a card by MQTT: it replaces the known one wholly. Returns whether anything changed.
    pub fn take_card(&mut self, card: &Card) -> bool {
        self.card_from_mqtt = true;
        let face = card.face.as_ref().map(|face| face.data_url.clone());
        let changed = (&self.name, &self.face) != (&card.name, &face);
        (self.name, self.face) = (card.name.clone(), face);
        self.take_tracker_id(card.tracker_id.as_ref(), UnixSeconds::MIN) || changed
    }

    /// Takes in the card that the Recorder merged into a location: it adds to what MQTT told, and never erases.
    pub fn take_merged_card(&mut self, card: &Card) -> bool {
        let keeps = self.card_from_mqtt;
        let mut changed = false;
        if let Some(name) = card.name.as_ref().filter(|name| self.name.as_ref() != Some(name))
            && (self.name.is_none() || !keeps)
        {
            self.name = Some(name.clone());
            changed = true;
        }
        if let Some(face) = card.face.as_ref().filter(|face| self.face.as_ref() != Some(&face.data_url))
            && (self.face.is_none() || !keeps)
        {
            self.face = Some(face.data_url.clone());
            changed = true;
        }
        changed
    }

    /// Takes over the name that our server gave a guest, while there is none yet. Returns whether anything changed.
    pub fn take_name(&mut self, name: Option<String>) -> bool {
        let is_news = self.name.is_none() && name.is_some();
        if is_news {
            self.name = name;
        }
        is_news
    }

    /// Forgets name and face. Returns whether there were any.
    pub fn drop_card(&mut self) -> bool {
        self.card_from_mqtt = false;
        let name = self.name.take();
        let face = self.face.take();
        name.is_some() || face.is_some()
    }

    /// Forgets the place and the trail.
    pub fn drop_place(&mut self) {
        (self.newest, self.future) = (None, None);
        self.trail.clear();
        (self.lost_connection, self.encrypted) = (false, false);
    }

    /// Whether the friend would be missed: has a name or a face of their own.
    pub const fn has_card(&self) -> bool {
        self.name.is_some() || self.face.is_some()
    }

    /// The fix to be shown: the newest sane one, else the one from the future.
    pub fn fix(&self) -> Option<&FixView> {
        self.newest.as_ref().or(self.future.as_ref())
    }

    /// Whether a fix from the future waits here.
    pub const fn has_future_fix(&self) -> bool {
        self.future.is_some()
    }

    /// What the friend is called before the names are made distinct: card name, else tracker id.
    pub fn own_name(&self) -> Option<&str> {
        self.name.as_deref().or(self.tracker_id.as_ref().map(|(_, text)| text.as_str()))
    }

    /// What the name for the list is made from.
    pub fn named<'a>(&'a self, id: &'a FriendId) -> Named<'a> {
        Named { id, own_name: self.own_name(), spelling: self.spelling.as_ref() }
    }

    /// How old the shown fix is.
    pub fn age(&self, now: UnixMillis, thresholds: &Thresholds) -> Age {
        let Some(fix) = self.fix() else { return Age::Old };
        let age_s = now.seconds().saturating_sub(fix.time_s);
        if age_s > i64::from(thresholds.old_after_s) {
            Age::Old
        } else if age_s > i64::from(thresholds.stale_after_s) {
            Age::Stale
        } else {
            Age::Fresh
        }
    }

    /// When the view next changes by itself: the fix becomes stale or old, the trail ends, a future time comes.
    pub fn next_change_s(&self, now_s: UnixSeconds, thresholds: &Thresholds) -> Option<UnixSeconds> {
        let after = |limit_s: u32| self.fix().map(|fix| fix.time_s + i64::from(limit_s) + 1);
        let sane_from = self.future.as_ref().map(|fix| fix.time_s - super::fix::FUTURE_AFTER_S);
        let trail_over = self.trail.over_at_s(thresholds.trail_s);
        [after(thresholds.stale_after_s), after(thresholds.old_after_s), trail_over, sane_from]
            .into_iter()
            .flatten()
            .filter(|at_s| *at_s > now_s)
            .min()
    }

    /// Whether the trail has come to its end at `now_s`.
    pub fn trail_is_over(&self, now_s: UnixSeconds, thresholds: &Thresholds) -> bool {
        self.trail.over_at_s(thresholds.trail_s).is_none_or(|over_at_s| now_s >= over_at_s)
    }

    /// The view of this friend; the same pointer as before while nothing changed.
    pub fn view(&mut self, id: &FriendId, around: &Surroundings<'_>) -> Rc<FriendView> {
        if let Some(view) = &self.view {
            return Rc::clone(view);
        }
        let view = Rc::new(self.build_view(id, around));
        self.view = Some(Rc::clone(&view));
        view
    }

    fn build_view(&self, id: &FriendId, around: &Surroundings<'_>) -> FriendView {
        let fix = self.fix().cloned();
        let distance_m =
            fix.as_ref().zip(around.viewer).map(|(fix, viewer)| crate::geo::distance_m(fix.position, viewer));
        FriendView {
            id: id.clone(),
            name: self.shown_name.clone(),
            initials: super::names::initials(&self.named(id)),
            face: self.face.clone(),
            colour: self.colour,
            age: self.age(around.now, around.thresholds),
            selected: around.selected,
            followed: around.followed,
            hidden: self.hidden,
            found: around.found,
            in_history: self.in_history,
            distance_m,
            lost_connection: self.lost_connection,
            encrypted: self.encrypted,
            from_future: fix.as_ref().is_some_and(|fix| fix.is_from_future(around.now)),
            bad_messages: self.bad_messages,
            trail: self.trail.places(around.now.seconds(), around.thresholds.trail_s),
            private: self.private && fix.is_none(),
            fix,
        }
    }
}
