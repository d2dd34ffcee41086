//! Reading, building and drawing histories of 10,000 to five million points. Every iteration checks its answer.
//!
//! The points are real: a recorded track of 100,000, shortened, or repeated with a shift in time and place.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a panic is how a benchmark fails; criterion's macro has no docs"
)]

#[path = "../tests/tracks/mod.rs"]
mod tracks;

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dashboard_core::geo::{LatLon, Viewport, WorldPoint};
use dashboard_core::owntracks::LocationsReader;
use dashboard_core::time::TimeRange;
use dashboard_core::track::compact::{Decoder, Encoder};
use dashboard_core::track::stays::{StayFinder, places_of};
use dashboard_core::track::{
    HeatMap, LineDetail, Quantity, Row, Scale, Splitting, Spread, Track, VisiblePoints, VisibleRuns,
};

const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 5_000_000];
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(2);
const EVER: TimeRange = TimeRange { from_s: 0, to_s: i64::MAX };

fn rows(count: usize) -> Vec<Row> {
    let recorded = tracks::recorded("history-100k.csv.gz");
    let lasts_s = recorded[recorded.len() - 1].time_s - recorded[0].time_s + 60;
    (0..count)
        .map(|index| {
            let (round, row) = (index / recorded.len(), recorded[index % recorded.len()]);
            let position = LatLon::new(row.position.lat(), row.position.lon() + round as f64 * 0.01).unwrap();
            Row { time_s: row.time_s + round as i64 * lasts_s, position, ..row }
        })
        .collect()
}

/// An answer of the form the Recorder gives with `fields=tst,lat,lon,acc,alt,vel,batt`, or without `fields`.
fn answer(rows: &[Row], full: bool) -> Vec<u8> {
    let mut text = format!(r#"{{"count":{},"data":["#, rows.len());
    for (index, row) in rows.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let (lat, lon) = (row.position.lat(), row.position.lon());
        let (acc, alt) = (row.accuracy_m.unwrap_or(0.0), row.altitude_m.unwrap_or(0.0));
        let (vel, batt) = (row.speed_kmh.unwrap_or(0.0), row.battery_percent.unwrap_or(0));
        let tst = row.time_s;
        if full {
            write!(text, r#"{comma}{{"_type":"location","tid":"AP","tst":{tst},"lat":{lat:.6},"lon":{lon:.6},"acc":{acc},"alt":{alt},"vel":{vel},"cog":91,"batt":{batt},"bs":1,"conn":"w","m":1,"t":"p","created_at":{tst},"tzname":"Europe/Berlin","ghash":"u33db2m","cc":"DE","addr":"Pariser Platz 1, 10117 Berlin, Germany","locality":"Berlin","isorcv":"2026-11-20T00:33:29Z","isotst":"2026-11-20T00:33:29Z","disptst":"2026-11-20 00:33:29","isolocal":"2026-11-20T01:33:29+0100"}}"#)
        } else {
            write!(text, r#"{comma}{{"tst":{tst},"lat":{lat:.6},"lon":{lon:.6},"acc":{acc},"alt":{alt},"vel":{vel},"batt":{batt}}}"#)
        }
        .unwrap();
    }
    text.push_str(r#"],"status":200,"version":"1.0.1"}"#);
    text.into_bytes()
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for (form, full) in [("fields", false), ("full", true)] {
        let rows = rows(100_000);
        let answer = answer(&rows, full);
        group.throughput(Throughput::Elements(rows.len() as u64));
        group.bench_function(BenchmarkId::new(form, rows.len()), |bencher| {
            let mut read = Vec::with_capacity(rows.len());
            bencher.iter(|| {
                read.clear();
                let mut reader = LocationsReader::new(EVER);
                // As a browser's stream delivers it.
                answer.chunks(65_536).for_each(|piece| reader.push(piece, &mut read).unwrap());
                assert_eq!(reader.finish().unwrap().points as usize, rows.len());
            });
        });
    }
}

fn compact(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compact");
    group.sample_size(10);
    for size in SIZES {
        let rows = rows(size);
        let encode = |body: &mut Vec<u8>| {
            body.clear();
            let mut encoder = Encoder::new();
            rows.iter().for_each(|row| encoder.push(row, body));
            assert_eq!(encoder.finish(body).points as usize, size);
        };
        let mut body = Vec::new();
        encode(&mut body);
        let decode = |read: &mut Vec<Row>| {
            read.clear();
            let mut decoder = Decoder::new();
            body.chunks(65_536).for_each(|piece| decoder.push(piece, read).unwrap());
            assert_eq!(decoder.finish().unwrap().points as usize, size);
        };
        let mut read = Vec::with_capacity(size);
        decode(&mut read);
        assert!(read.iter().map(|row| row.time_s).eq(rows.iter().map(|row| row.time_s)));
        group.throughput(Throughput::Elements(size as u64));
        let mut again = Vec::with_capacity(body.len());
        group.bench_function(BenchmarkId::new("encode", size), |bencher| {
            bencher.iter(|| encode(&mut again));
        });
        group.bench_function(BenchmarkId::new("decode", size), |bencher| {
            bencher.iter(|| decode(&mut read));
        });
    }
}

fn merge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("merge");
    group.sample_size(10);
    for size in SIZES {
        let rows = rows(size);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("sorted", size), |bencher| {
            bencher.iter_batched(
                || rows.clone(),
                |mut rows| {
                    let mut track = Track::new();
                    assert_eq!(track.merge(&mut rows), Default::default());
                    assert_eq!(track.len(), size);
                    track
                },
                BatchSize::LargeInput,
            );
        });
        group.bench_function(BenchmarkId::new("newest month first", size), |bencher| {
            bencher.iter_batched(
                || rows.chunks(size / 12 + 1).rev().map(<[Row]>::to_vec).collect::<Vec<_>>(),
                |months| {
                    let mut track = Track::new();
                    months
                        .into_iter()
                        .for_each(|mut month| assert_eq!(track.merge(&mut month), Default::default()));
                    assert_eq!(track.len(), size);
                    track
                },
                BatchSize::LargeInput,
            );
        });
    }
}

/// Months that come with all that is known of their lines, and a track that was kept as bytes.
fn join(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("join");
    group.sample_size(10);
    for size in SIZES {
        let rows = rows(size);
        let months: Vec<Track> = rows.chunks(size / 12 + 1).rev().map(tracks::track).collect();
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("months, newest first", size), |bencher| {
            bencher.iter_batched(
                || months.clone(),
                |months| {
                    let mut track = Track::new();
                    months.into_iter().for_each(|month| assert_eq!(track.join(month), Default::default()));
                    assert_eq!(track.len(), size);
                    track
                },
                BatchSize::LargeInput,
            );
        });
        let snapshot = tracks::track(&rows).to_snapshot();
        group.bench_function(BenchmarkId::new("from a snapshot", size), |bencher| {
            bencher.iter(|| assert_eq!(Track::from_snapshot(&snapshot).unwrap().len(), size));
        });
    }
}

fn live(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("live");
    for size in SIZES {
        let rows = rows(size);
        let mut track = tracks::track(&rows);
        let mut row = rows[size - 1];
        group.bench_function(BenchmarkId::new("push and summary", size), |bencher| {
            bencher.iter(|| {
                row.time_s += 1;
                assert!(track.push(row));
                assert_eq!(track.summary(&Splitting::default()).last_s, Some(row.time_s));
            });
        });
    }
}

fn draw(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw");
    for size in SIZES {
        let rows = rows(size);
        let track = tracks::track(&rows);
        let centre = WorldPoint::from_position(rows[size / 2].position);
        let mut scale = None;
        group.bench_function(BenchmarkId::new("scale", size), |bencher| {
            bencher.iter(|| {
                let mut spread = Spread::new(Quantity::Speed);
                track.add_spread(0, &mut spread);
                assert_eq!((spread.known + spread.unknown) as usize, size);
                scale = Some(Scale::of(&spread, EVER, false));
            });
        });
        // Left out by a filter on the command line.
        let scale = scale.unwrap_or_else(|| Scale::of(&Spread::new(Quantity::Speed), EVER, false));
        for zoom in [4, 7, 10, 13, 16] {
            let viewport = Viewport { centre, zoom: f64::from(zoom), width_px: 1280.0, height_px: 640.0 };
            let name = |what: &str| BenchmarkId::new(format!("{what} z{zoom}"), size);
            let mut runs = VisibleRuns::default();
            group.bench_function(name("lines"), |bencher| {
                bencher.iter(|| {
                    track.visible(black_box(&viewport), &Splitting::default(), 1.0, &mut runs);
                    assert!(!runs.starts.is_empty() && runs.xy_px.len() == 2 * runs.index.len());
                });
            });
            let detail = LineDetail { tolerance_px: 1.0, scale: Some(&scale), since: 0 };
            group.bench_function(name("lines in colours"), |bencher| {
                bencher.iter(|| {
                    let splitting = Splitting::default();
                    track.visible_lines(black_box(&viewport), &splitting, &detail, &mut runs);
                    assert_eq!(runs.classes.len(), runs.starts.len());
                });
            });
            let newest = LineDetail { since: size - 1, ..detail };
            group.bench_function(name("a live point"), |bencher| {
                bencher.iter(|| {
                    let splitting = Splitting::default();
                    track.visible_lines(black_box(&viewport), &splitting, &newest, &mut runs);
                    assert!(runs.index.len() <= 2);
                });
            });
            let mut heat = HeatMap::default();
            group.bench_function(name("heat"), |bencher| {
                bencher.iter(|| {
                    heat.prepare(black_box(&viewport));
                    track.add_heat(&viewport, &Splitting::default(), &mut heat);
                    assert!(heat.total_s() > 0.0);
                    heat.smooth();
                    let colours = [[0, 0, 128], [255, 0, 128], [255, 255, 0]];
                    assert_eq!(heat.picture(&colours).len(), heat.columns() * heat.rows() * 4);
                });
            });
            let mut points = VisiblePoints::default();
            group.bench_function(name("points"), |bencher| {
                bencher.iter(|| {
                    track.visible_points(black_box(&viewport), 2.0, &mut points);
                    assert!(!points.index.is_empty() && points.index.len() <= size);
                });
            });
            group.bench_function(name("nearest"), |bencher| {
                bencher.iter(|| {
                    assert!(track.nearest(black_box(&viewport), 641.0, 322.0, 20.0).is_some());
                });
            });
        }
    }
}

fn stays(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stays");
    for size in SIZES {
        let track = tracks::track(&rows(size));
        group.bench_function(BenchmarkId::new("find and merge", size), |bencher| {
            bencher.iter(|| {
                let mut finder = StayFinder::default();
                let stays = finder.find(black_box(&track));
                assert!(finder.has_seen(&track) && places_of(&stays, 300).len() <= stays.len());
            });
        });
    }
}

criterion_group! {
    name = benches;
    // Enough to tell a tenth apart; all of it takes ten minutes.
    config = Criterion::default().sample_size(20).warm_up_time(WARM_UP).measurement_time(MEASURED);
    targets = read, compact, merge, join, live, draw, stays
}
criterion_main!(benches);
