//! Points that were shown a moment ago: whoever goes back a day, or narrows a range and widens it again, need not wait.

use dashboard_core::model::AtHand;
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::TimeRange;
use dashboard_core::track::Track;

/// Most points aside, some 13 MB. What was set aside first goes first.
const MAX_POINTS: usize = 500_000;

/// Late points may have come since, and the Recorder may have been changed.
const LIFE_MS: f64 = 3_600_000.0;

/// Points set aside.
#[derive(Default)]
pub struct Aside {
    /// The oldest first.
    pieces: Vec<Piece>,
}

struct Piece {
    friend: FriendId,
    /// All between is known.
    range: TimeRange,
    track: Track,
    set_aside_at_ms: f64,
}

impl Aside {
    /// Sets aside what `track` has in these ranges.
    pub fn put(&mut self, friend: &FriendId, track: &Track, ranges: &[TimeRange], now_ms: f64) {
        for range in ranges {
            let piece = Piece {
                friend: friend.clone(),
                range: *range,
                track: track.part(*range),
                set_aside_at_ms: now_ms,
            };
            self.pieces.push(piece);
        }
        let mut points: usize = self.pieces.iter().map(|piece| piece.track.len()).sum();
        self.pieces.retain(|piece| {
            let has_room = points <= MAX_POINTS;
            if !has_room {
                points -= piece.track.len();
            }
            has_room
        });
    }

    /// What there is of a friend that touches `range`.
    pub fn look(&mut self, friend: &FriendId, range: TimeRange, now_ms: f64) -> Vec<AtHand> {
        self.pieces.retain(|piece| now_ms - piece.set_aside_at_ms < LIFE_MS);
        let found = self.pieces.iter().filter(|piece| piece.friend == *friend);
        found
            .filter(|piece| piece.range.intersection(range).is_some())
            .map(|piece| AtHand { range: piece.range, month: None, can_be_checked: false })
            .collect()
    }

    /// Takes out all points of `range`; `None` when that was not set aside, or is gone. The rest of the piece stays.
    pub fn take(&mut self, friend: &FriendId, range: TimeRange) -> Option<Track> {
        let holds = |piece: &Piece| piece.friend == *friend && piece.range.intersection(range) == Some(range);
        let Piece { friend, range: all, mut track, set_aside_at_ms } =
            self.pieces.remove(self.pieces.iter().position(holds)?);
        let before = TimeRange::new(all.from_s, range.from_s.saturating_sub(1));
        let after = TimeRange::new(range.to_s.saturating_add(1), all.to_s);
        for range in [before, after].into_iter().flatten() {
            self.pieces.push(Piece {
                friend: friend.clone(),
                range,
                track: track.part(range),
                set_aside_at_ms,
            });
        }
        track.retain_range(range);
        Some(track)
    }
}
