//! Points in time and ranges of it. There is no clock here: the present is always an argument.

mod civil;

pub use civil::{
    CivilTime, civil_from_unix, days_in_month, format_rfc3339, parse_civil, parse_rfc3339, unix_from_civil,
};

/// Seconds since 1970-01-01T00:00:00Z, the resolution of OwnTracks' `tst`.
pub type UnixSeconds = i64;

/// Milliseconds since 1970-01-01T00:00:00Z: the `now` that is passed into everything that depends on time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The moment at a whole second.
    pub const fn from_seconds(seconds: UnixSeconds) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> UnixSeconds {
        self.0.div_euclid(1000)
    }

    /// This moment moved by `ms` milliseconds.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds passed since `earlier`; 0 when the clock was set back in between.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        let passed = self.0.saturating_sub(earlier.0);
        if passed < 0 { 0 } else { passed }
    }
}

/// A range of whole seconds, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// First second inside.
    pub from_s: UnixSeconds,
    /// Last second inside.
    pub to_s: UnixSeconds,
}

impl TimeRange {
    /// The range from `from_s` to `to_s`, both included; `None` when they are in the wrong order.
    pub const fn new(from_s: UnixSeconds, to_s: UnixSeconds) -> Option<Self> {
        if from_s <= to_s { Some(Self { from_s, to_s }) } else { None }
    }

    /// Whether `time_s` lies inside.
    pub const fn contains(self, time_s: UnixSeconds) -> bool {
        self.from_s <= time_s && time_s <= self.to_s
    }

    /// The part both ranges share.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.from_s.max(other.from_s), self.to_s.min(other.to_s))
    }
}
