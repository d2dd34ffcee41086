//! Ranges of time as text: `today`, `7d`, `2026-05-01`, `2026-05-01T12:00:00Z`.

use crate::model::range::{LocalDateTime, RangeChoice, RangeEnd};
use crate::time::{CivilTime, UnixSeconds, format_rfc3339, parse_civil, parse_rfc3339, unix_from_civil};

/// Seconds in a day that no clock is changed in.
const DAY_S: u32 = 24 * 3600;

/// Units of durations in seconds, in the order in which they are preferred. A year is 365 days.
const UNITS: [(char, u32); 6] =
    [('y', 365 * DAY_S), ('d', DAY_S), ('h', 3600), ('m', 60), ('s', 1), ('w', 7 * DAY_S)];

/// Length of `YYYY-MM-DD`.
const DATE_LENGTH: usize = 10;

/// Days relative to the present.
const TODAY: &str = "today";
const YESTERDAY: &str = "yesterday";

/// An upper end that is always the present.
const NOW: &str = "now";

impl RangeChoice {
    /// Reads the lower and the upper end of a range as in a link.
    ///
    /// Each end is RFC 3339, or `YYYY-MM-DD[THH:MM[:SS]]` on the person's clock, or relative: `today`, `yesterday`, or so
    /// long ago (`24h`, `7d`, `1y`; units `s m h d w y`); the upper one may be `now`. Without `to`, or with one that makes
    /// no sense, the range ends now, but `yesterday` is that day. The same date twice is that day.
    pub fn from_bounds(from: &str, to: Option<&str>) -> Option<Self> {
        let from = range_end(from)?;
        Some(match to.and_then(upper_end) {
            Some(to) => Self::from_ends(from, to),
            None if from == RangeEnd::Yesterday => Self::Yesterday,
            None => Self::from_ends(from, None),
        })
    }

    /// What [`Self::from_bounds`] reads as this range.
    pub fn bounds(&self) -> (String, Option<String>) {
        match self {
            Self::Today => (TODAY.into(), None),
            Self::Yesterday => (YESTERDAY.into(), None),
            Self::Last { seconds } => (duration_text(*seconds), None),
            Self::Day { year, month, day } => {
                let date = format!("{year:04}-{month:02}-{day:02}");
                (date.clone(), Some(date))
            }
            // Alone it would be that day only.
            Self::Between { from: RangeEnd::Yesterday, to: None } => (YESTERDAY.into(), Some(TODAY.into())),
            Self::Between { from, to } => (range_end_text(from), to.as_ref().map(range_end_text)),
        }
    }

    /// Reads a range in one word as in `config.json`: as [`Self::from_bounds`] for `from`, but a single date is that day,
    /// and `from/to` gives both ends.
    pub fn from_word(text: &str) -> Option<Self> {
        if let Some((from, to)) = text.split_once('/') {
            return Some(Self::from_ends(range_end(from)?, upper_end(to)?));
        }
        match range_end(text)? {
            day @ RangeEnd::Local { whole_day: true, .. } => Some(Self::from_ends(day.clone(), Some(day))),
            _ => Self::from_bounds(text, None),
        }
    }

    /// Reads the two ends as in links of the official frontend: `YYYY-MM-DDTHH:MM:SS` in UTC. Both ends are inside.
    pub fn from_utc_bounds(start: &str, end: Option<&str>) -> Option<Self> {
        let from = RangeEnd::At(utc_moment(start, 0)?);
        let to = end.and_then(|end| utc_moment(end, i64::from(DAY_S) - 1)).map(RangeEnd::At);
        Some(Self::Between { from, to })
    }

    /// By its own name where the range has one.
    fn from_ends(from: RangeEnd, to: Option<RangeEnd>) -> Self {
        use RangeEnd::{Ago, Local, Today, Yesterday};
        let to = to.filter(|to| *to != Today);
        match (from, to) {
            (Today, None) => Self::Today,
            (Yesterday, Some(Yesterday)) => Self::Yesterday,
            // The wrong way round. The end that then is the upper one may be one that grows.
            (Today, Some(Yesterday)) => Self::Between { from: Yesterday, to: None },
            (Ago { seconds }, None) => Self::Last { seconds },
            (Local { at, whole_day: true }, Some(Local { at: end, whole_day: true })) if at == end => {
                Self::Day { year: at.year, month: at.month, day: at.day }
            }
            (from, to) => Self::Between { from, to },
        }
    }
}

/// An end by a relative word.
fn relative(text: &str) -> Option<RangeEnd> {
    match text {
        TODAY => return Some(RangeEnd::Today),
        YESTERDAY => return Some(RangeEnd::Yesterday),
        _ => {}
    }
    let (letter, unit_s) = UNITS.into_iter().find(|(letter, _)| text.ends_with(*letter))?;
    let count: u32 = text.strip_suffix(letter)?.parse().ok()?;
    let seconds = count.checked_mul(unit_s).filter(|seconds| *seconds > 0)?;
    Some(RangeEnd::Ago { seconds })
}

/// A duration in the first unit that divides it, but a day as `24h`.
fn duration_text(seconds: u32) -> String {
    let fits = |(letter, unit_s): &(char, u32)| {
        seconds.is_multiple_of(*unit_s) && (*letter, seconds) != ('d', DAY_S)
    };
    let (letter, unit_s) = UNITS.into_iter().find(fits).unwrap_or(('s', 1));
    format!("{}{letter}", seconds / unit_s)
}

/// An upper end; the inner `None` is now.
fn upper_end(text: &str) -> Option<Option<RangeEnd>> {
    if text.trim() == NOW { Some(None) } else { range_end(text).map(Some) }
}

fn range_end(text: &str) -> Option<RangeEnd> {
    let text = text.trim();
    if let Some(relative) = relative(text) {
        return Some(relative);
    }
    if let Some(moment) = moment(text) {
        return Some(RangeEnd::At(moment));
    }
    let CivilTime { year, month, day, hour, minute, second } = parse_civil(text)?;
    let at = LocalDateTime { year: i32::try_from(year).ok()?, month, day, hour, minute, second };
    Some(RangeEnd::Local { at, whole_day: text.len() == DATE_LENGTH })
}

fn range_end_text(end: &RangeEnd) -> String {
    let (LocalDateTime { year, month, day, hour, minute, second }, whole_day) = match end {
        RangeEnd::At(at) => return format_rfc3339(*at),
        RangeEnd::Today => return TODAY.into(),
        RangeEnd::Yesterday => return YESTERDAY.into(),
        RangeEnd::Ago { seconds } => return duration_text(*seconds),
        RangeEnd::Local { at, whole_day } => (at, *whole_day),
    };
    let date = format!("{year:04}-{month:02}-{day:02}");
    match second {
        _ if whole_day => date,
        0 => format!("{date}T{hour:02}:{minute:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    }
}

/// A moment with an offset. Links turn the `+` of an offset into a blank when nobody escaped it.
fn moment(text: &str) -> Option<UnixSeconds> {
    let (date_time, zone) = text.split_at_checked("YYYY-MM-DDTHH:MM:SS".len())?;
    parse_rfc3339(&format!("{date_time}{}", zone.replace(' ', "+")))
}

/// A moment, in UTC unless an offset says otherwise; `day_only_s` is added to a date without a time.
fn utc_moment(text: &str, day_only_s: i64) -> Option<UnixSeconds> {
    let text = text.trim();
    moment(text).or_else(|| {
        let extra_s = if text.len() == DATE_LENGTH { day_only_s } else { 0 };
        Some(unix_from_civil(parse_civil(text)?)? + extra_s)
    })
}
