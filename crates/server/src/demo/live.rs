//! The household's present: everybody reports as their phones would, through the store and the broker like anyone else.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::face;
use super::household::{PEOPLE, Person};
use super::life::Life;
use super::report::{Regions, Report, Trigger};
use super::town::Mode;
use crate::broker::Broker;
use crate::clock;
use crate::intake::{Door, Intake, Publish};
use crate::store::Store;

/// Seconds between reports of somebody who stays.
const PING_EVERY_S: i64 = 10 * 60;

/// Publishes cards and regions, then everybody's movement until `closing`.
pub async fn run(
    life: Arc<Life>,
    store: Arc<Store>,
    broker: Arc<Broker<Store>>,
    mut closing: watch::Receiver<bool>,
) {
    let voice = Voice { store, broker };
    for person in &PEOPLE {
        voice.introduce(&life, person).await;
    }
    let mut reporters: Vec<Reporter> = PEOPLE.iter().map(Reporter::new).collect();
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = seconds.tick() => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
        let now_s = clock::now_s();
        for reporter in &mut reporters {
            for (suffix, payload) in reporter.due(&life, now_s) {
                let retain = suffix.is_empty(); // the apps retain locations only
                voice.say(reporter.person, suffix, payload, retain).await;
            }
        }
    }
}

/// What one phone remembers between reports.
struct Reporter {
    person: &'static Person,
    reported_s: i64,
    mode: Option<Mode>,
    regions: Option<Regions>,
}

impl Reporter {
    fn new(person: &'static Person) -> Self {
        Self { person, reported_s: i64::MIN / 2, mode: None, regions: None }
    }

    /// What there is to say at `now_s`: suffixes of the topic and payloads.
    fn due(&mut self, life: &Life, now_s: i64) -> Vec<(&'static str, String)> {
        let situation = life.at(self.person, now_s as f64);
        let changed = situation.mode != self.mode;
        let every_s = situation.mode.map_or(PING_EVERY_S, live_every_s);
        let mut report =
            Report { life, person: self.person, time_s: now_s, situation, trigger: Trigger::Movement };
        let regions = report.regions();
        let crossed = self.regions.is_some_and(|before| before != regions);
        if !changed && !crossed && now_s - self.reported_s < every_s {
            return Vec::new();
        }
        report.trigger = match (crossed, situation.mode) {
            (true, _) => Trigger::Region,
            (_, None) if !changed => Trigger::Ping,
            _ => Trigger::Movement,
        };
        let before = self.regions.replace(regions).unwrap_or(regions);
        self.reported_s = now_s;
        self.mode = situation.mode;
        let mut said: Vec<_> =
            report.transitions(before).into_iter().map(|event| ("/event", event)).collect();
        said.push(("", report.location()));
        said
    }
}

/// Seconds between the reports of somebody who moves, so that markers glide.
fn live_every_s(mode: Mode) -> i64 {
    match mode {
        Mode::Walk => 5,
        Mode::Bike | Mode::Bus => 3,
        Mode::Car | Mode::Train => 2,
    }
}

/// The way to everybody else.
struct Voice {
    store: Arc<Store>,
    broker: Arc<Broker<Store>>,
}

impl Voice {
    /// Publishes who `person` is and which regions they have.
    async fn introduce(&self, life: &Life, person: &Person) {
        self.say(person, "/info", face::card(person), true).await;
        let world = life.world();
        let created_s = (world.founded - 200) * super::diary::DAY_S;
        let region = |(i, (name, node, radius_m)): (usize, &(&str, u32, f64))| {
            let at = world.town.streets.at(*node).position();
            format!(
                "{{\"_type\":\"waypoint\",\"desc\":\"{name}\",\"lat\":{:.6},\"lon\":{:.6},\"rad\":{radius_m:.0},\"tst\":{}}}",
                at.lat(),
                at.lon(),
                created_s + i as i64
            )
        };
        let regions: Vec<String> = world.places.regions().iter().enumerate().map(region).collect();
        let all = format!(
            "{{\"_type\":\"waypoints\",\"_creator\":\"demo\",\"waypoints\":[{}]}}",
            regions.join(",")
        );
        self.say(person, "/waypoints", all, true).await;
    }

    async fn say(&self, person: &Person, suffix: &str, payload: String, retain: bool) {
        let topic = format!("owntracks/{}/{}{suffix}", person.user, person.device);
        let publish = Arc::new(Publish { topic, payload: Bytes::from(payload), retain, door: Door::Demo });
        match self.store.record(publish.clone()).await {
            Ok(()) => self.broker.publish(&publish),
            Err(error) => tracing::warn!("the demo household: {error}"),
        }
    }
}
