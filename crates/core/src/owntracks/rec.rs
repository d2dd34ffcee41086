//! Lines of the Recorder's store, `rec/<user>/<device>/YYYY-MM.rec`:
//!
//! ```text
//! 2024-06-01T08:00:00Z⇥*                 ⇥{"_type":"location","lat":47.376887,"lon":8.541694,"tst":1717228800}
//! ```
//!
//! One line per message, in order of arrival. Anything may be damaged: the last line is torn after a power cut, and
//! people edit these files.

use std::fmt;

use crate::time::{UnixSeconds, format_rfc3339, parse_rfc3339};

/// A line of a `.rec` file. Its JSON is looked at only from outside: it begins and ends as an object does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecLine<'a> {
    /// When: the message's own time (`tst`), or that of receipt for messages without a useful one.
    pub time_s: UnixSeconds,
    /// What, by the topic after the device: [`LOCATION_KIND`], `event`, `waypoint`, `lwt`, `step`, `status`…
    pub kind: &'a str,
    /// The message, one JSON object.
    pub json: &'a str,
}

/// The kind of lines that hold locations.
pub const LOCATION_KIND: &str = "*";

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRecLine {
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// It does not begin with a time and a tab.
    NoTime,
    /// No kind and tab after the time, or a kind with control characters.
    NoKind,
    /// No whole object at the end: torn or damaged.
    NoObject,
}

impl fmt::Display for BadRecLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "expected text, found bytes that are no UTF-8",
            Self::NoTime => "expected a time like 2024-06-01T08:00:00Z and a tab at the start of the line",
            Self::NoKind => "expected a kind like * and a tab after the time",
            Self::NoObject => "expected a whole JSON object at the end of the line",
        })
    }
}

impl std::error::Error for BadRecLine {}

impl<'a> RecLine<'a> {
    /// Takes a line apart, with or without its line break. Copies nothing.
    pub fn parse(line: &'a [u8]) -> Result<Self, BadRecLine> {
        let line = std::str::from_utf8(line).map_err(|_| BadRecLine::NotUtf8)?;
        let (time, rest) = line.split_once('\t').ok_or(BadRecLine::NoTime)?;
        let time_s = parse_rfc3339(time).ok_or(BadRecLine::NoTime)?;
        let (kind, json) = rest.split_once('\t').ok_or(BadRecLine::NoKind)?;
        let (kind, json) = (kind.trim_end(), json.trim());
        if kind.is_empty() || kind.contains(char::is_control) {
            return Err(BadRecLine::NoKind);
        }
        let whole = json.len() >= 2 && json.starts_with('{') && json.ends_with('}');
        whole.then_some(Self { time_s, kind, json }).ok_or(BadRecLine::NoObject)
    }

    /// Whether it holds a location.
    pub fn is_location(&self) -> bool {
        self.kind == LOCATION_KIND
    }
}

impl fmt::Display for RecLine<'_> {
    /// The line without its line break, the kind padded to 18 as the Recorder does.
    ///
    /// It stays one line of three parts whatever it is made from: control characters in `kind`, which comes from a topic,
    /// become `-`; line breaks and tabs in `json` become blanks, since in valid JSON they only stand between values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.replace(char::is_control, "-");
        let json = self.json.replace(['\n', '\r', '\t'], " ");
        write!(f, "{}\t{kind:<18}\t{json}", format_rfc3339(self.time_s))
    }
}
