//! Months, by which the Recorder stores history.

use std::fmt;

use crate::time::{CivilTime, TimeRange, UnixSeconds, civil_from_unix, days_in_month, unix_from_civil};

/// A month in UTC. Displayed as `YYYY-MM`, the stem of the Recorder's store files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// The month that `time_s` lies in; times outside of the years 0…9999 are taken for the nearest.
    pub fn of(time_s: UnixSeconds) -> Self {
        let civil = civil_from_unix(time_s);
        match civil.year {
            0..=9999 => Self { year: civil.year as u16, month: civil.month },
            ..0 => Self { year: 0, month: 1 },
            _ => Self { year: 9999, month: 12 },
        }
    }

    /// Reads exactly `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    /// Its first to its last second.
    pub fn range(self) -> TimeRange {
        let first =
            CivilTime { year: self.year.into(), month: self.month, day: 1, hour: 0, minute: 0, second: 0 };
        let days = i64::from(days_in_month(first.year, first.month));
        // The first of a month of the years 0…9999 is a date, and no other month is ever made.
        let from_s = unix_from_civil(first).expect("a valid date");
        TimeRange { from_s, to_s: from_s + days * 86_400 - 1 }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
