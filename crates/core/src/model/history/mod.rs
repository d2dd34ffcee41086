//! The shown history: whose, which time, what is loaded of it and what is still to be loaded.
//!
//! The worker owns the points; here is only what is wanted and what became of it.

mod coverage;
mod member;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use crate::owntracks::FriendId;
use crate::owntracks::recorder::{self, BadAnswer};
use crate::time::{TimeRange, UnixSeconds};
use crate::track::{Dropped, Splitting, TrackSummary};

use super::command::{Command, HistorySlice, RequestId, SliceSource};
use super::event::{HttpAnswer, HttpFailure, SliceReport};
use super::friends::Friends;
use super::range::RangeChoice;
use super::text::matches_friend;
use super::turn::Turn;
use super::view::{FixView, HistoryFriendView, HistoryState, HistoryView, NoticeKind, Severity};

use member::{Listing, Member, Slice, SliceState};

/// At most so many requests under way: the Recorder has one thread, and live data has to get through.
const MAX_IN_FLIGHT: usize = 2;

/// When nobody is chosen, everybody is shown as long as they are so few.
const MAX_UNCHOSEN: usize = 12;

/// How long the Recorder may take to say which months it has, in milliseconds.
const MONTHS_TIMEOUT_MS: u32 = 30_000;

/// A slice fails when nothing arrived for so many milliseconds. The Recorder builds the whole answer before it sends the
/// first byte: 12 s for half a million points.
const SLICE_TIMEOUT_MS: u32 = 60_000;

/// The worker is told that a growing range reaches so far ahead, in seconds, so that live points lie inside.
const HEADROOM_S: i64 = 86_400;

/// The shown history.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Base URL of the Recorder; without one there is no history.
    recorder: Option<String>,
    choice: RangeChoice,
    range: TimeRange,
    splitting: Splitting,
    /// Whose: user and device, a device `*` for all; empty for everybody if they are few.
    chosen: Vec<(String, String)>,
    /// Sorted by id.
    members: Vec<Member>,
    choose_someone: bool,
    drawn: u32,
    /// What the worker was last told to show.
    told: Option<(Vec<FriendId>, TimeRange, Splitting)>,
    changed: bool,
}

impl History {
    /// Starts from the configuration.
    pub fn configure(&mut self, choice: RangeChoice, range: TimeRange, chosen: Vec<(String, String)>) {
        (self.choice, self.range, self.chosen) = (choice, range, chosen);
        self.changed = true;
    }

    /// As the person named the range.
    pub const fn choice(&self) -> &RangeChoice {
        &self.choice
    }

    /// Whose, as it was chosen.
    pub fn chosen(&self) -> &[(String, String)] {
        &self.chosen
    }

    /// The Recorder at `url` has just become good: shows the history, loads again what failed for want of an answer, and
    /// fills in what was missed.
    pub fn join(&mut self, url: &str, friends: &mut Friends, turn: &mut Turn<'_>) {
        let is_new = self.recorder.as_deref() != Some(url);
        if is_new {
            self.members.clear();
            self.recorder = Some(url.to_owned());
        }
        for member in &mut self.members {
            member.retry(|state| {
                use HttpFailure::{Broken, TimedOut, Unreachable};
                matches!(state, SliceState::Failed(Unreachable { .. } | TimedOut | Broken))
            });
        }
        self.fill_in(turn);
        self.gather(friends, turn);
    }

    /// Leaves the Recorder: there is no history any more.
    pub fn leave(&mut self, friends: &mut Friends, turn: &mut Turn<'_>) {
        self.recorder = None;
        self.gather(friends, turn);
        self.tell_person(turn);
    }

    /// Shows another range.
    pub fn choose_range(
        &mut self,
        choice: RangeChoice,
        range: TimeRange,
        friends: &mut Friends,
        turn: &mut Turn<'_>,
    ) {
        (self.choice, self.range) = (choice, range);
        self.changed = true;
        self.tell_worker(turn);
        for member in &mut self.members {
            member.fit_to(range, turn);
        }
        self.gather(friends, turn);
    }

    /// Another day began: what was chosen by a name, such as today, means other seconds now.
    pub fn begin_day(
        &mut self,
        choice: &RangeChoice,
        range: TimeRange,
        friends: &mut Friends,
        turn: &mut Turn<'_>,
    ) {
        // Days and times that were named exactly mean what they meant.
        let is_other = self.range.from_s != range.from_s || !choice.grows() && self.range != range;
        if *choice == self.choice && is_other {
            self.choose_range(choice.clone(), range, friends, turn);
        }
    }

    /// Shows the history of others.
    pub fn choose_friends(
        &mut self,
        chosen: Vec<(String, String)>,
        friends: &mut Friends,
        turn: &mut Turn<'_>,
    ) {
        self.chosen = chosen;
        self.changed = true;
        self.gather(friends, turn);
    }

    /// Takes over where lines are split.
    pub fn split(&mut self, splitting: Splitting, turn: &mut Turn<'_>) {
        self.splitting = splitting;
        self.tell_worker(turn);
    }

    /// Finds out whose history is to be shown, now that others are known or chosen, and goes on loading.
    pub fn gather(&mut self, friends: &mut Friends, turn: &mut Turn<'_>) {
        let wanted = self.wanted(friends);
        if self.members.iter().map(|member| &member.id).ne(&wanted) {
            self.follow_now(turn.now.seconds(), turn);
            let mut known: BTreeMap<FriendId, Member> = std::mem::take(&mut self.members)
                .into_iter()
                .map(|member| (member.id.clone(), member))
                .collect();
            for id in &wanted {
                let member = known.remove(id).unwrap_or_else(|| Member::new(id.clone()));
                self.members.push(member);
            }
            self.changed = true;
            self.tell_worker(turn);
            for member in known.values_mut() {
                member.cancel(self.range, turn);
            }
            for member in &mut self.members {
                member.fit_to(self.range, turn);
            }
        }
        // Always: somebody whose history was already shown may only now have become known.
        friends.mark_history(&wanted);
        self.load_more(turn);
    }

    /// Something may have been missed: tops up what grows.
    pub fn fill_in(&mut self, turn: &mut Turn<'_>) {
        if !self.choice.grows() || self.recorder.is_none() {
            return;
        }
        self.follow_now(turn.now.seconds(), turn);
        for member in &mut self.members {
            member.top_up(self.range, turn);
        }
        self.load_more(turn);
    }

    /// Something of this friend was missed: tops up, if it grows.
    pub fn fill_in_one(&mut self, id: &FriendId, turn: &mut Turn<'_>) {
        if self.choice.grows() && self.members.iter().any(|member| member.id == *id) {
            self.follow_now(turn.now.seconds(), turn);
            for member in self.members.iter_mut().filter(|member| member.id == *id) {
                member.top_up(self.range, turn);
            }
            self.load_more(turn);
        }
    }

    /// Takes in a live fix: it joins the track when that grows.
    pub fn take_fix(&mut self, id: &FriendId, fix: &FixView, turn: &mut Turn<'_>) {
        if !self.shows(id) || !self.choice.grows() || fix.time_s < self.range.from_s {
            return;
        }
        self.follow_now(turn.now.seconds(), turn);
        turn.want(Command::AppendRow { friend: id.clone(), row: fix.row() });
    }

    /// Whether `request` asked which months there are.
    pub fn awaits(&self, request: RequestId) -> bool {
        self.members.iter().any(|member| member.listing == Listing::Asked(request))
    }

    /// The Recorder said which months it has, or failed to.
    pub fn take_months(&mut self, request: RequestId, answer: Option<&HttpAnswer>, turn: &mut Turn<'_>) {
        let body = answer.filter(|answer| answer.status == 200).map(|answer| &answer.body);
        let months = body.and_then(|body| match recorder::read_months(body) {
            Ok(months) => Some(months),
            Err(BadAnswer::NothingStored) => Some(Vec::new()),
            Err(_) => None,
        });
        let (range, now_s) = (self.range, turn.now.seconds());
        for member in self.members.iter_mut().filter(|member| member.listing == Listing::Asked(request)) {
            member.take_months(months.as_deref(), range, now_s);
        }
        self.changed = true;
        self.load_more(turn);
    }

    /// The worker read more of a slice.
    pub fn take_progress(&mut self, request: RequestId, points: u32) {
        let Some(slice) = self.members.iter_mut().find_map(|member| member.loading(request)) else { return };
        slice.points_so_far = points;
        self.changed = true;
    }

    /// A slice is loaded, or failed.
    pub fn take_slice(
        &mut self,
        request: RequestId,
        outcome: Result<SliceReport, HttpFailure>,
        turn: &mut Turn<'_>,
    ) {
        let Some(slice) = self.members.iter_mut().find_map(|member| member.loading(request)) else { return };
        slice.state = match outcome {
            Ok(report) => SliceState::Loaded(report),
            Err(failure) => SliceState::Failed(failure),
        };
        self.changed = true;
        self.load_more(turn);
    }

    /// The worker's tracks changed.
    pub fn take_summaries(&mut self, summaries: Vec<(FriendId, TrackSummary)>, turn: &mut Turn<'_>) {
        for (id, summary) in summaries {
            if let Some(member) = self.members.iter_mut().find(|member| member.id == id)
                && member.summary != summary
            {
                member.summary = summary;
                self.changed = true;
            }
        }
        self.tell_person(turn);
    }

    /// The map drew the tracks.
    pub fn take_drawn(&mut self, points: u32) {
        self.changed |= self.drawn != points;
        self.drawn = points;
    }

    /// The person wants no more of it to be loaded.
    pub fn cancel(&mut self, turn: &mut Turn<'_>) {
        for member in &mut self.members {
            member.cancel(self.range, turn);
        }
        self.changed = true;
        self.tell_person(turn);
    }

    /// The person wants the missing pieces to be tried again.
    pub fn retry(&mut self, turn: &mut Turn<'_>) {
        for member in &mut self.members {
            member.retry(|state| matches!(state, SliceState::Failed(_) | SliceState::Cancelled));
        }
        self.changed = true;
        self.load_more(turn);
    }

    /// Names or colours changed.
    pub fn note_roster(&mut self) {
        self.changed |= !self.members.is_empty();
    }

    /// Whether the worker has tracks, or is about to.
    pub fn has_tracks(&self) -> bool {
        !self.members.is_empty()
    }

    /// Whether somebody's history is shown.
    pub fn shows(&self, id: &FriendId) -> bool {
        self.members.binary_search_by(|member| member.id.cmp(id)).is_ok()
    }

    /// `preferred`, if their history is shown, else the first whose is.
    pub fn first_shown<'a>(&'a self, preferred: Option<&'a FriendId>) -> Option<&'a FriendId> {
        let first = || self.members.iter().find(|member| member.summary.points > 0);
        preferred.filter(|id| self.shows(id)).or_else(|| first().map(|member| &member.id))
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// In one word.
    pub fn state(&self) -> HistoryState {
        let has = |state| self.members.iter().any(|member| member.state() == state);
        if self.members.is_empty() {
            HistoryState::None
        } else if has(HistoryState::Loading) {
            HistoryState::Loading
        } else if self.members.iter().all(|member| member.state() == HistoryState::Failed) {
            HistoryState::Failed
        } else if has(HistoryState::Failed) || has(HistoryState::Partial) {
            HistoryState::Partial
        } else {
            HistoryState::Ready
        }
    }

    /// Points kept in all loaded tracks.
    pub fn points(&self) -> u32 {
        self.members.iter().map(|member| member.summary.points).sum()
    }

    /// The view.
    pub fn view(&self, friends: &Friends) -> HistoryView {
        let slices = || self.members.iter().flat_map(|member| &member.slices);
        HistoryView {
            state: self.state(),
            choice: self.choice.clone(),
            range: self.range,
            friends: self.members.iter().map(|member| member_view(member, friends)).collect(),
            points: self.points(),
            drawn: self.drawn,
            loading_points: slices().map(Slice::points_on_the_way).fold(0, u32::saturating_add),
            slices_done: slices().filter(|slice| !slice.is_pending()).count() as u32,
            slices: slices().count() as u32,
            dropped: self.members.iter().fold(Dropped::default(), |sum, member| sum.plus(member.dropped())),
            choose_someone: self.choose_someone,
        }
    }

    /// Whose history is to be shown.
    fn wanted(&mut self, friends: &Friends) -> BTreeSet<FriendId> {
        let too_many = self.chosen.is_empty() && friends.ids().len() > MAX_UNCHOSEN;
        let shown: BTreeSet<FriendId> = if self.recorder.is_none() {
            BTreeSet::new()
        } else if too_many {
            // Who is shown already stays: a newcomer does not wipe the map.
            self.members.iter().map(|member| member.id.clone()).collect()
        } else if self.chosen.is_empty() {
            friends.ids().cloned().collect()
        } else {
            // Somebody named exactly may have a history without a last place.
            let named = self.chosen.iter().filter(|(_, device)| device != "*");
            let named = named.filter_map(|(user, device)| FriendId::new(user, device));
            let is_chosen = |id: &&FriendId| self.chosen.iter().any(|pattern| matches_friend(pattern, id));
            let known = friends.ids().filter(is_chosen).cloned();
            named.filter(|id| !friends.is_never_shown(id)).chain(known).collect()
        };
        let choose_someone = too_many && shown.is_empty() && self.recorder.is_some();
        self.changed |= self.choose_someone != choose_someone;
        self.choose_someone = choose_someone;
        shown
    }

    /// Starts what may be started: at most [`MAX_IN_FLIGHT`] requests, newest pieces first, friends in turn.
    fn load_more(&mut self, turn: &mut Turn<'_>) {
        let Some(url) = self.recorder.clone() else { return };
        while self.members.iter().map(Member::in_flight).sum::<usize>() < MAX_IN_FLIGHT {
            if let Some(member) = self.members.iter_mut().find(|member| member.listing == Listing::Wanted) {
                let request = turn.get(recorder::months_url(&url, &member.id), MONTHS_TIMEOUT_MS);
                member.listing = Listing::Asked(request);
            } else if !self.load_newest(&url, turn) {
                break;
            }
            self.changed = true;
        }
        self.tell_person(turn);
    }

    fn load_newest(&mut self, url: &str, turn: &mut Turn<'_>) -> bool {
        let next = self.members.iter_mut().filter_map(|member| {
            let friend = member.id.clone();
            member.next_planned().map(|slice| (friend, slice))
        });
        // Of equals the first: `max_by_key` alone would take the last.
        let Some((friend, slice)) = next.reduce(|a, b| if b.1.range.to_s > a.1.range.to_s { b } else { a })
        else {
            return false;
        };
        let request = turn.supply.request();
        (slice.state, slice.points_so_far) = (SliceState::Loading(request), 0);
        let range = slice.range;
        let source = SliceSource::RecorderJson { url: recorder::locations_url(url, &friend, range) };
        turn.want(Command::LoadSlice(HistorySlice {
            request,
            friend,
            range,
            source,
            timeout_ms: SLICE_TIMEOUT_MS,
        }));
        true
    }

    /// A growing range ends now. What passed since was heard live.
    fn follow_now(&mut self, now_s: UnixSeconds, turn: &mut Turn<'_>) {
        if !self.choice.grows() || now_s <= self.range.to_s {
            return;
        }
        let passed_from_s = self.range.to_s.saturating_add(1);
        self.range.to_s = now_s;
        self.changed = true;
        for member in &mut self.members {
            member.cover_live(passed_from_s, now_s);
        }
        if self.told.as_ref().is_some_and(|(_, told, _)| told.to_s < now_s) {
            self.tell_worker(turn);
        }
    }

    /// Tells the worker what is shown, when that is not what it was told last.
    fn tell_worker(&mut self, turn: &mut Turn<'_>) {
        let friends: Vec<FriendId> = self.members.iter().map(|member| member.id.clone()).collect();
        let mut range = self.range;
        if self.choice.grows() {
            // Not a second more than needed: a moving end would be told with every live point.
            let told_to_s = self.told.as_ref().map_or(i64::MIN, |(_, told, _)| told.to_s);
            let enough = told_to_s >= range.to_s && told_to_s <= range.to_s.saturating_add(HEADROOM_S);
            range.to_s = if enough { told_to_s } else { range.to_s.saturating_add(HEADROOM_S) };
        }
        let tell = (friends, range, self.splitting);
        let is_news = match &self.told {
            Some(told) => *told != tell,
            None => !tell.0.is_empty(),
        };
        if is_news {
            self.drawn = 0;
            let (friends, range, splitting) = tell.clone();
            turn.want(Command::ShowTracks { friends, range, splitting });
            self.told = Some(tell);
        }
    }

    fn tell_person(&self, turn: &mut Turn<'_>) {
        let failures: Vec<&HttpFailure> = self
            .members
            .iter()
            .flat_map(|member| &member.slices)
            .filter_map(|slice| match &slice.state {
                SliceState::Failed(failure) => Some(failure),
                _ => None,
            })
            .collect();
        let detail = failures.first().map(|failure| describe(failure)).unwrap_or_default();
        turn.notices.set(NoticeKind::HistoryPartial, Severity::Warning, detail, failures.len() as u32);
        let is_empty = self.state() == HistoryState::Ready && !self.members.iter().any(Member::has_points);
        turn.notices.set(NoticeKind::HistoryEmpty, Severity::Info, "", u32::from(is_empty));
    }
}

fn member_view(member: &Member, friends: &Friends) -> HistoryFriendView {
    let (name, colour) = friends.name_and_colour(&member.id);
    let failed = member.slices.iter().filter_map(|slice| match &slice.state {
        SliceState::Failed(failure) => Some((slice.range, failure.clone())),
        _ => None,
    });
    HistoryFriendView {
        id: member.id.clone(),
        name,
        colour,
        state: member.state(),
        summary: member.summary,
        failed: failed.collect(),
    }
}

/// A failure as a detail beside the catalogue's words: what the other side said, nothing where it said nothing.
fn describe(failure: &HttpFailure) -> String {
    match failure {
        HttpFailure::Unreachable { .. } | HttpFailure::TimedOut | HttpFailure::Broken => String::new(),
        HttpFailure::Status { status, text } => format!("{status} {text}").trim_end().to_owned(),
        HttpFailure::BadAnswer { what } => what.clone(),
    }
}
