//! What is drawn against what is true.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use std::collections::BTreeSet;

use dashboard_core::geo::{LatLon, Viewport, WorldPoint};
use dashboard_core::track::{Row, Splitting, Track, VisiblePoints, VisibleRuns};
use proptest::prelude::*;
use tracks::{at, recorded, track};

/// What storing narrowly and drawing in `f32` may cost, at the zooms tried.
const ROUNDING_PX: f64 = 0.1;

type Point = (f64, f64);

fn visible(track: &Track, viewport: &Viewport, splitting: &Splitting, tolerance_px: f32) -> VisibleRuns {
    let mut out = VisibleRuns::default();
    track.visible(viewport, splitting, tolerance_px, &mut out);
    assert_eq!(out.xy_px.len(), 2 * out.index.len());
    assert!(
        out.starts.is_sorted_by(|a, b| a < b)
            && out.starts.last().is_none_or(|start| (*start as usize) < out.index.len())
    );
    out
}

/// The lines drawn, as pieces; a lone point is a piece of no length.
fn drawn_pieces(runs: &VisibleRuns) -> Vec<(Point, Point)> {
    let mut pieces = Vec::new();
    for (xy, _) in runs.runs() {
        let points: Vec<_> = xy.chunks(2).map(|xy| (f64::from(xy[0]), f64::from(xy[1]))).collect();
        pieces.extend(points.windows(2).map(|pair| (pair[0], pair[1])));
        if let [lone] = points[..] {
            pieces.push((lone, lone));
        }
    }
    pieces
}

/// The true lines on every copy of the world that can be on screen, as pieces.
fn true_pieces(track: &Track, viewport: &Viewport, splitting: &Splitting) -> Vec<(Point, Point)> {
    let exact = |row: &Row| {
        splitting.max_accuracy_m == 0
            || row.accuracy_m.is_none_or(|accuracy| accuracy <= splitting.max_accuracy_m as f32)
    };
    let mut pieces = Vec::new();
    for segment in track.segments(splitting) {
        let mut points: Vec<WorldPoint> = Vec::new();
        for row in segment.map(|index| track.row(index)).filter(exact) {
            let mut point = WorldPoint::from_position(row.position);
            if let Some(last) = points.last() {
                point.x -= (point.x - last.x).round();
            }
            points.push(point);
        }
        let shown = viewport.world_box(0.0).unwrap();
        for (from, to) in
            points.iter().zip(points.iter().skip(1).chain(points.last().filter(|_| points.len() == 1)))
        {
            let (west, east) = (from.x.min(to.x), from.x.max(to.x));
            for copy in (shown.west - east).floor() as i64..=(shown.east - west).ceil() as i64 {
                let px = |point: &WorldPoint| {
                    viewport.px_from_world(WorldPoint { x: point.x + copy as f64, y: point.y })
                };
                pieces.push((px(from), px(to)));
            }
        }
    }
    pieces
}

fn distance_to_piece((x, y): Point, ((x0, y0), (x1, y1)): (Point, Point)) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length2 = dx * dx + dy * dy;
    let part = if length2 > 0.0 { (((x - x0) * dx + (y - y0) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (x - x0 - part * dx).hypot(y - y0 - part * dy)
}

fn distance_to(point: Point, pieces: &[(Point, Point)]) -> f64 {
    pieces.iter().map(|piece| distance_to_piece(point, *piece)).fold(f64::INFINITY, f64::min)
}

fn on_screen((x, y): Point, viewport: &Viewport) -> bool {
    (0.0..=viewport.width_px).contains(&x) && (0.0..=viewport.height_px).contains(&y)
}

/// A few points of each piece that are on screen. Where a long piece enters the screen is found by looking at more.
fn points_on_screen(pieces: &[(Point, Point)], viewport: &Viewport) -> Vec<Point> {
    let mut found = Vec::new();
    for ((x0, y0), (x1, y1)) in pieces {
        let parts = if (x1 - x0).hypot(y1 - y0) > 50.0 { 64 } else { 2 };
        let points = (0..=parts).map(|part| f64::from(part) / f64::from(parts));
        found.extend(
            points
                .map(|part| (x0 + (x1 - x0) * part, y0 + (y1 - y0) * part))
                .filter(|point| on_screen(*point, viewport)),
        );
    }
    found
}

fn check(
    track: &Track,
    viewport: &Viewport,
    splitting: &Splitting,
    tolerance_px: f32,
) -> Result<(), TestCaseError> {
    let runs = visible(track, viewport, splitting, tolerance_px);
    let (drawn, truth) = (drawn_pieces(&runs), true_pieces(track, viewport, splitting));
    let allowed_px = f64::from(tolerance_px) + ROUNDING_PX;
    for point in points_on_screen(&drawn, viewport) {
        let astray_px = distance_to(point, &truth);
        prop_assert!(astray_px <= allowed_px, "drawn {:?} is {} px from the truth", point, astray_px);
    }
    for point in points_on_screen(&truth, viewport) {
        let missing_px = distance_to(point, &drawn);
        prop_assert!(missing_px <= allowed_px, "true {:?} is {} px from what is drawn", point, missing_px);
    }

    let segments = track.segments(splitting);
    let segment_of = |index: u32| segments.partition_point(|segment| segment.end <= index as usize);
    for (xy, index) in runs.runs() {
        prop_assert!(index.is_sorted());
        prop_assert_eq!(segment_of(index[0]), segment_of(index[index.len() - 1]), "a run over a gap");
        for (pair, index) in xy.chunks(2).zip(xy.chunks(2).skip(1)).zip(index.windows(2)) {
            // A line with vertices left out may well go farther than half round.
            let step_px = f64::from(pair.1[0] - pair.0[0]).abs();
            prop_assert!(
                index[1] > index[0] + 1 || step_px <= viewport.world_size_px() / 2.0 + ROUNDING_PX,
                "the long way round: {} px",
                step_px
            );
        }
        for value in xy {
            prop_assert!(
                f64::from(*value) >= -64.0
                    && f64::from(*value) <= viewport.width_px.max(viewport.height_px) + 64.0
            );
        }
    }
    let whole = indices_on_screen(&runs, viewport);
    for segment in &segments {
        for end in [segment.start, segment.end - 1] {
            let px = viewport.px_from_world(WorldPoint::from_position(track.row(end).position));
            prop_assert!(
                whole.contains(&(end as u32)) || !well_on_screen(px, viewport),
                "the end {} is missing",
                end
            );
        }
    }
    Ok(())
}

fn well_on_screen((x, y): Point, viewport: &Viewport) -> bool {
    (ROUNDING_PX..=viewport.width_px - ROUNDING_PX).contains(&x)
        && (ROUNDING_PX..=viewport.height_px - ROUNDING_PX).contains(&y)
}

/// Points drawn on screen, where nothing is cut.
fn indices_on_screen(runs: &VisibleRuns, viewport: &Viewport) -> BTreeSet<u32> {
    let points = runs.xy_px.chunks(2).zip(&runs.index);
    points
        .filter(|(xy, _)| on_screen((f64::from(xy[0]), f64::from(xy[1])), viewport))
        .map(|(_, index)| *index)
        .collect()
}

/// Walks with steps from metres to oceans, over the 180° meridian, to the poles, with stays and with gaps.
fn walk() -> impl Strategy<Value = Vec<Row>> {
    let step = (
        prop_oneof![20 => 1..30_i64, 1 => 5000..20_000_i64],
        prop_oneof![6 => -1.0..1.0f64, 1 => Just(0.0), 1 => -300.0..300.0f64],
        -1.0..1.0f64,
        prop::option::weighted(0.3, 1..300_u16),
    );
    let start = (-89.0..89.0f64, prop_oneof![Just(179.9995), -180.0..180.0f64], -4..1_i32);
    (start, prop::collection::vec(step, 1..1200)).prop_map(|((lat, lon, scale), steps)| {
        let scale = 10.0_f64.powi(scale);
        let (mut time, mut lat, mut lon) = (1_700_000_000, lat, lon);
        steps
            .into_iter()
            .map(|(seconds, east, north, accuracy)| {
                time += seconds;
                lat = (lat + north * scale).clamp(-90.0, 90.0);
                lon = (lon + east * scale + 540.0).rem_euclid(360.0) - 180.0;
                Row { accuracy_m: accuracy.map(f32::from), ..at(time, lat, lon) }
            })
            .collect()
    })
}

/// A screen around one of the points, or anywhere.
fn screen() -> impl Strategy<Value = (prop::sample::Index, Viewport)> {
    (any::<prop::sample::Index>(), -2.0..3.0f64, 0.0..19.0f64, 50.0..900.0f64, 50.0..700.0f64).prop_map(
        |(around, x, zoom, width_px, height_px)| {
            (around, Viewport { centre: WorldPoint { x, y: 0.5 }, zoom, width_px, height_px })
        },
    )
}

fn centred(viewport: Viewport, track: &Track, around: prop::sample::Index) -> Viewport {
    let point = WorldPoint::from_position(track.row(around.index(track.len())).position);
    // Slightly off, and on the copy of the world that the screen was on.
    let x = viewport.centre.x.floor() + point.x + 0.2 * viewport.width_px / viewport.world_size_px();
    Viewport { centre: WorldPoint { x, y: point.y }, ..viewport }
}

fn splitting() -> impl Strategy<Value = Splitting> {
    prop_oneof![
        Just(Splitting::NONE),
        Just(Splitting::default()),
        (1..20_u32, 1..5000_u32, 0..200_u32).prop_map(|(gap_s, gap_m, max_accuracy_m)| Splitting {
            gap_s,
            gap_m,
            max_accuracy_m
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn lines_stray_no_more_than_the_tolerance(
        rows in walk(),
        (around, screen) in screen(),
        anywhere in any::<bool>(),
        splitting in splitting(),
        tolerance_px in 0.0..3.0f32,
    ) {
        let track = track(&rows);
        let viewport = if anywhere { screen } else { centred(screen, &track, around) };
        check(&track, &viewport, &splitting, tolerance_px)?;
    }

    #[test]
    fn a_coarser_line_is_part_of_a_finer_one(
        rows in walk(),
        (around, screen) in screen(),
        splitting in splitting(),
        tolerance_px in 0.0..2.0f32,
        coarser in 1.0..4.0f32,
    ) {
        let track = track(&rows);
        let viewport = centred(screen, &track, around);
        let fine = indices_on_screen(&visible(&track, &viewport, &splitting, tolerance_px), &viewport);
        let coarse = indices_on_screen(&visible(&track, &viewport, &splitting, tolerance_px * coarser), &viewport);
        prop_assert!(coarse.is_subset(&fine));
        let all = indices_on_screen(&visible(&track, &viewport, &Splitting::NONE, 0.0), &viewport);
        for (index, row) in track.rows().enumerate() {
            let px = viewport.px_from_world(WorldPoint::from_position(row.position));
            prop_assert!(all.contains(&(index as u32)) || !well_on_screen(px, &viewport));
        }
    }

    #[test]
    fn every_cell_with_a_point_has_one_dot(rows in walk(), (around, screen) in screen(), cell_px in 1.0..8.0f32) {
        let track = track(&rows);
        let viewport = centred(screen, &track, around);
        let dots = |cell_px| {
            let mut out = VisiblePoints::default();
            track.visible_points(&viewport, cell_px, &mut out);
            out
        };
        let (all, some) = (dots(0.0), dots(cell_px));
        let drawn: BTreeSet<_> = all.index.iter().copied().collect();
        for (index, row) in track.rows().enumerate() {
            let px = viewport.px_from_world(WorldPoint::from_position(row.position));
            prop_assert!(drawn.contains(&(index as u32)) || !on_screen(px, &viewport));
        }
        prop_assert!(some.index.iter().all(|index| drawn.contains(index)));
        for xy in all.xy_px.chunks(2) {
            let near = some.xy_px.chunks(2).any(|dot| (dot[0] - xy[0]).abs() <= cell_px && (dot[1] - xy[1]).abs() <= cell_px);
            prop_assert!(near, "{:?} has no dot in its cell", xy);
        }
        let cells = (viewport.width_px + 64.0) / f64::from(cell_px) + 1.0;
        prop_assert!(some.index.len() as f64 <= cells * ((viewport.height_px + 64.0) / f64::from(cell_px) + 1.0));
    }

    #[test]
    fn the_nearest_point_is_the_nearest(
        rows in walk(),
        (around, screen) in screen(),
        x in 0.0..1.0f64,
        y in 0.0..1.0f64,
        max_px in 1.0..300.0f64,
    ) {
        let track = track(&rows);
        let viewport = centred(screen, &track, around);
        let (x_px, y_px) = (x * viewport.width_px, y * viewport.height_px);
        let distance = |row: Row| {
            let mut point = WorldPoint::from_position(row.position);
            point.x += (viewport.world_from_px(x_px, y_px).x - point.x).round();
            let (x, y) = viewport.px_from_world(point);
            (x - x_px).hypot(y - y_px)
        };
        let best = track.rows().map(distance).fold(f64::INFINITY, f64::min);
        match track.nearest(&viewport, x_px, y_px, max_px) {
            Some(index) => prop_assert!(distance(track.row(index)) <= best + ROUNDING_PX && best <= max_px + ROUNDING_PX),
            None => prop_assert!(best > max_px - ROUNDING_PX),
        }
    }

    #[test]
    fn no_viewport_makes_it_panic(
        rows in walk(),
        numbers in prop::collection::vec(prop_oneof![any::<f64>(), -1e3..1e4f64], 5),
        tolerance_px in any::<f32>(),
    ) {
        let track = track(&rows);
        let centre = WorldPoint { x: numbers[0], y: numbers[1] };
        let viewport = Viewport { centre, zoom: numbers[2], width_px: numbers[3].min(1e5), height_px: numbers[4].min(1e5) };
        visible(&track, &viewport, &Splitting::default(), tolerance_px);
        track.visible_points(&viewport, tolerance_px, &mut VisiblePoints::default());
        track.nearest(&viewport, numbers[0], numbers[1], numbers[2]);
    }
}

#[test]
fn a_sail_over_the_180th_meridian_is_one_line() {
    let track = track(&recorded("antimeridian-dave-boat.rec"));
    let centre = WorldPoint::from_position(LatLon::new(-16.917, 180.0).unwrap());
    for (x, zoom) in [(0.0, 13.0), (1.0, 13.0), (2.0, 10.5), (1.0, 0.0)] {
        let viewport =
            Viewport { centre: WorldPoint { x, ..centre }, zoom, width_px: 1000.0, height_px: 700.0 };
        let runs = visible(&track, &viewport, &Splitting::default(), 1.0);
        for (xy, _) in runs.runs() {
            let xs = || xy.iter().step_by(2).copied();
            let width_px = xs().fold(f32::MIN, f32::max) - xs().fold(f32::MAX, f32::min);
            // 0.07 degrees of longitude from end to end.
            assert!(f64::from(width_px) < viewport.world_size_px() * 0.001, "{width_px} px at zoom {zoom}");
        }
        let copies = if zoom == 0.0 { 4 } else { 1 };
        assert!(runs.runs().filter(|(_, index)| index.contains(&0)).count() >= copies, "zoom {zoom}");
        check(&track, &viewport, &Splitting::default(), 1.0).unwrap();
    }
}

#[test]
fn a_line_without_a_vertex_on_screen_crosses_it() {
    let track = track(&[at(1000, 40.0, -60.0), at(1001, 40.0, 60.0)]);
    let centre = WorldPoint::from_position(LatLon::new(40.0, 7.0).unwrap());
    let viewport = Viewport { centre, zoom: 18.0, width_px: 300.0, height_px: 200.0 };
    let runs = visible(&track, &viewport, &Splitting::NONE, 1.0);
    assert_eq!((runs.starts.len(), runs.index), (1, vec![0, 1]));
    assert!(runs.xy_px[0] < 0.0 && runs.xy_px[2] > 300.0);
    assert!([1, 3].iter().all(|y| (f64::from(runs.xy_px[*y]) - 100.0).abs() < ROUNDING_PX));
}

#[test]
fn a_year_at_home_is_a_handful_of_vertices() {
    let rows: Vec<_> = (0..50_000_i64)
        .map(|time| {
            let (north, east) = ((time * 7919 % 97) as f64, (time * 104_729 % 89) as f64);
            at(1_700_000_000 + time * 600, 52.5 + north * 1e-6, 13.4 + east * 1e-6)
        })
        .collect();
    let track = track(&rows);
    let centre = WorldPoint::from_position(rows[0].position);
    let town = Viewport { centre, zoom: 12.0, width_px: 1280.0, height_px: 640.0 };
    // The ends of each chunk stay.
    assert!(visible(&track, &town, &Splitting::default(), 1.0).index.len() < 250);
    let mut dots = VisiblePoints::default();
    track.visible_points(&town, 2.0, &mut dots);
    assert!((1..=4).contains(&dots.index.len()));
    check(&track_of_first(&rows, 3000), &Viewport { zoom: 19.0, ..town }, &Splitting::default(), 1.0)
        .unwrap();
}

fn track_of_first(rows: &[Row], count: usize) -> Track {
    track(&rows[..count])
}
