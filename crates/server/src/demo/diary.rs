//! What somebody does on a day: a pure function of the person and the date.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::household::{Person, Places};
use super::journey::Journey;
use super::random::Random;
use super::town::{Mode, Node, Point, Town};

/// Days since 1970 in the demo's own time zone.
pub type Day = i64;

/// Seconds of a day.
pub const DAY_S: i64 = 86_400;

/// Days between two holidays, and days that one lasts.
const HOLIDAY_EVERY: Day = 182;
const HOLIDAY_DAYS: Day = 7;
/// Days before the founding day that the holiday before it began.
const HOLIDAY_BEFORE: Day = 52;

/// A stretch of time at one place or on one journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// When it begins, in seconds.
    pub start_s: f64,
    /// When it ends and the next one begins.
    pub end_s: f64,
    /// What is done.
    pub doing: Doing,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq)]
pub enum Doing {
    /// Being there.
    Staying(Node),
    /// Getting there.
    Travelling(Arc<Journey>),
}

/// Everything that days are made of.
#[derive(Debug)]
pub struct World {
    /// Where.
    pub town: Town,
    /// Where exactly.
    pub places: Places,
    /// The day the demo was made: holidays are counted from it.
    pub founded: Day,
    /// Ways found lately: most journeys are made again and again.
    ways: Mutex<HashMap<(Node, Node, Mode), Way>>,
}

/// A way through the streets, if there is one.
type Way = Option<Arc<[Node]>>;

/// Ways kept in memory.
const WAYS_KEPT: usize = 1_000;

impl World {
    /// The world of a demo made on `founded`.
    pub fn new(founded: Day) -> Self {
        let town = Town::new();
        let places = Places::of(&town);
        Self { town, places, founded, ways: Mutex::default() }
    }

    /// What `person` does on `day`: spans without gaps from its midnight to the next, in seconds after the former. It begins
    /// where the day before ends.
    pub fn day(&self, person: &Person, day: Day) -> Vec<Span> {
        let random = Random::of(&[4, person.index as u64, day as u64]);
        let holiday = self.holiday(day);
        let at = match holiday {
            Some(1..) => self.places.lodging,
            _ => self.places.home_of(person),
        };
        let mut diary = Diary { world: self, day, random, at, now_s: 0.0, spans: Vec::new() };
        match holiday {
            Some(0) => diary.leave_for_the_sea(),
            Some(last) if last == HOLIDAY_DAYS - 1 => diary.return_from_the_sea(person),
            Some(number) => diary.by_the_sea(person, number),
            None => diary.usual(person, weekday(day)),
        }
        diary.stay_until(DAY_S as f64);
        diary.spans
    }

    /// The how-manieth day of a holiday `day` is, from 0.
    fn holiday(&self, day: Day) -> Option<Day> {
        let since = (day - self.founded + HOLIDAY_BEFORE).rem_euclid(HOLIDAY_EVERY);
        (since < HOLIDAY_DAYS).then_some(since)
    }

    /// The journey from one node to another. Where `mode` has no way, feet find one.
    pub fn journey(&self, from: Node, to: Node, mode: Mode, random: Random) -> Journey {
        let (mode, way) = match self.way(from, to, mode) {
            Some(way) => (mode, way),
            None => (Mode::Walk, self.way(from, to, Mode::Walk).unwrap_or_else(|| Arc::from([from]))),
        };
        Journey::along(&self.town.streets, &way, mode, random)
    }

    fn way(&self, from: Node, to: Node, mode: Mode) -> Way {
        // A panic elsewhere leaves whole values behind.
        let lock = || self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&(from, to, mode)) {
            return known.clone();
        }
        let way = self.town.streets.route(from, to, mode).map(Arc::from);
        let mut ways = lock();
        if ways.len() >= WAYS_KEPT {
            ways.clear();
        }
        ways.insert((from, to, mode), way.clone());
        way
    }

    /// Where exactly somebody is who stays at `node`: in the house beside it.
    pub fn door(&self, node: Node) -> Point {
        let mut random = Random::of(&[5, u64::from(node)]);
        self.town.streets.at(node) + Point::polar(16.0, random.between(0.0, std::f64::consts::TAU))
    }
}

/// Day of the week, 0 Monday … 6 Sunday.
fn weekday(day: Day) -> i64 {
    (day + 3).rem_euclid(7)
}

/// A day while it is written.
struct Diary<'a> {
    world: &'a World,
    day: Day,
    random: Random,
    at: Node,
    now_s: f64,
    spans: Vec<Span>,
}

impl Diary<'_> {
    /// Stays until about `hour` (a quarter of an hour more or less), not at all if that is past.
    fn until(&mut self, hour: f64) {
        let wobble_s = self.random.around(800.0);
        self.stay_until(hour * 3_600.0 + wobble_s);
    }

    fn stay_until(&mut self, end_s: f64) {
        if end_s > self.now_s {
            self.spans.push(Span { start_s: self.now_s, end_s, doing: Doing::Staying(self.at) });
            self.now_s = end_s;
        }
    }

    fn go(&mut self, mode: Mode, to: Node) {
        if to == self.at {
            return;
        }
        let journey = self.world.journey(self.at, to, mode, Random::of(&[self.random.next()]));
        let end_s = self.now_s + journey.duration_s();
        self.spans.push(Span { start_s: self.now_s, end_s, doing: Doing::Travelling(Arc::new(journey)) });
        self.at = to;
        self.now_s = end_s;
    }

    fn pause_min(&mut self, low: f64, high: f64) {
        let pause_s = self.random.between(low, high) * 60.0;
        self.stay_until(self.now_s + pause_s);
    }

    fn one_of(&mut self, nodes: &[Node]) -> Node {
        nodes[self.random.below(nodes.len())]
    }

    fn usual(&mut self, person: &Person, weekday: i64) {
        match (person.user, weekday) {
            ("frieda", _) => self.frieda(person, weekday),
            (_, 6) => self.sunday(person),
            ("anna", _) => self.anna(weekday),
            ("ben", _) => self.ben(weekday),
            ("clara", _) => self.clara(weekday),
            _ => self.emil(weekday),
        }
    }

    fn anna(&mut self, weekday: i64) {
        let places = &self.world.places;
        if weekday == 5 {
            self.until(9.4);
            self.go(Mode::Bike, places.market);
            self.pause_min(25.0, 60.0);
            self.go(Mode::Bike, places.home);
            self.until(15.0);
            let friend = self.one_of(&places.friends);
            self.go(Mode::Walk, friend);
            self.pause_min(70.0, 160.0);
            self.go(Mode::Walk, places.home);
            return;
        }
        self.until(7.7);
        self.go(Mode::Car, places.laboratory);
        if self.random.chance(0.4) {
            self.until(12.2);
            self.go(Mode::Walk, places.school);
            self.pause_min(15.0, 30.0);
            self.go(Mode::Walk, places.laboratory);
        }
        self.until(16.2);
        if weekday % 2 == 1 {
            self.go(Mode::Car, places.shop);
            self.pause_min(18.0, 40.0);
        }
        self.go(Mode::Car, places.home);
        if weekday == 2 {
            self.until(18.6);
            self.go(Mode::Car, places.outings[2]);
            self.pause_min(80.0, 95.0);
            self.go(Mode::Car, places.home);
        }
    }

    fn ben(&mut self, weekday: i64) {
        let places = &self.world.places;
        if weekday == 5 {
            self.until(10.0);
            self.go(Mode::Car, places.shop);
            self.pause_min(30.0, 50.0);
            self.go(Mode::Car, places.home);
            self.until(14.0);
            let far = self.one_of(&places.outings);
            self.go(Mode::Bike, far);
            self.pause_min(20.0, 50.0);
            self.go(Mode::Bike, places.home);
            return;
        }
        self.until(6.9);
        self.go(Mode::Bike, places.station);
        self.pause_min(3.0, 9.0);
        self.go(Mode::Train, places.workshop_station);
        self.go(Mode::Walk, places.workshop);
        self.until(16.6);
        self.go(Mode::Walk, places.workshop_station);
        self.pause_min(4.0, 12.0);
        self.go(Mode::Train, places.station);
        self.go(Mode::Bike, places.home);
        if weekday == 1 || weekday == 3 {
            self.until(19.0);
            self.go(Mode::Bike, places.sports);
            self.pause_min(80.0, 100.0);
            self.go(Mode::Bike, places.home);
        }
    }

    fn clara(&mut self, weekday: i64) {
        let places = &self.world.places;
        if weekday < 5 {
            self.until(7.45);
            self.go(Mode::Bike, places.school);
            self.until(if weekday == 4 { 13.1 } else { 15.3 });
            if weekday == 0 || weekday == 3 {
                self.go(Mode::Bike, places.harbour);
                self.pause_min(90.0, 130.0);
            } else if self.random.chance(0.5) {
                let friend = self.one_of(&places.friends);
                self.go(Mode::Bike, friend);
                self.pause_min(60.0, 150.0);
            }
            self.go(Mode::Bike, places.home);
        } else {
            self.until(11.0);
            self.go(Mode::Bike, places.harbour);
            self.pause_min(100.0, 180.0);
            self.go(Mode::Bike, places.home);
        }
        if weekday >= 4 {
            self.until(19.3);
            let friend = self.one_of(&places.friends);
            self.go(Mode::Bike, friend);
            self.pause_min(60.0, 90.0);
            self.go(Mode::Bike, places.market);
            self.pause_min(30.0, 60.0);
            self.go(Mode::Bike, places.home);
        }
    }

    fn emil(&mut self, weekday: i64) {
        let places = &self.world.places;
        if weekday == 5 {
            self.until(9.7);
            self.go(Mode::Bike, places.sports);
            self.pause_min(90.0, 120.0);
            self.go(Mode::Bike, places.home);
            return;
        }
        self.until(7.3);
        self.go(Mode::Bus, places.school);
        self.until(13.3);
        self.go(Mode::Bus, places.home);
        match weekday {
            0 | 2 => {
                self.until(16.0);
                self.go(Mode::Bike, places.sports);
                self.pause_min(85.0, 100.0);
                self.go(Mode::Bike, places.home);
            }
            1 => {
                self.until(14.8);
                self.go(Mode::Bus, places.grandma);
                self.pause_min(110.0, 150.0);
                self.go(Mode::Bus, places.home);
            }
            _ => {
                self.until(15.5);
                let friend = self.one_of(&places.friends);
                self.go(Mode::Walk, friend);
                self.pause_min(80.0, 140.0);
                self.go(Mode::Walk, places.home);
            }
        }
    }

    fn frieda(&mut self, person: &Person, weekday: i64) {
        let places = &self.world.places;
        self.until(8.2);
        self.walk_round(person, 26.0);
        match weekday {
            1 | 4 => {
                self.until(9.8);
                self.go(Mode::Bus, places.market);
                self.pause_min(50.0, 100.0);
                self.go(Mode::Walk, places.garden);
                self.pause_min(20.0, 45.0);
                self.go(Mode::Bus, places.grandma);
            }
            6 => {
                self.until(11.6);
                self.go(Mode::Bus, places.home);
                self.until(17.0);
                self.go(Mode::Bus, places.grandma);
            }
            _ => {}
        }
        self.until(18.3);
        self.walk_round(person, 20.0);
    }

    /// Sundays the family goes out by car, or stays for the grandmother.
    fn sunday(&mut self, person: &Person) {
        let places = &self.world.places;
        // The same for all who go along: from the day alone, not from the person.
        let mut shared = Random::of(&[6, self.day as u64]);
        self.until(13.6);
        if person.index.is_multiple_of(2) || self.random.chance(0.3) {
            let goal = places.outings[shared.below(places.outings.len())];
            self.go(Mode::Car, goal);
            self.pause_min(60.0, 140.0);
            self.go(Mode::Car, places.home);
        } else {
            self.go(Mode::Walk, places.garden);
            self.pause_min(30.0, 80.0);
            self.go(Mode::Walk, places.home);
        }
    }

    fn leave_for_the_sea(&mut self) {
        let places = &self.world.places;
        self.stay_until(8.4 * 3_600.0);
        let outward = if self.at == places.home { Mode::Walk } else { Mode::Bus };
        self.go(outward, places.station);
        self.stay_until(9.6 * 3_600.0);
        self.go(Mode::Train, places.resort_station);
        self.go(Mode::Walk, places.lodging);
        self.until(18.5);
        let beach = self.one_of(&places.beach);
        self.go(Mode::Walk, beach);
        self.pause_min(20.0, 60.0);
        self.go(Mode::Walk, places.lodging);
    }

    fn by_the_sea(&mut self, person: &Person, number: Day) {
        let places = &self.world.places;
        self.until(9.3 + 0.2 * number as f64);
        for hour in [12.5, 16.0, 20.0] {
            let beach = self.one_of(&places.beach);
            self.go(Mode::Walk, beach);
            self.pause_min(50.0, 140.0);
            self.go(Mode::Walk, places.lodging);
            self.until(hour);
        }
        if person.index == 1 {
            self.walk_round(person, 35.0);
        }
    }

    fn return_from_the_sea(&mut self, person: &Person) {
        let places = &self.world.places;
        self.stay_until(10.2 * 3_600.0);
        self.go(Mode::Walk, places.resort_station);
        self.stay_until(11.2 * 3_600.0);
        self.go(Mode::Train, places.station);
        let home = places.home_of(person);
        self.go(if home == places.home { Mode::Walk } else { Mode::Bus }, home);
    }

    fn walk_round(&mut self, person: &Person, minutes: f64) {
        let seed = self.random.next();
        for journey in round(self.world, self.at, Mode::Walk, minutes * 60.0, seed ^ person.index as u64) {
            let end_s = self.now_s + journey.duration_s();
            self.spans.push(Span { start_s: self.now_s, end_s, doing: Doing::Travelling(Arc::new(journey)) });
            self.now_s = end_s;
        }
    }
}

/// Journeys that lead from `start` around and back to it in at most `most_s` seconds.
pub fn round(world: &World, start: Node, mode: Mode, most_s: f64, seed: u64) -> Vec<Journey> {
    let mut random = Random::of(&[7, seed, u64::from(start)]);
    let class = match mode {
        Mode::Train => super::town::Class::Rail,
        _ => super::town::Class::Street,
    };
    let streets = &world.town.streets;
    let from = streets.at(start);
    let speed_mps = mode.speed_mps(class).unwrap_or(1.3);
    let angle = random.between(0.0, std::f64::consts::TAU);
    let bend = random.between(0.7, 1.2);
    let mut reach_m = most_s * speed_mps / 2.9;
    for _ in 0..14 {
        let corner = |angle: f64| streets.nearest(from + Point::polar(reach_m, angle), &[class]);
        let (first, second) = (corner(angle), corner(angle + bend));
        let legs = [(start, first), (first, second), (second, start)];
        let legs = legs.into_iter().filter(|(from, to)| from != to);
        let journeys: Vec<Journey> =
            legs.map(|(from, to)| world.journey(from, to, mode, Random::of(&[random.next()]))).collect();
        let total_s: f64 = journeys.iter().map(Journey::duration_s).sum();
        if total_s <= most_s && journeys.iter().all(|journey| journey.mode == mode) {
            return journeys;
        }
        reach_m *= 0.87;
    }
    Vec::new()
}
