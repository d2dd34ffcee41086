//! One friend's part in the shown history: what is loaded, what is to be loaded, what failed.

use crate::owntracks::FriendId;
use crate::owntracks::recorder::Month;
use crate::time::{TimeRange, UnixSeconds};
use crate::track::{Dropped, TrackSummary};

use super::super::command::{Command, RequestId};
use super::super::event::{HttpFailure, SliceReport};
use super::super::turn::Turn;
use super::super::view::HistoryState;
use super::coverage::Coverage;
use super::plan;

/// How far before the last known point a top-up begins, in seconds: phones deliver late what they could not send.
const OVERLAP_S: i64 = 600;

/// One friend's part in the shown history.
#[derive(Debug)]
pub(super) struct Member {
    pub id: FriendId,
    pub summary: TrackSummary,
    pub slices: Vec<Slice>,
    pub listing: Listing,
    /// Seconds that some slice cares for, whatever became of it, or that are known to be empty.
    covered: Coverage,
}

/// Whether the months that the Recorder has are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// Not needed, or known and used.
    Idle,
    /// To be asked for.
    Wanted,
    /// Asked for.
    Asked(RequestId),
}

/// A piece of the history.
#[derive(Debug)]
pub(super) struct Slice {
    pub range: TimeRange,
    pub state: SliceState,
    /// Repeats on purpose a little of what was loaded before.
    pub top_up: bool,
    /// Points the worker has read of it, while it is loading.
    pub points_so_far: u32,
}

/// What became of a piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SliceState {
    Planned,
    Loading(RequestId),
    Loaded(SliceReport),
    Failed(HttpFailure),
    Cancelled,
}

impl Member {
    /// A friend of whom nothing is loaded yet.
    pub fn new(id: FriendId) -> Self {
        Self {
            id,
            summary: TrackSummary::default(),
            slices: Vec::new(),
            listing: Listing::Idle,
            covered: Coverage::default(),
        }
    }

    /// Fits this part to another range: keeps what lies inside, plans what is missing, cancels what is not wanted.
    pub fn fit_to(&mut self, range: TimeRange, turn: &mut Turn<'_>) {
        self.covered.clip(range);
        let covered = &mut self.covered;
        let inside = |piece: TimeRange| piece.intersection(range) == Some(piece);
        self.slices.retain(|slice| match slice.state {
            SliceState::Loaded(_) => slice.range.intersection(range).is_some(),
            SliceState::Failed(_) | SliceState::Cancelled | SliceState::Loading(_) if inside(slice.range) => {
                true
            }
            _ => {
                if let SliceState::Loading(request) = slice.state {
                    turn.want(Command::CancelSlice { request });
                }
                covered.remove(slice.range);
                false
            }
        });
        if self.slices.is_empty() {
            self.summary = TrackSummary::default();
        }
        self.plan(range, false, turn);
    }

    /// Plans what is missing in `range`: short gaps at once, long ones when it is known which months there are.
    fn plan(&mut self, range: TimeRange, top_up: bool, turn: &mut Turn<'_>) {
        let gaps = self.gaps(range, turn.now.seconds());
        if plan::total_s(&gaps) > plan::ONE_PIECE_S {
            if self.listing == Listing::Idle {
                self.listing = Listing::Wanted;
            }
            return;
        }
        if let Listing::Asked(request) = self.listing {
            turn.want(Command::CancelGet { request });
        }
        self.listing = Listing::Idle;
        for gap in gaps {
            self.add_slice(gap, top_up);
        }
    }

    /// The Recorder said which months it has (`None`: it did not say, so every month is tried).
    pub fn take_months(&mut self, months: Option<&[Month]>, range: TimeRange, now_s: UnixSeconds) {
        self.listing = Listing::Idle;
        for gap in self.gaps(range, now_s) {
            for (month, piece) in plan::by_month(gap) {
                if months.is_none_or(|months| months.contains(&month)) {
                    self.add_slice(piece, false);
                } else {
                    self.covered.add(piece);
                }
            }
        }
    }

    /// Time passed with live points: the seconds after `from_s` until `to_s` need no request. Not while it is still
    /// unknown which requests there will be; they will reach that far.
    pub fn cover_live(&mut self, from_s: UnixSeconds, to_s: UnixSeconds) {
        if self.listing == Listing::Idle
            && let Some(passed) = TimeRange::new(from_s, to_s)
        {
            self.covered.add(passed);
        }
    }

    /// Something may have been missed at the end of `range`: plans to load it again from shortly before the last known
    /// point.
    pub fn top_up(&mut self, range: TimeRange, turn: &mut Turn<'_>) {
        if self.listing != Listing::Idle {
            return;
        }
        self.slices.retain(|slice| !slice.top_up || !matches!(slice.state, SliceState::Loaded(_)));
        let pending_to_s =
            self.slices.iter().filter(|slice| slice.is_pending()).map(|slice| slice.range.to_s).max();
        let known_to_s = pending_to_s.or(self.summary.last_s).unwrap_or(range.from_s);
        let from_s = (known_to_s - OVERLAP_S).max(range.from_s);
        if let Some(missed) = TimeRange::new(from_s, range.to_s) {
            self.covered.remove(missed);
            self.plan(range, true, turn);
        }
    }

    /// The next piece to load: the newest one.
    pub fn next_planned(&mut self) -> Option<&mut Slice> {
        let planned = self.slices.iter_mut().filter(|slice| slice.state == SliceState::Planned);
        planned.max_by_key(|slice| slice.range.to_s)
    }

    /// The piece that `request` loads.
    pub fn loading(&mut self, request: RequestId) -> Option<&mut Slice> {
        self.slices.iter_mut().find(|slice| slice.state == SliceState::Loading(request))
    }

    /// Stops everything that is under way; what is loaded stays. What was not even planned is noted by month, so that it
    /// can be taken up again.
    pub fn cancel(&mut self, range: TimeRange, turn: &mut Turn<'_>) {
        if let Listing::Asked(request) = self.listing {
            turn.want(Command::CancelGet { request });
        }
        if self.listing != Listing::Idle {
            self.take_months(None, range, turn.now.seconds());
        }
        for slice in self.slices.iter_mut().filter(|slice| slice.is_pending()) {
            if let SliceState::Loading(request) = slice.state {
                turn.want(Command::CancelSlice { request });
            }
            slice.state = SliceState::Cancelled;
        }
    }

    /// Plans those pieces again whose state `is_meant`.
    pub fn retry(&mut self, is_meant: fn(&SliceState) -> bool) {
        for slice in self.slices.iter_mut().filter(|slice| is_meant(&slice.state)) {
            slice.state = SliceState::Planned;
        }
    }

    /// State of this part in one word.
    pub fn state(&self) -> HistoryState {
        let has = |is_meant: fn(&SliceState) -> bool| self.slices.iter().any(|slice| is_meant(&slice.state));
        if self.is_pending() {
            HistoryState::Loading
        } else if !has(|state| matches!(state, SliceState::Failed(_) | SliceState::Cancelled)) {
            HistoryState::Ready
        } else if has(|state| matches!(state, SliceState::Loaded(_) | SliceState::Cancelled)) {
            HistoryState::Partial
        } else {
            HistoryState::Failed
        }
    }

    /// Points left out of the loaded pieces. Repeats in top-ups are meant to be there and are not counted.
    pub fn dropped(&self) -> Dropped {
        self.slices.iter().fold(Dropped::default(), |sum, slice| match &slice.state {
            SliceState::Loaded(report) if slice.top_up => sum.plus(Dropped { repeats: 0, ..report.dropped }),
            SliceState::Loaded(report) => sum.plus(report.dropped),
            _ => sum,
        })
    }

    /// Whether any point is known, from the tracks or from the reports, whichever came first.
    pub fn has_points(&self) -> bool {
        let loaded = |slice: &Slice| matches!(&slice.state, SliceState::Loaded(report) if report.points > 0);
        self.summary.points > 0 || self.slices.iter().any(loaded)
    }

    /// Whether anything is to be asked or under way.
    pub fn is_pending(&self) -> bool {
        self.listing != Listing::Idle || self.slices.iter().any(Slice::is_pending)
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        let loading =
            self.slices.iter().filter(|slice| matches!(slice.state, SliceState::Loading(_))).count();
        loading + usize::from(matches!(self.listing, Listing::Asked(_)))
    }

    fn gaps(&self, range: TimeRange, now_s: UnixSeconds) -> Vec<TimeRange> {
        plan::believable(range, now_s).map(|range| self.covered.gaps(range)).unwrap_or_default()
    }

    fn add_slice(&mut self, range: TimeRange, top_up: bool) {
        self.covered.add(range);
        self.slices.push(Slice { range, state: SliceState::Planned, top_up, points_so_far: 0 });
    }
}

impl Slice {
    /// Points that were read of it and are in no track yet.
    pub const fn points_on_the_way(&self) -> u32 {
        if matches!(self.state, SliceState::Loading(_)) { self.points_so_far } else { 0 }
    }

    /// Whether it is to be loaded or loading.
    pub const fn is_pending(&self) -> bool {
        matches!(self.state, SliceState::Planned | SliceState::Loading(_))
    }
}
