//! `/api/0/locations`: a history, streamed from the files in constant memory.
//!
//! Locations come sorted by time, or with `limit` the newest first.

use std::io;
use std::ops::ControlFlow;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dashboard_core::geo::LatLon;
use dashboard_core::time::{UnixSeconds, format_rfc3339};

use super::pieces::{self, Pieces};
use super::{Api, Parameters, RECORDER_VERSION, times};
use crate::clock::now_s;
use crate::geohash;
use crate::json::{self, Builder};
use crate::store::{History, Order, StoredLine};

/// How an answer is written.
#[derive(Clone, Copy)]
enum Format {
    Json,
    GeoJson,
    LineString,
}

/// Answers with the locations of one device.
pub async fn locations(State(api): State<Api>, parameters: Parameters) -> Response {
    let format = match parameters.get("format").unwrap_or("json") {
        "json" => Format::Json,
        "geojson" => Format::GeoJson,
        "linestring" => Format::LineString,
        _ => return super::text(StatusCode::BAD_REQUEST, "unrecognized format"),
    };
    let Some(friend) = parameters.friend() else {
        return super::text(StatusCode::RANGE_NOT_SATISFIABLE, "user and device are required");
    };
    let Some((after_s, before_s)) = times::range(parameters.get("from"), parameters.get("to"), now_s())
    else {
        return super::text(StatusCode::RANGE_NOT_SATISFIABLE, "impossible date/time ranges");
    };
    let limit = parameters.get("limit").and_then(|limit| limit.parse().ok()).filter(|&limit| limit > 0);
    let fields = parameters.fields().map(|fields| fields.into_iter().map(str::to_owned).collect::<Vec<_>>());

    super::json(pieces::stream(move |pieces| {
        let fields: Option<Vec<&str>> =
            fields.as_ref().map(|fields| fields.iter().map(String::as_str).collect());
        let history = api.store.history(&friend, after_s, before_s)?;
        write(&history, format, limit, fields.as_deref(), pieces)
    }))
}

/// Writes the answer. Ends early, and well, when the reader has gone away.
fn write(
    history: &History,
    format: Format,
    limit: Option<usize>,
    fields: Option<&[&str]>,
    mut pieces: Pieces,
) -> io::Result<()> {
    let order = if limit.is_some() { Order::NewestFirst } else { Order::OldestFirst };
    let limit = limit.unwrap_or(usize::MAX);
    let mut count = 0_usize;
    pieces.push(match format {
        Format::Json => br#"{"data":["#,
        Format::GeoJson => br#"{"type":"FeatureCollection","features":["#,
        Format::LineString => {
            br#"{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":["#
        }
    });
    history.each(order, |line| {
        let Some(location) = StoredLocation::of(line) else { return ControlFlow::Continue(()) };
        let item = match format {
            Format::Json => fields.map_or_else(|| location.shown(), |fields| location.thinned(fields)),
            Format::GeoJson => location.feature(),
            Format::LineString => location.coordinates(),
        };
        if count > 0 {
            pieces.push(b",");
        }
        count += 1;
        pieces.push(&item);
        if count == limit { ControlFlow::Break(()) } else { pieces.flush_if_full() }
    })?;
    match format {
        // The count stands behind the data: it is not known before, and nothing is kept to find out.
        Format::Json => {
            pieces.push(
                format!(r#"],"count":{count},"status":200,"version":"{RECORDER_VERSION}"}}"#).as_bytes(),
            );
        }
        Format::GeoJson => pieces.push(b"]}"),
        Format::LineString => pieces.push(b"]}}"),
    }
    pieces.end();
    Ok(())
}

/// A line that holds a location.
struct StoredLocation<'a> {
    object: &'a [u8],
    lat: &'a [u8],
    lon: &'a [u8],
    position: LatLon,
    /// `isorcv`: the time in front of the line.
    line_time_s: UnixSeconds,
    /// `isotst`: the time of the fix. Stores written before Recorder 0.6.9 have the time of receipt in front.
    fix_time_s: UnixSeconds,
}

impl<'a> StoredLocation<'a> {
    fn of(line: StoredLine<'a>) -> Option<Self> {
        let (mut kind, mut lat, mut lon, mut tst) = (None, None, None, None);
        let whole = json::scan(line.json, |key, value| match key {
            b"_type" => kind = Some(value),
            b"lat" => lat = Some(value),
            b"lon" => lon = Some(value),
            b"tst" => tst = Some(value),
            _ => {}
        });
        if !whole || kind != Some(br#""location""#) {
            return None;
        }
        let (lat, lon) = (lat?, lon?);
        let position = LatLon::new(number(lat)?, number(lon)?)?;
        let fix_time_s = tst.and_then(number).unwrap_or(line.time_s);
        Some(Self { object: line.json, lat, lon, position, line_time_s: line.time_s, fix_time_s })
    }

    /// The object with what the Recorder adds.
    fn shown(&self) -> Vec<u8> {
        let mut object = Builder::from_object(self.object);
        for name in ["ghash", "isorcv", "isotst", "disptst"] {
            if let Some(value) = self.added(name) {
                object.raw(name.as_bytes(), value.as_bytes());
            }
        }
        object.finish()
    }

    /// The chosen fields of it. Only those are made.
    fn thinned(&self, fields: &[&str]) -> Vec<u8> {
        choose(self.object, fields, |name| self.added(name))
    }

    /// What the Recorder adds under this name.
    fn added(&self, name: &str) -> Option<String> {
        let text = match name {
            "ghash" => geohash::encode(self.position),
            "isorcv" => format_rfc3339(self.line_time_s),
            "isotst" => format_rfc3339(self.fix_time_s),
            "disptst" => display_time(&format_rfc3339(self.fix_time_s)),
            _ => return None,
        };
        Some(format!("\"{text}\"")) // none of them needs escapes
    }

    fn coordinates(&self) -> Vec<u8> {
        [&b"["[..], self.lon, b",", self.lat, b"]"].concat()
    }

    fn feature(&self) -> Vec<u8> {
        let mut properties = Builder::new();
        for (name, key, missing) in [
            ("name", "tid", None),
            ("vel", "vel", None),
            ("tst", "tst", None),
            ("acc", "acc", None),
            ("alt", "alt", Some(&b"0"[..])),
            ("address", "addr", Some(br#""""#)),
        ] {
            if let Some(value) = json::member(self.object, key).or(missing) {
                properties.raw(name.as_bytes(), value);
            }
        }
        properties.text("isotst", &format_rfc3339(self.fix_time_s));
        let mut geometry = Builder::new();
        geometry.text("type", "Point").raw(b"coordinates", &self.coordinates());
        let mut feature = Builder::new();
        feature.text("type", "Feature").raw(b"geometry", &geometry.finish());
        feature.raw(b"properties", &properties.finish());
        feature.finish()
    }
}

/// The chosen fields of `object`, in the order chosen; what `added` knows comes before what the object has. Upper and
/// lower case are the same, so that `SSID` can be chosen too, which the Recorder does not manage.
pub fn choose(object: &[u8], fields: &[&str], added: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut found = vec![None; fields.len()];
    for (key, value) in json::members(object) {
        for (field, found) in fields.iter().zip(&mut found) {
            if field.as_bytes().eq_ignore_ascii_case(key) {
                *found = Some((key, value));
            }
        }
    }
    let mut thin = Builder::with_capacity(16 * fields.len() + 16);
    for (field, found) in fields.iter().zip(found) {
        if let Some(value) = added(field) {
            thin.raw(field.as_bytes(), value.as_bytes());
        } else if let Some((key, value)) = found {
            thin.raw(key, value);
        }
    }
    thin.finish()
}

/// `2026-11-22 13:10:43` from `2026-11-22T13:10:43Z`.
pub fn display_time(iso: &str) -> String {
    iso.trim_end_matches('Z').replacen('T', " ", 1)
}

fn number<N: std::str::FromStr>(text: &[u8]) -> Option<N> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
