//! Rows in any order in, a sorted track and its figures out.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use std::slice::from_ref;

use dashboard_core::geo::distance_m;
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Dropped, Row, Splitting, Track};
use proptest::prelude::*;
use tracks::{at, fixture, recorded, track};

const FILES: [&str; 13] = [
    "day-alice-phone.rec",
    "dst-end-alice-phone.rec",
    "dst-end-bob-phone.rec",
    "dst-start-dave-phone.rec",
    "gone-alice-phone.rec",
    "sparse-alice-tablet.rec",
    "month-carol-oyster-2026-07.rec",
    "disorder-alice-phone.rec",
    "disorder-alice-phone-sorted.rec",
    "antimeridian-dave-boat.rec",
    "history-10k.csv.gz",
    "history-100k.csv.gz",
    "carol-wader-all.csv.gz",
];

#[test]
fn recorded_tracks_have_the_figures_measured_independently() {
    let expected: serde_json::Value = serde_json::from_slice(&fixture("expected.json")).unwrap();
    for name in FILES.iter().filter(|name| **name != "disorder-alice-phone.rec") {
        let (track, expected) = (track(&recorded(name)), &expected[name]);
        let summary = track.summary(&Splitting::NONE);
        assert_eq!(u64::from(summary.points), expected["points"].as_u64().unwrap(), "{name}");
        assert_eq!(summary.first_s, expected["first_tst"].as_i64(), "{name}");
        assert_eq!(summary.last_s, expected["last_tst"].as_i64(), "{name}");
        let distance_m = expected["distance_m_haversine_r6371008.8"].as_f64().unwrap();
        assert!(
            (summary.distance_m - distance_m).abs() < 0.1 + 1e-6 * distance_m,
            "{name}: {summary:?}, {distance_m}"
        );
        let top_kmh = summary.top_speed_kmh.unwrap_or(0.0);
        assert!(f64::from(top_kmh) <= expected["max_vel"].as_f64().unwrap(), "{name}: {top_kmh}");
        let bounds = track.bounds().unwrap();
        assert_eq!(Some(bounds.south_deg()), expected["min_lat"].as_f64(), "{name}");
        assert_eq!(Some(bounds.north_deg()), expected["max_lat"].as_f64(), "{name}");
        if name.starts_with("antimeridian") {
            assert!(bounds.crosses_antimeridian() && bounds.width_deg() < 0.2, "{bounds:?}");
        } else {
            assert_eq!(Some(bounds.west_deg()), expected["min_lon"].as_f64(), "{name}");
            assert_eq!(Some(bounds.east_deg()), expected["max_lon"].as_f64(), "{name}");
        }
        let gap_s =
            Splitting { gap_s: expected["longest_gap_s"].as_u64().unwrap() as u32, ..Splitting::NONE };
        assert_eq!(track.segments(&gap_s), from_ref(&(0..track.len())), "{name}");
        assert!(track.segments(&Splitting { gap_s: gap_s.gap_s - 1, ..gap_s }).len() > 1, "{name}");
    }
}

#[test]
fn disorder_ends_in_the_sorted_track() {
    let (disordered, sorted) =
        (recorded("disorder-alice-phone.rec"), recorded("disorder-alice-phone-sorted.rec"));
    let mut merged = Track::new();
    assert_eq!(merged.merge(&mut disordered.clone()), Dropped { repeats: 60, ..Default::default() });
    assert_eq!(merged.rows().collect::<Vec<_>>(), sorted);
    let mut live = Track::new();
    let repeats = disordered.iter().filter(|row| !live.push(**row)).count();
    assert_eq!(repeats, 60);
    assert_eq!(live.rows().collect::<Vec<_>>(), sorted);
}

#[test]
fn a_gap_is_no_distance() {
    let rows = recorded("gone-alice-phone.rec");
    let track = track(&rows);
    let split = Splitting::default();
    let segments = track.segments(&split);
    assert!(segments.len() > 1);
    let along: f64 = segments
        .iter()
        .flat_map(|segment| rows[segment.clone()].windows(2))
        .map(|step| distance_m(step[0].position, step[1].position))
        .sum();
    let summary = track.summary(&split);
    assert!((summary.distance_m - along).abs() < 0.1);
    assert!(summary.moving_s > 0 && summary.moving_s < summary.duration_s);
}

#[test]
fn vague_points_are_in_the_track_but_not_in_its_line() {
    let vague = Row { accuracy_m: Some(900.0), ..at(1020, 48.5, 11.0) };
    let track = track(&[at(1000, 48.0, 11.0), vague, at(1040, 48.001, 11.0)]);
    let exact = Splitting { max_accuracy_m: 100, ..Splitting::NONE };
    assert_eq!(track.len(), 3);
    assert_eq!(track.segments(&exact), from_ref(&(0..3)));
    assert!((track.summary(&exact).distance_m - 111.19).abs() < 0.1);
    assert!(track.summary(&Splitting::NONE).distance_m > 100_000.0);
    assert!(track.summary(&Splitting { gap_m: 1000, ..Splitting::NONE }).distance_m < 0.1);
}

#[test]
fn climbs_count_and_noise_does_not() {
    let climb = |altitudes: &[i32]| {
        let rows: Vec<_> = altitudes
            .iter()
            .enumerate()
            .map(|(time, altitude)| Row {
                altitude_m: Some(*altitude as f32),
                ..at(time as i64, 1.0, 1.0 + time as f64 / 1e4)
            })
            .collect();
        track(&rows).summary(&Splitting::default()).climb_m
    };
    assert_eq!(climb(&[]), None);
    assert_eq!(climb(&[400, 406, 398, 405, 399, 403]), Some(0.0));
    assert_eq!(climb(&[400, 450, 430, 460]), Some(80.0));
    // Long enough for several chunks: what goes on from one to the next is not lost.
    assert_eq!(climb(&(0..5000).collect::<Vec<_>>()), Some(4990.0));
}

#[test]
fn a_speed_that_nothing_bears_out_is_not_believed() {
    let moving = |time: i64, speed_kmh| Row { speed_kmh, ..at(time, 48.0, 11.0 + time as f64 * 1e-4) };
    // 7.4 m a second are 26.8 km/h.
    let rows: Vec<_> =
        (0..100).map(|time| moving(time, Some(if time == 50 { 700.0 } else { 27.0 }))).collect();
    let summary = track(&rows).summary(&Splitting::default());
    assert_eq!((summary.top_speed_kmh, summary.moving_s), (Some(27.0), 99));
    // Without reports a step must be longer than the fixes are vague.
    let rows: Vec<_> = (0..100).map(|time| moving(time, None)).collect();
    assert_eq!(track(&rows).summary(&Splitting::default()).top_speed_kmh, None);
}

#[test]
fn empty_and_single() {
    let mut empty = Track::new();
    assert_eq!((empty.len(), empty.bounds(), empty.segments(&Splitting::default())), (0, None, vec![]));
    assert_eq!(empty.summary(&Splitting::default()), Default::default());
    assert_eq!(empty.merge(&mut vec![at(-1, 0.0, 1.0), at(1 << 32, 0.0, 1.0)]).invalid, 2);
    assert!(!empty.push(at(i64::MIN, 0.0, 1.0)));
    assert!(empty.push(at(7, 90.0, -180.0)));
    assert_eq!(empty.segments(&Splitting::default()), from_ref(&(0..1)));
    assert!(empty.bounds().unwrap().contains(at(7, 90.0, -180.0).position));
}

#[test]
fn places_of_one_second_stay_and_repeats_go_even_when_there_are_very_many() {
    let rows: Vec<_> = (0..30_000)
        .map(|place| at(1_700_000_000, f64::from(1_000_000 + place % 20_000) / 1e5, 20.0))
        .collect();
    let mut track = Track::new();
    assert_eq!(track.merge(&mut rows.clone()).repeats, 10_000);
    assert_eq!(track.merge(&mut rows.clone()).repeats, 30_000);
    assert_eq!(track.rows().collect::<Vec<_>>(), rows[..20_000]);
    // Float noise and the two names of one meridian make no new place.
    assert!(!track.push(at(1_700_000_000, 10.000_000_04, 20.0)));
    assert!(track.push(at(1_700_000_001, 1.0, 180.0)));
    assert!(!track.push(at(1_700_000_001, 1.0, -180.0)));
}

/// Rows with many equal times and places, in places of a few metres to around the world.
fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let row =
        (0..3000_i64, 0..40_i32, -300..300_i32, prop::option::of(0..200_u8), prop::option::of(-50..900_i16))
            .prop_map(|(time, north, east, accuracy, altitude)| {
                let lon = 179.99 + f64::from(east) * 1e-4;
                Row {
                    accuracy_m: accuracy.filter(|accuracy| *accuracy > 0).map(f32::from),
                    altitude_m: altitude.map(f32::from),
                    ..at(
                        1_700_000_000 + time * 7,
                        52.0 + f64::from(north) * 1e-4,
                        if lon > 180.0 { lon - 360.0 } else { lon },
                    )
                }
            });
    prop::collection::vec(row, 0..most)
}

/// What a track of these rows holds, said as simply as possible.
fn sorted_without_repeats(rows: &[Row]) -> Vec<Row> {
    let mut sorted: Vec<Row> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let rounded = |degrees: f64| (degrees * 1e6).round() as i64;
    for row in rows {
        if seen.insert((row.time_s, rounded(row.position.lat()), rounded(row.position.lon()))) {
            sorted.push(*row);
        }
    }
    sorted.sort_by_key(|row| row.time_s);
    sorted.iter().map(|row| track(&[*row]).row(0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_in_any_order_and_in_any_portions_are_the_track_of_all(
        rows in rows(2500),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        single in prop::collection::vec(any::<bool>(), 16),
        from in 0..3000_i64,
        splitting in (1..400_u32, 1..400_u32, 0..150_u32),
    ) {
        let splitting = Splitting { gap_s: splitting.0, gap_m: splitting.1, max_accuracy_m: splitting.2 };
        let whole = track(&rows);
        prop_assert_eq!(whole.rows().collect::<Vec<_>>(), sorted_without_repeats(&rows));

        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(rows.len() + 1)).collect();
        cuts.extend([0, rows.len()]);
        cuts.sort_unstable();
        let mut portions = Track::new();
        portions.set_splitting(&splitting);
        let mut repeats = 0;
        for (portion, single) in cuts.windows(2).zip(single) {
            let mut portion = rows[portion[0]..portion[1]].to_vec();
            if single && portion.len() < 200 {
                repeats += portion.drain(..).filter(|row| !portions.push(*row)).count() as u32;
            } else if single {
                let mut other = Track::new();
                repeats += other.merge(&mut portion).repeats;
                repeats += portions.join(other).repeats;
            } else {
                repeats += portions.merge(&mut portion).repeats;
            }
            prop_assert!(portion.is_empty());
        }
        prop_assert_eq!(portions.rows().collect::<Vec<_>>(), whole.rows().collect::<Vec<_>>());
        prop_assert_eq!(repeats as usize, rows.len() - whole.len());
        assert_same(&portions, &whole, &splitting)?;

        let range = TimeRange::new(1_700_000_000 + from, 1_700_000_000 + 2 * from).unwrap();
        let kept: Vec<_> = whole.rows().filter(|row| range.contains(row.time_s)).collect();
        portions.retain_range(range);
        prop_assert_eq!(portions.rows().collect::<Vec<_>>(), kept.clone());
        assert_same(&portions, &track(&kept), &splitting)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Months come newest first, are cut out and put back: nothing is computed again, and nothing is another.
    #[test]
    fn tracks_of_months_joined_in_any_order_are_the_track_of_all(
        rows in rows(4000),
        months in prop::collection::vec(any::<u32>(), 8),
        splitting in (1..400_u32, 1..400_u32, 0..150_u32),
    ) {
        let splitting = Splitting { gap_s: splitting.0, gap_m: splitting.1, max_accuracy_m: splitting.2 };
        let whole = track(&rows);
        let month = |month: i64| {
            let from_s = 1_700_000_000 + month * 3000;
            TimeRange::new(from_s, from_s + 2999).unwrap()
        };
        let mut order: Vec<usize> = (0..months.len()).collect();
        order.sort_by_key(|month| months[*month]);
        let mut joined = Track::new();
        joined.set_splitting(&splitting);
        for number in &order {
            prop_assert_eq!(joined.join(whole.part(month(*number as i64))), Dropped::default());
        }
        assert_same(&joined, &whole, &splitting)?;
        prop_assert_eq!(joined.rows().collect::<Vec<_>>(), whole.rows().collect::<Vec<_>>());

        let taken = month(order[0] as i64);
        joined.remove_range(taken);
        let rest: Vec<_> = whole.rows().filter(|row| !taken.contains(row.time_s)).collect();
        assert_same(&joined, &track(&rest), &splitting)?;
        prop_assert_eq!(joined.join(whole.part(taken)).repeats, 0);
        prop_assert_eq!(joined.join(whole.part(taken)).repeats as usize, whole.part(taken).len());
        assert_same(&joined, &whole, &splitting)?;
    }
}

/// However a track came about, its line is the same.
fn assert_same(came: &Track, made: &Track, splitting: &Splitting) -> Result<(), TestCaseError> {
    prop_assert_eq!(came.segments(splitting), made.segments(splitting));
    prop_assert_eq!(came.bounds().is_some(), made.bounds().is_some());
    for row in came.rows() {
        prop_assert!(came.bounds().unwrap().contains(row.position));
    }
    let (came, made) = (came.summary(splitting), made.summary(splitting));
    prop_assert!((came.distance_m - made.distance_m).abs() <= 1e-9 * made.distance_m);
    prop_assert_eq!((came.moving_s, came.climb_m), (made.moving_s, made.climb_m));
    prop_assert_eq!(came.top_speed_kmh, made.top_speed_kmh);
    Ok(())
}
