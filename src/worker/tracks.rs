//! The tracks that are shown, and the slices on their way into them.

use std::collections::HashMap;

use dashboard_core::geo::Bounds;
use dashboard_core::model::RequestId;
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Dropped, Row, Splitting, Track, TrackSummary};

use super::slice::Stage;

/// The tracks that are shown, by friend.
pub struct Tracks {
    tracks: HashMap<FriendId, Track>,
    stages: HashMap<RequestId, Stage>,
    splitting: Splitting,
    range: TimeRange,
}

impl Default for Tracks {
    fn default() -> Self {
        Self {
            tracks: HashMap::new(),
            stages: HashMap::new(),
            splitting: Splitting::default(),
            range: TimeRange { from_s: 0, to_s: 0 },
        }
    }
}

impl Tracks {
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
    pub fn stage(&mut self, request: RequestId, friend: FriendId) {
        self.stages.insert(request, Stage::new(friend, &self.splitting));
    }

    /// The slice under way.
    pub fn stage_of(&mut self, request: RequestId) -> Option<&mut Stage> {
        self.stages.get_mut(&request)
    }

    /// Ends a slice.
    pub fn unstage(&mut self, request: RequestId) -> Option<Stage> {
        self.stages.remove(&request)
    }

    /// Makes a complete slice part of its track, if that is still shown. Answers how many points were there already.
    pub fn keep(&mut self, stage: Option<Stage>) -> Dropped {
        let Some(mut stage) = stage else { return Dropped::default() };
        let Some(track) = self.tracks.get_mut(&stage.friend) else { return Dropped::default() };
        if track.is_empty() {
            // The only slice so far: no need to merge it a second time.
            stage.track.set_splitting(&self.splitting);
            std::mem::swap(track, &mut stage.track);
        }
        stage.rows.extend(stage.track.rows());
        stage.dropped.plus(track.merge(&mut stage.rows))
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

    /// Everything drawn: tracks, and slices under way of friends still shown.
    pub fn all(&self) -> impl Iterator<Item = (&FriendId, &Track)> {
        let staged = self.stages.values().filter(|stage| self.tracks.contains_key(&stage.friend));
        self.tracks.iter().chain(staged.map(|stage| (&stage.friend, &stage.track)))
    }
}
