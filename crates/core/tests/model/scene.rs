//! A world around the model: a clock that is driven, and an outside that notes what is wanted of it and answers when a
//! test says so.

use std::collections::VecDeque;

use dashboard_core::geo::LatLon;
use dashboard_core::model::view::{FriendView, NoticeKind, SourceState};
use dashboard_core::model::{
    AtHand, CloseReason, Command, Config, ConnectionId, Event, HistoryHome, HistorySlice, HttpAnswer,
    HttpFailure, MapMove, MapView, Model, MqttEndpoint, Passphrases, Person, PointQuestion, Query,
    RecorderEndpoint, RequestId, SliceReport, SliceSource, Start,
};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::{TimeRange, UnixMillis};
use dashboard_core::track::{Row, TrackSummary};

/// 2026-11-22T12:00:00Z, when every scene begins.
pub const NOON_S: i64 = 1_795_348_800;

pub const BROKER: &str = "wss://home.example/mqtt";
pub const RECORDER: &str = "https://home.example/owntracks/";

/// The model, the time, and what the outside was asked for and has not done yet.
pub struct Scene {
    pub model: Model,
    pub now: UnixMillis,
    /// The MQTT socket asked for last, until it is closed.
    pub mqtt: Option<ConnectionId>,
    pub mqtt_opens: usize,
    pub transmitted: Vec<u8>,
    /// The Recorder's WebSocket asked for last, until it is closed.
    pub live: Option<ConnectionId>,
    pub live_sent: Vec<String>,
    pub gets: Vec<(RequestId, String)>,
    /// Slices asked of the Recorder.
    pub slices: Vec<HistorySlice>,
    /// What the worker has set aside, and what it keeps on the device. It says and gives truly what it has, at once.
    pub at_hand: Vec<(FriendId, AtHand)>,
    /// Slices that the worker had at hand.
    pub taken: Vec<HistorySlice>,
    pub homes: Vec<Option<HistoryHome>>,
    pub cancelled: Vec<RequestId>,
    pub shown: Vec<(Vec<FriendId>, TimeRange)>,
    pub rows: Vec<(FriendId, Row)>,
    pub questions: Vec<PointQuestion>,
    pub stays_wanted: Vec<bool>,
    pub moves: Vec<MapMove>,
    pub told_moves: Vec<MapView>,
    pub queries: Vec<String>,
    pub saved: Vec<Command>,
    /// Whether the broker answers PINGREQ.
    pub broker_lives: bool,
    ping_asked: bool,
    wake_at: Option<UnixMillis>,
    loses_what_is_kept: bool,
}

impl Scene {
    /// A page that has started with `start`.
    pub fn begin(start: Start) -> Self {
        Self::begin_at(start, UnixMillis::from_seconds(NOON_S))
    }

    /// The same, of a device on which that is kept.
    pub fn begin_keeping(start: Start, at_hand: Vec<(FriendId, AtHand)>) -> Self {
        let mut scene = Self::asleep(UnixMillis::from_seconds(NOON_S));
        scene.at_hand = at_hand;
        scene.send(Event::Started(Box::new(start)));
        scene
    }

    pub fn begin_at(start: Start, now: UnixMillis) -> Self {
        let mut scene = Self::asleep(now);
        scene.send(Event::Started(Box::new(start)));
        scene
    }

    /// The browser lost what it keeps, and does not know it yet.
    pub fn losing_what_is_kept(mut self) -> Self {
        self.loses_what_is_kept = true;
        self
    }

    fn asleep(now: UnixMillis) -> Self {
        Self {
            model: Model::new(),
            now,
            mqtt: None,
            mqtt_opens: 0,
            transmitted: Vec::new(),
            live: None,
            live_sent: Vec::new(),
            gets: Vec::new(),
            slices: Vec::new(),
            at_hand: Vec::new(),
            taken: Vec::new(),
            homes: Vec::new(),
            cancelled: Vec::new(),
            shown: Vec::new(),
            rows: Vec::new(),
            questions: Vec::new(),
            stays_wanted: Vec::new(),
            moves: Vec::new(),
            told_moves: Vec::new(),
            queries: Vec::new(),
            saved: Vec::new(),
            broker_lives: true,
            ping_asked: false,
            wake_at: None,
            loses_what_is_kept: false,
        }
    }

    /// A page whose broker is subscribed and has nothing to say yet.
    pub fn subscribed() -> Self {
        Self::subscribed_at(UnixMillis::from_seconds(NOON_S))
    }

    pub fn subscribed_at(now: UnixMillis) -> Self {
        let mut scene = Self::begin_at(start_with(true, false), now);
        scene.open_mqtt();
        scene
    }

    /// A page whose Recorder has answered `version` and `last`.
    pub fn recorded(last: &str) -> Self {
        Self::recorded_with(start_with(false, true), last)
    }

    /// The same, started otherwise.
    pub fn recorded_with(start: Start, last: &str) -> Self {
        let mut scene = Self::begin(start);
        scene.greet(last);
        scene
    }

    /// Answers `version` and `last`.
    pub fn greet(&mut self, last: &str) {
        self.answer("api/0/version", r#"{"version":"1.0.1"}"#);
        self.answer("api/0/last", last);
    }

    /// Lets something happen now.
    pub fn send(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for command in self.model.update(event, self.now) {
                events.extend(self.note(command));
            }
        }
    }

    pub fn did(&mut self, person: Person) {
        self.send(Event::Did(person));
    }

    /// Lets time pass, waking the model when it asked for it.
    pub fn pass_ms(&mut self, ms: i64) {
        let end = self.now.plus_ms(ms);
        let mut wakes = 0;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            wakes += 1;
            assert!(
                wakes < 10_000,
                "the model never rests: it wants to be woken at {at:?}, now is {:?}",
                self.now
            );
            self.now = self.now.max(at);
            self.wake_at = None;
            self.send(Event::Woke);
            if std::mem::take(&mut self.ping_asked) && self.broker_lives {
                self.receive(&[0xd0, 0]);
            }
        }
        self.now = end;
    }

    /// Opens the socket and lets the broker accept and subscribe.
    pub fn open_mqtt(&mut self) {
        let connection = self.mqtt.expect("a socket was asked for");
        self.send(Event::MqttOpened { connection });
        self.receive(&[0x20, 2, 0, 0]);
        self.receive(&[0x90, 3, 0, 1, 0]);
    }

    /// Bytes from the broker.
    pub fn receive(&mut self, bytes: &[u8]) {
        let connection = self.mqtt.expect("a socket is open");
        self.send(Event::MqttReceived { connection, bytes: bytes.to_vec() });
    }

    pub fn close_mqtt(&mut self, was_open: bool) {
        let connection = self.mqtt.take().expect("a socket was asked for");
        self.send(Event::MqttClosed { connection, reason: closed(was_open) });
    }

    /// Lets time pass until the broker is tried again; returns how long that took, in milliseconds.
    pub fn pass_until_retry(&mut self) -> i64 {
        let retry_at = self.model.sources().mqtt.retry_at.expect("waiting says until when");
        let ms = retry_at.ms_since(self.now);
        self.pass_ms(ms);
        ms
    }

    /// A message from the broker.
    pub fn publish(&mut self, topic: &str, payload: &str) {
        self.receive(&publish_bytes(topic, payload.as_bytes(), false));
    }

    /// A message that the broker had kept.
    pub fn publish_retained(&mut self, topic: &str, payload: &str) {
        self.receive(&publish_bytes(topic, payload.as_bytes(), true));
    }

    /// Opens the Recorder's WebSocket and lets it echo the greeting.
    pub fn open_live(&mut self) {
        let connection = self.live.expect("a socket was asked for");
        self.send(Event::LiveOpened { connection });
        self.push("LAST");
    }

    /// A frame from the Recorder.
    pub fn push(&mut self, text: &str) {
        let connection = self.live.expect("a socket is open");
        self.send(Event::LiveReceived { connection, text: text.to_owned() });
    }

    /// Answers the oldest request whose URL has `part` in it.
    pub fn answer(&mut self, part: &str, body: &str) {
        self.answer_status(part, 200, body);
    }

    pub fn answer_status(&mut self, part: &str, status: u16, body: &str) {
        let request = self.take_get(part);
        let answer = HttpAnswer { status, body: body.as_bytes().to_vec() };
        self.send(Event::Answered { request, answer });
    }

    pub fn fail_get(&mut self, part: &str, failure: HttpFailure) {
        let request = self.take_get(part);
        self.send(Event::RequestFailed { request, failure });
    }

    fn take_get(&mut self, part: &str) -> RequestId {
        let at = self.gets.iter().position(|(_, url)| url.contains(part));
        let at = at.unwrap_or_else(|| panic!("{part} was not asked for, but {:?}", self.gets));
        self.gets.remove(at).0
    }

    /// The worker loaded the oldest slice with so many points. Returns which it was.
    pub fn load_slice(&mut self, points: u32) -> HistorySlice {
        let slice = self.slices.remove(0);
        let report = SliceReport { points, ..SliceReport::default() };
        self.send(Event::SliceLoaded { request: slice.request, report });
        slice
    }

    pub fn fail_slice(&mut self, failure: HttpFailure) -> HistorySlice {
        let slice = self.slices.remove(0);
        self.send(Event::SliceFailed { request: slice.request, failure });
        slice
    }

    /// The worker says how many points a friend has, and when the last of them was.
    pub fn summarise(&mut self, friend: &str, points: u32, last_s: i64) {
        let summary = TrackSummary { points, last_s: Some(last_s), ..TrackSummary::default() };
        self.send(Event::TracksChanged(vec![(id(friend), summary)]));
    }

    pub fn friend(&mut self, friend: &str) -> FriendView {
        let found = self.find_friend(friend);
        found.unwrap_or_else(|| panic!("{friend} is not known"))
    }

    pub fn find_friend(&mut self, friend: &str) -> Option<FriendView> {
        let view = self.model.friends(self.now);
        view.friends.iter().find(|view| view.id == id(friend)).map(|view| (**view).clone())
    }

    pub fn notices(&self) -> Vec<NoticeKind> {
        self.model.notices().iter().map(|notice| notice.kind).collect()
    }

    pub fn mqtt_state(&self) -> SourceState {
        self.model.sources().mqtt.state
    }

    pub fn recorder_state(&self) -> SourceState {
        self.model.sources().recorder.state
    }

    /// Notes what is wanted; what was cancelled is not outstanding any more. Answers what the worker says at once.
    fn note(&mut self, command: Command) -> Option<Event> {
        match command {
            Command::LookAtHand { request, friend, range } => {
                let pieces = self
                    .at_hand
                    .iter()
                    .filter(|(whose, piece)| *whose == friend && piece.range.intersection(range).is_some());
                return Some(Event::FoundAtHand {
                    request,
                    pieces: pieces.map(|(_, piece)| *piece).collect(),
                });
            }
            Command::SetAside { friend, ranges } => {
                let piece = |range| AtHand { range, month: None, can_be_checked: false };
                self.at_hand.extend(ranges.into_iter().map(|range| (friend.clone(), piece(range))));
            }
            Command::OpenHistory(home) => {
                self.at_hand.retain(|(_, piece)| piece.month.is_some());
                self.homes.push(home);
            }
            Command::LoadSlice(slice)
                if matches!(slice.source, SliceSource::Aside | SliceSource::Kept { .. }) =>
            {
                let request = slice.request;
                let report = SliceReport { points: 1, ..SliceReport::default() };
                if slice.source == SliceSource::Aside {
                    self.take_aside(&slice);
                }
                self.taken.push(slice);
                if self.loses_what_is_kept {
                    self.at_hand.clear();
                    return Some(Event::SliceFailed { request, failure: HttpFailure::Broken });
                }
                return Some(Event::SliceLoaded { request, report });
            }
            Command::MqttOpen { connection, .. } => {
                self.mqtt = Some(connection);
                self.mqtt_opens += 1;
            }
            Command::MqttTransmit { bytes, .. } => {
                self.ping_asked |= bytes[..] == [0xc0, 0];
                self.transmitted.extend_from_slice(&bytes);
            }
            Command::MqttClose { connection } => {
                self.mqtt.take_if(|open| *open == connection);
            }
            Command::LiveOpen { connection, .. } => self.live = Some(connection),
            Command::LiveTransmit { text, .. } => self.live_sent.push(text),
            Command::LiveClose { connection } => {
                self.live.take_if(|open| *open == connection);
            }
            Command::Get { request, url, .. } => self.gets.push((request, url)),
            Command::CancelGet { request } => self.gets.retain(|(asked, _)| *asked != request),
            Command::LoadSlice(slice) => self.slices.push(slice),
            Command::CancelSlice { request } => {
                self.slices.retain(|slice| slice.request != request);
                self.cancelled.push(request);
            }
            Command::ShowTracks { friends, range, .. } => self.shown.push((friends, range)),
            Command::AppendRow { friend, row } => self.rows.push((friend, row)),
            Command::FindPoint(question) => self.questions.push(question),
            Command::FindStays(wanted) => self.stays_wanted.push(wanted),
            Command::WakeAt(at) => self.wake_at = Some(at),
            Command::MoveMap(wish) => self.moves.push(wish),
            Command::TellMapMoved(view) => self.told_moves.push(view),
            Command::ReplaceQuery(query) => self.queries.push(query),
            saved @ (Command::ForgetKept
            | Command::SaveSettings(_)
            | Command::SaveCredentials { .. }
            | Command::SaveKeys { .. }
            | Command::ForgetConnections
            | Command::SaveEndpoints(_)) => {
                self.saved.push(saved);
            }
        }
        None
    }

    /// What is shown again is not aside any more.
    fn take_aside(&mut self, slice: &HistorySlice) {
        let is_it = |(whose, piece): &(FriendId, AtHand)| {
            *whose == slice.friend
                && piece.month.is_none()
                && piece.range.intersection(slice.range) == Some(slice.range)
        };
        let at = self.at_hand.iter().position(is_it).expect("only what is aside is taken");
        let (friend, piece) = self.at_hand.swap_remove(at);
        for rest in [
            TimeRange::new(piece.range.from_s, slice.range.from_s - 1),
            TimeRange::new(slice.range.to_s + 1, piece.range.to_s),
        ] {
            self.at_hand.extend(rest.map(|range| (friend.clone(), AtHand { range, ..piece })));
        }
    }
}

/// A start with a broker, a Recorder, or both, and a map view, so that nothing is fitted unless a test wants it.
pub fn start_with(mqtt: bool, recorder: bool) -> Start {
    let mut config = Config::default();
    config.endpoints.mqtt = mqtt.then(|| MqttEndpoint {
        url: BROKER.into(),
        topics: vec!["owntracks/+/+".into()],
        credentials: None,
    });
    config.endpoints.recorder = recorder.then(|| RecorderEndpoint { url: RECORDER.into() });
    config.map.view = Some((place(47.0, 8.0), 10.0));
    Start {
        config,
        keys: Passphrases::default(),
        remembered: false,
        is_guest: false,
        mqtt_from_link: false,
        recorder_candidates: Vec::new(),
        page_is_secure: true,
        page_origin: "https://home.example".into(),
        random_id: "0a1b2c3d".into(),
        random_unit: 0.25,
        config_error: None,
        query: Query::default(),
        range: TimeRange { from_s: NOON_S - 12 * 3600, to_s: NOON_S },
    }
}

pub fn place(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).expect("a valid place")
}

pub fn id(friend: &str) -> FriendId {
    FriendId::parse(friend).expect("user/device")
}

/// A location message; `more` is put before the closing brace.
pub fn location(tst: i64, lat: f64, more: &str) -> String {
    format!(r#"{{"_type":"location","tst":{tst},"lat":{lat},"lon":8.5,"tid":"AP"{more}}}"#)
}

/// The same as the Recorder tells it in `last` and on its WebSocket.
pub fn told(friend: &str, tst: i64, lat: f64, more: &str) -> String {
    location(tst, lat, &format!(r#","topic":"owntracks/{friend}"{more}"#))
}

pub fn unreachable() -> HttpFailure {
    HttpFailure::Unreachable { cross_origin: false, mixed_content: false }
}

pub fn closed(was_open: bool) -> CloseReason {
    CloseReason { was_open, code: 1006, refused_by_browser: false }
}

/// A PUBLISH of QoS 0.
pub fn publish_bytes(topic: &str, payload: &[u8], retain: bool) -> Vec<u8> {
    let mut length = 2 + topic.len() + payload.len();
    let mut bytes = vec![0x30 | u8::from(retain)];
    while length > 0x7f {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend((topic.len() as u16).to_be_bytes());
    bytes.extend(topic.as_bytes());
    bytes.extend(payload);
    bytes
}
