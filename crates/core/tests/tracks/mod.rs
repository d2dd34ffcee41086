//! The recorded tracks of `tests/fixtures/tracks`, and rows made by proptest.

use std::io::Read;

use dashboard_core::geo::LatLon;
use dashboard_core::owntracks::LocationsReader;
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Row, Track};

#[allow(clippy::disallowed_methods, reason = "the tests read files, core does not")]
pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/fixtures/tracks/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The rows of a `.rec` or `.csv.gz` file in the file's order.
pub fn recorded(name: &str) -> Vec<Row> {
    if name.ends_with(".rec") { rec_rows(&fixture(name)) } else { csv_rows(&fixture(name)) }
}

pub fn track(rows: &[Row]) -> Track {
    let mut track = Track::new();
    track.merge(&mut rows.to_vec());
    track
}

pub fn at(time_s: i64, lat: f64, lon: f64) -> Row {
    Row {
        time_s,
        position: LatLon::new(lat, lon).unwrap(),
        accuracy_m: None,
        altitude_m: None,
        speed_kmh: None,
        battery_percent: None,
    }
}

/// Puts the store's lines together to an answer, and reads that.
fn rec_rows(file: &[u8]) -> Vec<Row> {
    let locations: Vec<_> =
        std::str::from_utf8(file).unwrap().lines().map(|line| line.rsplit('\t').next().unwrap()).collect();
    let mut rows = Vec::new();
    let mut reader = LocationsReader::new(TimeRange::new(0, i64::from(u32::MAX)).unwrap());
    reader.push(format!(r#"{{"data":[{}]}}"#, locations.join(",")).as_bytes(), &mut rows).unwrap();
    assert_eq!(reader.finish().unwrap().points as usize, locations.len());
    rows
}

fn csv_rows(file: &[u8]) -> Vec<Row> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("tst,lat,lon,acc,alt,vel,cog,batt"));
    lines
        .map(|line| {
            let values: Vec<_> = line.split(',').map(|value| value.parse::<f64>().ok()).collect();
            let number = |column: usize| values[column].map(|value| value as f32);
            Row {
                accuracy_m: number(3),
                altitude_m: number(4),
                speed_kmh: number(5),
                battery_percent: values[7].map(|percent| percent as u8),
                ..at(values[0].unwrap() as i64, values[1].unwrap(), values[2].unwrap())
            }
        })
        .collect()
}
