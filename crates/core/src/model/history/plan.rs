//! Into which slices a history is cut.

use crate::owntracks::EARLIEST_PLAUSIBLE_TIME_S;
use crate::owntracks::recorder::Month;
use crate::time::{TimeRange, UnixSeconds};

/// What is at most this long is asked for in one piece, without asking which months there are.
pub(super) const ONE_PIECE_S: i64 = 2 * 86_400;

/// The part of `range` in which there may be fixes at `now_s`, so that a link that asks for ten thousand years does not
/// cost a request for each of their months.
pub(super) fn believable(range: TimeRange, now_s: UnixSeconds) -> Option<TimeRange> {
    TimeRange::new(EARLIEST_PLAUSIBLE_TIME_S, now_s.saturating_add(86_400))?.intersection(range)
}

/// The seconds all of `gaps` span together.
pub(super) fn total_s(gaps: &[TimeRange]) -> i64 {
    gaps.iter().map(|gap| gap.to_s - gap.from_s + 1).sum()
}

/// `range` cut at the borders of UTC months, newest first.
///
/// By month because the Recorder reads whole monthly files and builds each answer in memory: a piece of a month costs it
/// nearly as much as the month, several months at once cost it memory.
pub(super) fn by_month(range: TimeRange) -> Vec<(Month, TimeRange)> {
    let mut pieces = Vec::new();
    let mut rest = Some(range);
    while let Some(TimeRange { from_s, to_s }) = rest {
        let month = Month::of(to_s);
        let piece = TimeRange { from_s: month.range().from_s.max(from_s).min(to_s), to_s };
        pieces.push((month, piece));
        rest = TimeRange::new(from_s, piece.from_s - 1);
    }
    pieces
}
