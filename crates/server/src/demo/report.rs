//! What the phones say: locations and crossings in the form the apps publish them.

use dashboard_core::geo::LatLon;
use dashboard_core::time::UnixSeconds;

use super::diary::DAY_S;
use super::household::Person;
use super::life::{Life, Situation};
use super::random::Random;
use super::town::{Mode, Point, land};

/// Regions somebody is in: bit i is the i-th of the household's regions.
pub type Regions = u8;

/// What made a phone report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// It moved.
    Movement,
    /// Nothing happened for a while.
    Ping,
    /// A region was entered or left.
    Region,
}

/// One report: when and why.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Whose life.
    pub life: &'a Life,
    /// Who reports.
    pub person: &'a Person,
    /// When.
    pub time_s: UnixSeconds,
    /// What they do.
    pub situation: Situation,
    /// Why.
    pub trigger: Trigger,
}

impl Report<'_> {
    /// The regions the person is in.
    pub fn regions(&self) -> Regions {
        let world = self.life.world();
        let inside = |(_, node, radius_m): &(&str, u32, f64)| {
            world.town.streets.at(*node).distance_m(self.situation.motion.at) < *radius_m
        };
        let regions = world.places.regions();
        regions.iter().enumerate().filter(|(_, region)| inside(region)).map(|(i, _)| 1 << i).sum()
    }

    /// The `location` message.
    pub fn location(&self) -> String {
        let mut random = Random::of(&[8, self.person.index as u64, self.time_s as u64]);
        let Situation { motion, mode, .. } = self.situation;
        let accuracy_m = match mode {
            None => random.between(8.0, 22.0),
            Some(Mode::Train) => random.between(9.0, 30.0),
            Some(_) => random.between(3.5, 9.0),
        };
        // Receivers say 68 % of fixes are within the accuracy; a third of it looks like that on a map.
        let error = Point::new(random.around(accuracy_m * 0.4), random.around(accuracy_m * 0.4));
        let at = (motion.at + error).position();
        let altitude_m = land::altitude_m(motion.at) + random.around(2.0);
        let (battery, charger) = self.battery();
        let charging = if mode.is_some() { 1 } else { charger }; // nobody carries the charger about
        let wifi = mode.is_none();
        let regions = self.regions();
        let names = self.life.world().places.regions();
        let inside = names.iter().enumerate().filter(|(i, _)| regions >> i & 1 == 1);
        let inside: Vec<String> = inside.map(|(_, (name, ..))| format!("\"{name}\"")).collect();
        let moving = mode.map_or(String::new(), |_| {
            format!(",\"vel\":{:.0},\"cog\":{:.0}", motion.speed_kmh, motion.course_deg.floor())
        });
        let trigger = match self.trigger {
            Trigger::Movement => "",
            Trigger::Ping => ",\"t\":\"p\"",
            Trigger::Region => ",\"t\":\"c\"",
        };
        let Person { tracker_id, .. } = self.person;
        format!(
            "{{\"_type\":\"location\",\"tid\":\"{tracker_id}\",\"lat\":{:.6},\"lon\":{:.6},\"tst\":{time_s},\
             \"created_at\":{time_s},\"acc\":{accuracy_m:.0},\"alt\":{altitude_m:.0},\"vac\":{:.0}{moving},\
             \"batt\":{battery},\"bs\":{charging},\"conn\":\"{}\",\"m\":{}{trigger},\"inregions\":[{}]}}",
            at.lat(),
            at.lon(),
            accuracy_m / 2.0 + 2.0,
            if wifi { "w" } else { "m" },
            if wifi { 1 } else { 2 },
            inside.join(","),
            time_s = self.time_s,
        )
    }

    /// The `transition` messages of what changed since the person was in `before`.
    pub fn transitions(&self, before: Regions) -> Vec<String> {
        let now = self.regions();
        let position: LatLon = self.situation.motion.at.position();
        let regions = self.life.world().places.regions();
        let changed = (0..regions.len()).filter(|i| (before ^ now) >> i & 1 == 1);
        let transition = |i: usize| {
            let event = if now >> i & 1 == 1 { "enter" } else { "leave" };
            format!(
                "{{\"_type\":\"transition\",\"tid\":\"{}\",\"lat\":{:.6},\"lon\":{:.6},\"tst\":{},\"acc\":12,\
                 \"event\":\"{event}\",\"desc\":\"{}\",\"wtst\":{},\"t\":\"c\"}}",
                self.person.tracker_id,
                position.lat(),
                position.lon(),
                self.time_s,
                regions[i].0,
                self.life.world().founded * DAY_S - 200 * DAY_S + i as i64,
            )
        };
        changed.map(transition).collect()
    }

    /// Percent, and the apps' code for charging: full at night, down over the day by how the day went.
    fn battery(&self) -> (u8, u8) {
        let hour = self.life.second_of_day(self.time_s) as f64 / 3_600.0;
        let day = self.life.day_of(self.time_s + (2.0 * 3_600.0) as i64); // a charge belongs to the day after it
        let mut random = Random::of(&[9, self.person.index as u64, day as u64]);
        let (evening, unplugged_at) = (random.between(18.0, 52.0), random.between(6.0, 6.9));
        if !(unplugged_at..22.0).contains(&hour) {
            let mut before = Random::of(&[9, self.person.index as u64, day as u64 - 1]);
            let start = before.between(18.0, 52.0);
            let charged = start + (hour - 22.0).rem_euclid(24.0) * 33.0;
            return if charged >= 100.0 { (100, 3) } else { (charged as u8, 2) };
        }
        let used = (hour - unplugged_at) / (22.0 - unplugged_at);
        ((100.0 - (100.0 - evening) * used.powf(1.15)) as u8, 1)
    }
}
