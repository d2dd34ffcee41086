//! Decimal numbers as JSON writes them.

use super::scan::Token;
use crate::decimal::{self, POWERS_OF_TEN};

/// Longest number read, in bytes. A longer one breaks its object: no phone needs more than 25.
const MAX_NUMBER_BYTES: usize = 128;

/// Reads the JSON number at the start of `bytes`. The number ends before the first byte that cannot belong to it, so
/// at the end of `bytes` there may be more to come. Numbers too large for a double are infinite.
pub(super) fn number(bytes: &[u8]) -> Token<f64> {
    read(bytes, false)
}

/// A number sent as a string, blanks around it allowed. The whole string must be one finite number.
pub(in crate::owntracks) fn number_in_string(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii();
    match read(text, true) {
        Token::Whole(value, length) if length == text.len() && value.is_finite() => Some(value),
        _ => None,
    }
}

/// `complete` says that nothing comes behind `bytes`.
fn read(bytes: &[u8], complete: bool) -> Token<f64> {
    let mut at = 0;
    let negative = bytes.first() == Some(&b'-');
    if negative {
        at += 1;
    }
    let mut mantissa = 0_u64;
    let integer_digits = digits(bytes, &mut at, &mut mantissa);
    let leading_zero = integer_digits > 1 && bytes[at - integer_digits] == b'0';
    let mut fraction_digits = 0;
    let mut incomplete = integer_digits == 0;
    if !incomplete && bytes.get(at) == Some(&b'.') {
        at += 1;
        fraction_digits = digits(bytes, &mut at, &mut mantissa);
        incomplete = fraction_digits == 0;
    }
    let mut exponent = 0_i32;
    if !incomplete && matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        let down = bytes.get(at) == Some(&b'-');
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let mut value = 0_u64;
        incomplete = digits(bytes, &mut at, &mut value) == 0;
        // Beyond four digits the value is 0 or infinite anyway.
        let value = value.min(9999) as i32;
        exponent = if down { -value } else { value };
    }
    if at > MAX_NUMBER_BYTES || leading_zero {
        return Token::Broken;
    }
    if at == bytes.len() && !complete {
        return Token::NeedsMore;
    }
    if incomplete {
        return Token::Broken;
    }

    let exponent = exponent - fraction_digits as i32;
    let exact = mantissa <= 1 << 53 && integer_digits + fraction_digits <= 19;
    let magnitude = match exponent {
        0..=22 if exact => mantissa as f64 * POWERS_OF_TEN[exponent as usize],
        -22..0 if exact => mantissa as f64 / POWERS_OF_TEN[exponent.unsigned_abs() as usize],
        _ => return Token::Whole(exact_value(&bytes[..at]), at),
    };
    Token::Whole(if negative { -magnitude } else { magnitude }, at)
}

/// Passes over decimal digits and appends them to `value`, which is meaningless after more than 19 of them.
fn digits(bytes: &[u8], at: &mut usize, value: &mut u64) -> usize {
    let start = *at;
    while let Some(digit) = bytes.get(*at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9) {
        *value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        *at += 1;
    }
    *at - start
}

/// The rare case: more digits than a double's 53 bits hold, or a large exponent.
#[cold]
fn exact_value(number: &[u8]) -> f64 {
    // A JSON number is in the grammar of decimal numbers.
    decimal::parse(number).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_number(text: &str) -> Option<f64> {
        match number(format!("{text},").as_bytes()) {
            Token::Whole(value, length) if length == text.len() => Some(value),
            _ => None,
        }
    }

    #[test]
    fn grammar() {
        for bad in ["", "-", "+1", "01", "-00.5", ".5", "5.", "1e", "1e+", "NaN", "Infinity", "0x10", "1_000"]
        {
            assert_eq!(read_number(bad), None, "{bad}");
            assert_eq!(number_in_string(bad.as_bytes()), None, "{bad}");
        }
        for good in ["0", "-0", "0.5", "-1e-7", "1E+3", "8.530200000000001", "123456789012345678901234567890"]
        {
            assert_eq!(read_number(good), good.parse().ok(), "{good}");
            assert_eq!(number_in_string(format!(" {good} ").as_bytes()), good.parse().ok(), "{good}");
        }
        assert_eq!(number_in_string(b"1e999"), None);
        assert_eq!(number_in_string(b"48.1 N"), None);
        assert_eq!(number_in_string(&[b'1'; 400]), None);
    }

    #[test]
    fn a_number_at_the_end_may_go_on() {
        for cut in ["", "-", "1", "1.", "1.5", "1.5e", "1.5e-"] {
            assert!(matches!(number(cut.as_bytes()), Token::NeedsMore), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_the_standard_library_reads(value in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
            for text in [format!("{value}"), format!("{value:e}"), format!("{value:.3}")] {
                if text.len() <= MAX_NUMBER_BYTES {
                    let (ours, exact): (f64, f64) = (read_number(&text).unwrap(), text.parse().unwrap());
                    // See `decimal` on numbers of extreme size.
                    prop_assert!((ours - exact).abs() <= exact.abs() * 1e-14, "{}: {:e}", text, ours);
                }
            }
        }
    }
}
