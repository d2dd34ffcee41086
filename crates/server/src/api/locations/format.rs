//! How an answer is written: the Recorder's forms, without its faults.

use crate::api::RECORDER_VERSION;
use crate::json::{self, Builder};

use super::item::Item;
use super::table::Table;

/// A form of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Objects as they were sent.
    Json,
    /// Points with a few properties.
    GeoJson,
    /// Only those points that the person gave a name.
    GeoJsonPoi,
    /// One line through all points.
    LineString,
    /// A table with a column for every member that occurs.
    Csv,
    /// A track for other programs.
    Gpx,
}

impl Format {
    /// By the Recorder's name for it.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "geojson" => Self::GeoJson,
            "geojsonpoi" => Self::GeoJsonPoi,
            "linestring" => Self::LineString,
            "csv" => Self::Csv,
            "gpx" => Self::Gpx,
            _ => return None,
        })
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json | Self::GeoJson | Self::GeoJsonPoi | Self::LineString => {
                "application/json; charset=utf-8"
            }
            Self::Csv => "text/csv; charset=utf-8",
            Self::Gpx => "application/gpx+xml; charset=utf-8",
        }
    }
}

/// Writes one answer.
pub struct Writer {
    format: Format,
    /// Chosen fields of JSON.
    fields: Option<Vec<String>>,
    /// Columns of CSV.
    table: Table,
}

impl Writer {
    /// An answer of the chosen fields, or of all. CSV looks at its table instead.
    pub fn new(format: Format, fields: Option<Vec<String>>, table: Table) -> Self {
        Self { format, fields, table }
    }

    /// Appends what comes before the first location.
    pub fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self.format {
            Format::Json => br#"{"data":["#,
            Format::GeoJson | Format::GeoJsonPoi => br#"{"type":"FeatureCollection","features":["#,
            Format::LineString => {
                br#"{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":["#
            }
            Format::Csv => return self.table.write_header(out),
            Format::Gpx => concat!(
                "<?xml version='1.0' encoding='UTF-8' standalone='no' ?>\n",
                "<gpx version='1.1' creator='owntracks-dashboard' ",
                "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' ",
                "xmlns='http://www.topografix.com/GPX/1/1'>\n <trk>\n  <trkseg>\n"
            )
            .as_bytes(),
        });
    }

    /// Appends a location; `false` when it has no place in this form.
    pub fn item(&self, item: &Item<'_>, out: &mut Vec<u8>) -> bool {
        if self.format == Format::GeoJsonPoi && json::member(item.object, "poi").is_none() {
            return false;
        }
        match self.format {
            Format::Json => match &self.fields {
                Some(fields) => item.write_chosen(fields, out),
                None => item.write_whole(out),
            },
            Format::GeoJson => write_feature(item, &PROPERTIES, out),
            Format::GeoJsonPoi => write_feature(item, &POI_PROPERTIES, out),
            Format::LineString => write_coordinates(item, out),
            Format::Csv => self.table.write_row(item, out),
            Format::Gpx => write_track_point(item, out),
        }
        true
    }

    /// Appends what stands between two locations.
    pub fn separate(&self, out: &mut Vec<u8>) {
        if !matches!(self.format, Format::Csv | Format::Gpx) {
            out.push(b',');
        }
    }

    /// Appends what comes behind the last of `count` locations.
    pub fn end(&self, count: usize, out: &mut Vec<u8>) {
        match self.format {
            // The count stands behind the data: it is not known before, and nothing is kept to find out.
            Format::Json => out.extend_from_slice(
                format!(r#"],"count":{},"status":200,"version":"{RECORDER_VERSION}"}}"#, count).as_bytes(),
            ),
            Format::GeoJson | Format::GeoJsonPoi => out.extend_from_slice(b"]}"),
            Format::LineString => out.extend_from_slice(b"]}}"),
            Format::Csv => {}
            Format::Gpx => out.extend_from_slice(b"  </trkseg>\n </trk>\n</gpx>\n"),
        }
    }
}

/// Name, member, and what stands there when it is missing.
type Property = (&'static str, &'static str, Option<&'static [u8]>);

const PROPERTIES: [Property; 6] = [
    ("name", "tid", None),
    ("vel", "vel", None),
    ("tst", "tst", None),
    ("acc", "acc", None),
    ("alt", "alt", Some(b"0")),
    ("address", "addr", Some(br#""""#)),
];

const POI_PROPERTIES: [Property; 2] = [("name", "poi", None), ("address", "addr", Some(br#""""#))];

fn write_feature(item: &Item<'_>, wanted: &[Property], out: &mut Vec<u8>) {
    let mut properties = Builder::new();
    for (name, key, missing) in wanted {
        if let Some(value) = json::member(item.object, key).or(*missing) {
            properties.raw(name.as_bytes(), value);
        }
    }
    let mut iso = vec![b'"'];
    item.write_added("isotst", &mut iso);
    iso.push(b'"');
    properties.raw(b"isotst", &iso);
    out.extend_from_slice(br#"{"type":"Feature","geometry":{"type":"Point","coordinates":"#);
    write_coordinates(item, out);
    out.extend_from_slice(br#"},"properties":"#);
    out.extend_from_slice(&properties.finish());
    out.push(b'}');
}

fn write_coordinates(item: &Item<'_>, out: &mut Vec<u8>) {
    out.push(b'[');
    out.extend_from_slice(item.lon);
    out.push(b',');
    out.extend_from_slice(item.lat);
    out.push(b']');
}

/// The schema wants the altitude before the time. All of it is numbers, which need no escapes.
fn write_track_point(item: &Item<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"    <trkpt lat='");
    out.extend_from_slice(item.lat);
    out.extend_from_slice(b"' lon='");
    out.extend_from_slice(item.lon);
    out.extend_from_slice(b"'>\n");
    let altitude = json::member(item.object, "alt");
    if let Some(altitude) = altitude.filter(|value| matches!(value, [b'-' | b'0'..=b'9', ..])) {
        out.extend_from_slice(b"\t<ele>");
        out.extend_from_slice(altitude);
        out.extend_from_slice(b"</ele>\n");
    }
    out.extend_from_slice(b"\t<time>");
    item.write_added("isotst", out);
    out.extend_from_slice(b"</time>\n    </trkpt>\n");
}
