//! Which time a person asked for, before anybody knows which seconds that is.
//!
//! Days are local days, and only the browser knows the local time zone; it is asked through [`Calendar`].

use crate::time::{TimeRange, UnixSeconds};

/// A date and time on the person's own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LocalDateTime {
    /// Year, e.g. 2026.
    pub year: i32,
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

/// The person's time zone.
pub trait Calendar {
    /// The moment when the person's clock shows `local`. Days that overflow (32 January) roll over, as in JavaScript.
    /// A time skipped by daylight saving maps to the moment after the gap.
    fn to_unix(&self, local: LocalDateTime) -> UnixSeconds;

    /// What the person's clock shows at `at`.
    fn to_local(&self, at: UnixSeconds) -> LocalDateTime;
}

/// A range as a person names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum RangeChoice {
    /// From local midnight to now, and growing.
    #[default]
    Today,
    /// The local day before today.
    Yesterday,
    /// The last so many seconds, and growing: `24h`, `7d`, `30d`, `1y`.
    Last {
        /// Length in seconds.
        seconds: u32,
    },
    /// One local calendar day.
    Day {
        /// Year.
        year: i32,
        /// Month, 1…12.
        month: u8,
        /// Day of the month, 1…31.
        day: u8,
    },
    /// Typed by hand or from a link.
    Between {
        /// First second inside.
        from: RangeEnd,
        /// Last second inside; `None` is now, and growing.
        to: Option<RangeEnd>,
    },
}

/// One end of a typed range. A day as a lower end is its first second, as an upper end its last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RangeEnd {
    /// A moment: RFC 3339 with an offset.
    At(UnixSeconds),
    /// On the person's clock; `whole_day` when only a date was given, so that as an upper end it includes that day.
    Local {
        /// What the clock shows.
        at: LocalDateTime,
        /// Only a date was given.
        whole_day: bool,
    },
    /// The local day it is; as an upper end now, and growing.
    Today,
    /// The local day before.
    Yesterday,
    /// So long before now. Moves on when another day begins, not with every second.
    Ago {
        /// Seconds.
        seconds: u32,
    },
}

impl RangeChoice {
    /// Whether the range ends now and so takes in live points.
    pub const fn grows(&self) -> bool {
        matches!(
            self,
            Self::Today | Self::Last { .. } | Self::Between { to: None | Some(RangeEnd::Today), .. }
        )
    }

    /// The seconds meant, at `now_s` in the person's `calendar`. Ends in the wrong order are swapped.
    pub fn resolve(&self, now_s: UnixSeconds, calendar: &dyn Calendar) -> TimeRange {
        let start = |end: &RangeEnd| end.start(now_s, calendar);
        let end = |end: &RangeEnd| end.end(now_s, calendar);
        let (from_s, to_s) = match self {
            Self::Today => (start(&RangeEnd::Today), now_s),
            Self::Yesterday => (start(&RangeEnd::Yesterday), end(&RangeEnd::Yesterday)),
            Self::Last { seconds } => (now_s - i64::from(*seconds), now_s),
            Self::Day { year, month, day } => {
                let day = i32::from(*day);
                (day_start(calendar, *year, *month, day), day_start(calendar, *year, *month, day + 1) - 1)
            }
            Self::Between { from, to: None } => (start(from), now_s),
            Self::Between { from, to: Some(to) } if start(from) > end(to) => (start(to), end(from)),
            Self::Between { from, to: Some(to) } => (start(from), end(to)),
        };
        TimeRange { from_s: from_s.min(to_s), to_s: from_s.max(to_s) }
    }
}

impl RangeEnd {
    fn start(&self, now_s: UnixSeconds, calendar: &dyn Calendar) -> UnixSeconds {
        match self {
            Self::At(at) => *at,
            Self::Local { at, .. } => calendar.to_unix(*at),
            Self::Today => midnight(calendar, now_s, 0),
            Self::Yesterday => midnight(calendar, now_s, -1),
            Self::Ago { seconds } => now_s - i64::from(*seconds),
        }
    }

    fn end(&self, now_s: UnixSeconds, calendar: &dyn Calendar) -> UnixSeconds {
        match self {
            Self::Local { at, whole_day: true } => {
                day_start(calendar, at.year, at.month, i32::from(at.day) + 1) - 1
            }
            Self::Today => now_s,
            Self::Yesterday => midnight(calendar, now_s, 0) - 1,
            Self::At(_) | Self::Local { .. } | Self::Ago { .. } => self.start(now_s, calendar),
        }
    }
}

/// Local midnight at the start of the day that is `days` after the day of `now_s`.
fn midnight(calendar: &dyn Calendar, now_s: UnixSeconds, days: i32) -> UnixSeconds {
    let today = calendar.to_local(now_s);
    day_start(calendar, today.year, today.month, i32::from(today.day) + days)
}

/// Local midnight of a day; days beyond the month roll over.
fn day_start(calendar: &dyn Calendar, year: i32, month: u8, day: i32) -> UnixSeconds {
    // Step in whole days from the first of the month at noon: noon exists on every day of every zone.
    let noon = LocalDateTime { year, month, day: 1, hour: 12, minute: 0, second: 0 };
    let near = calendar.to_local(calendar.to_unix(noon) + i64::from(day - 1) * 86_400);
    calendar.to_unix(LocalDateTime { hour: 0, minute: 0, second: 0, ..near })
}
