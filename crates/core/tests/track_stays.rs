//! Stays: what is one, what is none, and that they are found again whatever is around them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use dashboard_core::geo::{LatLon, distance_m};
use dashboard_core::track::stays::{
    LEAST_STAY_S, RADIUS_M, SAME_PLACE_M, Stay, StayFinder, cluster_places, places_of,
};
use dashboard_core::track::{Row, Track};
use proptest::prelude::*;
use tracks::{at, recorded, track};

const HOME: (f64, f64) = (52.5, 13.4);

/// A metre of latitude, in degrees.
const M: f64 = 1.0 / 111_195.0;

/// So many metres north of home.
fn north(time_s: i64, metres: f64) -> Row {
    at(time_s, HOME.0 + metres * M, HOME.1)
}

fn stays(rows: &[Row]) -> Vec<Stay> {
    StayFinder::default().find(&track(rows))
}

/// From when to when, and whether it is the end.
fn times(rows: &[Row]) -> Vec<(i64, i64, bool)> {
    stays(rows).iter().map(|stay| (stay.arrived_s, stay.left_s, stay.is_last)).collect()
}

/// A fix each minute from `from` to `to`, at a speed from a place.
fn minutes(from: i64, to: i64, start_m: f64, m_per_s: f64) -> Vec<Row> {
    (from..=to).map(|minute| north(minute * 60, start_m + (minute - from) as f64 * 60.0 * m_per_s)).collect()
}

#[test]
fn an_hour_at_one_spot_between_two_ways() {
    let rows =
        [minutes(0, 20, -15_000.0, 12.0), minutes(21, 81, 0.0, 0.0), minutes(82, 100, 720.0, 12.0)].concat();
    let found = stays(&rows);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].arrived_s, 21 * 60);
    assert!((81 * 60..82 * 60).contains(&found[0].left_s), "{found:?}");
    assert!(!found[0].is_last);
    assert!(distance_m(found[0].centre, LatLon::new(HOME.0, HOME.1).unwrap()) < 1.0);
}

#[test]
fn moving_is_no_stay_and_neither_is_a_traffic_light() {
    assert_eq!(stays(&minutes(0, 600, 0.0, 12.0)), []);
    assert_eq!(stays(&minutes(0, 600, 0.0, 1.2)), [], "a walk");
    let light =
        [minutes(0, 5, -3600.0, 12.0), minutes(6, 12, 0.0, 0.0), minutes(13, 30, 720.0, 12.0)].concat();
    assert_eq!(stays(&light), []);
    // Pings every half an hour on the way tell nothing of stays.
    let pings: Vec<Row> = (0..20).map(|ping| north(ping * 1800, ping as f64 * 20_000.0)).collect();
    assert_eq!(stays(&pings), []);
}

#[test]
fn stray_fixes_do_not_end_a_stay_but_an_errand_does() {
    let mut rows = minutes(0, 240, 0.0, 0.0);
    rows[60] = north(60 * 60, 3000.0);
    rows[100] = north(100 * 60, -900.0);
    rows[101] = north(101 * 60, -900.0);
    assert_eq!(times(&rows), [(0, 240 * 60, true)]);
    for row in &mut rows[150..=175] {
        *row = north(row.time_s, 1500.0);
    }
    let found = times(&rows);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].1 < 150 * 60 && (found[1].0, found[2].0) == (150 * 60, 176 * 60), "{found:?}");
    assert_eq!(found[2].1, 240 * 60);
}

#[test]
fn vague_fixes_say_nothing() {
    let vague = |row: Row, accuracy: f32| Row { accuracy_m: Some(accuracy), ..row };
    let mut rows = minutes(0, 60, 0.0, 0.0);
    for row in &mut rows[10..40] {
        *row = vague(north(row.time_s, 4000.0), 1500.0);
    }
    // Near within its own accuracy.
    rows[50] = vague(north(50 * 60, 180.0), 200.0);
    assert_eq!(times(&rows), [(0, 3600, true)]);
    assert_eq!(stays(&rows.iter().map(|row| vague(*row, 1500.0)).collect::<Vec<_>>()), []);
}

#[test]
fn silence_is_staying_when_the_next_fix_is_near() {
    let hour = 3600;
    // A phone that reports only when it moves: home in the evening, a step outside in the morning.
    let rows = [north(0, -5000.0), north(600, 0.0), north(14 * hour, 500.0), north(14 * hour + 120, 2500.0)];
    assert_eq!(times(&rows), [(600, 14 * hour - 400, false)]);
    // Switched off, and on again in another country: nobody knows.
    let rows = [north(0, -5000.0), north(600, 0.0), north(14 * hour, 500_000.0)];
    assert_eq!(stays(&rows), []);
    // Silent for two days: two visits, as far as is known.
    let rows = [minutes(0, 30, 0.0, 0.0), minutes(2880, 2910, 0.0, 0.0)].concat();
    assert_eq!(times(&rows), [(0, 1800, false), (2880 * 60, 2910 * 60, true)]);
}

#[test]
fn a_year_at_home_is_one_place() {
    // Home, work, home; a fix each ten minutes, jittering.
    let mut rows = Vec::new();
    for day in 0..365_i64 {
        for step in 0..144 {
            let jitter = ((day * 144 + step) * 7919 % 100) as f64 - 50.0;
            let metres = if (48..96).contains(&step) { 8000.0 } else { 0.0 };
            rows.push(north(day * 86_400 + step * 600, metres + jitter));
        }
    }
    let found = stays(&rows);
    let places = places_of(&found, 100);
    assert_eq!(places.len(), 2, "{places:?}");
    assert_eq!((places[0].visits, places[1].visits), (366, 365));
    assert!(places[0].total_s > 15 * 365 * 3600 && places[1].total_s > 7 * 365 * 3600);
    assert!(places[0].is_last && !places[1].is_last);
    assert_eq!(places[0].left_s, rows.last().unwrap().time_s);
    assert_eq!(places_of(&found, 1), places[..1]);
    // Far out both are one, with the longer one's place.
    let far = cluster_places(&places, 5.0, 40.0, 10);
    assert_eq!((far.len(), far[0].main, far[0].places), (1, places[0], 2));
    assert_eq!((far[0].visits, far[0].total_s), (731, places[0].total_s + places[1].total_s));
    assert_eq!(cluster_places(&places, 14.0, 40.0, 10).len(), 2);
    assert_eq!(cluster_places(&places, 14.0, 40.0, 1).len(), 1);
}

#[test]
fn over_the_180th_meridian_a_stay_is_a_stay() {
    let rows: Vec<Row> = (0..60)
        .map(|minute| at(minute * 60, -16.9, if minute % 2 == 0 { 179.9999 } else { -179.9999 }))
        .collect();
    let found = stays(&rows);
    assert_eq!(found.len(), 1);
    assert!(found[0].centre.lon().abs() > 179.9999 && places_of(&found, 9).len() == 1, "{found:?}");
    let other: Vec<Stay> =
        stays(&(0..60).map(|minute| at(minute * 60, -16.9, -179.9997)).collect::<Vec<_>>());
    assert_eq!(places_of(&[found, other].concat(), 9).len(), 1);
}

#[test]
fn recorded_days_have_their_stays() {
    for name in [
        "day-alice-phone.rec",
        "sparse-alice-tablet.rec",
        "month-carol-oyster-2026-07.rec",
        "history-10k.csv.gz",
    ] {
        let track = track(&recorded(name));
        let found = StayFinder::default().find(&track);
        insta::assert_debug_snapshot!(name, summary(&found, &track));
    }
}

/// Stays, places, the share of the time, and the longest place.
fn summary(stays: &[Stay], track: &Track) -> (usize, usize, String, Option<(u32, i64)>) {
    let places = places_of(stays, 1000);
    let stayed_s: i64 = stays.iter().map(|stay| stay.left_s - stay.arrived_s).sum();
    let all_s = track.row(track.len() - 1).time_s - track.row(0).time_s;
    let longest = places.first().map(|place| (place.visits, place.total_s));
    (stays.len(), places.len(), format!("{:.0} %", 100.0 * stayed_s as f64 / all_s as f64), longest)
}

/// A wanderer: rests and ways of any kind, with any rhythm of reporting.
fn wander() -> impl Strategy<Value = Vec<Row>> {
    let leg = (1..40usize, 1..2000i64, -3000.0..3000.0f64, prop::option::of(1.0..400.0f32), any::<bool>());
    prop::collection::vec(leg, 1..40).prop_map(|legs| {
        let (mut time_s, mut metres, mut rows) = (1_000_000, 0.0, Vec::new());
        for (fixes, every_s, way_m, accuracy_m, rests) in legs {
            for _ in 0..fixes {
                time_s += every_s;
                metres += if rests { 0.0 } else { way_m / fixes as f64 };
                rows.push(Row { accuracy_m, ..north(time_s, metres) });
            }
        }
        rows
    })
}

proptest! {
    #[test]
    fn stays_are_in_order_long_enough_and_apart(rows in wander()) {
        let found = stays(&rows);
        for stay in &found {
            prop_assert!(stay.left_s - stay.arrived_s >= LEAST_STAY_S);
            prop_assert!(rows.iter().any(|row| row.time_s == stay.arrived_s));
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].left_s <= pair[1].arrived_s), "{:?}", found);
        prop_assert!(found.iter().rev().skip(1).all(|stay| !stay.is_last));
        let places = places_of(&found, usize::MAX);
        prop_assert_eq!(places.iter().map(|place| place.visits as usize).sum::<usize>(), found.len());
        let stayed_s: i64 = found.iter().map(|stay| stay.left_s - stay.arrived_s).sum();
        prop_assert_eq!(places.iter().map(|place| place.total_s).sum::<i64>(), stayed_s);
        prop_assert!(places.is_sorted_by_key(|place| -place.total_s));
    }

    #[test]
    fn resting_for_long_is_found_whatever_comes_before_and_after(
        before in wander(),
        after in wander(),
        jitter_m in prop::collection::vec(-0.5 * RADIUS_M..0.5 * RADIUS_M, 30..60),
    ) {
        // Far from everybody's wandering, from both sides of it in time.
        let place_m = 500_000.0;
        let start_s = before.last().unwrap().time_s + 3600;
        let rest: Vec<Row> = jitter_m
            .iter()
            .enumerate()
            .map(|(minute, jitter)| north(start_s + minute as i64 * 60, place_m + jitter))
            .collect();
        let end_s = rest.last().unwrap().time_s;
        let after = after.iter().map(|row| Row { time_s: row.time_s - 1_000_000 + end_s + 3600, ..*row });
        let rows: Vec<Row> = before.iter().copied().chain(rest).chain(after).collect();
        let found: Vec<Stay> = stays(&rows)
            .into_iter()
            .filter(|stay| distance_m(stay.centre, north(0, place_m).position) < SAME_PLACE_M)
            .collect();
        let stayed_s: i64 = found.iter().map(|stay| stay.left_s - stay.arrived_s).sum();
        prop_assert!(stayed_s >= end_s - start_s - 1200, "{:?} of {}", found, end_s - start_s);
    }
}

proptest! {
    // Each case takes many points in one by one.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn going_on_at_the_end_finds_what_looking_at_everything_does(
        rows in wander(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        late in any::<prop::sample::Index>(),
    ) {
        let mut finder = StayFinder::default();
        let mut track = Track::new();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(rows.len())).collect();
        cuts.sort_unstable();
        let late = late.index(rows.len());
        for (index, row) in rows.iter().enumerate() {
            if index != late {
                track.push(*row);
            }
            if cuts.contains(&index) {
                finder.find(&track);
            }
        }
        track.push(rows[late]);
        prop_assert_eq!(finder.find(&track), StayFinder::default().find(&track));
    }
}
