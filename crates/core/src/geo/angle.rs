//! Sine and cosine of the angles there are on a globe.
//!
//! Not those of the standard library: in the browser they bring the reduction of astronomically large angles with them, a table
//! of the digits of π, which is 6 kB of the page's module.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// A quarter turn to its first 33 bits, so that a small number of them is exact.
const QUARTER: f64 = f64::from_bits(FRAC_PI_2.to_bits() & !0xf_ffff);

/// What it lacks: the rest of the double, and what that lacks of π/2.
const QUARTER_REST: f64 = (FRAC_PI_2 - QUARTER) + 6.123_233_995_736_766e-17;

/// The sine of an angle in radians, of a few turns at most: to within 3e-16.
pub(super) fn sin(angle: f64) -> f64 {
    let (quarters, rest) = reduced(angle);
    let value = if quarters % 2 == 0 { near_sin(rest) } else { near_cos(rest) };
    if quarters.rem_euclid(4) < 2 { value } else { -value }
}

/// The cosine, likewise.
pub(super) fn cos(angle: f64) -> f64 {
    let (quarters, rest) = reduced(angle);
    let value = if quarters % 2 == 0 { near_cos(rest) } else { near_sin(rest) };
    if matches!(quarters.rem_euclid(4), 0 | 3) { value } else { -value }
}

/// As so many quarter turns and at most half a one more.
fn reduced(angle: f64) -> (i32, f64) {
    let quarters = (angle * FRAC_2_PI).round();
    // A float cast saturates: of no angle at all nothing is known.
    (quarters as i32, (angle - quarters * QUARTER) - quarters * QUARTER_REST)
}

/// Taylor's series. Up to π/4 what is left out is less than the last bit.
fn near_sin(x: f64) -> f64 {
    x + x * series(x * x, &SIN_TERMS)
}

fn near_cos(x: f64) -> f64 {
    1.0 + series(x * x, &COS_TERMS)
}

/// What a term is of the one before, but for the square: from the last term to the second.
const SIN_TERMS: [f64; 8] = terms(17.0);
const COS_TERMS: [f64; 8] = terms(16.0);

/// 1/last(last − 1), and so on with every other number.
const fn terms(last: f64) -> [f64; 8] {
    let mut terms = [0.0; 8];
    let mut index = 0;
    while index < terms.len() {
        let factor = last - 2.0 * index as f64;
        terms[index] = 1.0 / (factor * (factor - 1.0));
        index += 1;
    }
    terms
}

fn series(square: f64, terms: &[f64; 8]) -> f64 {
    terms.iter().fold(0.0, |sum, term| -(square * term) * (1.0 + sum))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    proptest::proptest! {
        #[test]
        fn as_the_standard_library_has_them(angle in -4.0 * PI..4.0 * PI) {
            proptest::prop_assert!((sin(angle) - angle.sin()).abs() <= 3e-16, "{}", sin(angle) - angle.sin());
            proptest::prop_assert!((cos(angle) - angle.cos()).abs() <= 3e-16, "{}", cos(angle) - angle.cos());
        }

        /// The differences of neighbours are tiny angles.
        #[test]
        fn small_angles_keep_their_digits(exponent in -300..0_i32, digits in 1.0..10.0_f64) {
            let angle = digits * 10.0_f64.powi(exponent);
            proptest::prop_assert!((sin(angle) - angle.sin()).abs() <= angle.sin() * 3e-16);
        }
    }

    #[test]
    fn quarters_of_a_turn() {
        for quarters in -8..=8_i32 {
            let angle = f64::from(quarters) * PI / 2.0;
            assert!((sin(angle) - angle.sin()).abs() < 1e-16 && (cos(angle) - angle.cos()).abs() < 1e-16);
        }
        assert!(sin(f64::NAN).is_nan() && cos(f64::INFINITY).is_nan());
    }
}
