//! All parts of the model, and which of them an event concerns.

use crate::geo::LatLon;
use crate::owntracks::Keyring;
use crate::time::UnixMillis;
use crate::track::Splitting;

use super::address_bar::AddressBar;
use super::command::{Command, HistoryHome, RequestId};
use super::config::{Interface, Parts, Settings, ShareAddress, Thresholds, TileSource};
use super::event::{Event, HttpAnswer, HttpFailure, Start};
use super::friends::Friends;
use super::gaze::Gaze;
use super::happenings::Happenings;
use super::history::History;
use super::inbox::Counts;
use super::inspection::Inspection;
use super::places::Places;
use super::query::Query;
use super::round::Round;
use super::secrets::Passphrases;
use super::sources::{LiveFeed, MqttSource, RecorderHeard, RecorderSource};
use super::stays::Stays;
use super::turn::Turn;
use super::view::{ChromeView, ConnectionView, HistoryState, NoticeKind, Severity, SourceState, SourcesView};

/// All parts of the model. Parts do not know each other; they meet here, in [`super::inbox`] and in [`super::person`].
#[derive(Debug, Default)]
pub(super) struct Page {
    pub mqtt: MqttSource,
    pub recorder: RecorderSource,
    pub live: LiveFeed,
    pub friends: Friends,
    pub places: Places,
    pub happenings: Happenings,
    pub history: History,
    pub inspection: Inspection,
    pub stays: Stays,
    pub gaze: Gaze,
    pub round: Round,
    pub address_bar: AddressBar,
    pub passphrases: Passphrases,
    /// The keys that `passphrases` are.
    pub keys: Keyring,
    /// Secrets are remembered on this device.
    pub remembered: bool,
    /// Somebody logged in who does not want to be remembered on this device.
    pub is_guest: bool,
    /// Who is logged in at the server that the page comes from.
    pub account: Option<String>,
    /// The page is a guest's: nothing is kept, and there is nowhere else to connect.
    pub share: Option<ShareAddress>,
    /// The broker's URL came with the link, and the person has not agreed to it yet.
    pub mqtt_from_link: bool,
    pub counts: Counts,
    pub settings: Settings,
    pub interface: Interface,
    pub parts: Parts,
    pub embed_origins: Vec<String>,
    /// A page around this one wants to know what happens.
    pub embedder_listens: bool,
    pub tiles: Vec<TileSource>,
    pub tiles_failed: bool,
    pub ask_where: bool,
    pub client_id: String,
    pub page_is_secure: bool,
    /// The link asked for a history, which has not been looked at yet.
    pub look_at_history: bool,
    pub chrome_changed: bool,
    /// When the shell was last asked to wake us, while that has not happened.
    wake_asked: Option<UnixMillis>,
}

impl Page {
    /// The table: what happened → which part takes it in.
    pub fn take_in(&mut self, event: Event, turn: &mut Turn<'_>) {
        match event {
            Event::Started(start) => self.start(*start, turn),
            Event::Woke => {
                self.wake_asked = None;
                self.pass_time(turn);
            }
            Event::Resumed => self.resume(turn),
            // Browsers are often wrong about this, and never know of a broker on the same machine: sockets tell.
            Event::WentOffline => {}

            Event::MqttOpened { connection } => {
                let heard = self.mqtt.take_opened(connection, turn);
                self.take_heard(heard, turn);
            }
            Event::MqttReceived { connection, bytes } => {
                let heard = self.mqtt.take_bytes(connection, &bytes, turn);
                self.take_heard(heard, turn);
            }
            Event::MqttClosed { connection, reason } => self.mqtt.take_closed(connection, &reason, turn),

            Event::LiveOpened { connection } => {
                if self.live.take_opened(connection, turn) {
                    self.fill_in(turn);
                }
            }
            Event::LiveReceived { connection, text } => self.take_frame(connection, &text, turn),
            Event::LiveClosed { connection, .. } => {
                // The first to notice that the Recorder is gone; asking it tells.
                if self.live.take_closed(connection, turn) {
                    self.recorder.reread(turn);
                }
            }

            Event::Answered { request, answer } => self.take_answer(request, Ok(answer), turn),
            Event::RequestFailed { request, failure } => self.take_answer(request, Err(failure), turn),

            Event::SliceProgressed { request, points } => self.history.take_progress(request, points),
            Event::SliceLoaded { request, report } => self.history.take_slice(request, Ok(report), turn),
            Event::SliceFailed { request, failure } => self.history.take_slice(request, Err(failure), turn),
            Event::SliceUnchanged { request } => self.history.take_unchanged(request, turn),
            Event::FoundAtHand { request, pieces } => self.history.take_at_hand(request, &pieces, turn),
            Event::KeptMeasured { bytes } => self.history.take_kept_bytes(bytes),
            Event::TracksLost(failure) => self.history.lose(&failure, turn),
            Event::TracksChanged(summaries) => {
                self.history.take_summaries(summaries, turn);
                self.inspection.refresh(turn);
            }
            Event::TracksDrawn { points } => self.history.take_drawn(points),
            Event::LegendChanged(legend) => self.history.take_legend(legend),
            Event::CannotPaint => turn.notices.raise(NoticeKind::CannotPaint, Severity::Warning, ""),

            Event::PointFound { request, found } => {
                if self.inspection.take_found(request, found, turn) {
                    self.friends.select(None);
                }
            }

            Event::StaysFound(found) => self.stays.take_found(found),

            Event::DayBegan { choice, range } => {
                self.history.begin_day(&choice, range, &mut self.friends, turn);
            }

            Event::ShareTold(news) => {
                if self.friends.tell_shared(news.people) {
                    self.recorder.reread(turn);
                }
            }
            Event::ShareEnded => {
                self.mqtt.stop(turn);
                self.leave_recorder(turn);
                self.forget_people(turn);
            }

            Event::MapMoved(view) => {
                if self.gaze.take_moved(&view) {
                    self.friends.mark_followed(None);
                }
                if view.by_person {
                    self.round.leave_alone(turn.now);
                }
                if self.embedder_listens {
                    turn.want(Command::TellMapMoved(view));
                }
                self.show_address(turn);
            }
            Event::TilesFailed(failed) => {
                self.chrome_changed |= self.tiles_failed != failed;
                self.tiles_failed = failed;
                turn.notices.set(NoticeKind::TilesFailed, Severity::Info, "", u32::from(failed));
            }
            Event::ViewerLocated(place) => self.friends.locate_viewer(place),

            Event::EmbedderWished(wish) => {
                self.take_embedder_wish(wish, turn);
                self.show_address(turn);
            }
            Event::Did(person) => {
                self.take_wish(person, turn);
                self.show_address(turn);
            }
        }
        self.settle(turn);
    }

    fn start(&mut self, start: Start, turn: &mut Turn<'_>) {
        let Start { config, .. } = start;
        turn.supply.seed(start.random_unit);
        self.client_id = format!("otdash-{}", start.random_id);
        self.page_is_secure = start.page_is_secure;
        self.keys = start.keys.keyring();
        self.passphrases = start.keys;
        (self.remembered, self.is_guest) = (start.remembered, start.is_guest);
        self.mqtt_from_link = start.mqtt_from_link;
        (self.interface, self.parts) = (config.interface, config.parts);
        self.embed_origins = config.embed_origins;
        (self.account, self.share) = (config.account, config.share);
        self.tiles = config.map.tiles;
        self.settings = config.settings;
        self.chrome_changed = true;
        if let Some(error) = start.config_error {
            turn.notices.set(NoticeKind::ConfigBad, Severity::Warning, error, 1);
        }
        self.friends.configure(config.hide_friends, &self.settings);
        self.friends.mark_followed(config.follow.clone());
        self.gaze.configure(config.map.view.is_some(), config.follow);
        self.round.configure(self.interface, config.round, turn.now);
        self.look_at_history = !config.history.friends.is_empty();
        self.history.configure(config.history.range, start.range, config.history.friends);
        self.history.split(splitting(&self.settings.thresholds), turn);
        self.stays.want(self.settings.layers.stays, turn);
        self.address_bar.configure(start.query, self.shown());

        let endpoints = config.endpoints;
        let unconfigured = endpoints.mqtt.is_none() && endpoints.recorder.is_none();
        self.mqtt.start(endpoints.mqtt, self.client_id.clone(), self.page_is_secure, turn);
        if let Some(recorder) = endpoints.recorder {
            self.start_recorder(recorder.url, turn);
        } else if unconfigured && !self.recorder.guess(start.recorder_candidates, turn) {
            self.ask();
        }
    }

    /// Asks where to connect, unless nobody is there to answer.
    pub fn ask(&mut self) {
        self.ask_where = self.interface != Interface::Kiosk && self.share.is_none();
    }

    /// Asks the Recorder at `url`, and shows meanwhile what is at hand of its histories.
    pub fn start_recorder(&mut self, url: String, turn: &mut Turn<'_>) {
        let home = self.history_home(&url);
        self.recorder.start(url, self.page_is_secure, turn);
        self.history.expect(home, &mut self.friends, turn);
        self.note_recorder_trouble(None, turn);
    }

    /// Whose histories those of the Recorder at `url` are.
    fn history_home(&self, url: &str) -> HistoryHome {
        let credentials = self.mqtt.endpoint().and_then(|mqtt| mqtt.credentials.as_ref());
        let username = credentials.map(|known| &known.username);
        HistoryHome {
            endpoint: url.to_owned(),
            account: self.account.as_ref().or(username).cloned().unwrap_or_default(),
            keeps: !self.is_guest && self.share.is_none(),
        }
    }

    /// Tells the history when the Recorder does not answer, or refuses.
    fn note_recorder_trouble(&mut self, failure: Option<&HttpFailure>, turn: &mut Turn<'_>) {
        match (self.recorder.view().state, failure) {
            (SourceState::Waiting, Some(failure)) => self.history.go_on_alone(failure, turn),
            (SourceState::Refused | SourceState::Failed, _) => {
                self.history.be_refused(&mut self.friends, turn);
            }
            _ => {}
        }
    }

    fn resume(&mut self, turn: &mut Turn<'_>) {
        let heard = self.mqtt.resume(turn);
        self.take_heard(heard, turn);
        self.recorder.resume(turn);
        self.live.resume(turn);
        self.fill_in(turn);
        self.pass_time(turn);
    }

    /// Something may have been missed: reads the last places again and tops up the history. A Recorder that is away does
    /// so by itself when it returns.
    pub fn fill_in(&mut self, turn: &mut Turn<'_>) {
        if self.recorder.is_live() {
            self.recorder.reread(turn);
            self.history.fill_in(turn);
        }
    }

    fn pass_time(&mut self, turn: &mut Turn<'_>) {
        let heard = self.mqtt.pass_time(turn);
        self.take_heard(heard, turn);
        self.recorder.pass_time(turn);
        // Where no WebSocket passes, the Recorder is asked as often as the socket is tried.
        if self.live.pass_time(turn) && !self.mqtt.is_live() {
            self.fill_in(turn);
        }
        self.friends.pass_time(turn.now);
        let (friends, history) = (&self.friends, &self.history);
        self.gaze.pass_time(|| first_places(friends, history), turn);
        // A map that follows somebody goes nowhere else.
        let follows = self.gaze.followed().is_some();
        let people = || if follows { Vec::new() } else { friends.people() };
        if let Some(shown) = self.round.pass_time(people, turn) {
            self.friends.select(shown);
        }
    }

    fn take_answer(
        &mut self,
        request: RequestId,
        answer: Result<HttpAnswer, HttpFailure>,
        turn: &mut Turn<'_>,
    ) {
        if self.recorder.awaits(request) {
            let heard = match &answer {
                Ok(answer) => self.recorder.take_answer(answer, turn),
                Err(failure) => self.recorder.take_failure(failure, turn),
            };
            let failure = answer.map_or_else(Some, |answer| {
                let text = String::new();
                (answer.status != 200).then_some(HttpFailure::Status { status: answer.status, text })
            });
            self.note_recorder_trouble(failure.as_ref(), turn);
            self.take_recorder(heard, turn);
        } else if self.history.awaits(request) {
            self.history.take_months(request, answer.ok().as_ref(), turn);
        }
    }

    fn take_recorder(&mut self, heard: RecorderHeard, turn: &mut Turn<'_>) {
        if heard.found_none {
            self.ask();
        }
        if let Some(last) = heard.last {
            self.take_last(last, turn);
            self.gaze.take_everybody(first_places(&self.friends, &self.history), turn);
        }
        if heard.joined
            && let Some(url) = self.recorder.url().map(str::to_owned)
        {
            self.live.start(&url, turn);
            self.friends.settle_roster();
            let (home, compact) = (self.history_home(&url), self.recorder.is_compact());
            self.history.join(home, compact, &mut self.friends, turn);
        }
    }

    /// What follows from every event: names and colours, notices about friends, the first look, the next wake-up.
    fn settle(&mut self, turn: &mut Turn<'_>) {
        self.friends.settle_roster();
        if self.friends.take_members_changed() {
            self.history.gather(&mut self.friends, turn);
        }
        if self.friends.take_roster_changed() {
            self.history.note_roster();
            self.inspection.note_roster();
            self.stays.note_roster();
            self.places.note_roster();
            self.happenings.note_roster();
        }
        if self.friends.take_troubles_changed() {
            let encrypted = self.friends.encrypted_names();
            let (names, count) = (encrypted.join(", "), encrypted.len() as u32);
            turn.notices.set(NoticeKind::Encrypted, Severity::Warning, names, count);
            let future = self.friends.future_names();
            let (names, count) = (future.join(", "), future.len() as u32);
            turn.notices.set(NoticeKind::Clock, Severity::Warning, names, count);
        }
        if self.look_at_history
            && self.history.points() > 0
            && matches!(self.history.state(), HistoryState::Ready | HistoryState::Partial)
        {
            self.look_at_history = false;
            self.gaze.take_first_history(turn);
        }
        self.inspection.keep_if(|friend| self.history.shows(friend));
        self.stays.keep_if(|friend| self.history.shows(friend));
        self.plan_wake(turn);
    }

    /// Asks to be woken when the first part wants it. A later wish than the one that stands is not told: waking early
    /// and finding nothing due is cheaper than a new timer for every message.
    fn plan_wake(&mut self, turn: &mut Turn<'_>) {
        let wishes = [
            self.mqtt.wake_at(),
            self.recorder.wake_at(),
            self.live.wake_at(),
            self.friends.next_change(),
            self.gaze.wake_at(),
            self.round.wake_at(),
        ];
        if let Some(at) = wishes.into_iter().flatten().min()
            && self.wake_asked.is_none_or(|asked| at < asked)
        {
            self.wake_asked = Some(at);
            turn.want(Command::WakeAt(at));
        }
    }

    /// Shows in the address bar what is shown on the page.
    pub fn show_address(&mut self, turn: &mut Turn<'_>) {
        self.address_bar.show(self.shown(), turn);
    }

    fn shown(&self) -> Query {
        Query {
            friends: self.history.chosen().to_vec(),
            range: Some(self.history.choice().clone()),
            layers: Some(self.settings.layers),
            line_colour: Some(self.settings.line_colour),
            map: self.gaze.moved_to(),
            follow: self.gaze.followed().cloned(),
            ..Query::default()
        }
    }

    /// State of the sources.
    pub fn sources_view(&self) -> SourcesView {
        SourcesView {
            mqtt: self.mqtt.view(),
            recorder: self.recorder.view(),
            recorder_live: self.live.is_live(),
            ask_where: self.ask_where,
            connection: self.connection_view(),
            bad_messages: self.counts.bad,
            unknown_messages: self.counts.unknown,
            messages: self.counts.understood,
        }
    }

    /// What the connect dialog starts from.
    fn connection_view(&self) -> ConnectionView {
        let mqtt = self.mqtt.endpoint();
        let credentials = mqtt.and_then(|mqtt| mqtt.credentials.as_ref());
        ConnectionView {
            recorder_url: self.recorder.url().unwrap_or_default().to_owned(),
            mqtt_url: mqtt.map(|mqtt| mqtt.url.clone()).unwrap_or_default(),
            mqtt_from_link: self.mqtt_from_link,
            topics: mqtt.map(|mqtt| mqtt.topics.clone()).unwrap_or_default(),
            username: credentials.map(|known| known.username.clone()).unwrap_or_default(),
            has_password: credentials.is_some_and(|known| !known.password.is_empty()),
            passphrases: self.passphrases.count(),
            remembered: self.remembered,
        }
    }

    /// Settings and the rest of what the interface needs.
    pub fn chrome_view(&self) -> ChromeView {
        ChromeView {
            settings: self.settings.clone(),
            layers: self.settings.layers,
            line_colour: self.settings.line_colour,
            interface: self.interface,
            parts: self.parts,
            embed_origins: self.embed_origins.clone(),
            share: self.share.clone(),
            tiles: self.tiles.clone(),
            tiles_failed: self.tiles_failed,
        }
    }
}

/// Where the people are whom a page looks at first: those it was opened for, or everybody when none of them has a place.
fn first_places(friends: &Friends, history: &History) -> Vec<LatLon> {
    let mut people = friends.people();
    if people.iter().any(|(id, _)| history.is_for(id)) {
        people.retain(|(id, _)| history.is_for(id));
    }
    people.into_iter().map(|(_, place)| place).collect()
}

/// Where lines are split, by the person's limits.
pub(super) const fn splitting(thresholds: &Thresholds) -> Splitting {
    Splitting { gap_s: thresholds.gap_s, gap_m: thresholds.gap_m, max_accuracy_m: thresholds.max_accuracy_m }
}
