//! A kiosk hangs on its wall for weeks: what the model keeps does not grow with the days.
#![allow(unsafe_code)] // Counting what is allocated takes an allocator, and that trait is unsafe.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

use dashboard_core::geo::LatLon;
use dashboard_core::model::{
    Command, Config, Event, HttpAnswer, Interface, KioskRound, KioskRule, Model, MqttEndpoint, Passphrases,
    Query, RangeChoice, RecorderEndpoint, SliceReport, Start,
};
use dashboard_core::time::{TimeRange, UnixMillis};

struct Counting;

static HELD: AtomicIsize = AtomicIsize::new(0);

// SAFETY: hands everything on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size() as isize, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MIDNIGHT_S: i64 = 1_795_305_600;
const DAY_S: i64 = 86_400;
/// As often as phones report in their usual mode when somebody walks.
const EVERY_S: i64 = 120;
const PEOPLE: [&str; 6] = ["alice", "bob", "carol", "dave", "erin", "frank"];

/// The model, and an outside that answers at once.
struct Wall {
    model: Model,
    now: UnixMillis,
}

impl Wall {
    fn send(&mut self, event: Event) {
        for command in self.model.update(event, self.now) {
            let answer = match command {
                Command::MqttOpen { connection, .. } => {
                    self.send(Event::MqttOpened { connection });
                    self.send(Event::MqttReceived { connection, bytes: vec![0x20, 2, 0, 0] });
                    Event::MqttReceived { connection, bytes: vec![0x90, 3, 0, 1, 0] }
                }
                Command::MqttTransmit { connection, bytes } if bytes[..] == [0xc0, 0] => {
                    Event::MqttReceived { connection, bytes: vec![0xd0, 0] }
                }
                Command::Get { request, url, .. } => {
                    let body = if url.contains("version") { r#"{"version":"1.0.1"}"# } else { "[]" };
                    Event::Answered { request, answer: HttpAnswer { status: 200, body: body.into() } }
                }
                Command::LoadSlice(slice) => {
                    Event::SliceLoaded { request: slice.request, report: SliceReport::default() }
                }
                _ => continue,
            };
            self.send(answer);
        }
    }

    /// One day of everybody on their ways, with regions, cards and nonsense among it.
    fn live_a_day(&mut self, day: i64) {
        let from_s = MIDNIGHT_S + day * DAY_S;
        let range = TimeRange { from_s, to_s: from_s };
        self.send(Event::DayBegan { choice: RangeChoice::Today, range });
        for at_s in (from_s..from_s + DAY_S).step_by(EVERY_S as usize) {
            self.now = UnixMillis::from_seconds(at_s);
            self.send(Event::Woke);
            for (index, name) in PEOPLE.iter().enumerate() {
                let lat = 47.0 + index as f64 / 10.0 + ((at_s / EVERY_S) % 500) as f64 / 5_000.0;
                let fix = format!(
                    r#"{{"_type":"location","tst":{at_s},"lat":{lat},"lon":8.5,"tid":"x","SSID":"{at_s}"}}"#
                );
                self.publish(&format!("owntracks/{name}/phone"), &fix);
            }
            if at_s % 3600 == 0 {
                let crossing = format!(
                    r#"{{"_type":"transition","event":"enter","desc":"Region {at_s}","tst":{at_s},"lat":47,"lon":8.5,"acc":9}}"#
                );
                self.publish("owntracks/alice/phone/event", &crossing);
                self.publish("owntracks/mallory/phone", "{nonsense");
                self.publish(
                    "owntracks/alice/phone",
                    &format!(r#"{{"_type":"card","name":"Alice {at_s}"}}"#),
                );
            }
            let _ = (self.model.take_changes(), self.model.friends(self.now), self.model.history());
        }
    }

    fn publish(&mut self, topic: &str, payload: &str) {
        let mut bytes = vec![0x30];
        let mut length = 2 + topic.len() + payload.len();
        while length > 0x7f {
            bytes.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend((topic.len() as u16).to_be_bytes());
        bytes.extend(topic.bytes().chain(payload.bytes()));
        self.send(Event::MqttReceived { connection: dashboard_core::model::ConnectionId(1), bytes });
    }
}

#[test]
fn two_more_weeks_on_the_wall_keep_no_more_than_the_first_ten_days() {
    let mut config = Config::default();
    config.endpoints.mqtt = Some(MqttEndpoint {
        url: "wss://home.example/mqtt".into(),
        topics: vec!["owntracks/#".into()],
        credentials: None,
    });
    config.endpoints.recorder = Some(RecorderEndpoint { url: "https://home.example/".into() });
    (config.interface, config.round) = (Interface::Kiosk, KioskRound { rule: KioskRule::Cycle, every_s: 20 });
    config.map.view = LatLon::new(47.0, 8.0).map(|centre| (centre, 10.0));
    let start = Start {
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
        range: TimeRange { from_s: MIDNIGHT_S, to_s: MIDNIGHT_S },
    };
    let mut wall = Wall { model: Model::new(), now: UnixMillis::from_seconds(MIDNIGHT_S) };
    wall.send(Event::Started(Box::new(start)));
    // The log of happenings is full after nine days of one an hour.
    (0..10).for_each(|day| wall.live_a_day(day));
    let held_after_ten_days = HELD.load(Ordering::Relaxed);
    (10..24).for_each(|day| wall.live_a_day(day));
    let friends = wall.model.friends(wall.now).friends;
    let newest_s = friends.iter().filter_map(|friend| Some(friend.fix.as_ref()?.time_s));
    assert_eq!(
        newest_s.collect::<Vec<_>>(),
        [wall.now.seconds(); PEOPLE.len()],
        "messages arrived to the end, or the rest would say nothing"
    );
    drop(friends);
    let grown = HELD.load(Ordering::Relaxed) - held_after_ten_days;
    assert!(grown < 16_384, "two more weeks took {grown} bytes more");
}
