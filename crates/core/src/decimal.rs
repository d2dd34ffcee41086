//! Decimal numbers in text.
//!
//! Not `str::parse`: its tables and its slow path are 17 kB of the page's module, 12 kB of them after brotli. Nearest for
//! every number of up to 19 digits, 19 of them behind the point, which is more than any program prints of a place or a
//! time; within a few units in the last place for all others.

/// Powers of ten that a double holds exactly.
pub(crate) const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Numbers below this are written, once their point is moved behind the decimals.
pub(crate) const LARGEST: f64 = 9e15;

/// The largest of [`POWERS_OF_TEN`], as an exponent.
const LARGEST_POWER: i32 = 22;

/// Digits that fit into a `u64` whatever they are.
const MAX_DIGITS: u32 = 19;

/// Exponents beyond this are 0 or infinity, whatever the digits of a text of sane length.
const LARGEST_EXPONENT: i32 = 99_999;

/// Writes `number` with `decimals` (at most 9) digits behind the point, rounded exactly as `format!("{number:.decimals$}")`
/// does. `number` must be finite and less than [`LARGEST`] with its point moved behind the decimals, as places and zooms are.
pub(crate) fn write(number: f64, decimals: u32) -> String {
    let scale = POWERS_OF_TEN[decimals as usize];
    let magnitude = number.abs();
    let product = magnitude * scale;
    let mut units = product as u64;
    let half = product - units as f64 - 0.5;
    // Where the product, which is rounded itself, seems to lie in the middle, the error of its rounding decides.
    let rest = if half == 0.0 { product_error(magnitude, scale, product) } else { half };
    if rest > 0.0 || (rest == 0.0 && units % 2 == 1) {
        units += 1;
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if decimals == 0 {
        return format!("{sign}{units}");
    }
    let scale = scale as u64;
    format!("{sign}{}.{:0width$}", units / scale, units % scale, width = decimals as usize)
}

/// `a * b - product`, exactly (Dekker 1971).
fn product_error(a: f64, b: f64, product: f64) -> f64 {
    let split = |value: f64| {
        let shifted = value * 134_217_729.0; // 2^27 + 1
        let high = shifted - (shifted - value);
        (high, value - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
}

/// Reads `text`, which must be one number as a whole: `-12.5`, `+1e3`, `.5`, `5.`; no blanks, no words. What is too large
/// for a double is infinite.
pub(crate) fn parse(text: &[u8]) -> Option<f64> {
    let (negative, text) = match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (*sign == b'-', rest),
        _ => (false, text),
    };
    let mut mantissa = 0_u64;
    let mut exponent = 0_i32;
    let mut significant_digits = 0;
    let mut has_digits = false;
    let mut in_fraction = false;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'0'..=b'9' => {
                has_digits = true;
                if significant_digits < MAX_DIGITS {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    significant_digits += u32::from(mantissa > 0);
                    exponent -= i32::from(in_fraction);
                } else {
                    exponent += i32::from(!in_fraction);
                }
            }
            b'.' if !in_fraction => in_fraction = true,
            _ => break,
        }
        at += 1;
    }
    if !has_digits {
        return None;
    }
    let exponent = match text.get(at) {
        None => exponent,
        Some(b'e' | b'E') => exponent + written_exponent(&text[at + 1..])?,
        Some(_) => return None,
    };
    let magnitude = scale(mantissa, exponent);
    Some(if negative { -magnitude } else { magnitude })
}

fn written_exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (*sign == b'-', rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0, |value: i32, digit| {
        (value.saturating_mul(10)).saturating_add(i32::from(digit - b'0')).min(LARGEST_EXPONENT)
    });
    Some(if negative { -value } else { value })
}

/// `mantissa` × 10^`exponent`.
fn scale(mantissa: u64, exponent: i32) -> f64 {
    match exponent {
        _ if mantissa == 0 => 0.0,
        0..=19 => (u128::from(mantissa) * 10_u128.pow(exponent as u32)) as f64,
        -19..0 => divide(mantissa, 10_u64.pow(exponent.unsigned_abs())),
        _ => {
            let mut magnitude = mantissa as f64;
            let mut exponent = exponent;
            // Ends early: a few hundred decimal places from either end of the doubles nothing changes any more.
            while exponent > LARGEST_POWER && magnitude.is_finite() {
                magnitude *= POWERS_OF_TEN[LARGEST_POWER as usize];
                exponent -= LARGEST_POWER;
            }
            while exponent < -LARGEST_POWER && magnitude > 0.0 {
                magnitude /= POWERS_OF_TEN[LARGEST_POWER as usize];
                exponent += LARGEST_POWER;
            }
            let rest = POWERS_OF_TEN[exponent.unsigned_abs().min(LARGEST_POWER as u32) as usize];
            if exponent < 0 { magnitude / rest } else { magnitude * rest }
        }
    }
}

/// The double nearest to `dividend` / `divisor`, neither of them 0.
fn divide(dividend: u64, divisor: u64) -> f64 {
    // The quotient gets at least 62 bits. A remainder sets the last of them, far below those of a double, so that ties
    // are rounded the right way.
    let shift = dividend.leading_zeros() + 63;
    let wide = u128::from(dividend) << shift;
    let divisor = u128::from(divisor);
    let quotient = (wide / divisor) | u128::from(!wide.is_multiple_of(divisor));
    quotient as f64 * f64::from_bits(u64::from(1023 - shift) << 52)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<f64> {
        parse(text.as_bytes())
    }

    #[test]
    fn grammar_is_that_of_the_standard_library_without_its_words() {
        for bad in [
            "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e5.", "1.2.3", "1 ", " 1", "+-1", "0x10", "1_000",
            "nan",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        for good in [
            "0",
            "-0",
            "+1",
            ".5",
            "5.",
            "-1e-7",
            "1E+3",
            "007",
            "1e999",
            "-1e999",
            "1e-999",
            "0e999999999999",
        ] {
            assert_eq!(read(good), good.parse().ok(), "{good}");
        }
        assert_eq!(read(&format!("0.{}1e400", "0".repeat(399))), Some(1.0));
        assert_eq!(read(&format!("1{}e-400", "0".repeat(400))), Some(1.0));
    }

    #[test]
    fn ties_are_rounded_to_even() {
        for text in
            ["9007199254740993", "9007199254740993.0000000", "4503599627370497.5", "9007199254740995e-1"]
        {
            assert_eq!(read(text), text.parse().ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_as_the_standard_library_does(
            degrees in prop_oneof![-180_f64..180.0, Just(-0.0), Just(0.5), Just(2.5)],
            decimals in 0_u32..=9,
        ) {
            prop_assert_eq!(write(degrees, decimals), format!("{degrees:.*}", decimals as usize));
        }

        /// Phones send seven digits: one in ten ends in a 5 that is a little more or less than that in binary.
        #[test]
        fn written_exactly_where_a_digit_five_is_cut(ten_millionths in -180_000_000_i64..180_000_000) {
            let degrees = (ten_millionths * 10 + 5) as f64 / 1e7;
            prop_assert_eq!(write(degrees, 6), format!("{degrees:.6}"));
        }

        #[test]
        fn nearest_up_to_nineteen_digits(mantissa: u64, exponent in -19_i32..20) {
            let text = format!("{}e{exponent}", mantissa / 10);
            prop_assert_eq!(read(&text), text.parse().ok());
        }

        #[test]
        fn places_as_programs_print_them(degrees in -180_f64..180.0) {
            prop_assume!(degrees.abs() > 1e-2);
            let text = degrees.to_string();
            prop_assert_eq!(read(&text), Some(degrees));
        }

        #[test]
        fn any_number_within_a_few_units_in_the_last_place(value in prop::num::f64::NORMAL) {
            for text in [format!("{value}"), format!("{value:e}"), format!("{value:.3e}")] {
                let exact: f64 = text.parse().unwrap();
                let ours = read(&text).unwrap();
                prop_assert!((ours - exact).abs() <= exact.abs() * 1e-14, "{text}: {ours:e}");
            }
        }

        #[test]
        fn any_text(text in "[-+.0-9e]{0,12}") {
            let expected: Option<f64> = text.parse().ok();
            prop_assert_eq!(read(&text).is_some(), expected.is_some());
        }
    }
}
