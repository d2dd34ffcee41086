//! Into which slices a history is cut.

use crate::owntracks::EARLIEST_PLAUSIBLE_TIME_S;
use crate::owntracks::recorder::Month;
use crate::time::{TimeRange, UnixSeconds};

use super::super::command::Keep;

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

/// The months of phones that were off for a week come late; after that a month is taken to be closed.
const CLOSES_AFTER_S: i64 = 7 * 86_400;

/// What phones of a day ago have to say is taken to be known while a month is still open.
const LATE_S: i64 = 86_400;

/// What is kept of an open month is not worth having when more than this is missing at its end.
const MAX_MISSING_S: i64 = 4 * 86_400;

/// A month is fetched whole, and kept, when at least one part in so many of it is wanted.
const KEPT_PART: i64 = 4;

/// Whether nothing more is expected to come to `month`.
pub(super) fn is_closed(month: Month, now_s: UnixSeconds) -> bool {
    month.range().to_s.saturating_add(CLOSES_AFTER_S) < now_s
}

/// What to keep of `month` when `piece` of it is wanted: nothing when so little is wanted that the rest would only be a
/// burden.
pub(super) fn keep(month: Month, piece: TimeRange, now_s: UnixSeconds) -> Option<Keep> {
    let TimeRange { from_s, to_s } = month.range();
    let is_closed = is_closed(month, now_s);
    let sure_to_s = if is_closed { to_s } else { (to_s - 1).min(now_s - LATE_S) };
    let lasted_s = to_s.min(now_s) - from_s + 1;
    let wanted_s = (piece.to_s - piece.from_s + 1).saturating_mul(KEPT_PART);
    // An open month is asked for no farther than it is wanted.
    let reaches = is_closed || piece.to_s >= sure_to_s;
    (reaches && wanted_s >= lasted_s && sure_to_s > from_s).then_some(Keep { month, sure_to_s })
}

/// Whether some of `gap` may be kept on this device.
pub(super) fn may_be_kept(gap: TimeRange, now_s: UnixSeconds) -> bool {
    gap.from_s < now_s - LATE_S
}

/// Whether what is kept of `month` until `to_s` is worth having.
pub(super) fn is_worth_having(month: Month, to_s: UnixSeconds, now_s: UnixSeconds) -> bool {
    to_s >= month.range().to_s || !is_closed(month, now_s) && now_s - to_s <= MAX_MISSING_S
}
