//! Messages, from whichever source, to the parts they concern.

use crate::owntracks::recorder::{self, Addressed, LastAnswer, LastEntry, LiveFrame};
use crate::owntracks::{Decoded, FriendId, Location, Message, Names, Topic, decode};

use super::command::ConnectionId;
use super::friends::{Arrival, Origin};
use super::page::Page;
use super::sources::MqttHeard;
use super::turn::Turn;
use super::view::{FixView, NoticeKind};

/// How many messages were what.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Understood.
    pub understood: u64,
    /// Made no sense.
    pub bad: u32,
    /// Of unknown kinds.
    pub unknown: u32,
}

impl Page {
    /// What came by MQTT.
    pub fn take_heard(&mut self, heard: MqttHeard, turn: &mut Turn<'_>) {
        self.counts.bad = self.counts.bad.saturating_add(heard.too_long);
        if heard.rejoined {
            self.fill_in(turn);
        }
        for publish in heard.messages {
            let Some(topic) = Topic::parse(&publish.topic) else {
                self.counts.bad = self.counts.bad.saturating_add(1);
                continue;
            };
            let (friend, names) = (topic.friend(), topic.names());
            match decode(&publish.payload, &self.keys) {
                Decoded::Clear => self.clear_topic(&friend, topic.suffix()),
                Decoded::Messages { messages, refused } => {
                    let origin = Origin::Mqtt { retained: publish.retain };
                    messages
                        .into_iter()
                        .for_each(|message| self.take_message(&friend, &names, message, origin, turn));
                    refused.iter().for_each(|_| self.count_bad(Some(&friend)));
                }
            }
        }
    }

    /// A frame came on the Recorder's WebSocket.
    pub fn take_frame(&mut self, connection: ConnectionId, text: &str, turn: &mut Turn<'_>) {
        let Some(origin) = self.live.origin(connection, turn.now) else { return };
        match recorder::read_live_frame(text) {
            LiveFrame::Empty => {}
            LiveFrame::Echo => self.live.take_echo(connection),
            LiveFrame::Messages { messages, refused } => {
                for Addressed { friend, names, message } in messages {
                    self.take_message(&friend, &names, message, origin, turn);
                }
                refused.iter().for_each(|_| self.count_bad(None));
            }
        }
    }

    /// The Recorder told everybody's last place.
    pub fn take_last(&mut self, last: LastAnswer, turn: &mut Turn<'_>) {
        for LastEntry { friend, names, location } in last.entries {
            self.take_message(&friend, &names, Message::Location(Box::new(location)), Origin::Last, turn);
        }
        last.refused.iter().for_each(|_| self.count_bad(None));
    }

    fn take_message(
        &mut self,
        friend: &FriendId,
        names: &Names,
        message: Message,
        origin: Origin,
        turn: &mut Turn<'_>,
    ) {
        if self.friends.is_never_shown(friend) {
            return;
        }
        self.counts.understood += 1;
        match message {
            Message::Location(location) => self.take_location(friend, &location, origin, turn),
            Message::Card(card) => self.friends.take_card(friend, &card),
            Message::Transition(transition) => {
                self.friends.hear_of(friend);
                self.happenings.take(friend, transition);
            }
            Message::Waypoint(region) => {
                self.friends.hear_of(friend);
                self.places.take_region(friend, region);
            }
            Message::Waypoints(regions) => {
                self.friends.hear_of(friend);
                self.places.take_regions(friend, regions);
            }
            Message::LastWill { .. } => self.friends.lose_connection(friend),
            Message::Encrypted => self.friends.find_encrypted(friend),
            Message::Status(_) | Message::Steps(_) | Message::Beacon => self.friends.hear_of(friend),
            // These go to a device or to the Recorder, or hold secrets: nothing to show, and no sign of the phone.
            Message::Command | Message::Request | Message::Configuration => {}
            Message::Unknown(_) => {
                self.counts.understood -= 1;
                self.counts.unknown = self.counts.unknown.saturating_add(1);
            }
        }
        self.friends.learn_spelling(friend, names);
    }

    fn take_location(&mut self, friend: &FriendId, location: &Location, origin: Origin, turn: &mut Turn<'_>) {
        let Some(arrival) = self.friends.take_location(friend, location, origin, turn.now) else { return };
        self.places.take_location(friend, location);
        if origin == Origin::Pushed {
            turn.notices.clear(NoticeKind::RecorderEmpty);
        }
        if matches!(arrival, Arrival::Newest | Arrival::Future)
            && let Some(place) = self.friends.place(friend)
        {
            self.gaze.take_place(friend, place, turn);
        }
        match (origin, arrival) {
            (Origin::Mqtt { retained: false } | Origin::Pushed, Arrival::Newest | Arrival::Late) => {
                self.history.take_fix(friend, &FixView::from_location(location), turn);
            }
            // News that was not heard when it happened: there may be more of it.
            (Origin::Mqtt { retained: true } | Origin::Reduced, Arrival::Newest) => {
                self.history.fill_in_one(friend, turn);
            }
            _ => {}
        }
    }

    /// An empty payload: forget what this topic said.
    fn clear_topic(&mut self, friend: &FriendId, suffix: &str) {
        match suffix {
            "" => self.friends.drop_place(friend),
            "info" => self.friends.drop_card(friend),
            _ => {}
        }
    }

    fn count_bad(&mut self, friend: Option<&FriendId>) {
        self.counts.bad = self.counts.bad.saturating_add(1);
        if let Some(friend) = friend {
            self.friends.count_bad_message(friend);
        }
    }
}
