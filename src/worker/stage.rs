//! What came of a slice so far.

use dashboard_core::model::HistorySlice;
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Dropped, Row, Splitting, Track};

/// What came of a slice so far. It is drawn, but becomes part of the track only when the slice is complete, so that a
/// slice that fails leaves nothing behind.
pub struct Stage {
    /// Whose.
    pub friend: FriendId,
    /// The line so far, as far as it is to be shown.
    pub track: Track,
    /// It is drawn; a slice that is already shown as it was kept is not.
    pub is_drawn: bool,
    /// What is to be shown.
    range: TimeRange,
    /// What is to be kept and not shown.
    rest: Track,
    /// Rows that are in neither yet.
    rows: Vec<Row>,
    /// Repeats and impossible times met so far.
    dropped: Dropped,
}

impl Stage {
    /// Nothing yet of a slice whose line will be cut like this.
    pub fn new(slice: &HistorySlice, splitting: &Splitting, is_drawn: bool) -> Self {
        let mut track = Track::new();
        track.set_splitting(splitting);
        let rest = track.clone();
        let (friend, range) = (slice.friend.clone(), slice.range);
        Self { friend, track, is_drawn, range, rest, rows: Vec::new(), dropped: Dropped::default() }
    }

    /// Takes rows over, which become part of the line when they are many.
    pub fn take(&mut self, rows: &mut Vec<Row>, most: usize) {
        self.rows.append(rows);
        if self.rows.len() >= most {
            self.settle();
        }
    }

    /// Makes all rows part of the line.
    pub fn settle(&mut self) {
        let range = self.range;
        if !self.rows.iter().all(|row| range.contains(row.time_s)) {
            let mut outside: Vec<Row> = self.rows.extract_if(.., |row| !range.contains(row.time_s)).collect();
            self.dropped = self.dropped.plus(self.rest.merge(&mut outside));
        }
        self.dropped = self.dropped.plus(self.track.merge(&mut self.rows));
    }

    /// Everything, also what is not to be shown, to be kept.
    pub fn snapshot(&self) -> Vec<u8> {
        if self.rest.is_empty() {
            return self.track.to_snapshot();
        }
        let mut all = self.rest.clone();
        all.join(self.track.clone());
        all.to_snapshot()
    }

    /// What was left out so far.
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }
}
