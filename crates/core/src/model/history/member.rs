//! One friend's part in the shown history: what is loaded, what is to be loaded, what failed.

use crate::owntracks::FriendId;
use crate::owntracks::recorder::Month;
use crate::time::{TimeRange, UnixSeconds};
use crate::track::{Dropped, TrackSummary};

use super::super::command::{Command, Keep, RequestId};
use super::super::event::{AtHand, HttpFailure, SliceReport};
use super::super::turn::Turn;
use super::super::view::HistoryState;
use super::coverage::Coverage;
use super::plan;

/// How far before the last known point a top-up begins, in seconds: phones deliver late what they could not send.
const OVERLAP_S: i64 = 600;

/// What loading depends on beside the friend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means {
    /// Something may have been set aside.
    pub has_aside: bool,
    /// Months may be kept on this device.
    pub keeps: bool,
    pub now_s: UnixSeconds,
}

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

/// What has to be found out before it is known what to load: what is at hand, then which months the Recorder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// Nothing, or it is known and used.
    Idle,
    /// The worker is to be asked what is at hand.
    LookWanted,
    /// The worker was asked.
    Looking(RequestId),
    /// The Recorder is to be asked for its months.
    Wanted,
    /// The Recorder was asked.
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
    pub origin: Origin,
    pub check: Check,
}

/// Where a piece is loaded from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// From the Recorder; this is to be kept of its month.
    Recorder(Option<Keep>),
    /// What was set aside.
    Aside,
    /// What is kept on this device of that month.
    Kept(Month),
}

/// Whether a piece that was kept on this device is still what the Recorder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// Known, or cannot be found out cheaply.
    Idle,
    /// To be found out when nothing else is to be done.
    Due,
    /// The Recorder was asked.
    Asked(RequestId),
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
    pub fn fit_to(&mut self, range: TimeRange, means: Means, turn: &mut Turn<'_>) {
        self.set_aside(Some(range), means, turn);
        self.covered.clip(range);
        let covered = &mut self.covered;
        let inside = |piece: TimeRange| piece.intersection(range) == Some(piece);
        self.slices.retain_mut(|slice| match slice.state {
            SliceState::Loaded(_) => {
                let stays = slice.range.intersection(range).is_some();
                if !stays {
                    slice.stop(turn);
                }
                stays
            }
            SliceState::Failed(_) | SliceState::Cancelled | SliceState::Loading(_) if inside(slice.range) => {
                true
            }
            _ => {
                slice.stop(turn);
                covered.remove(slice.range);
                false
            }
        });
        if self.slices.is_empty() {
            self.summary = TrackSummary::default();
        }
        let may_be_kept = |gap: &TimeRange| means.keeps && plan::may_be_kept(*gap, means.now_s);
        if self.gaps(range, means.now_s).iter().any(|gap| means.has_aside || may_be_kept(gap)) {
            self.stop_listing(turn);
            self.listing = Listing::LookWanted;
        } else {
            self.plan(range, false, turn);
        }
    }

    /// Plans what is missing in `range` and not at hand: short gaps at once, long ones when it is known which months there
    /// are.
    fn plan(&mut self, range: TimeRange, top_up: bool, turn: &mut Turn<'_>) {
        let gaps = self.gaps(range, turn.now.seconds());
        if plan::total_s(&gaps) > plan::ONE_PIECE_S {
            if !matches!(self.listing, Listing::Asked(_)) {
                self.listing = Listing::Wanted;
            }
            return;
        }
        self.stop_listing(turn);
        for gap in gaps {
            self.add_slice(gap, top_up, Origin::Recorder(None));
        }
    }

    fn stop_listing(&mut self, turn: &mut Turn<'_>) {
        if let Listing::Asked(request) = self.listing {
            turn.want(Command::CancelGet { request });
        }
        self.listing = Listing::Idle;
    }

    /// Has the worker set aside what is known outside of `stays`: it will be shown no longer. What is kept on this device
    /// need not be, and the last minutes may still get late points.
    pub fn set_aside(&self, stays: Option<TimeRange>, means: Means, turn: &mut Turn<'_>) {
        let mut known = self.covered.clone();
        for slice in &self.slices {
            if !matches!(slice.state, SliceState::Loaded(_)) || matches!(slice.origin, Origin::Kept(_)) {
                known.remove(slice.range);
            }
        }
        let unsure = TimeRange { from_s: means.now_s.saturating_sub(OVERLAP_S), to_s: i64::MAX };
        stays.into_iter().chain([unsure]).for_each(|range| known.remove(range));
        if self.has_points() && !known.ranges().is_empty() {
            turn.want(Command::SetAside { friend: self.id.clone(), ranges: known.ranges().to_vec() });
        }
    }

    /// The worker said what is at hand: plans to take that, and to load the rest.
    pub fn take_at_hand(&mut self, pieces: &[AtHand], range: TimeRange, means: Means, turn: &mut Turn<'_>) {
        self.listing = Listing::Idle;
        // Memory before the device.
        for is_kept in [false, true] {
            for piece in pieces.iter().filter(|piece| piece.month.is_some() == is_kept) {
                let worth_having = |month| plan::is_worth_having(month, piece.range.to_s, means.now_s);
                if !piece.month.is_none_or(worth_having) {
                    continue;
                }
                let gaps = self.gaps(range, means.now_s);
                for part in gaps.into_iter().filter_map(|gap| gap.intersection(piece.range)) {
                    let slice = self.add_slice(part, false, piece.month.map_or(Origin::Aside, Origin::Kept));
                    if piece.can_be_checked {
                        slice.check = Check::Due;
                    }
                }
            }
        }
        self.plan(range, false, turn);
    }

    /// What was said to be at hand is not: it is loaded from the Recorder.
    pub fn miss(&mut self, request: RequestId, range: TimeRange, turn: &mut Turn<'_>) {
        let covered = &mut self.covered;
        self.slices.retain(|slice| {
            let is_missing = slice.state == SliceState::Loading(request);
            if is_missing {
                covered.remove(slice.range);
            }
            !is_missing
        });
        if self.listing == Listing::Idle {
            self.plan(range, false, turn);
        }
    }

    /// The Recorder said which months it has (`None`: it did not say, so every month is tried).
    pub fn take_months(&mut self, months: Option<&[Month]>, range: TimeRange, means: Means) {
        self.listing = Listing::Idle;
        for gap in self.gaps(range, means.now_s) {
            for (month, piece) in plan::by_month(gap) {
                if months.is_none_or(|months| months.contains(&month)) {
                    let keep = plan::keep(month, piece, means.now_s).filter(|_| means.keeps);
                    self.add_slice(piece, false, Origin::Recorder(keep));
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
        let known_to_s = pending_to_s.or(self.summary.last_s).unwrap_or(range.from_s).min(turn.now.seconds());
        let from_s = (known_to_s - OVERLAP_S).max(range.from_s);
        if let Some(missed) = TimeRange::new(from_s, range.to_s) {
            self.covered.remove(missed);
            self.plan(range, true, turn);
        }
    }

    /// The next piece to load, from the Recorder or from what is at hand: the newest one.
    pub fn next_planned(&mut self, from_recorder: bool) -> Option<&mut Slice> {
        let planned = self
            .slices
            .iter_mut()
            .filter(|slice| slice.state == SliceState::Planned && slice.is_from_recorder() == from_recorder);
        planned.max_by_key(|slice| slice.range.to_s)
    }

    /// The next piece to ask about whether it changed: the newest one.
    pub fn next_to_check(&mut self) -> Option<&mut Slice> {
        let due = self
            .slices
            .iter_mut()
            .filter(|slice| slice.check == Check::Due && matches!(slice.state, SliceState::Loaded(_)));
        due.max_by_key(|slice| slice.range.to_s)
    }

    /// The piece that `request` asks about.
    pub fn checking(&mut self, request: RequestId) -> Option<&mut Slice> {
        self.slices.iter_mut().find(|slice| slice.check == Check::Asked(request))
    }

    /// The Recorder is away: what only it has is not to be had.
    pub fn give_up(&mut self, failure: &HttpFailure, range: TimeRange, means: Means) {
        if self.listing == Listing::Wanted {
            self.take_months(None, range, means);
        }
        for slice in self.slices.iter_mut().filter(|slice| slice.is_from_recorder()) {
            if slice.state == SliceState::Planned {
                slice.state = SliceState::Failed(failure.clone());
            }
        }
    }

    /// The piece that `request` loads.
    pub fn loading(&mut self, request: RequestId) -> Option<&mut Slice> {
        self.slices.iter_mut().find(|slice| slice.state == SliceState::Loading(request))
    }

    /// Whether `request` loads a piece.
    pub fn is_loading(&self, request: RequestId) -> bool {
        self.slices.iter().any(|slice| slice.state == SliceState::Loading(request))
    }

    /// Stops everything that is under way; what is loaded stays. What was not even planned is noted by month, so that it
    /// can be taken up again.
    pub fn cancel(&mut self, range: TimeRange, means: Means, turn: &mut Turn<'_>) {
        if self.listing != Listing::Idle {
            self.stop_listing(turn);
            self.take_months(None, range, means);
        }
        for slice in &mut self.slices {
            slice.stop(turn);
            if slice.is_pending() {
                slice.state = SliceState::Cancelled;
            }
        }
    }

    /// What was loaded or being loaded is gone.
    pub fn lose(&mut self, failure: &HttpFailure) {
        self.summary = TrackSummary::default();
        for slice in &mut self.slices {
            if matches!(slice.state, SliceState::Loaded(_) | SliceState::Loading(_)) {
                (slice.state, slice.check) = (SliceState::Failed(failure.clone()), Check::Idle);
            }
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

    /// Requests to the Recorder under way.
    pub fn in_flight(&self) -> usize {
        let asks = |slice: &&Slice| {
            matches!(slice.check, Check::Asked(_))
                || slice.is_from_recorder() && matches!(slice.state, SliceState::Loading(_))
        };
        self.slices.iter().filter(asks).count() + usize::from(matches!(self.listing, Listing::Asked(_)))
    }

    fn gaps(&self, range: TimeRange, now_s: UnixSeconds) -> Vec<TimeRange> {
        plan::believable(range, now_s).map(|range| self.covered.gaps(range)).unwrap_or_default()
    }

    fn add_slice(&mut self, range: TimeRange, top_up: bool, origin: Origin) -> &mut Slice {
        self.covered.add(range);
        let (state, check) = (SliceState::Planned, Check::Idle);
        self.slices.push_mut(Slice { range, state, top_up, points_so_far: 0, origin, check })
    }
}

impl Slice {
    /// Points that were read of it and are in no track yet.
    pub const fn points_on_the_way(&self) -> u32 {
        if matches!(self.state, SliceState::Loading(_)) { self.points_so_far } else { 0 }
    }

    /// Whether the Recorder is asked for it.
    pub const fn is_from_recorder(&self) -> bool {
        matches!(self.origin, Origin::Recorder(_))
    }

    /// Stops what is under way for it.
    fn stop(&mut self, turn: &mut Turn<'_>) {
        if let SliceState::Loading(request) = self.state {
            turn.want(Command::CancelSlice { request });
        }
        if let Check::Asked(request) = self.check {
            turn.want(Command::CancelSlice { request });
            self.check = Check::Due;
        }
    }

    /// Whether it is to be loaded or loading.
    pub const fn is_pending(&self) -> bool {
        matches!(self.state, SliceState::Planned | SliceState::Loading(_))
    }
}
