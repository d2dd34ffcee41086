//! Where everybody is at any moment, past and present: a pure function of the person and the time.
//!
//! Days are lived as the diaries say. While the demo is being watched, people who would sit at home go for rounds instead,
//! so that a visitor sees movement at any hour. Rounds begin and end where the diary has the person stay, and one that
//! was begun is finished even if the demo ends meanwhile: so the history never jumps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use dashboard_core::time::UnixSeconds;

use super::diary::{DAY_S, Day, Doing, Span, World, round};
use super::household::{PEOPLE, Person};
use super::journey::{Journey, Motion};
use super::town::{Mode, Node, Point};

/// Seconds from one round to the next.
pub const ROUND_EVERY_S: i64 = 20 * 60;

/// A shorter time is not worth going out for.
const SHORTEST_ROUND_S: f64 = 7.0 * 60.0;

/// Days and rounds kept in memory.
const KEPT: usize = 256;

/// A time during which the demo is watched: whoever has nothing to do goes for rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// When rounds begin.
    pub since_s: UnixSeconds,
    /// No round begins at or after it.
    pub until_s: UnixSeconds,
}

/// The life of the household.
#[derive(Debug)]
pub struct Life {
    world: World,
    /// Demo time minus UTC, in seconds.
    utc_offset_s: i64,
    sessions: Vec<Session>,
    /// By person and day.
    days: Cache,
    /// By person and beginning.
    rounds: Cache,
}

/// Spans worked out already.
type Cache = Mutex<BTreeMap<(usize, i64), Arc<Vec<Span>>>>;

/// What somebody does at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// Where, and how fast which way.
    pub motion: Motion,
    /// How they travel; `None` when they stay.
    pub mode: Option<Mode>,
    /// When they began to do that.
    pub since_s: f64,
}

impl Life {
    /// The life in `world`, watched in `sessions`.
    pub fn new(world: World, utc_offset_s: i64, sessions: Vec<Session>) -> Self {
        Self { world, utc_offset_s, sessions, days: Mutex::default(), rounds: Mutex::default() }
    }

    /// Where they live.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Second of the day at `time_s` on the clock of the demo.
    pub fn second_of_day(&self, time_s: UnixSeconds) -> i64 {
        (time_s + self.utc_offset_s).rem_euclid(DAY_S)
    }

    /// The day of `time_s` on the calendar of the demo.
    pub fn day_of(&self, time_s: UnixSeconds) -> Day {
        (time_s + self.utc_offset_s).div_euclid(DAY_S)
    }

    /// What `person` does at `time_s` (Unix time with fractions).
    pub fn at(&self, person: &Person, time_s: f64) -> Situation {
        let spans = self.spans(person, time_s, time_s);
        let span = spans.iter().rev().find(|span| span.start_s <= time_s).or(spans.first());
        let home = || self.world.door(self.world.places.home_of(person));
        let still = |at: Point| Motion { at, speed_kmh: 0.0, course_deg: 0.0 };
        match span {
            Some(Span { start_s, doing: Doing::Staying(node), .. }) => {
                Situation { motion: still(self.world.door(*node)), mode: None, since_s: *start_s }
            }
            Some(Span { start_s, doing: Doing::Travelling(journey), .. }) => Situation {
                motion: journey.motion(time_s - start_s),
                mode: Some(journey.mode),
                since_s: *start_s,
            },
            None => Situation { motion: still(home()), mode: None, since_s: time_s }, // a day always has spans
        }
    }

    /// What `person` does from `from_s` to `to_s`: spans in Unix time, in order and without gaps, the first and the last
    /// whole.
    pub fn spans(&self, person: &Person, from_s: f64, to_s: f64) -> Vec<Span> {
        let mut spans = Vec::new();
        for span in self.planned(person, from_s, to_s) {
            if span.end_s > from_s && span.start_s <= to_s {
                self.push_with_rounds(person, span, from_s, to_s, &mut spans);
            }
        }
        spans.retain(|span| span.end_s > from_s && span.start_s <= to_s);
        spans
    }

    /// What the diaries say of the days from `from_s` to `to_s` and the days beside them, nights in one piece.
    fn planned(&self, person: &Person, from_s: f64, to_s: f64) -> Vec<Span> {
        let mut planned: Vec<Span> = Vec::new();
        for day in self.day_of(from_s.floor() as i64) - 1..=self.day_of(to_s.floor() as i64) + 1 {
            let midnight_s = (day * DAY_S - self.utc_offset_s) as f64;
            for Span { start_s, end_s, doing } in self.day(person, day).iter() {
                let (start_s, end_s) = (start_s + midnight_s, end_s + midnight_s);
                match planned.last_mut() {
                    Some(before) if before.doing == *doing => before.end_s = end_s,
                    _ => planned.push(Span { start_s, end_s, doing: doing.clone() }),
                }
            }
        }
        planned
    }

    fn day(&self, person: &Person, day: Day) -> Arc<Vec<Span>> {
        cached(&self.days, (person.index, day), || self.world.day(person, day))
    }

    /// Adds `span`, with the rounds that fall into it between `from_s` and `to_s` if it is a stay.
    fn push_with_rounds(&self, person: &Person, span: Span, from_s: f64, to_s: f64, spans: &mut Vec<Span>) {
        let Doing::Staying(node) = span.doing else {
            spans.push(span);
            return;
        };
        let mut start_s = span.start_s;
        for (slot_s, end_s) in self.slots(person, from_s.max(span.start_s), to_s.min(span.end_s)) {
            let (first_s, last_s) = (span.start_s.max(slot_s as f64), span.end_s.min(end_s as f64));
            if last_s - first_s < SHORTEST_ROUND_S {
                continue;
            }
            let around = cached(&self.rounds, (person.index, first_s as i64), || {
                in_sequence(self.rounds_within(person, node, last_s - first_s - 15.0, slot_s), first_s + 5.0)
            });
            let (Some(first), Some(last)) = (around.first(), around.last()) else { continue };
            spans.push(Span { start_s, end_s: first.start_s, doing: Doing::Staying(node) });
            spans.extend(around.iter().cloned());
            start_s = last.end_s;
        }
        spans.push(Span { start_s, ..span });
    }

    /// A round of at most `most_s`, and further ones while there is time for them.
    fn rounds_within(&self, person: &Person, node: Node, most_s: f64, slot_s: i64) -> Vec<Journey> {
        let mut journeys = Vec::new();
        let mut left_s = most_s;
        while left_s > SHORTEST_ROUND_S / 2.0 {
            let around =
                round(&self.world, node, person.round, left_s, (slot_s + journeys.len() as i64) as u64);
            if around.is_empty() {
                break;
            }
            left_s -= around.iter().map(Journey::duration_s).sum::<f64>();
            journeys.extend(around);
        }
        journeys
    }

    /// When rounds of `person` may begin and must end, for those that overlap `from_s`…`to_s`. The household does not
    /// set out, and come home, all at once.
    fn slots(&self, person: &Person, from_s: f64, to_s: f64) -> Vec<(i64, i64)> {
        let mut slots = Vec::new();
        let (from_s, to_s) = (from_s.floor() as i64, to_s.ceil() as i64);
        for session in &self.sessions {
            let people = PEOPLE.len() as i64;
            let index = person.index as i64;
            let first_s = session.since_s + index * ROUND_EVERY_S / people;
            let mut number = (from_s - first_s).div_euclid(ROUND_EVERY_S).max(-1);
            loop {
                let slot_s = (first_s + number * ROUND_EVERY_S).max(session.since_s);
                let end_s = first_s + (number + 1) * ROUND_EVERY_S;
                if slot_s > to_s || slot_s >= session.until_s {
                    break;
                }
                if slot_s < end_s {
                    slots.push((slot_s, end_s));
                }
                number += 1;
            }
        }
        slots
    }
}

fn in_sequence(journeys: Vec<Journey>, mut start_s: f64) -> Vec<Span> {
    let mut spans = Vec::new();
    for journey in journeys {
        let end_s = start_s + journey.duration_s();
        spans.push(Span { start_s, end_s, doing: Doing::Travelling(Arc::new(journey)) });
        start_s = end_s;
    }
    spans
}

/// What `cache` has for `key`, made when missing. A full cache starts over.
fn cached(cache: &Cache, key: (usize, i64), make: impl FnOnce() -> Vec<Span>) -> Arc<Vec<Span>> {
    // A panic elsewhere leaves whole values behind.
    let lock = || cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&key) {
        return known.clone();
    }
    let made = Arc::new(make());
    let mut cache = lock();
    if cache.len() >= KEPT {
        cache.clear();
    }
    cache.insert(key, made.clone());
    made
}
