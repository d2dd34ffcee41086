//! The MQTT broker: one socket at a time, a session on it, and what to do when either ends.

use crate::mqtt::{Backoff, LossReason, Options, Publish, Refusal, Session, SessionEvent};
use crate::time::UnixMillis;

use super::super::command::{Command, ConnectionId, Packets};
use super::super::config::MqttEndpoint;
use super::super::event::CloseReason;
use super::super::turn::Turn;
use super::super::view::{NoticeKind, Severity, SourceState, SourceView};
use super::{OPEN_TIMEOUT_MS, PROVED_GOOD_AFTER_MS, is_mixed_content};

/// How often the broker hears from us at least, in seconds. Browsers wake hidden tabs once a minute, so that less would
/// have the broker drop them, and much more would notice a dead connection late.
const KEEP_ALIVE_S: u16 = 60;

/// How long the broker may take to answer CONNECT, in milliseconds.
const CONNACK_TIMEOUT_MS: u32 = 10_000;

/// How long a subscribed broker may take to answer SUBSCRIBE, or to send a first message, in milliseconds.
const SILENCE_MS: i64 = 10_000;

/// Notices of this source, all cleared by a working connection.
const NOTICES: [NoticeKind; 4] =
    [NoticeKind::MqttRefused, NoticeKind::MqttNoAnswer, NoticeKind::MqttSilent, NoticeKind::MqttLost];

/// The MQTT broker.
#[derive(Debug, Default)]
pub(in super::super) struct MqttSource {
    endpoint: Option<MqttEndpoint>,
    client_id: String,
    page_is_secure: bool,
    phase: Phase,
    backoff: Backoff,
    /// The filters for regions are left out of the next SUBSCRIBE.
    without_regions: bool,
    refused_topics: Vec<String>,
    last_message: Option<UnixMillis>,
    /// The subscription had been good before.
    has_joined: bool,
}

/// What came out of the session in one turn.
#[derive(Debug, Default)]
pub(in super::super) struct MqttHeard {
    /// Messages, in order.
    pub messages: Vec<Publish>,
    /// Messages too long to be looked at.
    pub too_long: u32,
    /// The subscription has become good again: what was missed in between has to be filled in.
    pub rejoined: bool,
}

#[derive(Debug, Default)]
enum Phase {
    /// Not configured, or left.
    #[default]
    Off,
    /// The socket is opening.
    Opening { connection: ConnectionId, give_up_at: UnixMillis },
    /// The socket is open and a session runs on it.
    Open(Box<Open>),
    /// Lost; tried again at `until`.
    Waiting { until: UnixMillis },
    /// The person has to do something: the broker refuses us.
    Refused,
    /// The person has to do something: the browser does not even try.
    Failed,
}

#[derive(Debug)]
struct Open {
    connection: ConnectionId,
    session: Session,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// CONNECT waits for its answer.
    Connecting,
    /// SUBSCRIBE waits for its answer.
    Subscribing { give_up_at: UnixMillis },
    /// Messages may come. If none came by `silence_told_at`, that is told, once.
    Subscribed { since: UnixMillis, silence_told_at: Option<UnixMillis> },
}

impl MqttSource {
    /// Connects to `endpoint`, or to nothing.
    pub fn start(
        &mut self,
        endpoint: Option<MqttEndpoint>,
        client_id: String,
        page_is_secure: bool,
        turn: &mut Turn<'_>,
    ) {
        self.stop(turn);
        *self = Self { endpoint, client_id, page_is_secure, ..Self::default() };
        self.open(turn);
    }

    /// Leaves: closes what is open and forgets the endpoint with its secrets.
    pub fn stop(&mut self, turn: &mut Turn<'_>) {
        self.close(turn);
        NOTICES.into_iter().for_each(|kind| turn.notices.clear(kind));
        *self = Self::default();
    }

    /// The person wants it tried now, whatever stood in the way.
    pub fn retry(&mut self, turn: &mut Turn<'_>) {
        if !self.is_live() {
            self.backoff.reset();
            self.close(turn);
            self.open(turn);
        }
    }

    /// The tab woke or the network is back: tries at once what waits, and finds out whether a silent session is dead.
    /// What was refused stays refused: a wrong password is never tried again unasked.
    pub fn resume(&mut self, turn: &mut Turn<'_>) -> MqttHeard {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.open(turn);
        }
        self.pass_time(turn)
    }

    /// The socket opened.
    pub fn take_opened(&mut self, connection: ConnectionId, turn: &mut Turn<'_>) -> MqttHeard {
        let Phase::Opening { connection: expected, .. } = &self.phase else { return MqttHeard::default() };
        let Some(endpoint) = self.endpoint.as_ref().filter(|_| *expected == connection) else {
            return MqttHeard::default();
        };
        let options = Options {
            client_id: self.client_id.clone(),
            credentials: endpoint.credentials.as_ref().map(|c| (c.username.clone(), c.password.clone())),
            keep_alive_s: KEEP_ALIVE_S,
            topics: self.wanted_topics(endpoint).cloned().collect(),
            connack_timeout_ms: CONNACK_TIMEOUT_MS,
        };
        let session = Session::new(options, turn.now);
        self.phase = Phase::Open(Box::new(Open { connection, session, stage: Stage::Connecting }));
        self.drain(turn)
    }

    /// Bytes came.
    pub fn take_bytes(&mut self, connection: ConnectionId, bytes: &[u8], turn: &mut Turn<'_>) -> MqttHeard {
        match &mut self.phase {
            Phase::Open(open) if open.connection == connection => {
                open.session.handle_input(bytes, turn.now);
                self.drain(turn)
            }
            _ => MqttHeard::default(),
        }
    }

    /// The socket closed, or never opened.
    pub fn take_closed(&mut self, connection: ConnectionId, reason: &CloseReason, turn: &mut Turn<'_>) {
        let answered = match &self.phase {
            Phase::Opening { connection: expected, .. } if *expected == connection => false,
            Phase::Open(open) if open.connection == connection => !matches!(open.stage, Stage::Connecting),
            _ => return,
        };
        if reason.refused_by_browser {
            self.fail(turn);
        } else if self.blames_regions() {
            self.without_regions = true;
            self.open(turn);
        } else if reason.was_open && !answered {
            self.wait(NoticeKind::MqttNoAnswer, self.url(), turn);
        } else {
            self.wait(NoticeKind::MqttLost, self.url(), turn);
        }
    }

    /// Does what is due.
    pub fn pass_time(&mut self, turn: &mut Turn<'_>) -> MqttHeard {
        let now = turn.now;
        match &mut self.phase {
            Phase::Waiting { until } if *until <= now => self.open(turn),
            Phase::Opening { give_up_at, .. } if *give_up_at <= now => {
                self.close(turn);
                self.wait(NoticeKind::MqttLost, self.url(), turn);
            }
            Phase::Open(open) => {
                open.session.handle_timeout(now);
                return self.drain(turn);
            }
            _ => {}
        }
        MqttHeard::default()
    }

    /// When [`MqttSource::pass_time`] is wanted.
    pub fn wake_at(&self) -> Option<UnixMillis> {
        match &self.phase {
            Phase::Opening { give_up_at, .. } => Some(*give_up_at),
            Phase::Open(open) => {
                let stage = match open.stage {
                    Stage::Connecting => None,
                    Stage::Subscribing { give_up_at } => Some(give_up_at),
                    Stage::Subscribed { silence_told_at, .. } => silence_told_at,
                };
                [open.session.poll_timeout(), stage].into_iter().flatten().min()
            }
            Phase::Waiting { until } => Some(*until),
            Phase::Off | Phase::Refused | Phase::Failed => None,
        }
    }

    /// Whether messages may come.
    pub const fn is_live(&self) -> bool {
        matches!(&self.phase, Phase::Open(open) if matches!(open.stage, Stage::Subscribed { .. }))
    }

    /// Where it connects to.
    pub const fn endpoint(&self) -> Option<&MqttEndpoint> {
        self.endpoint.as_ref()
    }

    /// Its state.
    pub fn view(&self) -> SourceView {
        let state = match &self.phase {
            Phase::Off => SourceState::Off,
            Phase::Opening { .. } => SourceState::Connecting,
            Phase::Open(_) if self.is_live() => SourceState::Live,
            Phase::Open(_) => SourceState::Connecting,
            Phase::Waiting { .. } => SourceState::Waiting,
            Phase::Refused => SourceState::Refused,
            Phase::Failed => SourceState::Failed,
        };
        SourceView {
            state,
            url: self.url(),
            retry_at: if let Phase::Waiting { until } = self.phase { Some(until) } else { None },
            version: None,
            refused_topics: self.refused_topics.clone(),
            last_message: self.last_message,
        }
    }

    /// What to subscribe to.
    fn wanted_topics<'a>(&self, endpoint: &'a MqttEndpoint) -> impl Iterator<Item = &'a String> {
        let without_regions = self.without_regions;
        endpoint.topics.iter().filter(move |topic| !(without_regions && is_for_regions(topic)))
    }

    /// Whether the connection ended where some brokers (AWS IoT, they say) end it because a filter is not allowed, and the
    /// filters may be the reason that few people have rights to. If it ends there without them too, they were not, and
    /// are tried again with the next connection.
    fn blames_regions(&mut self) -> bool {
        let ended_there =
            matches!(&self.phase, Phase::Open(open) if matches!(open.stage, Stage::Subscribing { .. }));
        let were_left_out = ended_there && std::mem::take(&mut self.without_regions);
        let topics = self.endpoint.iter().flat_map(|endpoint| &endpoint.topics);
        let for_regions = topics.clone().filter(|topic| is_for_regions(topic)).count();
        ended_there && !were_left_out && for_regions > 0 && for_regions < topics.count()
    }

    fn url(&self) -> String {
        self.endpoint.as_ref().map(|endpoint| endpoint.url.clone()).unwrap_or_default()
    }

    fn open(&mut self, turn: &mut Turn<'_>) {
        let Some(endpoint) = &self.endpoint else { return };
        let url = endpoint.url.clone();
        if is_mixed_content(&url, self.page_is_secure) {
            self.fail(turn);
            return;
        }
        let connection = turn.supply.connection();
        self.phase = Phase::Opening { connection, give_up_at: turn.after_ms(OPEN_TIMEOUT_MS) };
        turn.want(Command::MqttOpen { connection, url });
    }

    fn close(&mut self, turn: &mut Turn<'_>) {
        match std::mem::take(&mut self.phase) {
            Phase::Opening { connection, .. } => turn.want(Command::MqttClose { connection }),
            Phase::Open(mut open) => {
                let connection = open.connection;
                open.session.disconnect(turn.now);
                if let Some(bytes) = open.session.poll_transmit() {
                    turn.want(Command::MqttTransmit { connection, bytes: Packets(bytes) });
                }
                turn.want(Command::MqttClose { connection });
            }
            Phase::Off | Phase::Waiting { .. } | Phase::Refused | Phase::Failed => {}
        }
    }

    /// Brings out what the session has: bytes to send, messages, and its end.
    fn drain(&mut self, turn: &mut Turn<'_>) -> MqttHeard {
        let mut heard = MqttHeard::default();
        while let Phase::Open(open) = &mut self.phase {
            if let Some(bytes) = open.session.poll_transmit() {
                turn.want(Command::MqttTransmit { connection: open.connection, bytes: Packets(bytes) });
            }
            let Some(event) = open.session.poll_event() else { break };
            self.take_session_event(event, &mut heard, turn);
        }
        self.watch_silence(turn);
        heard
    }

    fn take_session_event(&mut self, event: SessionEvent, heard: &mut MqttHeard, turn: &mut Turn<'_>) {
        match event {
            SessionEvent::Connected => {
                self.set_stage(Stage::Subscribing { give_up_at: turn.after_ms(SILENCE_MS) });
            }
            SessionEvent::Subscribed { refused, .. } => {
                self.refused_topics = refused;
                if let Some(endpoint) = self.endpoint.as_ref().filter(|_| self.without_regions) {
                    let left_out = endpoint.topics.iter().filter(|topic| is_for_regions(topic));
                    self.refused_topics.extend(left_out.cloned());
                }
                // A broker that sent something before has given us rights; it may have nothing to say now.
                let silence_told_at = self.last_message.is_none().then(|| turn.after_ms(SILENCE_MS));
                self.set_stage(Stage::Subscribed { since: turn.now, silence_told_at });
                NOTICES.into_iter().for_each(|kind| turn.notices.clear(kind));
                heard.rejoined = std::mem::replace(&mut self.has_joined, true);
            }
            SessionEvent::Published(publish) => {
                self.hear(turn);
                heard.messages.push(publish);
            }
            SessionEvent::PublishTooLong { .. } => {
                self.hear(turn);
                heard.too_long += 1;
            }
            SessionEvent::Refused(refusal) => {
                self.close(turn);
                if refusal.needs_person() || matches!(refusal, Refusal::ClientId) {
                    self.phase = Phase::Refused;
                    turn.notices.set(NoticeKind::MqttRefused, Severity::Error, self.url(), 1);
                } else {
                    self.wait(NoticeKind::MqttLost, format!("{} ({})", self.url(), words(refusal)), turn);
                }
            }
            SessionEvent::NoAnswer => {
                self.close(turn);
                self.wait(NoticeKind::MqttNoAnswer, self.url(), turn);
            }
            SessionEvent::Lost(reason) => {
                self.restore_backoff(turn);
                self.close(turn);
                let detail = match reason {
                    LossReason::PingUnanswered => self.url(),
                    LossReason::Protocol(error) => format!("{}: {error}", self.url()),
                };
                self.wait(NoticeKind::MqttLost, detail, turn);
            }
        }
    }

    fn set_stage(&mut self, stage: Stage) {
        if let Phase::Open(open) = &mut self.phase {
            open.stage = stage;
        }
    }

    fn hear(&mut self, turn: &mut Turn<'_>) {
        self.last_message = Some(turn.now);
        if let Phase::Open(open) = &mut self.phase
            && let Stage::Subscribed { silence_told_at, .. } = &mut open.stage
        {
            *silence_told_at = None;
        }
        turn.notices.clear(NoticeKind::MqttSilent);
    }

    /// A broker that grants everything and sends nothing is mosquitto's way of saying that rights are missing.
    fn watch_silence(&mut self, turn: &mut Turn<'_>) {
        let Phase::Open(open) = &mut self.phase else { return };
        match &mut open.stage {
            Stage::Subscribing { give_up_at } if *give_up_at <= turn.now => {
                self.close(turn);
                self.wait(NoticeKind::MqttLost, self.url(), turn);
            }
            Stage::Subscribed { silence_told_at: due, .. } if due.is_some_and(|at| at <= turn.now) => {
                *due = None;
                let refused = self.refused_topics.join(" ");
                turn.notices.set(NoticeKind::MqttSilent, Severity::Warning, refused, 1);
            }
            _ => {}
        }
    }

    fn wait(&mut self, kind: NoticeKind, detail: String, turn: &mut Turn<'_>) {
        self.restore_backoff(turn);
        let delay_ms = self.backoff.next_delay_ms(turn.supply.random_unit());
        self.phase = Phase::Waiting { until: turn.after_ms(delay_ms) };
        for other in NOTICES.into_iter().filter(|other| *other != kind) {
            turn.notices.clear(other);
        }
        turn.notices.raise(kind, Severity::Error, detail);
    }

    fn restore_backoff(&mut self, turn: &Turn<'_>) {
        if let Phase::Open(open) = &self.phase
            && let Stage::Subscribed { since, .. } = open.stage
            && turn.now.ms_since(since) >= PROVED_GOOD_AFTER_MS
        {
            self.backoff.reset();
        }
    }

    fn fail(&mut self, turn: &mut Turn<'_>) {
        self.phase = Phase::Failed;
        let kind = if is_mixed_content(&self.url(), self.page_is_secure) {
            NoticeKind::MixedContent
        } else {
            NoticeKind::MqttLost
        };
        turn.notices.set(kind, Severity::Error, self.url(), 1);
    }
}

/// Whether a filter is for the regions of phones, which other people often have no rights to.
fn is_for_regions(topic: &str) -> bool {
    topic.ends_with("/waypoint") || topic.ends_with("/waypoints")
}

/// What a refusal that is not about rights says.
fn words(refusal: Refusal) -> String {
    match refusal {
        Refusal::ProtocolVersion => "MQTT 3.1.1 not supported".to_owned(),
        Refusal::ServerUnavailable => "server unavailable".to_owned(),
        Refusal::Other(code) => format!("return code {code}"),
        Refusal::ClientId | Refusal::BadCredentials | Refusal::NotAuthorised => "refused".to_owned(),
    }
}
