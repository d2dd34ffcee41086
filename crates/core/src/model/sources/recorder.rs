//! The Recorder's REST side: found, greeted, read, and read again whenever something may have been missed.

use std::collections::VecDeque;

use crate::mqtt::Backoff;
use crate::owntracks::recorder::{self, LastAnswer};
use crate::time::UnixMillis;
use crate::track::compact;

use super::super::command::{Command, RequestId};
use super::super::event::{HttpAnswer, HttpFailure};
use super::super::turn::Turn;
use super::super::view::{NoticeKind, Severity, SourceState, SourceView};
use super::is_mixed_content;

/// How long the Recorder may take for a small answer, in milliseconds. It has one thread, which a long history blocks.
const ANSWER_TIMEOUT_MS: u32 = 30_000;

/// How long a place may take where a Recorder is only guessed to be, in milliseconds.
const GUESS_TIMEOUT_MS: u32 = 5_000;

/// Notices of this source, all cleared by a working Recorder.
const NOTICES: [NoticeKind; 4] = [
    NoticeKind::RecorderRefused,
    NoticeKind::RecorderUnreachable,
    NoticeKind::RecorderBadAnswer,
    NoticeKind::CrossOrigin,
];

/// The Recorder's REST side.
#[derive(Debug, Default)]
pub(in super::super) struct RecorderSource {
    url: Option<String>,
    page_is_secure: bool,
    phase: Phase,
    /// A request for `last` while everything else already works.
    rereading: Option<RequestId>,
    backoff: Backoff,
    version: Option<String>,
    /// Version of the compact form of histories, if the server has one.
    compact_version: Option<u32>,
    last_answer: Option<UnixMillis>,
}

/// What came out of an answer.
#[derive(Debug, Default)]
pub(in super::super) struct RecorderHeard {
    /// Everybody's last place.
    pub last: Option<LastAnswer>,
    /// The Recorder has just become good.
    pub joined: bool,
    /// Nowhere where one was guessed is a Recorder.
    pub found_none: bool,
}

#[derive(Debug, Default)]
enum Phase {
    /// Not configured, not found, or left.
    #[default]
    Off,
    /// One place after another is asked for its version.
    Guessing { request: RequestId, asked: String, others: VecDeque<String> },
    /// Asked for its version.
    Greeting { request: RequestId },
    /// Asked for everybody's last place, for the first time.
    Reading { request: RequestId },
    /// Version and last places were read.
    Live,
    /// Did not answer; tried again at `until`.
    Waiting { until: UnixMillis },
    /// Wants a login, or forbids.
    Refused,
    /// Answers, but is no Recorder; or the browser does not even try.
    Failed,
}

impl RecorderSource {
    /// Connects to the Recorder at `url`, which ends in `/`.
    pub fn start(&mut self, url: String, page_is_secure: bool, turn: &mut Turn<'_>) {
        self.stop(turn);
        (self.url, self.page_is_secure) = (Some(url), page_is_secure);
        self.greet(turn);
    }

    /// Looks for a Recorder at each of `candidates` in turn. Returns whether there is anything to try.
    pub fn guess(&mut self, candidates: Vec<String>, turn: &mut Turn<'_>) -> bool {
        self.stop(turn);
        self.guess_next(candidates.into(), turn)
    }

    /// Leaves: cancels what was asked and forgets the endpoint.
    pub fn stop(&mut self, turn: &mut Turn<'_>) {
        self.cancel(turn);
        NOTICES.into_iter().for_each(|kind| turn.notices.clear(kind));
        *self = Self::default();
    }

    /// The person wants it tried now, whatever stood in the way.
    pub fn retry(&mut self, turn: &mut Turn<'_>) {
        self.backoff.reset();
        if self.is_live() {
            self.reread(turn);
        } else if self.url.is_some() {
            self.cancel(turn);
            self.greet(turn);
        }
    }

    /// The tab woke or the network is back: tries at once what waits, and what failed (a proxy whose login had expired
    /// answers with a web page). What was refused stays refused.
    pub fn resume(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.phase, Phase::Waiting { .. } | Phase::Failed) {
            self.greet(turn);
        }
    }

    /// Asks for everybody's last place again, unless that is under way.
    pub fn reread(&mut self, turn: &mut Turn<'_>) {
        if let (Phase::Live, None, Some(url)) = (&self.phase, self.rereading, &self.url) {
            self.rereading = Some(turn.get(recorder::last_url(url), ANSWER_TIMEOUT_MS));
        }
    }

    /// Whether `request` is one of this source.
    pub fn awaits(&self, request: RequestId) -> bool {
        self.rereading == Some(request)
            || match &self.phase {
                Phase::Guessing { request: asked, .. }
                | Phase::Greeting { request: asked }
                | Phase::Reading { request: asked } => *asked == request,
                _ => false,
            }
    }

    /// An answer came to a request of this source.
    pub fn take_answer(&mut self, answer: &HttpAnswer, turn: &mut Turn<'_>) -> RecorderHeard {
        if answer.status != 200 {
            let text = String::from_utf8_lossy(&answer.body).chars().take(200).collect();
            return self.take_failure(&HttpFailure::Status { status: answer.status, text }, turn);
        }
        self.last_answer = Some(turn.now);
        match self.phase {
            Phase::Guessing { .. } | Phase::Greeting { .. } => match recorder::read_version(&answer.body) {
                Ok(version) => {
                    self.compact_version = recorder::read_compact_version(&answer.body);
                    self.welcome(version, turn)
                }
                Err(error) => self.take_failure(&HttpFailure::BadAnswer { what: error.to_string() }, turn),
            },
            _ => match recorder::read_last(&answer.body) {
                Ok(last) => self.take_last(last, turn),
                Err(error) => self.take_failure(&HttpFailure::BadAnswer { what: error.to_string() }, turn),
            },
        }
    }

    /// A request of this source failed.
    pub fn take_failure(&mut self, failure: &HttpFailure, turn: &mut Turn<'_>) -> RecorderHeard {
        if let Phase::Guessing { others, .. } = &mut self.phase {
            let others = std::mem::take(others);
            let goes_on = self.guess_next(others, turn);
            return RecorderHeard { found_none: !goes_on, ..RecorderHeard::default() };
        }
        self.rereading = None;
        let url = self.view().url;
        match failure {
            HttpFailure::Unreachable { mixed_content: true, .. } => {
                self.fail(NoticeKind::MixedContent, url, turn);
            }
            HttpFailure::Unreachable { cross_origin: true, .. } => {
                self.wait(NoticeKind::CrossOrigin, url, turn)
            }
            HttpFailure::Unreachable { .. } | HttpFailure::TimedOut | HttpFailure::Broken => {
                self.wait(NoticeKind::RecorderUnreachable, url, turn);
            }
            HttpFailure::Status { status: status @ (401 | 403), .. } => {
                self.phase = Phase::Refused;
                self.tell(NoticeKind::RecorderRefused, format!("{url} ({status})"), turn);
            }
            // A proxy speaks for a Recorder that is down, or asks for patience.
            HttpFailure::Status { status: status @ (408 | 429 | 500..=599), .. } => {
                self.wait(NoticeKind::RecorderUnreachable, format!("{url} ({status})"), turn);
            }
            HttpFailure::Status { status, .. } => {
                self.fail(NoticeKind::RecorderBadAnswer, format!("{url} ({status})"), turn);
            }
            HttpFailure::BadAnswer { what } => {
                self.fail(NoticeKind::RecorderBadAnswer, format!("{url}: {what}"), turn);
            }
        }
        RecorderHeard::default()
    }

    /// Does what is due.
    pub fn pass_time(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.phase, Phase::Waiting { until } if until <= turn.now) {
            self.greet(turn);
        }
    }

    /// When [`RecorderSource::pass_time`] is wanted.
    pub const fn wake_at(&self) -> Option<UnixMillis> {
        if let Phase::Waiting { until } = self.phase { Some(until) } else { None }
    }

    /// Whether version and last places were read and nothing failed since.
    pub const fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live)
    }

    /// Base URL of the Recorder, once configured or found.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Whether it gives histories in the compact form that is known here.
    pub fn is_compact(&self) -> bool {
        self.compact_version == Some(u32::from(compact::VERSION))
    }

    /// Its state.
    pub fn view(&self) -> SourceView {
        let state = match self.phase {
            Phase::Off => SourceState::Off,
            Phase::Guessing { .. } | Phase::Greeting { .. } | Phase::Reading { .. } => {
                SourceState::Connecting
            }
            Phase::Live => SourceState::Live,
            Phase::Waiting { .. } => SourceState::Waiting,
            Phase::Refused => SourceState::Refused,
            Phase::Failed => SourceState::Failed,
        };
        SourceView {
            state,
            url: self.url.clone().unwrap_or_default(),
            retry_at: self.wake_at(),
            version: self.version.clone(),
            refused_topics: Vec::new(),
            last_message: self.last_answer,
        }
    }

    fn guess_next(&mut self, mut others: VecDeque<String>, turn: &mut Turn<'_>) -> bool {
        let Some(asked) = others.pop_front() else {
            self.phase = Phase::Off;
            return false;
        };
        let request = turn.get(recorder::version_url(&asked), GUESS_TIMEOUT_MS);
        self.phase = Phase::Guessing { request, asked, others };
        true
    }

    fn greet(&mut self, turn: &mut Turn<'_>) {
        let Some(url) = self.url.clone() else { return };
        if is_mixed_content(&url, self.page_is_secure) {
            self.fail(NoticeKind::MixedContent, url, turn);
            return;
        }
        self.phase = Phase::Greeting { request: turn.get(recorder::version_url(&url), ANSWER_TIMEOUT_MS) };
    }

    fn welcome(&mut self, version: String, turn: &mut Turn<'_>) -> RecorderHeard {
        if let Phase::Guessing { asked, .. } = std::mem::take(&mut self.phase) {
            self.url = Some(asked);
        }
        self.version = Some(version);
        if let Some(url) = &self.url {
            self.phase = Phase::Reading { request: turn.get(recorder::last_url(url), ANSWER_TIMEOUT_MS) };
        }
        RecorderHeard::default()
    }

    fn take_last(&mut self, last: LastAnswer, turn: &mut Turn<'_>) -> RecorderHeard {
        let joined = matches!(self.phase, Phase::Reading { .. });
        self.rereading = None;
        if joined {
            self.phase = Phase::Live;
            self.backoff.reset();
        }
        NOTICES.into_iter().for_each(|kind| turn.notices.clear(kind));
        if last.entries.is_empty() {
            turn.notices.set(NoticeKind::RecorderEmpty, Severity::Info, self.view().url, 1);
        } else {
            turn.notices.clear(NoticeKind::RecorderEmpty);
        }
        RecorderHeard { last: Some(last), joined, found_none: false }
    }

    fn cancel(&mut self, turn: &mut Turn<'_>) {
        let asked = match &self.phase {
            Phase::Guessing { request, .. } | Phase::Greeting { request } | Phase::Reading { request } => {
                Some(*request)
            }
            _ => None,
        };
        for request in [asked, self.rereading.take()].into_iter().flatten() {
            turn.want(Command::CancelGet { request });
        }
    }

    fn wait(&mut self, kind: NoticeKind, detail: String, turn: &mut Turn<'_>) {
        let delay_ms = self.backoff.next_delay_ms(turn.supply.random_unit());
        self.phase = Phase::Waiting { until: turn.after_ms(delay_ms) };
        self.tell(kind, detail, turn);
    }

    fn fail(&mut self, kind: NoticeKind, detail: String, turn: &mut Turn<'_>) {
        self.phase = Phase::Failed;
        self.tell(kind, detail, turn);
    }

    fn tell(&self, kind: NoticeKind, detail: String, turn: &mut Turn<'_>) {
        for other in NOTICES.into_iter().filter(|other| *other != kind) {
            turn.notices.clear(other);
        }
        turn.notices.raise(kind, Severity::Error, detail);
    }
}
