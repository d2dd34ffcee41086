//! From a publish to what is written.

use bytes::Bytes;
use dashboard_core::geo::LatLon;
use dashboard_core::owntracks::rec::{LOCATION_KIND, RecLine};
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::owntracks::{self, Decoded, FriendId, Keyring, Location, Message, Topic};
use dashboard_core::time::{UnixSeconds, format_rfc3339};

use super::counts::Refusal;
use super::latest::Fix;
use crate::intake::{Door, Publish};
use crate::{geohash, json};

/// Longest user and device together: `<user>-<device>.json` must be a file name.
const MAX_NAME_BYTES: usize = 200;

/// What one message writes.
#[derive(Debug)]
pub struct Entry {
    /// Whose it is.
    pub friend: FriendId,
    /// What goes into the history.
    pub line: Option<HistoryLine>,
    /// What else is kept.
    pub keep: Keep,
    /// The object as listeners get it, before the card is added.
    pub live: Option<Vec<u8>>,
}

/// A line of a history.
#[derive(Debug)]
pub struct HistoryLine {
    /// The month it belongs to.
    pub month: Month,
    /// The line with its line break.
    pub bytes: Vec<u8>,
}

/// What a message changes besides the history.
#[derive(Debug)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The newest location, if it is newer.
    Latest(Fix),
    /// The card.
    Card(Vec<u8>),
    /// One region, created at this time.
    Waypoint(String, Vec<u8>),
    /// All regions of the device.
    Waypoints(Vec<u8>),
}

impl Entry {
    /// What `publish`, received at `now_s`, writes: one entry per message in it, or why a message writes none.
    /// An empty payload writes nothing, as in the Recorder: it only clears what a broker retains.
    pub fn from_publish(publish: &Publish, now_s: UnixSeconds) -> Vec<Result<Self, Refusal>> {
        if publish.payload.is_empty() {
            return Vec::new();
        }
        let Some(origin) = Origin::of(publish) else { return vec![Err(Refusal::Topic)] };
        json::elements(&publish.payload).into_iter().map(|object| origin.entry(object, now_s)).collect()
    }
}

/// The location in `object`, if it is a valid one.
pub fn location(object: &[u8]) -> Option<Location> {
    match message(object) {
        Ok(Message::Location(location)) => Some(*location),
        _ => None,
    }
}

/// The message in `object`. One that was understood only in part, such as regions of which one is bad, is a message.
fn message(object: &[u8]) -> Result<Message, Refusal> {
    match owntracks::decode(object, &Keyring::default()) {
        Decoded::Messages { mut messages, refused } => messages.pop().ok_or_else(|| {
            let refusal = refused.first().copied();
            Refusal::Message(refusal.unwrap_or(owntracks::Refusal::NotAnObject))
        }),
        Decoded::Clear => Err(Refusal::Message(owntracks::Refusal::NotAnObject)),
    }
}

/// Where a message came from.
struct Origin<'a> {
    topic: &'a str,
    friend: FriendId,
    kind: String,
    door: Door,
}

impl<'a> Origin<'a> {
    fn of(publish: &'a Publish) -> Option<Self> {
        let topic = Topic::parse(&publish.topic)?;
        let kind = match topic.suffix().trim() {
            "" => LOCATION_KIND.to_owned(),
            suffix => suffix.replace(|c: char| c.is_control(), "-"),
        };
        let fits = topic.user().len() + topic.device().len() <= MAX_NAME_BYTES;
        fits.then(|| Self { topic: &publish.topic, friend: topic.friend(), kind, door: publish.door })
    }

    fn entry(&self, bytes: &[u8], now_s: UnixSeconds) -> Result<Entry, Refusal> {
        let message = message(bytes)?;
        let object = json::compact_object(bytes).ok_or(Refusal::Message(owntracks::Refusal::NotJson))?;
        let entry = |line, keep, live| Ok(Entry { friend: self.friend.clone(), line, keep, live });
        let received = |object: &[u8]| entry(Some(self.line(now_s, object)), Keep::Nothing, None);
        match message {
            Message::Location(location) => {
                let stored = self.marked(&with_numbers(&object, &location));
                let shown = self.addressed(&stored, Some(location.position));
                let fix = Fix { time_s: location.time_s, object: Bytes::from(shown.clone()) };
                if self.friend.is_ping() {
                    // The loop-back of the Recorder's health check is in no history, and is not pushed.
                    return entry(None, Keep::Latest(fix), None);
                }
                entry(Some(self.line(location.time_s, &stored)), Keep::Latest(fix), Some(shown))
            }
            Message::Transition(transition) => {
                let stored = self.marked(&object);
                let shown = self.addressed(&stored, transition.position);
                entry(Some(self.line(transition.time_s, &stored)), Keep::Nothing, Some(shown))
            }
            Message::Waypoint(waypoint) => {
                let stored = self.marked(&object);
                let shown = self.addressed(&stored, waypoint.centre);
                let keep = Keep::Waypoint(format_rfc3339(waypoint.created_at_s), shown.clone());
                entry(Some(self.line(waypoint.created_at_s, &stored)), keep, Some(shown))
            }
            Message::Waypoints(_) => entry(None, Keep::Waypoints(object), None),
            Message::Card(_) => entry(None, Keep::Card(object), None),
            Message::LastWill { .. }
            | Message::Command
            | Message::Steps(_)
            | Message::Status(_)
            | Message::Beacon => received(&self.marked(&object)),
            Message::Request => entry(None, Keep::Nothing, None),
            Message::Encrypted => Err(Refusal::Encrypted),
            Message::Configuration => Err(Refusal::Secret),
            Message::Unknown(_) => Err(Refusal::UnknownType),
        }
    }

    fn line(&self, time_s: UnixSeconds, object: &[u8]) -> HistoryLine {
        let json = String::from_utf8_lossy(object); // it is UTF-8: objects with anything else were refused
        let line = RecLine { time_s, kind: &self.kind, json: &json };
        HistoryLine { bytes: format!("{line}\n").into_bytes(), month: Month::of(time_s) }
    }

    /// The object with the mark the Recorder gives to what came by HTTP.
    fn marked(&self, object: &[u8]) -> Vec<u8> {
        if self.door != Door::Http {
            return object.to_vec();
        }
        let mut marked = json::Builder::from_object(&json::without(object, &["_http"]));
        marked.raw(b"_http", b"true");
        marked.finish()
    }

    /// The object with who it is about, as the Recorder keeps the newest one and pushes it to listeners. The apps put a
    /// `topic` of their own into what they send by HTTP; there must be one only.
    fn addressed(&self, object: &[u8], position: Option<LatLon>) -> Vec<u8> {
        let own = json::without(object, &["topic", "username", "device", "ghash"]);
        let mut addressed = json::Builder::from_object(&own);
        addressed.text("topic", self.topic);
        addressed.text("username", self.friend.user()).text("device", self.friend.device());
        if let Some(position) = position {
            addressed.text("ghash", &geohash::encode(position));
        }
        addressed.finish()
    }
}

/// Trackers that send numbers as texts, or the time in milliseconds, are put right (the first as the Recorder does), so
/// that every reader of the store finds numbers and seconds. Numbers keep their text.
fn with_numbers(object: &[u8], location: &Location) -> Vec<u8> {
    let mut numbers = json::Builder::with_capacity(object.len());
    for (key, value) in json::members(object) {
        let is_text = value.first() == Some(&b'"');
        let number = match key {
            b"tst" if is_text || location.time_was_milliseconds => Some(location.time_s.to_string()),
            b"lat" if is_text => Some(location.position.lat().to_string()),
            b"lon" if is_text => Some(location.position.lon().to_string()),
            b"acc" if is_text => location.accuracy_m.map(|accuracy_m| accuracy_m.to_string()),
            _ => None,
        };
        numbers.raw(key, number.as_ref().map_or(value, |text| text.as_bytes()));
    }
    numbers.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: UnixSeconds = 1_795_353_100;

    fn publish(topic: &str, payload: &str, door: Door) -> Publish {
        Publish { topic: topic.into(), payload: payload.to_owned().into(), retain: false, door }
    }

    fn entries(topic: &str, payload: &str) -> Vec<Result<Entry, Refusal>> {
        Entry::from_publish(&publish(topic, payload, Door::Mqtt), NOW_S)
    }

    fn line(topic: &str, payload: &str) -> String {
        let entry = entries(topic, payload).pop().unwrap().unwrap();
        String::from_utf8(entry.line.unwrap().bytes).unwrap()
    }

    #[test]
    fn a_location_is_stored_as_it_came() {
        let payload =
            r#"{ "_type": "location", "lat": 8.5300, "lon": 1e1, "tst": 1795353022, "x": "50%d ☃" }"#;
        assert_eq!(
            line("/home/ZoE/Pixel.8", payload),
            "2026-11-22T13:10:22Z\t*                 \t{\"_type\":\"location\",\"lat\":8.5300,\"lon\":1e1,\"tst\":1795353022,\"x\":\"50%d ☃\"}\n"
        );
    }

    #[test]
    fn texts_and_milliseconds_become_numbers_and_seconds() {
        let payload =
            r#"{"_type":"location","lat":"52.5170","lon":" 13.378","tst":"1795353027000","acc":"5"}"#;
        assert!(line("owntracks/a/b", payload).ends_with(
            "{\"_type\":\"location\",\"lat\":52.517,\"lon\":13.378,\"tst\":1795353027,\"acc\":5}\n"
        ));
    }

    #[test]
    fn what_came_by_http_is_marked_and_has_one_topic() {
        let payload = r#"{"_type":"location","lat":1,"lon":2,"tst":1795353022,"topic":"owntracks/A/B"}"#;
        let publish = publish("owntracks/a/b", payload, Door::Http);
        let entry = Entry::from_publish(&publish, NOW_S).pop().unwrap().unwrap();
        assert!(entry.line.unwrap().bytes.ends_with(b"\"topic\":\"owntracks/A/B\",\"_http\":true}\n"));
        let live = String::from_utf8(entry.live.unwrap()).unwrap();
        assert_eq!(live.matches("\"topic\"").count(), 1);
        assert!(
            live.ends_with(r#""topic":"owntracks/a/b","username":"a","device":"b","ghash":"s01mtw0"}"#),
            "{live}"
        );
    }

    #[test]
    fn other_kinds_go_by_the_time_of_receipt() {
        assert!(line("owntracks/a/b", r#"{"_type":"lwt","tst":5}"#).starts_with("2026-11-22T13:11:40Z\t*"));
        let transition = r#"{"_type":"transition","event":"enter","tst":1795353022}"#;
        assert!(line("owntracks/a/b/event", transition).starts_with("2026-11-22T13:10:22Z\tevent  "));
    }

    #[test]
    fn bad_messages_are_refused_each_for_its_reason() {
        use owntracks::Refusal as Core;
        for (topic, payload, refusal) in [
            ("owntracks/a", "{}", Refusal::Topic),
            ("owntracks//b", "{}", Refusal::Topic),
            ("owntracks/a/b", "hello {", Refusal::Message(Core::NotJson)),
            ("owntracks/a/b", "[1]", Refusal::Message(Core::NotAnObject)),
            ("owntracks/a/b", "{}", Refusal::Message(Core::NoType)),
            ("owntracks/a/b", r#"{"_type":"weird"}"#, Refusal::UnknownType),
            ("owntracks/a/b", r#"{"_type":"location","lat":1,"lon":2}"#, Refusal::Message(Core::BadTime)),
            (
                "owntracks/a/b",
                r#"{"_type":"location","lat":0,"lon":0.0,"tst":1795353022}"#,
                Refusal::Message(Core::BadPosition),
            ),
            ("owntracks/a/b", r#"{"_type":"encrypted","data":"AA=="}"#, Refusal::Encrypted),
            ("owntracks/a/b/dump", r#"{"_type":"dump","configuration":{}}"#, Refusal::Secret),
        ] {
            let outcome = entries(topic, payload).pop().unwrap();
            assert_eq!(outcome.map(|_| ()).unwrap_err(), refusal, "{topic} {payload}");
        }
        assert!(entries("owntracks/a/b", "").is_empty(), "an empty payload is no mistake");
        let long = format!("owntracks/{}/b", "a".repeat(300));
        assert_eq!(entries(&long, "{}").pop().unwrap().map(|_| ()).unwrap_err(), Refusal::Topic);
    }

    #[test]
    fn one_bad_region_does_not_cost_the_others() {
        let regions = r#"{"_type":"waypoints","waypoints":[
            {"_type":"waypoint","desc":"Home","lat":1,"lon":2,"rad":50,"tst":1795353022},
            {"_type":"waypoint","desc":"Nowhere","lat":"north","tst":"never"}]}"#;
        let decoded = owntracks::decode(regions.as_bytes(), &Keyring::default());
        let Decoded::Messages { refused, .. } = decoded else { panic!("{decoded:?}") };
        assert_eq!(refused.len(), 1, "one is bad");
        let entry = entries("owntracks/a/b/waypoints", regions).pop().unwrap().unwrap();
        let Keep::Waypoints(kept) = entry.keep else { panic!("{:?}", entry.keep) };
        assert!(String::from_utf8(kept).unwrap().contains("Home"));
    }

    #[test]
    fn an_array_is_its_messages() {
        let lwt = r#"{"_type":"lwt"}"#;
        assert_eq!(
            entries("owntracks/a/b", &format!("[{lwt}, {lwt}, 7]")).iter().filter(|e| e.is_ok()).count(),
            2
        );
    }
}
