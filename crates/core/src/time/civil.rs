//! Dates and times of day in UTC, and their RFC 3339 form. Leap seconds are not counted, as in Unix time.
//!
//! No time zones here: a person's own zone is known only to the browser or the server's system.

use super::UnixSeconds;

/// A date and time of day in the proleptic Gregorian calendar, UTC unless its owner says otherwise.
///
/// Fields are ordered so that comparing two values compares the moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilTime {
    /// Year; 0 is 1 BC.
    pub year: i64,
    /// Month, 1…12.
    pub month: u8,
    /// Day of the month, 1…31.
    pub day: u8,
    /// Hour, 0…23.
    pub hour: u8,
    /// Minute, 0…59.
    pub minute: u8,
    /// Second, 0…59.
    pub second: u8,
}

/// The date and time of day in UTC at `time_s`. Total: every `i64` has one.
pub const fn civil_from_unix(time_s: UnixSeconds) -> CivilTime {
    let (year, month, day) = date_from_days(time_s.div_euclid(DAY_S));
    let second_of_day = time_s.rem_euclid(DAY_S);
    CivilTime {
        year,
        month,
        day,
        hour: (second_of_day / 3600) as u8,
        minute: (second_of_day / 60 % 60) as u8,
        second: (second_of_day % 60) as u8,
    }
}

/// The moment of `civil` read as UTC; `None` when a field is out of its range (30 February, hour 24) or the year is
/// outside −9999…9999, which bounds the arithmetic.
pub const fn unix_from_civil(civil: CivilTime) -> Option<UnixSeconds> {
    let CivilTime { year, month, day, hour, minute, second } = civil;
    let valid = -9999 <= year
        && year <= 9999
        && 1 <= day
        && day <= days_in_month(year, month)
        && hour <= 23
        && minute <= 59
        && second <= 59;
    if !valid {
        return None;
    }
    Some(days_from_date(year, month, day) * DAY_S + hour as i64 * 3600 + minute as i64 * 60 + second as i64)
}

/// Days of `month` (1…12) in `year`; 0 for a month that does not exist.
pub const fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

/// `time_s` as `YYYY-MM-DDTHH:MM:SSZ`, the form the Recorder writes (`isotst`, `.rec` lines). Years outside 0…9999, which
/// RFC 3339 cannot express, are clamped to its first or last second.
pub fn format_rfc3339(time_s: UnixSeconds) -> String {
    let CivilTime { year, month, day, hour, minute, second } =
        civil_from_unix(time_s.clamp(FIRST_RFC3339_S, LAST_RFC3339_S));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads an RFC 3339 date-time, `2024-06-01T08:00:00Z` or `2024-06-01 10:00:00.25+02:00`. The fraction is dropped
/// (rounded down), a leap second `:60` counts as the first second of the next minute. The whole text must match: a
/// missing zone, which would make the moment ambiguous, is `None`.
pub fn parse_rfc3339(text: &str) -> Option<UnixSeconds> {
    let (to_minute, rest) = text.split_at_checked(16)?;
    let (second, zone) = rest.strip_prefix(':')?.split_at_checked(2)?;
    let second = two_digits(second).filter(|second| *second <= 60)?;
    Some(unix_from_civil(parse_civil(to_minute)?)? + i64::from(second) - offset_s(skip_fraction(zone)?)?)
}

/// Reads a date and time of day without zone: `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS`, with `T`, `t` or
/// a blank between. What is missing is zero. `None` when anything else is there or a field is out of its range.
pub fn parse_civil(text: &str) -> Option<CivilTime> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || !matches!(bytes.len(), 10 | 16 | 19) {
        return None;
    }
    let separated = |at: usize, wanted: &[u8]| bytes.get(at).is_none_or(|b| wanted.contains(b));
    if !(separated(4, b"-") && separated(7, b"-") && separated(10, b"Tt ")) {
        return None;
    }
    if !(separated(13, b":") && separated(16, b":")) {
        return None;
    }
    let field = |at: usize| text.get(at..at + 2).map_or(Some(0), two_digits);
    let civil = CivilTime {
        year: i64::from(two_digits(&text[0..2])?) * 100 + i64::from(two_digits(&text[2..4])?),
        month: field(5)?,
        day: field(8)?,
        hour: field(11)?,
        minute: field(14)?,
        second: field(17)?,
    };
    unix_from_civil(civil).map(|_| civil)
}

fn two_digits(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

/// What follows an optional fraction of at least one digit.
fn skip_fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Seconds east of UTC of `Z` or `±HH:MM`.
fn offset_s(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, clock) = match zone.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours <= 23 && minutes <= 59).then(|| sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

/// Days since 1970-01-01 of a valid date. Counted in years that begin in March, so that the leap day comes last, and in
/// eras of 400 years, after which the calendar repeats.
const fn days_from_date(year: i64, month: u8, day: u8) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i64 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year.div_euclid(400) * ERA_DAYS + day_of_era - DAYS_TO_1970
}

/// The inverse of [`days_from_date`].
const fn date_from_days(days: i64) -> (i64, u8, u8) {
    let days = days + DAYS_TO_1970;
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = ((month_from_march + 2) % 12 + 1) as u8;
    let year = days.div_euclid(ERA_DAYS) * 400 + year_of_era + (month <= 2) as i64;
    (year, month, day)
}

const DAY_S: i64 = 86_400;
/// Days of 400 Gregorian years.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01, where eras begin, to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;
/// 0000-01-01T00:00:00Z.
const FIRST_RFC3339_S: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z.
const LAST_RFC3339_S: i64 = 253_402_300_799;
