//! What the person wishes, to the parts that fulfil it.

use crate::ordered::OrderedSet;

use crate::owntracks::FriendId;

use super::command::Command;
use super::config::{Credentials, Endpoints, LayerSet, MAX_HIDDEN, MqttEndpoint, Settings};
use super::event::{ConnectForm, Person};
use super::page::{Page, splitting};
use super::secrets::Passphrases;
use super::start::DEFAULT_TOPICS;
use super::turn::Turn;
use super::view::NoticeKind;

impl Page {
    /// The table: what the person did → which part fulfils it.
    pub fn take_wish(&mut self, person: Person, turn: &mut Turn<'_>) {
        match person {
            Person::Connected(form) => self.connect(form, turn),
            Person::Visited(broker) => self.visit(broker, turn),
            Person::LoggedOut => self.log_out(turn),
            Person::OpenedView(link) => self.address_bar.name_view(link),
            Person::ForgotPassphrases => {
                self.use_passphrases(Passphrases::default());
                turn.want(Command::SaveKeys { keys: Passphrases::default(), remember: false });
            }
            Person::Retried => {
                self.mqtt.retry(turn);
                self.recorder.retry(turn);
                self.live.resume(turn);
            }
            Person::Selected(id) => self.friends.select(id),
            Person::WentTo(id) => {
                let place = self.friends.place(&id);
                self.gaze.go_to(&id, place, turn);
                self.friends.mark_followed(self.gaze.followed().cloned());
            }
            Person::WentToPlace(place) => {
                self.gaze.go_to_place(place, turn);
                self.friends.mark_followed(None);
            }
            Person::Followed(id) => {
                let place = id.as_ref().and_then(|id| self.friends.place(id));
                self.gaze.follow(id.clone(), place, turn);
                self.friends.mark_followed(id);
            }
            Person::Hid { friend, hidden } => self.hide(friend, hidden, turn),
            Person::FittedFriends => {
                self.gaze.fit_friends(self.friends.places(), turn);
                self.friends.mark_followed(None);
            }
            Person::FittedHistory => {
                self.gaze.fit_history(turn);
                self.friends.mark_followed(None);
            }
            Person::Searched(text) => self.friends.search(text),
            Person::Sorted(sort_by) => {
                self.change_settings(Settings { sort_by, ..self.settings.clone() }, turn);
            }
            Person::ChoseRange { choice, range } => {
                self.history.choose_range(choice, range, &mut self.friends, turn);
            }
            Person::ChoseHistoryFriends(ids) => {
                let chosen = ids.iter().map(|id| (id.user().to_owned(), id.device().to_owned())).collect();
                self.history.choose_friends(chosen, &mut self.friends, turn);
            }
            Person::CancelledHistory => self.history.cancel(turn),
            Person::RetriedHistory => {
                self.history.retry(turn);
                if !self.recorder.is_live() {
                    self.recorder.retry(turn);
                }
            }
            Person::ForgotKeptHistory => turn.want(Command::ForgetKept),
            Person::PointedAt { place, zoom, max_px, tapped } => {
                let LayerSet { line, points, .. } = self.settings.layers;
                if (line || points) && self.history.has_tracks() {
                    self.inspection.point_at(place, zoom, max_px, tapped, turn);
                } else if tapped {
                    self.friends.select(None);
                }
            }
            Person::PointedAway => self.inspection.point_away(),
            Person::Stepped(stride) => {
                let friend = self.history.first_shown(self.friends.selected()).cloned();
                self.inspection.step(stride, friend, turn);
            }
            Person::ClosedPoint => self.inspection.close(),
            Person::ChoseLayers(layers) => {
                self.change_settings(Settings { layers, ..self.settings.clone() }, turn);
            }
            Person::ChoseLineColour(line_colour) => {
                self.change_settings(Settings { line_colour, ..self.settings.clone() }, turn);
            }
            Person::ChangedSettings(settings) => self.change_settings(*settings, turn),
            Person::DismissedNotice(id) => turn.notices.dismiss(id),
        }
    }

    /// Hides somebody or shows them again, and remembers that. At most [`MAX_HIDDEN`] are remembered.
    fn hide(&mut self, friend: FriendId, hidden: bool, turn: &mut Turn<'_>) {
        let mut settings = self.settings.clone();
        if !hidden {
            settings.hidden.remove(&friend);
        } else if settings.hidden.len() < MAX_HIDDEN {
            settings.hidden.insert(friend);
        }
        self.change_settings(settings, turn);
    }

    fn change_settings(&mut self, settings: Settings, turn: &mut Turn<'_>) {
        if settings != self.settings {
            if self.share.is_none() {
                turn.want(Command::SaveSettings(Box::new(settings.clone())));
            }
            self.use_settings(settings, turn);
        }
    }

    /// Shows everything by these settings, without keeping them.
    pub fn use_settings(&mut self, settings: Settings, turn: &mut Turn<'_>) {
        self.friends.change_settings(&settings, turn.now);
        self.history.split(splitting(&settings.thresholds), turn);
        self.stays.want(settings.layers.stays, turn);
        self.settings = settings;
        self.chrome_changed = true;
    }

    /// Connects elsewhere, or to the same with other secrets.
    fn connect(&mut self, form: ConnectForm, turn: &mut Turn<'_>) {
        let ConnectForm { mut endpoints, credentials, keys, remember } = form;
        if let Some(mqtt) = &mut endpoints.mqtt {
            mqtt.credentials = None;
            if mqtt.topics.is_empty() {
                mqtt.topics = DEFAULT_TOPICS.map(str::to_owned).to_vec();
            }
        }
        turn.want(Command::SaveEndpoints(endpoints.clone()));
        self.is_guest = false;
        if let Some(mqtt) = &mut endpoints.mqtt {
            let endpoint = mqtt.url.clone();
            mqtt.credentials = self.with_known_password(&endpoint, credentials);
            self.is_guest = mqtt.credentials.is_some() && !remember;
            let credentials = mqtt.credentials.clone();
            turn.want(Command::SaveCredentials { endpoint, credentials, remember });
        }
        let keys = self.passphrases.clone().with(keys.as_slice().iter().cloned());
        if !keys.is_empty() {
            turn.want(Command::SaveKeys { keys: keys.clone(), remember });
        }
        self.use_passphrases(keys);
        (self.remembered, self.mqtt_from_link) = (remember, false);
        self.friends.forget_encrypted();
        self.ask_where = false;
        turn.notices.clear(NoticeKind::MixedContent);
        if !self.is_connected_to(&endpoints) {
            self.forget_people(turn);
        }
        self.mqtt.start(endpoints.mqtt, self.client_id.clone(), self.page_is_secure, turn);
        match endpoints.recorder {
            Some(recorder) => self.start_recorder(recorder.url, turn),
            None => self.leave_recorder(turn),
        }
    }

    /// Connects to the broker that a link brought, for as long as the page is open. What is kept on this device stays as it is,
    /// and none of it goes there.
    fn visit(&mut self, broker: MqttEndpoint, turn: &mut Turn<'_>) {
        self.is_guest = true;
        (self.remembered, self.mqtt_from_link, self.ask_where) = (false, false, false);
        self.use_passphrases(Passphrases::default());
        turn.notices.clear(NoticeKind::MixedContent);
        self.leave_recorder(turn);
        self.forget_people(turn);
        self.mqtt.start(Some(broker), self.client_id.clone(), self.page_is_secure, turn);
    }

    /// What was typed for `url`; a password left empty beside the user who is known there is the known one.
    fn with_known_password(&self, url: &str, typed: Option<Credentials>) -> Option<Credentials> {
        let known = self.mqtt.endpoint().filter(|known| known.url == url);
        let known = known.and_then(|known| known.credentials.as_ref());
        let is_known = |typed: &Credentials| {
            typed.password.is_empty() && known.is_some_and(|known| known.username == typed.username)
        };
        typed.and_then(|typed| if is_known(&typed) { known.cloned() } else { Some(typed) })
    }

    /// From now on these open encrypted messages.
    fn use_passphrases(&mut self, passphrases: Passphrases) {
        self.keys = passphrases.keyring();
        self.passphrases = passphrases;
    }

    /// Leaves: closes everything and forgets secrets and what they gave access to.
    fn log_out(&mut self, turn: &mut Turn<'_>) {
        turn.want(Command::ForgetConnections);
        self.use_passphrases(Passphrases::default());
        (self.remembered, self.is_guest, self.mqtt_from_link) = (false, false, false);
        // The names of people are theirs, not tastes of whoever sits here next.
        self.change_settings(Settings { hidden: OrderedSet::new(), ..self.settings.clone() }, turn);
        self.mqtt.stop(turn);
        self.leave_recorder(turn);
        self.forget_people(turn);
        // Last, so that nothing under way is kept after it.
        turn.want(Command::ForgetKept);
        turn.notices.clear(NoticeKind::MixedContent);
        self.ask();
    }

    pub fn leave_recorder(&mut self, turn: &mut Turn<'_>) {
        self.recorder.stop(turn);
        self.live.stop(turn);
        self.history.leave(&mut self.friends, turn);
    }

    /// Whether both sources are the ones that are known already: then what they told still holds.
    fn is_connected_to(&self, endpoints: &Endpoints) -> bool {
        let mqtt_url = endpoints.mqtt.as_ref().map(|mqtt| &mqtt.url);
        let recorder_url = endpoints.recorder.as_ref().map(|recorder| recorder.url.as_str());
        self.mqtt.endpoint().map(|known| &known.url) == mqtt_url && self.recorder.url() == recorder_url
    }

    pub fn forget_people(&mut self, turn: &mut Turn<'_>) {
        self.friends.clear();
        self.places.clear();
        self.happenings.clear();
        self.live.stop(turn);
        self.history.leave(&mut self.friends, turn);
        self.gaze.start_over();
    }
}
