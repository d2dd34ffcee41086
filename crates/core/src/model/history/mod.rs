//! The shown history: whose, which time, what is loaded of it and what is still to be loaded.
//!
//! The worker owns the points; here is only what is wanted and what became of it.

mod coverage;
mod member;
mod plan;

use crate::ordered::{OrderedMap, OrderedSet};

use crate::owntracks::FriendId;
use crate::owntracks::recorder::{self, BadAnswer};
use crate::time::{TimeRange, UnixSeconds};
use crate::track::{Dropped, Legend, Splitting, TrackSummary};

use super::command::{Command, HistoryHome, HistorySlice, Keep, RequestId, SliceSource};
use super::event::{AtHand, HttpAnswer, HttpFailure, SliceReport};
use super::friends::Friends;
use super::range::RangeChoice;
use super::text::matches_friend;
use super::turn::Turn;
use super::view::{FixView, HistoryFriendView, HistoryState, HistoryView, NoticeKind, Severity};

use member::{Check, Listing, Means, Member, Origin, Slice, SliceState};

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
    /// Whose histories these are; without a Recorder there are none.
    home: Option<HistoryHome>,
    reach: Reach,
    /// The Recorder is our server, and gives histories in the compact form.
    compact: bool,
    /// Something was set aside.
    has_aside: bool,
    /// Room that histories take on this device, in bytes.
    kept_bytes: u64,
    choice: RangeChoice,
    range: TimeRange,
    splitting: Splitting,
    /// Whose: user and device, a device `*` for all; empty for everybody if they are few.
    chosen: Vec<(String, String)>,
    /// Sorted by id.
    members: Vec<Member>,
    choose_someone: bool,
    drawn: u32,
    legend: Option<Legend>,
    /// What the worker was last told to show.
    told: Option<(Vec<FriendId>, TimeRange, Splitting)>,
    changed: bool,
}

/// Whether the Recorder can be asked.
#[derive(Debug, Default)]
enum Reach {
    /// It has not answered yet: what is at hand is shown.
    #[default]
    Unknown,
    /// It answers.
    Live,
    /// It did not answer: what is at hand is all there is.
    Away(HttpFailure),
    /// It wants another login, or is none: nothing is shown of what it gave before.
    Refused,
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

    /// Whether somebody is among those who were chosen, known already or not.
    pub fn is_for(&self, id: &FriendId) -> bool {
        self.chosen.iter().any(|pattern| matches_friend(pattern, id))
    }

    /// A Recorder is about to be asked: shows what is at hand of its histories meanwhile.
    pub fn expect(&mut self, home: HistoryHome, friends: &mut Friends, turn: &mut Turn<'_>) {
        self.enter(home, turn);
        self.reach = Reach::Unknown;
        self.gather(friends, turn);
    }

    /// The Recorder has just become good: shows the history, loads again what failed for want of an answer, and fills in
    /// what was missed. `compact`: it gives histories in the compact form.
    pub fn join(&mut self, home: HistoryHome, compact: bool, friends: &mut Friends, turn: &mut Turn<'_>) {
        self.enter(home, turn);
        let was_live = matches!(self.reach, Reach::Live);
        (self.reach, self.compact) = (Reach::Live, compact);
        self.changed = true;
        for member in &mut self.members {
            member.retry(|state| {
                use HttpFailure::{Broken, TimedOut, Unreachable};
                matches!(state, SliceState::Failed(Unreachable { .. } | TimedOut | Broken))
            });
        }
        if was_live {
            self.fill_in(turn);
        } else {
            // Nobody heard what happened since the page was opened.
            if self.choice.grows() {
                self.range.to_s = self.range.to_s.max(turn.now.seconds());
            }
            self.fit_members(turn);
            self.tell_worker(turn);
        }
        self.gather(friends, turn);
    }

    /// The Recorder that was about to be asked does not answer: what is at hand is all there is. One that answered before
    /// is given time: it may be busy with a slice.
    pub fn go_on_alone(&mut self, failure: &HttpFailure, turn: &mut Turn<'_>) {
        if matches!(self.reach, Reach::Unknown | Reach::Away(_)) {
            self.reach = Reach::Away(failure.clone());
            self.changed = true;
            self.load_more(turn);
        }
    }

    /// The Recorder that was about to be asked refuses: what it gave before is not for whoever asks now.
    pub fn be_refused(&mut self, friends: &mut Friends, turn: &mut Turn<'_>) {
        if !matches!(self.reach, Reach::Live) {
            self.reach = Reach::Refused;
            self.changed = true;
            self.gather(friends, turn);
        }
    }

    /// Leaves the Recorder: there is no history any more.
    pub fn leave(&mut self, friends: &mut Friends, turn: &mut Turn<'_>) {
        self.gather_of(OrderedSet::new(), friends, turn);
        if self.home.take().is_some() {
            turn.want(Command::OpenHistory(None));
        }
        (self.has_aside, self.told, self.reach) = (false, None, Reach::Unknown);
        self.tell_person(turn);
    }

    /// From now on these are the histories of `home`. Nothing of another stays.
    fn enter(&mut self, home: HistoryHome, turn: &mut Turn<'_>) {
        if self.home.as_ref() != Some(&home) {
            self.members.clear();
            (self.has_aside, self.told) = (false, None);
            turn.want(Command::OpenHistory(Some(home.clone())));
            self.home = Some(home);
        }
    }

    fn means(&self, turn: &Turn<'_>) -> Means {
        let keeps = self.home.as_ref().is_some_and(|home| home.keeps);
        Means { has_aside: self.has_aside, keeps, now_s: turn.now.seconds() }
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
        self.fit_members(turn);
        self.tell_worker(turn);
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
        self.gather_of(wanted, friends, turn);
    }

    fn gather_of(&mut self, wanted: OrderedSet<FriendId>, friends: &mut Friends, turn: &mut Turn<'_>) {
        if self.members.iter().map(|member| &member.id).ne(wanted.iter()) {
            self.follow_now(turn.now.seconds(), turn);
            let mut known: OrderedMap<FriendId, Member> = std::mem::take(&mut self.members)
                .into_iter()
                .map(|member| (member.id.clone(), member))
                .collect();
            for id in wanted.iter() {
                let member = known.remove(id).unwrap_or_else(|| Member::new(id.clone()));
                self.members.push(member);
            }
            self.changed = true;
            let means = self.means(turn);
            for member in known.values_mut() {
                member.cancel(self.range, means, turn);
                member.set_aside(None, means, turn);
                self.has_aside = true;
            }
            self.fit_members(turn);
            self.tell_worker(turn);
        }
        // Always: somebody whose history was already shown may only now have become known.
        friends.mark_history(&wanted);
        self.load_more(turn);
    }

    /// Fits all to the range.
    fn fit_members(&mut self, turn: &mut Turn<'_>) {
        self.has_aside |= self.members.iter().any(Member::has_points);
        let means = self.means(turn);
        for member in &mut self.members {
            member.fit_to(self.range, means, turn);
        }
    }

    /// Whether what happens at `now_s` is part of what is shown: the range ends now, or was named with an end that is yet
    /// to come, such as all of today.
    fn is_open(&self, now_s: UnixSeconds) -> bool {
        self.choice.grows() || now_s <= self.range.to_s
    }

    /// Something may have been missed: tops up what is open.
    pub fn fill_in(&mut self, turn: &mut Turn<'_>) {
        if !self.is_open(turn.now.seconds()) || self.home.is_none() {
            return;
        }
        self.follow_now(turn.now.seconds(), turn);
        for member in &mut self.members {
            member.top_up(self.range, turn);
        }
        self.load_more(turn);
    }

    /// Something of this friend was missed: tops up, if the range is open.
    pub fn fill_in_one(&mut self, id: &FriendId, turn: &mut Turn<'_>) {
        if self.is_open(turn.now.seconds()) && self.members.iter().any(|member| member.id == *id) {
            self.follow_now(turn.now.seconds(), turn);
            for member in self.members.iter_mut().filter(|member| member.id == *id) {
                member.top_up(self.range, turn);
            }
            self.load_more(turn);
        }
    }

    /// Takes in a live fix: it joins the track when it is of the range, or the range grows.
    pub fn take_fix(&mut self, id: &FriendId, fix: &FixView, turn: &mut Turn<'_>) {
        let is_before_end = self.choice.grows() || fix.time_s <= self.range.to_s;
        if !self.shows(id) || fix.time_s < self.range.from_s || !is_before_end {
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
        let (range, means) = (self.range, self.means(turn));
        for member in self.members.iter_mut().filter(|member| member.listing == Listing::Asked(request)) {
            member.take_months(months.as_deref(), range, means);
        }
        self.changed = true;
        self.load_more(turn);
    }

    /// The worker said what it has at hand.
    pub fn take_at_hand(&mut self, request: RequestId, pieces: &[AtHand], turn: &mut Turn<'_>) {
        let (range, means) = (self.range, self.means(turn));
        for member in self.members.iter_mut().filter(|member| member.listing == Listing::Looking(request)) {
            member.take_at_hand(pieces, range, means, turn);
        }
        self.changed = true;
        self.load_more(turn);
    }

    /// The worker measured what is kept on this device.
    pub fn take_kept_bytes(&mut self, bytes: u64) {
        self.changed |= self.kept_bytes != bytes;
        self.kept_bytes = bytes;
    }

    /// A slice that is kept on this device is still what the Recorder has.
    pub fn take_unchanged(&mut self, request: RequestId, turn: &mut Turn<'_>) {
        if let Some(slice) = self.members.iter_mut().find_map(|member| member.checking(request)) {
            slice.check = Check::Idle;
            self.load_more(turn);
        }
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
        if let Some(slice) = self.members.iter_mut().find_map(|member| member.checking(request)) {
            take_check(slice, outcome);
        } else if let Some(member) = self.members.iter_mut().find(|member| member.is_loading(request)) {
            self.compact &= !take_outcome(member, request, outcome, self.compact, self.range, turn);
        } else {
            return;
        }
        self.changed = true;
        self.load_more(turn);
    }

    /// The worker's points are gone. They are not loaded again by themselves: it may have been too many.
    pub fn lose(&mut self, failure: &HttpFailure, turn: &mut Turn<'_>) {
        for member in &mut self.members {
            member.lose(failure);
        }
        (self.has_aside, self.changed) = (false, true);
        self.tell_person(turn);
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

    /// The worker's colours mean something else.
    pub fn take_legend(&mut self, legend: Option<Legend>) {
        self.changed |= self.legend != legend;
        self.legend = legend;
    }

    /// The person wants no more of it to be loaded.
    pub fn cancel(&mut self, turn: &mut Turn<'_>) {
        let means = self.means(turn);
        for member in &mut self.members {
            member.cancel(self.range, means, turn);
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
        let has_nothing_yet =
            || !matches!(self.reach, Reach::Live) && !self.members.iter().any(Member::has_points);
        if self.members.is_empty() || has_nothing_yet() {
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
            legend: self.legend,
            loading_points: slices().map(Slice::points_on_the_way).fold(0, u32::saturating_add),
            slices_done: slices().filter(|slice| !slice.is_pending()).count() as u32,
            slices: slices().count() as u32,
            dropped: self.members.iter().fold(Dropped::default(), |sum, member| sum.plus(member.dropped())),
            choose_someone: self.choose_someone,
            kept_bytes: self.kept_bytes,
        }
    }

    /// Whose history is to be shown.
    fn wanted(&mut self, friends: &Friends) -> OrderedSet<FriendId> {
        let too_many = self.chosen.is_empty() && friends.ids().len() > MAX_UNCHOSEN;
        let is_closed = self.home.is_none() || matches!(self.reach, Reach::Refused);
        let shown: OrderedSet<FriendId> = if is_closed {
            OrderedSet::new()
        } else if too_many {
            // Who is shown already stays: a newcomer does not wipe the map.
            self.members.iter().map(|member| member.id.clone()).collect()
        } else if self.chosen.is_empty() {
            friends.ids().cloned().collect()
        } else {
            // Somebody named exactly may have a history without a last place.
            let named = self.chosen.iter().filter(|(_, device)| device != "*");
            let named = named.filter_map(|(user, device)| FriendId::new(user, device));
            let known = friends.ids().filter(|id| self.is_for(id)).cloned();
            named.filter(|id| !friends.is_never_shown(id)).chain(known).collect()
        };
        let choose_someone = too_many && shown.is_empty() && !is_closed;
        self.changed |= self.choose_someone != choose_someone;
        self.choose_someone = choose_someone;
        shown
    }

    /// Starts what may be started: what is at hand at once; of the Recorder's at most [`MAX_IN_FLIGHT`] requests, newest
    /// pieces first, friends in turn; when all that is done, whether what is kept is still what the Recorder has.
    fn load_more(&mut self, turn: &mut Turn<'_>) {
        let Some(url) = self.home.as_ref().map(|home| home.endpoint.clone()) else { return };
        for member in self.members.iter_mut().filter(|member| member.listing == Listing::LookWanted) {
            let request = turn.supply.request();
            member.listing = Listing::Looking(request);
            turn.want(Command::LookAtHand { request, friend: member.id.clone(), range: self.range });
        }
        while self.load_newest(None, turn) {}
        let means = self.means(turn);
        match &self.reach {
            Reach::Live => self.ask_recorder(&url, turn),
            Reach::Away(failure) => {
                for member in &mut self.members {
                    member.give_up(failure, self.range, means);
                }
            }
            Reach::Unknown | Reach::Refused => {}
        }
        self.tell_person(turn);
    }

    fn ask_recorder(&mut self, url: &str, turn: &mut Turn<'_>) {
        while self.members.iter().map(Member::in_flight).sum::<usize>() < MAX_IN_FLIGHT {
            if let Some(member) = self.members.iter_mut().find(|member| member.listing == Listing::Wanted) {
                let request = turn.get(recorder::months_url(url, &member.id), MONTHS_TIMEOUT_MS);
                member.listing = Listing::Asked(request);
            } else if !self.load_newest(Some(url), turn) {
                break;
            }
            self.changed = true;
        }
        let is_idle = !self.members.iter().any(|member| member.is_pending() || member.in_flight() > 0);
        if is_idle && self.compact {
            self.check_newest(url, turn);
        }
    }

    /// Asks whether the newest piece that was kept on this device changed since.
    fn check_newest(&mut self, url: &str, turn: &mut Turn<'_>) {
        for member in &mut self.members {
            let friend = member.id.clone();
            if let Some(slice) = member.next_to_check()
                && let Origin::Kept(month) = slice.origin
            {
                let request = turn.supply.request();
                slice.check = Check::Asked(request);
                let url = recorder::compact_month_url(url, &friend, month);
                turn.want(Command::LoadSlice(HistorySlice {
                    request,
                    friend,
                    range: slice.range,
                    source: SliceSource::Compact { url, if_changed: true },
                    keep: Some(Keep { month, sure_to_s: month.range().to_s }),
                    timeout_ms: SLICE_TIMEOUT_MS,
                }));
                return;
            }
        }
    }

    /// Starts the newest piece, of the Recorder at `url` or of what is at hand.
    fn load_newest(&mut self, url: Option<&str>, turn: &mut Turn<'_>) -> bool {
        let next = self.members.iter_mut().filter_map(|member| {
            let friend = member.id.clone();
            member.next_planned(url.is_some()).map(|slice| (friend, slice))
        });
        // Of equals the first: `max_by_key` alone would take the last.
        let Some((friend, slice)) = next.reduce(|a, b| if b.1.range.to_s > a.1.range.to_s { b } else { a })
        else {
            return false;
        };
        let request = turn.supply.request();
        (slice.state, slice.points_so_far) = (SliceState::Loading(request), 0);
        let range = slice.range;
        let (source, keep) = match slice.origin {
            Origin::Aside => (SliceSource::Aside, None),
            Origin::Kept(month) => (SliceSource::Kept { month }, None),
            Origin::Recorder(keep) => {
                let url = url.unwrap_or_default();
                // Of a month that is kept more is asked for than is shown.
                let asked = keep.map_or(range, |keep| keep.asked(range));
                let is_month = keep.filter(|keep| asked == keep.month.range());
                let source = match (self.compact, is_month) {
                    (true, Some(keep)) => SliceSource::Compact {
                        url: recorder::compact_month_url(url, &friend, keep.month),
                        if_changed: false,
                    },
                    (true, None) => SliceSource::Compact {
                        url: recorder::compact_url(url, &friend, asked),
                        if_changed: false,
                    },
                    (false, _) => {
                        SliceSource::RecorderJson { url: recorder::locations_url(url, &friend, asked) }
                    }
                };
                (source, keep)
            }
        };
        let timeout_ms = SLICE_TIMEOUT_MS;
        turn.want(Command::LoadSlice(HistorySlice { request, friend, range, source, keep, timeout_ms }));
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
        // Without anything to show the Recorder's own notice says it all.
        let shown = if self.state() == HistoryState::None { &[] } else { &self.members[..] };
        let failures: Vec<&HttpFailure> = shown
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

/// A slice of `member` is loaded, or failed. Answers whether the Recorder turned out not to give the compact form any
/// more: the slice will be loaded otherwise.
fn take_outcome(
    member: &mut Member,
    request: RequestId,
    outcome: Result<SliceReport, HttpFailure>,
    compact: bool,
    range: TimeRange,
    turn: &mut Turn<'_>,
) -> bool {
    let Some(slice) = member.loading(request) else { return false };
    match outcome {
        Ok(report) => slice.state = SliceState::Loaded(report),
        // What is at hand can only be missing or damaged.
        Err(_) if !slice.is_from_recorder() => member.miss(request, range, turn),
        Err(failure) if compact && is_other_form(&failure) => {
            slice.state = SliceState::Planned;
            return true;
        }
        Err(failure) => slice.state = SliceState::Failed(failure),
    }
    false
}

/// It was asked whether a slice changed: it did, or this could not be found out.
fn take_check(slice: &mut Slice, outcome: Result<SliceReport, HttpFailure>) {
    slice.check = Check::Idle;
    match outcome {
        Ok(report) => slice.state = SliceState::Loaded(report),
        // It is not for whoever asks now, or not there any more.
        Err(failure @ HttpFailure::Status { status: 401 | 403 | 404 | 410, .. }) => {
            slice.state = SliceState::Failed(failure);
        }
        Err(_) => {}
    }
}

/// Whether a failure says that a server does not know the compact form, or another version of it.
const fn is_other_form(failure: &HttpFailure) -> bool {
    matches!(
        failure,
        HttpFailure::Status { status: 400 | 404 | 405 | 406 | 501, .. } | HttpFailure::BadAnswer { .. }
    )
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
