//! Where time was spent.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use dashboard_core::geo::{LatLon, Viewport, WorldPoint};
use dashboard_core::track::{HeatMap, Row, Splitting, Track};
use proptest::prelude::*;
use tracks::{at, recorded, track};

const COLOURS: [[u8; 3]; 3] = [[0, 0, 200], [200, 0, 100], [255, 220, 0]];

fn heat(track: &Track, viewport: &Viewport, splitting: &Splitting) -> HeatMap {
    let mut heat = HeatMap::default();
    heat.prepare(viewport);
    track.add_heat(viewport, splitting, &mut heat);
    heat
}

fn town() -> Viewport {
    let centre = WorldPoint::from_position(LatLon::new(52.5, 13.4).unwrap());
    Viewport { centre, zoom: 12.0, width_px: 800.0, height_px: 600.0 }
}

/// A walk that stays within sight of [`town`].
fn walk() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((1..10_000_i64, -0.05..0.05f64, -0.08..0.08f64), 1..100).prop_map(|places| {
        let mut time_s = 1_600_000_000;
        places
            .into_iter()
            .map(|(wait_s, north, east)| {
                time_s += wait_s;
                at(time_s, 52.5 + north, 13.4 + east)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_second_is_lost_or_made_up(rows in walk(), gap_s in 1..20_000_u32) {
        let splitting = Splitting { gap_s, ..Splitting::default() };
        let mut heat = heat(&track(&rows), &town(), &splitting);
        let spent_s: i64 = rows.windows(2).map(|pair| (pair[1].time_s - pair[0].time_s).min(i64::from(gap_s))).sum();
        prop_assert!((heat.total_s() - spent_s as f64).abs() <= 1e-3 * spent_s as f64 + 1e-3);
        heat.smooth();
        prop_assert!((heat.total_s() - spent_s as f64).abs() <= 1e-3 * spent_s as f64 + 1e-3, "smoothing keeps it");
        // Hotter squares are no less opaque than colder ones.
        let picture = heat.picture(&COLOURS);
        prop_assert_eq!(picture.len(), heat.columns() * heat.rows() * 4);
        prop_assert!(spent_s == 0 || picture.chunks_exact(4).any(|pixel| pixel[3] > 0));
    }

    #[test]
    fn no_viewport_makes_it_panic(rows in walk(), numbers in prop::collection::vec(prop_oneof![any::<f64>(), -1e3..1e4f64], 5)) {
        let centre = WorldPoint { x: numbers[0], y: numbers[1] };
        let viewport = Viewport { centre, zoom: numbers[2], width_px: numbers[3], height_px: numbers[4] };
        let mut heat = heat(&track(&rows), &viewport, &Splitting::default());
        heat.smooth();
        heat.picture(&COLOURS);
    }
}

#[test]
fn the_hottest_place_is_where_one_stayed() {
    let mut rows: Vec<Row> =
        (0..100).map(|step| at(1000 + 10 * step, 52.5, 13.35 + 1e-3 * step as f64)).collect();
    rows.extend((1..200).map(|step| at(2000 + 600 * step, 52.5, 13.4)));
    let mut heat = heat(&track(&rows), &town(), &Splitting::default());
    heat.smooth();
    let picture = heat.picture(&COLOURS);
    let pixels: Vec<&[u8]> = picture.chunks_exact(4).collect();
    let hottest =
        (0..pixels.len()).max_by_key(|at| (pixels[*at][3], pixels[*at][0], pixels[*at][1])).unwrap();
    let px = |cell: usize| cell as f64 * heat.cell_px() - heat.margin_px();
    let (x_px, y_px) = (px(hottest % heat.columns()), px(hottest / heat.columns()));
    assert!(
        (x_px - 400.0).abs() <= 2.0 * heat.cell_px() && (y_px - 300.0).abs() <= 2.0 * heat.cell_px(),
        "{x_px} {y_px}"
    );
    // The way there is seen, too, and what nobody visited is clear.
    assert!(pixels[hottest - 40][3] > 0);
    assert_eq!(pixels[0][3], 0);
}

#[test]
fn a_night_with_the_phone_off_is_not_spent_anywhere() {
    let rows = [at(1000, 52.5, 13.4), at(1060, 52.5, 13.4), at(40_000, 52.5, 13.45), at(40_060, 52.5, 13.45)];
    let splitting = Splitting { gap_s: 600, ..Splitting::default() };
    assert_eq!(heat(&track(&rows), &town(), &splitting).total_s(), 60.0 + 600.0 + 60.0);
}

#[test]
fn a_recorded_history_was_spent_where_its_points_are() {
    let track = track(&recorded("history-100k.csv.gz"));
    let middle = WorldPoint::from_position(track.row(track.len() / 2).position);
    let world = Viewport { centre: middle, zoom: 3.0, width_px: 2000.0, height_px: 2000.0 };
    let splitting = Splitting::default();
    let gap_s = i64::from(splitting.gap_s);
    let times: Vec<i64> = track.rows().map(|row| row.time_s).collect();
    let spent_s: i64 = times.windows(2).map(|pair| (pair[1] - pair[0]).min(gap_s)).sum();
    let total_s = heat(&track, &world, &splitting).total_s();
    assert!((total_s / spent_s as f64 - 1.0).abs() < 1e-3, "{total_s} of {spent_s}");
}
