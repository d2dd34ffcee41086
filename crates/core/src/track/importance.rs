//! How much each vertex of a line matters.
//!
//! The importance of a vertex is the distance by which the line would stray if the vertex were left out, found by
//! Douglas and Peucker's division: a stretch of the line is divided at the vertex farthest from its chord, and that
//! vertex matters by its distance, though never more than the vertex that divided the stretch around it. Thus the
//! vertices that matter at least `t` are those Douglas and Peucker would keep at tolerance `t`: no vertex left out is
//! farther than `t` from the line that remains, and a coarser line consists of vertices of the finer ones.

/// An importance in 16 bits, ordered as the distances are: the upper half of an `f32`, rounded up, of a distance on the
/// Web Mercator plane in units of the world's width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Importance(u16);

impl Importance {
    /// Not part of any line.
    pub const LEFT_OUT: Self = Self(0);
    /// The least: drawn at tolerance 0 only.
    pub const LEAST: Self = Self(1);
    /// Never left out.
    pub const END: Self = Self(0x7f80);
    /// Never left out, and the line begins here.
    pub const START: Self = Self(0xff80);

    /// Of a distance, not negative and finite.
    pub fn from_distance(distance: f64) -> Self {
        // Bits of non-negative floats are ordered as the floats. Adding what is cut off rounds up, so that a vertex
        // that matters as much as a tolerance is never taken to matter less.
        let bits = (distance as f32).to_bits().saturating_add(0xffff) >> 16;
        Self((bits as u16).clamp(Self::LEAST.0, Self::END.0))
    }

    /// As it is kept.
    pub const fn to_bits(self) -> u16 {
        self.0
    }

    /// As it was kept. Any bits are an importance.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether the vertex is part of the line at that tolerance.
    pub fn reaches(self, tolerance: Self) -> bool {
        self.0 & 0x7fff >= tolerance.0
    }

    /// Whether the line begins here.
    pub fn is_start(self) -> bool {
        self == Self::START
    }

    /// The greater one.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other.0 & 0x7fff > self.0 & 0x7fff { other } else { self }
    }
}

/// Rates the inner vertices of a line given by its coordinates: calls `rated(index, distance)` for each of them, in no
/// particular order. The ends are not rated.
pub(super) fn rate(xs: &[f64], ys: &[f64], stretches: &mut Vec<Stretch>, mut rated: impl FnMut(usize, f64)) {
    stretches.clear();
    if xs.len() > 2 {
        stretches.push(Stretch { first: 0, last: xs.len() - 1, limit: f64::INFINITY });
    }
    while let Some(Stretch { first, last, limit }) = stretches.pop() {
        let (middle, distance) = farthest_from_chord(xs, ys, first, last);
        let distance = distance.min(limit);
        rated(middle, distance);
        if middle - first > 1 {
            stretches.push(Stretch { first, last: middle, limit: distance });
        }
        if last - middle > 1 {
            stretches.push(Stretch { first: middle, last, limit: distance });
        }
    }
}

/// Part of a line still to be divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    first: usize,
    last: usize,
    limit: f64,
}

/// The vertex between `first` and `last` that is farthest from the straight line between those two, and its distance.
/// Among equals it is the one nearest to the middle: a year at home has thousands, and taking the first would divide
/// the stretch into one and the rest.
fn farthest_from_chord(xs: &[f64], ys: &[f64], first: usize, last: usize) -> (usize, f64) {
    let (x0, y0) = (xs[first], ys[first]);
    let (dx, dy) = (xs[last] - x0, ys[last] - y0);
    let length2 = dx * dx + dy * dy;
    let inverse = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
    let middle = first.midpoint(last);
    let (mut farthest, mut farthest2) = (middle, 0.0_f64);
    let inner = xs[first + 1..last].iter().zip(&ys[first + 1..last]);
    for (index, (x, y)) in (first + 1..).zip(inner) {
        let (px, py) = (x - x0, y - y0);
        // Distance to the chord, not to the endless line through it: a track that goes there, back and there again
        // on one road stays on that line all the time.
        let along = ((px * dx + py * dy) * inverse).clamp(0.0, 1.0);
        let (ex, ey) = (px - along * dx, py - along * dy);
        let distance2 = ex * ex + ey * ey;
        if distance2 > farthest2
            || (distance2 == farthest2 && index.abs_diff(middle) < farthest.abs_diff(middle))
        {
            (farthest, farthest2) = (index, distance2);
        }
    }
    (farthest, farthest2.sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratings(xs: &[f64], ys: &[f64]) -> Vec<f64> {
        let mut ratings = vec![f64::INFINITY; xs.len()];
        rate(xs, ys, &mut Vec::new(), |index, distance| ratings[index] = distance);
        ratings
    }

    #[test]
    fn a_detour_matters_by_its_depth() {
        let ratings = ratings(&[0.0, 1.0, 2.0, 3.0, 4.0], &[0.0, 0.0, 0.5, 0.0, 0.0]);
        assert_eq!(ratings[2], 0.5);
        assert!(ratings[1] < 0.5 && ratings[3] < 0.5);
    }

    #[test]
    fn there_and_back_on_one_road_is_not_forgotten() {
        assert_eq!(ratings(&[0.0, 9.0, 1.0], &[0.0, 0.0, 0.0])[1], 8.0);
    }

    proptest! {
        #[test]
        fn order_survives_the_narrowing(a in 0.0..2.0f64, b in 0.0..2.0f64) {
            let (small, large) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(Importance::from_distance(large).reaches(Importance::from_distance(small)));
            prop_assert!(Importance::END.reaches(Importance::from_distance(large)));
            prop_assert!(!Importance::LEFT_OUT.reaches(Importance::from_distance(0.0)));
        }
    }
}
