//! Which seconds of a track are already cared for.

use crate::time::TimeRange;

/// A set of seconds, kept as sorted ranges that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    ranges: Vec<TimeRange>,
}

impl Coverage {
    /// Adds `range`.
    pub fn add(&mut self, range: TimeRange) {
        let touches = |other: &TimeRange| {
            other.from_s <= range.to_s.saturating_add(1) && range.from_s <= other.to_s.saturating_add(1)
        };
        let joined = self.ranges.iter().filter(|other| touches(other)).fold(range, |joined, other| {
            TimeRange { from_s: joined.from_s.min(other.from_s), to_s: joined.to_s.max(other.to_s) }
        });
        self.ranges.retain(|other| !touches(other));
        let at = self.ranges.partition_point(|other| other.from_s < joined.from_s);
        self.ranges.insert(at, joined);
    }

    /// Takes `range` out.
    pub fn remove(&mut self, range: TimeRange) {
        let before =
            |other: &TimeRange| TimeRange::new(other.from_s, other.to_s.min(range.from_s.saturating_sub(1)));
        let after =
            |other: &TimeRange| TimeRange::new(other.from_s.max(range.to_s.saturating_add(1)), other.to_s);
        let left: Vec<TimeRange> =
            self.ranges.iter().flat_map(|other| [before(other), after(other)]).flatten().collect();
        self.ranges = left;
    }

    /// Forgets everything outside `range`.
    pub fn clip(&mut self, range: TimeRange) {
        let left: Vec<TimeRange> = self.ranges.iter().filter_map(|other| other.intersection(range)).collect();
        self.ranges = left;
    }

    /// All of it, oldest first.
    pub fn ranges(&self) -> &[TimeRange] {
        &self.ranges
    }

    /// The parts of `range` that are not covered, oldest first.
    pub fn gaps(&self, range: TimeRange) -> Vec<TimeRange> {
        let mut gaps = Self { ranges: vec![range] };
        for covered in &self.ranges {
            gaps.remove(*covered);
        }
        gaps.ranges
    }
}
