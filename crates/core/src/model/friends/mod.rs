//! Everybody known: who they are and where.

mod fix;
mod friend;
pub(super) mod names;
mod trail;

use crate::ordered::{self, OrderedMap, OrderedSet};
use std::cmp::Ordering;
use std::rc::Rc;

use crate::geo::LatLon;
use crate::owntracks::{Card, FriendId, Location, Names};
use crate::time::{UnixMillis, UnixSeconds};

use super::config::{Settings, SortBy, Thresholds};
use super::palette;
use super::share::SharedPerson;
use super::text::matches_friend;
use super::view::{FriendView, FriendsView, ViewerPlace};

pub(super) use friend::{Arrival, Origin};
use friend::{Friend, Surroundings};

/// More friends than this are not taken in: each newcomer costs a look at everybody's name and colour, and anybody who may
/// publish can invent some.
const MAX_FRIENDS: usize = 500;

/// Everybody known.
#[derive(Debug, Default)]
pub(super) struct Friends {
    by_id: OrderedMap<FriendId, Friend>,
    never_shown: Vec<(String, String)>,
    /// Hidden by the person, whether known yet or not.
    hidden: OrderedSet<FriendId>,
    thresholds: Thresholds,
    sort_by: SortBy,
    search: String,
    viewer: ViewerPlace,
    selected: Option<FriendId>,
    followed: Option<FriendId>,
    /// Somebody came, went or is called otherwise: names and colours have to be given out anew.
    roster_stale: bool,
    roster_changed: bool,
    members_changed: bool,
    /// Somebody began or ceased to send what no key opens, or to be ahead of time.
    troubles_changed: bool,
    changed: bool,
    /// When the view changes by itself, by the latest reckoning; `None` for never.
    next_change_s: Option<UnixSeconds>,
}

impl Friends {
    /// Starts from the configuration.
    pub fn configure(&mut self, never_shown: Vec<(String, String)>, settings: &Settings) {
        (self.never_shown, self.hidden) = (never_shown, settings.hidden.clone());
        (self.thresholds, self.sort_by) = (settings.thresholds, settings.sort_by);
    }

    /// Whether the configuration says never to show this friend.
    pub fn is_never_shown(&self, id: &FriendId) -> bool {
        self.never_shown.iter().any(|pattern| matches_friend(pattern, id))
    }

    /// Takes in a location of `id`.
    pub fn take_location(
        &mut self,
        id: &FriendId,
        location: &Location,
        origin: Origin,
        now: UnixMillis,
    ) -> Option<Arrival> {
        let thresholds = self.thresholds;
        let friend = self.entry(id)?;
        let name_before = friend.own_name().map(str::to_owned);
        let troubles_before = (friend.encrypted, friend.has_future_fix());
        let (arrival, mut changed) = friend.take_location(location, origin, now, thresholds.trail_s);
        if let Some(card) = &location.card {
            changed |= friend.take_merged_card(card);
        }
        let from_phone = matches!(origin, Origin::Mqtt { .. });
        // The Recorder repeats what it knows: that proves a connection only if it is news. And it may hold the key that
        // we lack, which says nothing of what comes by MQTT.
        if from_phone || arrival == Arrival::Newest {
            changed |= std::mem::take(&mut friend.lost_connection);
        }
        if from_phone {
            changed |= std::mem::take(&mut friend.encrypted);
        }
        let renamed = friend.own_name() != name_before.as_deref();
        let in_trouble = troubles_before != (friend.encrypted, friend.has_future_fix());
        let next_change_s = friend.next_change_s(now.seconds(), &thresholds);
        self.troubles_changed |= in_trouble;
        self.note(id, changed, renamed);
        self.plan_change(next_change_s);
        Some(arrival)
    }

    /// Learns how user and device of `id` are spelled.
    pub fn learn_spelling(&mut self, id: &FriendId, names: &Names) {
        let Some(friend) = self.by_id.get_mut(id) else { return };
        let learned = friend.take_spelling(id, names);
        self.note(id, learned, learned);
    }

    /// Takes in a card that came by MQTT.
    pub fn take_card(&mut self, id: &FriendId, card: &Card) {
        let Some(friend) = self.entry(id) else { return };
        let changed = friend.take_card(card) | std::mem::take(&mut friend.lost_connection);
        self.note(id, changed, changed);
    }

    /// Forgets name and face of `id`.
    pub fn drop_card(&mut self, id: &FriendId) {
        let Some(friend) = self.by_id.get_mut(id) else { return };
        let dropped = friend.drop_card();
        self.note(id, dropped, dropped);
    }

    /// Forgets place and trail of `id`, and the friend altogether when nothing else is known.
    pub fn drop_place(&mut self, id: &FriendId) {
        let Some(friend) = self.by_id.get_mut(id) else { return };
        friend.drop_place();
        if friend.has_card() {
            self.note(id, true, true);
        } else {
            self.by_id.remove(id);
            self.note_member();
        }
    }

    /// Takes over who is in a guest's share: nobody else is known any more, and whoever is in a private place has none. Returns
    /// whether somebody has come out of one, whose place is to be asked for.
    pub fn tell_shared(&mut self, people: Vec<SharedPerson>) -> bool {
        let gone: Vec<FriendId> = self
            .by_id
            .keys()
            .filter(|id| people.iter().all(|person| person.friend != **id))
            .cloned()
            .collect();
        for id in &gone {
            self.by_id.remove(id);
            self.note_member();
        }
        let mut came_out = false;
        for SharedPerson { friend: id, name, private } in people {
            let Some(friend) = self.entry(&id) else { continue };
            let renamed = friend.take_name(name);
            let was_private = std::mem::replace(&mut friend.private, private);
            let hides = private && friend.fix().is_some();
            if hides {
                friend.drop_place();
            }
            came_out |= was_private && !private && friend.fix().is_none();
            self.note(&id, renamed || hides || was_private != private, renamed);
        }
        came_out
    }

    /// The broker says the connection of `id` was lost.
    pub fn lose_connection(&mut self, id: &FriendId) {
        let Some(friend) = self.entry(id) else { return };
        let changed = !std::mem::replace(&mut friend.lost_connection, true);
        self.note(id, changed, false);
    }

    /// `id` sends messages that no key opens.
    pub fn find_encrypted(&mut self, id: &FriendId) {
        let Some(friend) = self.entry(id) else { return };
        let changed = !std::mem::replace(&mut friend.encrypted, true);
        self.troubles_changed |= changed;
        self.note(id, changed, false);
    }

    /// Nobody counts as encrypted any more: there are new keys to try.
    pub fn forget_encrypted(&mut self) {
        for friend in self.by_id.values_mut().filter(|friend| friend.encrypted) {
            (friend.encrypted, friend.view) = (false, None);
            (self.changed, self.troubles_changed) = (true, true);
        }
    }

    /// Something else of `id` arrived: they are connected, if they are known at all.
    pub fn hear_of(&mut self, id: &FriendId) {
        let Some(friend) = self.by_id.get_mut(id) else { return };
        let changed = std::mem::take(&mut friend.lost_connection);
        self.note(id, changed, false);
    }

    /// A message of `id` made no sense. Nobody becomes known by nonsense.
    pub fn count_bad_message(&mut self, id: &FriendId) {
        let Some(friend) = self.by_id.get_mut(id) else { return };
        friend.bad_messages = friend.bad_messages.saturating_add(1);
        self.note(id, true, false);
    }

    /// Who is selected.
    pub const fn selected(&self) -> Option<&FriendId> {
        self.selected.as_ref()
    }

    /// Selects somebody, or nobody.
    pub fn select(&mut self, id: Option<FriendId>) {
        let before = std::mem::replace(&mut self.selected, id.clone());
        self.note_pair(before, id);
    }

    /// Marks whom the map follows.
    pub fn mark_followed(&mut self, id: Option<FriendId>) {
        let before = std::mem::replace(&mut self.followed, id.clone());
        self.note_pair(before, id);
    }

    /// Marks whose history is shown.
    pub fn mark_history(&mut self, members: &OrderedSet<FriendId>) {
        for (id, friend) in self.by_id.iter_mut() {
            let shown = members.contains(id);
            if friend.in_history != shown {
                (friend.in_history, friend.view) = (shown, None);
                self.changed = true;
            }
        }
    }

    /// Takes over what was typed into the search field.
    pub fn search(&mut self, text: String) {
        if self.search != text {
            self.search = text;
            self.rebuild_all();
        }
    }

    /// Takes over the person's limits, the order of the list, and who is hidden.
    pub fn change_settings(&mut self, settings: &Settings, now: UnixMillis) {
        self.changed |= self.sort_by != settings.sort_by;
        self.sort_by = settings.sort_by;
        if self.thresholds != settings.thresholds {
            self.thresholds = settings.thresholds;
            self.rebuild_all();
            self.plan_all_changes(now);
        }
        if self.hidden != settings.hidden {
            self.hidden.clone_from(&settings.hidden);
            for (id, friend) in self.by_id.iter_mut() {
                let hidden = self.hidden.contains(id);
                if std::mem::replace(&mut friend.hidden, hidden) != hidden {
                    (friend.view, self.changed) = (None, true);
                }
            }
        }
    }

    /// Takes over where the viewer is; `None` when that is not to be had.
    pub fn locate_viewer(&mut self, place: Option<LatLon>) {
        let viewer = place.map_or(ViewerPlace::Refused, ViewerPlace::At);
        if self.viewer != viewer {
            self.viewer = viewer;
            self.rebuild_all();
        }
    }

    /// Forgets everybody; tastes stay.
    pub fn clear(&mut self) {
        self.by_id.clear();
        (self.selected, self.followed, self.next_change_s) = (None, None, None);
        self.note_member();
    }

    /// Lets time pass: fixes age, trails end.
    pub fn pass_time(&mut self, now: UnixMillis) {
        if self.next_change_s.is_none_or(|at_s| now.seconds() < at_s) {
            return;
        }
        for friend in self.by_id.values_mut() {
            let was_future = friend.wait_for_future(now);
            let aged = friend.view.as_ref().is_some_and(|view| {
                view.age != friend.age(now, &self.thresholds)
                    || !view.trail.is_empty() && friend.trail_is_over(now.seconds(), &self.thresholds)
            });
            self.troubles_changed |= was_future;
            if was_future || aged {
                friend.view = None;
                self.changed = true;
            }
        }
        self.plan_all_changes(now);
    }

    /// When the view changes by itself next.
    pub fn next_change(&self) -> Option<UnixMillis> {
        self.next_change_s.map(UnixMillis::from_seconds)
    }

    /// Gives out names and colours again when somebody came, went or is called otherwise.
    pub fn settle_roster(&mut self) {
        if !std::mem::take(&mut self.roster_stale) {
            return;
        }
        let named: Vec<names::Named<'_>> = self.by_id.iter().map(|(id, friend)| friend.named(id)).collect();
        let names = names::distinct(&named);
        let colours = palette::assign(self.by_id.keys());
        for ((friend, name), colour) in self.by_id.values_mut().zip(names).zip(colours) {
            if friend.shown_name != name || friend.colour != colour {
                (friend.shown_name, friend.colour, friend.view) = (name, colour, None);
                (self.changed, self.roster_changed) = (true, true);
            }
        }
    }

    /// Whether anybody's name or colour changed since this was last asked.
    pub fn take_roster_changed(&mut self) -> bool {
        std::mem::take(&mut self.roster_changed)
    }

    /// Whether anybody came or went since this was last asked.
    pub fn take_members_changed(&mut self) -> bool {
        std::mem::take(&mut self.members_changed)
    }

    /// Whether anybody's encryption or clock became or ceased to be trouble since this was last asked.
    pub fn take_troubles_changed(&mut self) -> bool {
        std::mem::take(&mut self.troubles_changed)
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Everybody's ids, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &FriendId> {
        self.by_id.keys()
    }

    /// Name in the list and palette index of `id`; of somebody unknown, what they would have alone.
    pub fn name_and_colour(&self, id: &FriendId) -> (String, u8) {
        match self.by_id.get(id) {
            Some(friend) => (friend.shown_name.clone(), friend.colour),
            None => (id.to_string(), palette::assign(std::iter::once(id)).first().copied().unwrap_or(0)),
        }
    }

    /// Where `id` is shown.
    pub fn place(&self, id: &FriendId) -> Option<LatLon> {
        self.by_id.get(id).and_then(Friend::fix).map(|fix| fix.position)
    }

    /// Where everybody is whom the person has not hidden.
    pub fn places(&self) -> Vec<LatLon> {
        self.people().into_iter().map(|(_, place)| place).collect()
    }

    /// Everybody with a place whom the person has not hidden, by id.
    pub fn people(&self) -> Vec<(FriendId, LatLon)> {
        let visible = self.by_id.iter().filter(|(_, friend)| !friend.hidden);
        visible.filter_map(|(id, friend)| Some((id.clone(), friend.fix()?.position))).collect()
    }

    /// Names of those who send what no key opens.
    pub fn encrypted_names(&self) -> Vec<&str> {
        self.names_of(|friend| friend.encrypted)
    }

    /// Names of those whose clocks run ahead.
    pub fn future_names(&self) -> Vec<&str> {
        self.names_of(Friend::has_future_fix)
    }

    fn names_of(&self, is_meant: impl Fn(&Friend) -> bool) -> Vec<&str> {
        self.by_id
            .values()
            .filter(|friend| is_meant(friend))
            .map(|friend| friend.shown_name.as_str())
            .collect()
    }

    /// Everybody, in the order of the list.
    pub fn view(&mut self, now: UnixMillis) -> FriendsView {
        self.pass_time(now);
        self.settle_roster();
        let search = self.search.to_lowercase();
        let mut with_place = 0;
        let mut friends: Vec<Rc<FriendView>> = Vec::with_capacity(self.by_id.len());
        for (id, friend) in self.by_id.iter_mut() {
            let around = Surroundings {
                now,
                thresholds: &self.thresholds,
                selected: self.selected.as_ref() == Some(id),
                followed: self.followed.as_ref() == Some(id),
                found: search.is_empty()
                    || friend.shown_name.to_lowercase().contains(&search)
                    || id.to_string().contains(&search),
                viewer: match self.viewer {
                    ViewerPlace::At(place) => Some(place),
                    ViewerPlace::Unasked | ViewerPlace::Refused => None,
                },
            };
            let view = friend.view(id, &around);
            with_place += u32::from(view.fix.is_some());
            friends.push(view);
        }
        ordered::sort_by(&mut friends, |a, b| compare(a, b, self.sort_by));
        FriendsView { friends, with_place, search: self.search.clone(), viewer: self.viewer }
    }

    /// The friend, made known if there is room and nothing forbids it.
    fn entry(&mut self, id: &FriendId) -> Option<&mut Friend> {
        if !self.by_id.contains_key(id) {
            if self.by_id.len() >= MAX_FRIENDS || self.is_never_shown(id) {
                return None;
            }
            let mut friend = Friend::default();
            friend.hidden = self.hidden.contains(id);
            self.by_id.insert(id.clone(), friend);
            self.note_member();
        }
        self.by_id.get_mut(id)
    }

    fn note_member(&mut self) {
        (self.roster_stale, self.members_changed) = (true, true);
        (self.troubles_changed, self.changed) = (true, true);
    }

    fn note(&mut self, id: &FriendId, changed: bool, renamed: bool) {
        self.roster_stale |= renamed;
        if changed && let Some(friend) = self.by_id.get_mut(id) {
            friend.view = None;
            self.changed = true;
        }
    }

    fn note_pair(&mut self, before: Option<FriendId>, after: Option<FriendId>) {
        if before != after {
            for id in [before, after].iter().flatten() {
                self.note(id, true, false);
            }
        }
    }

    fn rebuild_all(&mut self) {
        self.by_id.values_mut().for_each(|friend| friend.view = None);
        self.changed = true;
    }

    fn plan_change(&mut self, at_s: Option<UnixSeconds>) {
        self.next_change_s = [self.next_change_s, at_s].into_iter().flatten().min();
    }

    fn plan_all_changes(&mut self, now: UnixMillis) {
        let next = |friend: &Friend| friend.next_change_s(now.seconds(), &self.thresholds);
        self.next_change_s = self.by_id.values().filter_map(next).min();
    }
}

/// The order of the list. Ties are broken by id, so that rows never jump without a reason.
fn compare(a: &FriendView, b: &FriendView, sort_by: SortBy) -> Ordering {
    let by_name = || a.name.to_lowercase().cmp(&b.name.to_lowercase());
    let by_age = || {
        let time = |view: &FriendView| view.fix.as_ref().map(|fix| fix.time_s);
        time(b).cmp(&time(a))
    };
    let by_distance = || match (a.distance_m, b.distance_m) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (known, other) => other.is_some().cmp(&known.is_some()),
    };
    let first = match sort_by {
        SortBy::Name => Ordering::Equal,
        SortBy::Age => by_age(),
        SortBy::Distance => by_distance(),
    };
    first.then_with(by_name).then_with(|| a.id.cmp(&b.id))
}
