//! Colour scales: round bounds, robust against wild values, and the classes of points and lines.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use std::collections::BTreeSet;

use dashboard_core::geo::{Viewport, WorldPoint};
use dashboard_core::time::TimeRange;
use dashboard_core::track::{
    CLASSES, LineDetail, Quantity, Row, Scale, Splitting, Spread, Track, UNKNOWN_CLASS, VisibleRuns,
};
use proptest::prelude::*;
use tracks::{at, recorded, track};

const EVER: TimeRange = TimeRange { from_s: 0, to_s: u32::MAX as i64 };
const QUANTITIES: [Quantity; 5] =
    [Quantity::Speed, Quantity::Altitude, Quantity::Accuracy, Quantity::Battery, Quantity::Time];

fn spread(track: &Track, quantity: Quantity) -> Spread {
    let mut spread = Spread::new(quantity);
    track.add_spread(0, &mut spread);
    spread
}

fn scale(rows: &[Row], quantity: Quantity, imperial: bool) -> Scale {
    Scale::of(&spread(&track(rows), quantity), EVER, imperial)
}

/// Bounds with numbers in a legend, in the unit given in units of the quantity.
fn labels(scale: &Scale, unit: f64) -> Vec<f64> {
    scale.bounds.iter().step_by(CLASSES / 4).map(|bound| (bound / unit * 1e6).round() / 1e6).collect()
}

/// A ride at these speeds, each for ten points.
fn ride(speeds_kmh: &[f32]) -> Vec<Row> {
    let speeds = speeds_kmh.iter().flat_map(|speed| [*speed; 10]);
    (0..)
        .zip(speeds)
        .map(|(step, speed)| Row {
            speed_kmh: Some(speed),
            ..at(1_700_000_000 + 10 * step, 52.0, 13.0 + 1e-4 * step as f64)
        })
        .collect()
}

#[test]
fn speeds_begin_with_a_standstill_and_end_round() {
    let rows = ride(&[0.0, 4.0, 28.0, 57.0, 96.0]);
    assert_eq!(labels(&scale(&rows, Quantity::Speed, false), 1.0), [0.0, 25.0, 50.0, 75.0, 100.0]);
    assert_eq!(labels(&scale(&rows, Quantity::Speed, true), 1.609_344), [0.0, 20.0, 40.0, 60.0, 80.0]);
    // Standing about all day changes nothing.
    let rows = ride(&[&[0.0; 500], &[28.0, 57.0, 96.0][..]].concat());
    assert_eq!(labels(&scale(&rows, Quantity::Speed, false), 1.0), [0.0, 25.0, 50.0, 75.0, 100.0]);
    // Somebody who only walks sees how fast.
    assert_eq!(labels(&scale(&ride(&[5.0, 6.0]), Quantity::Speed, false), 1.0), [0.0, 5.0, 10.0, 15.0, 20.0]);
}

#[test]
fn a_wild_value_squeezes_nothing() {
    let mut rows = ride(&[20.0, 40.0, 60.0, 90.0, 95.0, 50.0]);
    let calm = scale(&rows, Quantity::Speed, false);
    rows[30].speed_kmh = Some(1100.0);
    assert_eq!(scale(&rows, Quantity::Speed, false), calm);

    let mut rows: Vec<Row> = (0..1000)
        .map(|step| Row { altitude_m: Some(300.0 + (step % 200) as f32), ..at(1000 + step, 52.0, 13.0) })
        .collect();
    let calm = scale(&rows, Quantity::Altitude, false);
    assert_eq!(labels(&calm, 1.0), [300.0, 350.0, 400.0, 450.0, 500.0]);
    rows[500].altitude_m = Some(9000.0);
    rows[501].altitude_m = Some(-400.0);
    assert_eq!(scale(&rows, Quantity::Altitude, false), calm);
}

#[test]
fn a_scale_only_widens_while_points_come_in() {
    let slow = scale(&ride(&[20.0, 30.0]), Quantity::Speed, false);
    let fast = scale(&ride(&[20.0, 130.0]), Quantity::Speed, false);
    assert_eq!(slow.widened(Some(&fast)), fast);
    assert_eq!(fast.widened(Some(&slow)), fast);
    let other = scale(&ride(&[20.0]), Quantity::Battery, false);
    assert_eq!(other.widened(Some(&fast)), other);
}

#[test]
fn time_that_has_no_points_yet_is_halved_away() {
    let range = TimeRange::new(0, 64_000_000).unwrap();
    let ends = |first_s: i64| {
        let rows: Vec<Row> =
            (0..100).map(|step| at(first_s + (64_000_000 - first_s) * step / 99, 52.0, 13.0)).collect();
        let scale = Scale::of(&spread(&track(&rows), Quantity::Time), range, false);
        (scale.bounds[0], scale.bounds[CLASSES])
    };
    assert_eq!(ends(63_000_000), (63_000_000.0, 64_000_000.0));
    assert_eq!(ends(62_999_999), (62_000_000.0, 64_000_000.0));
    assert_eq!(ends(40_000_000), (32_000_000.0, 64_000_000.0));
    assert_eq!(ends(0), (0.0, 64_000_000.0));
}

#[test]
fn points_without_a_value_are_counted_and_of_their_own_class() {
    let mut rows = ride(&[20.0, 30.0]);
    rows[3].speed_kmh = None;
    let track = track(&rows);
    let scale = Scale::of(&spread(&track, Quantity::Speed), EVER, false);
    assert_eq!((spread(&track, Quantity::Speed).known, spread(&track, Quantity::Speed).unknown), (19, 1));
    assert_eq!(track.class(3, &scale), UNKNOWN_CLASS);
    assert!((0..20).filter(|at| *at != 3).all(|at| track.class(at, &scale) < UNKNOWN_CLASS));
    // Nothing known at all still gives a scale.
    for quantity in QUANTITIES {
        let scale = Scale::of(&Spread::new(quantity), EVER, false);
        assert!(scale.bounds.is_sorted_by(|a, b| a < b), "{quantity:?}");
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        (1..100_000_i64, -0.01..0.01f64, -0.01..0.01f64),
        prop::option::of(0.0..70_000.0f32),
        prop::option::of(-40_000.0..40_000.0f32),
        prop::option::of(0.0..7_000.0f32),
        prop::option::of(0..101_u8),
    );
    prop::collection::vec(row, 1..200).prop_map(|steps| {
        let mut row = at(1_600_000_000, 52.5, 13.4);
        steps
            .into_iter()
            .map(|((wait_s, north, east), accuracy_m, altitude_m, speed_kmh, battery_percent)| {
                let place = row.position;
                row = Row {
                    accuracy_m,
                    altitude_m,
                    speed_kmh,
                    battery_percent,
                    ..at(row.time_s + wait_s, place.lat() + north, place.lon() + east)
                };
                row
            })
            .collect()
    })
}

fn drawn(track: &Track, zoom: f64, scale: Option<&Scale>, since: usize) -> VisibleRuns {
    let middle = WorldPoint::from_position(track.row(track.len() / 2).position);
    let viewport = Viewport { centre: middle, zoom, width_px: 900.0, height_px: 700.0 };
    let mut runs = VisibleRuns::default();
    let detail = LineDetail { tolerance_px: 0.5, scale, since };
    track.visible_lines(&viewport, &Splitting::NONE, &detail, &mut runs);
    runs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn classes_are_bounded_by_the_scale(rows in rows(), imperial in any::<bool>()) {
        let track = track(&rows);
        for quantity in QUANTITIES {
            let scale = Scale::of(&spread(&track, quantity), EVER, imperial);
            prop_assert!(scale.bounds.is_sorted_by(|a, b| a < b), "{:?}", scale);
            for (class, bound) in scale.bounds[..CLASSES].iter().enumerate() {
                prop_assert_eq!(usize::from(scale.class(*bound)), class, "a bound begins a class");
            }
            prop_assert_eq!(scale.class(f64::NEG_INFINITY), 0);
            prop_assert_eq!(usize::from(scale.class(f64::INFINITY)), CLASSES - 1);
        }
    }

    #[test]
    fn a_coloured_line_is_the_line(rows in rows(), zoom in 9.0..18.0f64) {
        let track = track(&rows);
        let scale = Scale::of(&spread(&track, Quantity::Speed), EVER, false);
        let (plain, coloured) = (drawn(&track, zoom, None, 0), drawn(&track, zoom, Some(&scale), 0));
        prop_assert_eq!(coloured.classes.len(), coloured.starts.len());
        prop_assert!(plain.classes.iter().all(|class| *class == 0));
        prop_assert!(coloured.classes.iter().all(|class| *class <= UNKNOWN_CLASS));
        // Every vertex of the plain line is one of the coloured line.
        let seen = |runs: &VisibleRuns| -> BTreeSet<u32> {
            let is_seen = |xy: &&[f32]| (0.0..=900.0).contains(&xy[0]) && (0.0..=700.0).contains(&xy[1]);
            let vertices = runs.xy_px.chunks(2).zip(&runs.index);
            vertices.filter(|(xy, _)| is_seen(xy)).map(|(_, index)| *index).collect()
        };
        prop_assert!(seen(&plain).is_subset(&seen(&coloured)));
        // It costs no more than a vertex for each change of colour.
        let length_px: f32 = coloured
            .runs()
            .flat_map(|(xy, _)| xy.windows(4).step_by(2))
            .map(|pair| (pair[2] - pair[0]).abs() + (pair[3] - pair[1]).abs())
            .sum();
        let extra = coloured.index.len().saturating_sub(plain.index.len());
        prop_assert!(extra as f32 <= 2.0 * (length_px / 4.0 + 1.0), "{} extra for {} px", extra, length_px);
    }

    #[test]
    fn what_is_new_continues_what_was_there(rows in rows(), zoom in 9.0..18.0f64, share in 0.0..1.0f64) {
        let track = track(&rows);
        let since = (track.len() as f64 * share) as usize;
        let (whole, new) = (drawn(&track, zoom, None, 0), drawn(&track, zoom, None, since));
        for (_, index) in new.runs() {
            // A run goes on from the point before the new ones, or is of new ones.
            prop_assert!(index.iter().skip(1).all(|index| *index as usize >= since));
        }
        let newer = |runs: &VisibleRuns| {
            runs.index.iter().copied().filter(|index| *index as usize >= since).collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(newer(&whole), newer(&new));
    }
}

#[test]
fn a_line_changes_colour_where_the_speed_does() {
    // Straight on, so that no vertex but the ends matters for the line's form.
    let rows = ride(&[10.0, 10.0, 60.0, 60.0, 10.0]);
    let track = track(&rows);
    let scale = Scale::of(&spread(&track, Quantity::Speed), EVER, false);
    let (slow, fast) = (scale.class(10.0), scale.class(60.0));
    let runs = drawn(&track, 16.0, Some(&scale), 0);
    assert_eq!(runs.classes, [slow, fast, slow]);
    let ends: Vec<_> = runs.runs().map(|(_, index)| (index[0], index[index.len() - 1])).collect();
    assert_eq!(ends, [(0, 20), (20, 40), (40, 49)]);
    assert_eq!(drawn(&track, 16.0, None, 0).starts.len(), 1);
}

#[test]
fn a_recorded_history_has_sensible_scales() {
    let rows = recorded("history-100k.csv.gz");
    let found = QUANTITIES.map(|quantity| labels(&scale(&rows, quantity, false), 1.0));
    insta::assert_debug_snapshot!(found);
}
