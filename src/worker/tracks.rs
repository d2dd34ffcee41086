//! The tracks that are shown, and the slices on their way into them.

use std::collections::HashMap;

use dashboard_core::geo::Bounds;
use dashboard_core::model::{AtHand, FoundPoint, HistorySlice, PointWish, RequestId};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::TimeRange;
use dashboard_core::track::stays::{StayFinder, StayPlace, places_of};
use dashboard_core::track::{
    Row, Splitting, Track, TrackSummary, describe_point, end_point, find_point, nearest_point, step_from,
};

use super::aside::Aside;
use super::stage::Stage;

/// So many places of each friend are told, those where they stayed longest.
const MOST_PLACES: usize = 300;

/// The tracks that are shown, by friend.
#[derive(Default)]
pub struct Tracks {
    tracks: HashMap<FriendId, Track>,
    stages: HashMap<RequestId, Stage>,
    aside: Aside,
    splitting: Splitting,
    range: TimeRange,
    /// What finds stays, while they are wanted.
    stays: Option<HashMap<FriendId, StayFinder>>,
}

impl Tracks {
    /// Forgets everything: what comes is another home's.
    pub fn start_over(&mut self) {
        self.tracks.clear();
        self.stages.clear();
        self.aside = Aside::default();
    }

    /// Sets points aside that are about to be shown no longer.
    pub fn set_aside(&mut self, friend: &FriendId, ranges: &[TimeRange], now_ms: f64) {
        if let Some(track) = self.tracks.get(friend) {
            self.aside.put(friend, track, ranges, now_ms);
        }
    }

    /// What was set aside of a friend, as far as it touches `range`.
    pub fn look_aside(&mut self, friend: &FriendId, range: TimeRange, now_ms: f64) -> Vec<AtHand> {
        self.aside.look(friend, range, now_ms)
    }

    /// Shows again what was set aside; `None` when it is not there any more. Answers how many points it is.
    pub fn take_aside(&mut self, friend: &FriendId, range: TimeRange) -> Option<u32> {
        let track = self.aside.take(friend, range)?;
        Some(self.join(friend, track))
    }

    /// Makes a track of a friend who is shown part of theirs. Answers how many points are new.
    pub fn join(&mut self, friend: &FriendId, other: Track) -> u32 {
        let Some(track) = self.tracks.get_mut(friend) else { return 0 };
        let offered = other.len() as u32;
        offered - track.join(other).repeats
    }

    /// Forgets a friend's points within `range`.
    pub fn remove(&mut self, friend: &FriendId, range: TimeRange) {
        if let Some(track) = self.tracks.get_mut(friend) {
            track.remove_range(range);
        }
    }

    /// Keeps these friends' points within `range`, and forgets all others. Whether that is another history than before,
    /// and not the same grown older.
    pub fn show(&mut self, friends: &[FriendId], range: TimeRange, splitting: Splitting) -> bool {
        let length_s = (range.to_s - range.from_s).max(1);
        let is_other = (self.range.from_s - range.from_s).abs() > length_s / 10
            || (self.range.to_s - range.to_s).abs() > length_s / 10
            || friends.iter().any(|friend| !self.tracks.contains_key(friend));
        self.range = range;
        self.tracks.retain(|friend, _| friends.contains(friend));
        self.splitting = splitting;
        for friend in friends {
            let track = self.tracks.entry(friend.clone()).or_default();
            track.retain_range(range);
            track.set_splitting(&splitting);
        }
        is_other
    }

    /// Adds a live fix to a shown track; `false` when nothing changed.
    pub fn append(&mut self, friend: &FriendId, row: Row) -> bool {
        self.tracks.get_mut(friend).is_some_and(|track| track.push(row))
    }

    /// Begins a slice.
    pub fn stage(&mut self, slice: &HistorySlice, is_drawn: bool) {
        self.stages.insert(slice.request, Stage::new(slice, &self.splitting, is_drawn));
    }

    /// The slice under way.
    pub fn stage_of(&mut self, request: RequestId) -> Option<&mut Stage> {
        self.stages.get_mut(&request)
    }

    /// Ends a slice.
    pub fn unstage(&mut self, request: RequestId) -> Option<Stage> {
        self.stages.remove(&request)
    }

    /// Figures of every track, and the box around everything, slices under way included.
    pub fn figures(&self) -> (Vec<(FriendId, TrackSummary)>, Option<Bounds>) {
        let summaries =
            self.tracks.iter().map(|(friend, track)| (friend.clone(), track.summary(&self.splitting)));
        let bounds = self.all().filter_map(|(_, track)| track.bounds()).reduce(|mut all, one| {
            all.union(one);
            all
        });
        (summaries.collect(), bounds)
    }

    /// Points in the complete tracks of those friends.
    pub fn points(&self, is_wanted: impl Fn(&FriendId) -> bool) -> u32 {
        let wanted = self.tracks.iter().filter(|(friend, _)| is_wanted(friend));
        wanted.map(|(_, track)| track.len() as u32).sum()
    }

    /// How lines are cut.
    pub fn splitting(&self) -> &Splitting {
        &self.splitting
    }

    /// The time that is shown.
    pub fn range(&self) -> TimeRange {
        self.range
    }

    /// From now on stays are wanted, or not.
    pub fn want_stays(&mut self, wanted: bool) {
        self.stays = wanted.then(HashMap::new);
    }

    /// Where people stayed, if that is wanted and not known yet. Slices under way do not count.
    pub fn new_stays(&mut self) -> Option<Vec<(FriendId, Vec<StayPlace>)>> {
        let finders = self.stays.as_mut()?;
        let is_known = finders.len() == self.tracks.len()
            && self
                .tracks
                .iter()
                .all(|(friend, track)| finders.get(friend).is_some_and(|finder| finder.has_seen(track)));
        if is_known {
            return None;
        }
        finders.retain(|friend, _| self.tracks.contains_key(friend));
        let stays = self.tracks.iter().map(|(friend, track)| {
            let stays = finders.entry(friend.clone()).or_default().find(track);
            (friend.clone(), places_of(&stays, MOST_PLACES))
        });
        Some(stays.collect())
    }

    /// The point that is meant.
    pub fn point(&self, wish: &PointWish) -> Option<FoundPoint> {
        let (friends, tracks): (Vec<&FriendId>, Vec<&Track>) = match wish {
            PointWish::Near { .. } => self.all().unzip(),
            PointWish::Step { friend, .. } | PointWish::End { friend, .. } => self.tracks_of(friend).unzip(),
        };
        let place = match wish {
            PointWish::Near { place, zoom, max_px } => nearest_point(&tracks, *place, *zoom, *max_px),
            PointWish::Step { from, by, .. } => {
                find_point(&tracks, from).map(|place| step_from(&tracks, place, *by))
            }
            PointWish::End { last, .. } => end_point(&tracks, *last),
        }?;
        let friend = friends.get(place.track).copied()?.clone();
        // Of its friend's tracks only, which tells its number.
        let key = describe_point(&tracks, place).key();
        let own: Vec<&Track> = self.tracks_of(&friend).map(|(_, track)| track).collect();
        let point = describe_point(&own, find_point(&own, &key)?);
        Some(FoundPoint { friend, point })
    }

    /// What there is of one friend: the track, and slices under way.
    fn tracks_of<'a>(&'a self, friend: &'a FriendId) -> impl Iterator<Item = (&'a FriendId, &'a Track)> {
        self.all().filter(move |(of, _)| *of == friend)
    }

    /// Everything drawn: tracks, and slices under way of friends still shown.
    pub fn all(&self) -> impl Iterator<Item = (&FriendId, &Track)> {
        let is_drawn = |stage: &&Stage| stage.is_drawn && self.tracks.contains_key(&stage.friend);
        let staged = self.stages.values().filter(is_drawn);
        self.tracks.iter().chain(staged.map(|stage| (&stage.friend, &stage.track)))
    }
}
