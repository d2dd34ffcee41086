//! The demo household: its life is determined, never jumps, keeps to the streets, and is seen moving at any hour.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

use std::ops::ControlFlow;

use dashboard_core::geo::{LatLon, distance_m};
use owntracks_dashboard::demo::diary::{DAY_S, Doing, Span, World};
use owntracks_dashboard::demo::history::{friend, instants};
use owntracks_dashboard::demo::household::PEOPLE;
use owntracks_dashboard::demo::life::{Life, Session};
use owntracks_dashboard::demo::{Demo, HISTORY_S};
use owntracks_dashboard::store::{Order, Store};
use serde_json::Value;

/// 2026-11-22, 03:20 in the demo's time zone: a dead hour.
const NOW_S: i64 = 1_795_314_000;
const OFFSET_S: i64 = 3_600;

fn life(sessions: Vec<Session>) -> Life {
    Life::new(World::new(NOW_S / DAY_S), OFFSET_S, sessions)
}

#[test]
fn a_day_is_lived_the_same_way_every_time() {
    let (one, other) = (World::new(20_000), World::new(20_000));
    for person in &PEOPLE {
        for day in 19_990..19_994 {
            assert_eq!(one.day(person, day), other.day(person, day), "{} on {day}", person.name);
        }
    }
}

#[test]
fn days_join_without_gaps_through_a_year_with_its_holidays() {
    let world = World::new(20_000);
    for person in &PEOPLE {
        let mut where_ended = None;
        for day in 19_940..19_965 {
            let spans = world.day(person, day);
            assert_eq!(spans.first().unwrap().start_s, 0.0);
            assert_eq!(spans.last().unwrap().end_s, DAY_S as f64, "{} on {day}", person.name);
            assert!(spans.windows(2).all(|pair| pair[0].end_s == pair[1].start_s));
            for (before, after) in spans.iter().zip(spans.iter().skip(1)) {
                let end = |span: &Span| match &span.doing {
                    Doing::Staying(node) => world.town.streets.at(*node),
                    Doing::Travelling(journey) => journey.position(f64::MAX),
                };
                let begins = match &after.doing {
                    Doing::Staying(node) => world.town.streets.at(*node),
                    Doing::Travelling(journey) => journey.position(0.0),
                };
                assert_eq!(end(before), begins, "{} on {day} at {} s", person.name, before.end_s);
            }
            let (Doing::Staying(first), Doing::Staying(last)) =
                (&spans.first().unwrap().doing, &spans.last().unwrap().doing)
            else {
                panic!("a night is spent under a roof");
            };
            assert!(where_ended.is_none_or(|ended| ended == *first), "{} on {day}", person.name);
            where_ended = Some(*last);
        }
    }
}

#[test]
fn travellers_keep_to_the_streets() {
    let life = life(vec![Session { since_s: NOW_S, until_s: i64::MAX }]);
    let streets = &life.world().town.streets;
    for person in &PEOPLE {
        for minute in 0..20 {
            let situation = life.at(person, (NOW_S + minute * 60) as f64);
            let at = situation.motion.at;
            let off_street_m = streets.edges.iter().map(|edge| {
                let (a, b) = (streets.at(edge.from), streets.at(edge.to));
                let (way, from) = (b - a, at - a);
                let share = (way.x * from.x + way.y * from.y) / (way.x * way.x + way.y * way.y).max(1e-9);
                a.towards(b, share.clamp(0.0, 1.0)).distance_m(at)
            });
            let off_street_m = off_street_m.fold(f64::INFINITY, f64::min);
            let most_m = if situation.mode.is_some() { 0.01 } else { 20.0 };
            assert!(off_street_m < most_m, "{} is {off_street_m} m off", person.name);
        }
    }
}

#[test]
fn at_any_hour_somebody_is_under_way() {
    let since_s = NOW_S - 540;
    let life = life(vec![Session { since_s, until_s: i64::MAX }]);
    for minute in 0..36 * 60 / 5 {
        let time_s = NOW_S + minute * 300;
        let moving =
            |at_s: i64| PEOPLE.iter().filter(|person| life.at(person, at_s as f64).mode.is_some()).count();
        assert!(moving(time_s) >= 2, "{} move {minute} × 5 minutes after the start", moving(time_s));
    }
}

#[test]
fn a_first_start_makes_half_a_year_and_a_second_one_adds_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    Demo::prepare(folder.path(), NOW_S, OFFSET_S).unwrap();
    let first = recorded(folder.path());
    assert!((60_000..=160_000).contains(&first.iter().map(Vec::len).sum::<usize>()));
    for fixes in &first {
        assert!(fixes.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order of time");
        assert!(fixes[0].0 < NOW_S - HISTORY_S + DAY_S);
        assert!(fixes.last().unwrap().0 > NOW_S - 1_800);
        assert_no_jump(fixes);
    }
    // Ended in the middle of rounds; started again much later.
    let later_s = NOW_S + 3 * DAY_S;
    Demo::prepare(folder.path(), later_s, OFFSET_S).unwrap();
    for (before, after) in first.iter().zip(recorded(folder.path())) {
        assert_eq!(before[..], after[..before.len()], "nothing is written twice");
        assert!(after.last().unwrap().0 > later_s - 1_800);
        assert_no_jump(&after[before.len() - 1..]);
    }
    let again = Demo::prepare(folder.path(), later_s, OFFSET_S).unwrap();
    let everyone = PEOPLE.iter().map(|person| instants(again.life(), person, later_s - 600, later_s).len());
    assert!(everyone.sum::<usize>() > 0);
}

#[test]
fn what_somebody_else_keeps_there_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("rec/anna/phone/2026-11.rec");
    std::fs::create_dir_all(history.parent().unwrap()).unwrap();
    let line = "2026-11-01T00:00:00Z\t*                 \t{\"_type\":\"location\",\"lat\":1,\"lon\":2,\"tst\":1793491200}\n";
    std::fs::write(&history, line).unwrap();
    assert!(Demo::prepare(folder.path(), NOW_S, OFFSET_S).is_err());
    assert_eq!(std::fs::read_to_string(&history).unwrap(), line);
}

#[test]
fn a_demo_of_another_format_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("rec/gone/phone")).unwrap();
    std::fs::write(folder.path().join("demo.json"), r#"{"format":0}"#).unwrap();
    Demo::prepare(folder.path(), NOW_S, OFFSET_S).unwrap();
    assert!(!folder.path().join("rec/gone").exists());
    assert!(folder.path().join("rec/anna/phone").exists());
}

/// Time, position and accuracy of everybody's locations, read as the server reads them.
fn recorded(folder: &std::path::Path) -> Vec<Vec<(i64, LatLon, f64)>> {
    let store = Store::open(folder).unwrap();
    let everyone = PEOPLE.iter().map(|person| {
        let mut fixes = Vec::new();
        let history = store.history(&friend(person).unwrap(), 0, i64::MAX / 4).unwrap();
        let read = history.each_line(Order::OldestFirst, |line| {
            let object: Value = serde_json::from_slice(line.json).unwrap();
            let number = |name: &str| object[name].as_f64().unwrap();
            assert_eq!(object["tst"].as_i64(), Some(line.time_s));
            fixes.push((line.time_s, LatLon::new(number("lat"), number("lon")).unwrap(), number("acc")));
            ControlFlow::Continue(())
        });
        read.unwrap();
        fixes
    });
    let everyone = everyone.collect();
    store.close();
    everyone
}

/// Nobody is faster than a train between one fix and the next, give or take their accuracies.
fn assert_no_jump(fixes: &[(i64, LatLon, f64)]) {
    for pair in fixes.windows(2) {
        let ((t0, p0, a0), (t1, p1, a1)) = (pair[0], pair[1]);
        let possible_m = (t1 - t0) as f64 * 250.0 / 3.6 + a0 + a1 + 32.0;
        assert!(distance_m(p0, p1) < possible_m, "{} m from {t0} to {t1}", distance_m(p0, p1));
    }
}
