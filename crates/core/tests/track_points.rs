//! Single points of a history: found again, stepped along, measured.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use dashboard_core::geo::{LatLon, distance_m};
use dashboard_core::track::{
    PointKey, PointPlace, Row, Splitting, Track, describe_point, end_point, find_point, nearest_point,
    step_from,
};
use proptest::prelude::*;
use tracks::{at, recorded, track};

/// Rows of few seconds and few places, so that many share one.
fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let row = (0..600i64, -20..20i32, -20..20i32, 0..200u8);
    prop::collection::vec(row, 1..most).prop_map(|rows| {
        let row = |(time_s, lat, lon, accuracy): (i64, i32, i32, u8)| Row {
            accuracy_m: Some(f32::from(accuracy)),
            ..at(time_s, f64::from(lat) / 100.0, 179.9 + f64::from(lon) / 200.0)
        };
        rows.into_iter().map(row).collect()
    })
}

fn key(row: &Row) -> PointKey {
    PointKey { time_s: row.time_s, position: row.position }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn steps_visit_every_point_once_in_order_of_time(
        complete in rows(1200),
        on_the_way in prop::collection::vec(rows(40), 0..3),
        by in 1..12i32,
    ) {
        let tracks: Vec<Track> =
            std::iter::once(complete).chain(on_the_way).map(|rows| track(&rows)).collect();
        let tracks: Vec<&Track> = tracks.iter().collect();
        let row = |place: PointPlace| tracks[place.track].row(place.index);
        let (first, last) = (end_point(&tracks, false).unwrap(), end_point(&tracks, true).unwrap());
        let mut walk = vec![first];
        while *walk.last().unwrap() != last {
            walk.push(step_from(&tracks, *walk.last().unwrap(), 1));
        }
        prop_assert_eq!(walk.len(), tracks.iter().map(|track| track.len()).sum::<usize>());
        prop_assert!(walk.windows(2).all(|pair| row(pair[0]).time_s <= row(pair[1]).time_s));
        for (number, place) in walk.iter().enumerate() {
            let point = describe_point(&tracks, *place);
            prop_assert_eq!((point.number as usize, point.count as usize), (number + 1, walk.len()));
            prop_assert_eq!(point.row, row(*place));
            let far = (number + by as usize).min(walk.len() - 1);
            prop_assert_eq!(step_from(&tracks, *place, by), walk[far]);
            prop_assert_eq!(step_from(&tracks, *place, -by), walk[number.saturating_sub(by as usize)]);
        }
        prop_assert_eq!(step_from(&tracks, last, 1), last);
        prop_assert_eq!(step_from(&tracks, first, -1), first);
    }

    #[test]
    fn a_point_is_found_again_when_others_came(
        before in rows(300),
        others in rows(300),
        which in any::<prop::sample::Index>(),
    ) {
        let mut track = track(&before);
        let point = track.row(which.index(track.len()));
        track.merge(&mut others.clone());
        let found = find_point(&[&Track::new(), &track], &point_key_to_1e_6(&point)).unwrap();
        prop_assert_eq!(found.track, 1);
        prop_assert_eq!(key(&track.row(found.index)), key(&point));
        let gone = PointKey { time_s: point.time_s + 10_000, ..key(&point) };
        prop_assert_eq!(find_point(&[&track], &gone), None);
    }

    #[test]
    fn how_far_along_is_the_sum_of_the_steps_of_its_segment(
        rows in rows(1500),
        gap_s in 1..30u32,
        max_accuracy_m in 0..250u32,
    ) {
        let splitting = Splitting { gap_s, gap_m: 30_000, max_accuracy_m };
        let mut track = track(&rows);
        track.set_splitting(&splitting);
        let is_vertex = |row: &Row| {
            max_accuracy_m == 0 || row.accuracy_m.is_none_or(|accuracy| accuracy <= max_accuracy_m as f32)
        };
        let mut expected = vec![None; track.len()];
        for segment in track.segments(&splitting) {
            let (mut last, mut sum_m): (Option<Row>, f64) = (None, 0.0);
            for index in segment.clone().filter(|index| is_vertex(&track.row(*index))) {
                let row = track.row(index);
                sum_m += last.map_or(0.0, |last| distance_m(last.position, row.position));
                last = Some(row);
                expected[index] = Some((sum_m, track.row(segment.start).time_s));
            }
        }
        for (index, expected) in expected.into_iter().enumerate() {
            let along = describe_point(&[&track], PointPlace { track: 0, index }).along;
            match (along, expected) {
                (Some(along), Some((sum_m, since_s))) => {
                    prop_assert!((along.distance_m - sum_m).abs() <= 1e-6 * sum_m.max(1.0), "{} {}", index, sum_m);
                    prop_assert_eq!(along.since_s, since_s);
                }
                (along, expected) => prop_assert!(along.is_none() && expected.is_none(), "{}", index),
            }
        }
    }
}

/// As a link or another source tells it: with other noise beyond the sixth decimal.
fn point_key_to_1e_6(row: &Row) -> PointKey {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6 + 2e-8;
    let position = LatLon::new(round(row.position.lat()), round(row.position.lon())).unwrap();
    PointKey { time_s: row.time_s, position }
}

#[test]
fn the_nearest_of_several_tracks_also_over_the_180th_meridian() {
    let boat = track(&recorded("antimeridian-dave-boat.rec"));
    let other = track(&[at(5, -16.9, -179.999), at(6, -16.9, 0.0)]);
    let near = LatLon::new(-16.9001, 179.9999).unwrap();
    assert_eq!(nearest_point(&[&other], near, 12.0, 24.0), Some(PointPlace { track: 0, index: 0 }));
    assert_eq!(nearest_point(&[&other], near, 18.0, 24.0), None);
    for row in boat.rows() {
        let place = nearest_point(&[&other, &boat], row.position, 16.0, 12.0).unwrap();
        assert!(place.track == 1, "{row:?}");
        assert!(distance_m(boat.row(place.index).position, row.position) < 0.1);
    }
}

#[test]
fn a_track_without_points_has_none() {
    let empty = Track::new();
    assert_eq!(end_point(&[&empty], true), None);
    assert_eq!(end_point(&[], false), None);
    assert_eq!(nearest_point(&[&empty], LatLon::NULL_ISLAND, 3.0, 24.0), None);
}
