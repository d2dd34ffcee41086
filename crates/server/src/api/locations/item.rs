//! One location of a history, with what the Recorder adds to it.

use dashboard_core::geo::LatLon;
use dashboard_core::time::{CivilTime, UnixSeconds, civil_from_unix};

use crate::geohash;
use crate::json::{self, Builder};
use crate::store::StoredLine;

/// What the Recorder adds, in its order.
pub const ADDED: [&str; 4] = ["ghash", "isorcv", "isotst", "disptst"];

/// A line that holds a location.
pub struct Item<'a> {
    /// The message as it was stored; valid JSON.
    pub object: &'a [u8],
    /// Latitude as text.
    pub lat: &'a [u8],
    /// Longitude as text.
    pub lon: &'a [u8],
    position: LatLon,
    /// `isorcv`: the time in front of the line.
    line_time_s: UnixSeconds,
    /// `isotst`: the time of the fix. Stores written before Recorder 0.6.9 have the time of receipt in front.
    fix_time_s: UnixSeconds,
}

impl<'a> Item<'a> {
    /// The location in a line; `None` when it holds something else, or is damaged.
    pub fn of(line: StoredLine<'a>) -> Option<Self> {
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

    /// Appends the object with what the Recorder adds.
    pub fn write_whole(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.object[..self.object.len() - 1]); // it ends with a brace, and has members
        for name in ADDED {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":\"");
            self.write_added(name, out);
            out.push(b'"');
        }
        out.push(b'}');
    }

    /// Appends an object of the chosen fields. Only those are made.
    pub fn write_chosen(&self, fields: &[String], out: &mut Vec<u8>) {
        out.extend_from_slice(&choose(self.object, fields, |name| {
            let mut value = vec![b'"'];
            self.write_added(name, &mut value).then(|| {
                value.push(b'"');
                value
            })
        }));
    }

    /// Appends what the Recorder adds under this name; `false` when it adds nothing. None of it needs escapes.
    pub fn write_added(&self, name: &str, out: &mut Vec<u8>) -> bool {
        match name {
            "ghash" => out.extend_from_slice(geohash::encode(self.position).as_bytes()),
            "isorcv" => write_time(self.line_time_s, b'T', b"Z", out),
            "isotst" => write_time(self.fix_time_s, b'T', b"Z", out),
            "disptst" => write_time(self.fix_time_s, b' ', b"", out),
            _ => return false,
        }
        true
    }
}

/// The chosen fields of `object`, in the order chosen; what `added` knows comes before what the object has. Upper and
/// lower case are the same, so that `SSID` can be chosen too, which the Recorder does not manage.
pub fn choose<S: AsRef<str>>(
    object: &[u8],
    fields: &[S],
    added: impl Fn(&str) -> Option<Vec<u8>>,
) -> Vec<u8> {
    let mut found = vec![None; fields.len()];
    for (key, value) in json::members(object) {
        for (field, found) in fields.iter().zip(&mut found) {
            if field.as_ref().as_bytes().eq_ignore_ascii_case(key) {
                *found = Some((key, value));
            }
        }
    }
    let mut thin = Builder::with_capacity(20 * fields.len() + 16);
    for (field, found) in fields.iter().zip(found) {
        if let Some(value) = added(field.as_ref()) {
            thin.raw(field.as_ref().as_bytes(), &value);
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

/// Appends `2026-11-22T13:10:43Z`, digit by digit: a history has half a million of them. Years beyond four digits are not
/// stored, since the file of their month would have no name.
fn write_time(time_s: UnixSeconds, between: u8, zone: &[u8], out: &mut Vec<u8>) {
    let CivilTime { year, month, day, hour, minute, second } = civil_from_unix(time_s);
    let year = year.clamp(0, 9999);
    let mut text = *b"0000-00-00T00:00:00";
    let mut put = |at: usize, value: u8| {
        text[at] = b'0' + value / 10;
        text[at + 1] = b'0' + value % 10;
    };
    put(0, (year / 100) as u8);
    put(2, (year % 100) as u8);
    put(5, month);
    put(8, day);
    put(11, hour);
    put(14, minute);
    put(17, second);
    text[10] = between;
    out.extend_from_slice(&text);
    out.extend_from_slice(zone);
}

fn number<N: std::str::FromStr>(text: &[u8]) -> Option<N> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use dashboard_core::time::format_rfc3339;

    use super::*;

    #[test]
    fn times_are_those_of_the_standard() {
        for time_s in [0, 951_827_696, 1_795_134_809, 4_102_444_799, 253_402_300_799] {
            let mut text = Vec::new();
            write_time(time_s, b'T', b"Z", &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), format_rfc3339(time_s));
        }
    }
}
