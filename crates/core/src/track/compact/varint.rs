//! Numbers of one to five bytes.

/// What was found at the start of a buffer that may end anywhere.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reading<T> {
    /// It, and its length in bytes.
    Whole(T, usize),
    /// The buffer ends before it does.
    NeedsMore,
    /// It cannot be.
    Broken,
}

/// Appends `value`.
#[inline]
pub(super) fn write(mut value: u32, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads the number at `bytes[*at]` and moves `at` behind it. Numbers of more than 32 bits are broken; zeros in front, which
/// no writer writes, are not.
#[inline]
pub(super) fn read(bytes: &[u8], at: &mut usize) -> Reading<u32> {
    let start = *at;
    let mut value = 0_u32;
    for shift in [0, 7, 14, 21, 28] {
        let Some(&byte) = bytes.get(*at) else { return Reading::NeedsMore };
        *at += 1;
        if shift == 28 && byte > 0x0f {
            return Reading::Broken;
        }
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Reading::Whole(value, *at - start);
        }
    }
    Reading::Broken
}

/// Small numbers for small differences of either sign.
#[inline]
pub(super) fn zigzag(difference: i32) -> u32 {
    (difference << 1 ^ difference >> 31) as u32
}

/// The inverse of [`zigzag`].
#[inline]
pub(super) fn unzigzag(symbol: u32) -> i32 {
    (symbol >> 1) as i32 ^ -((symbol & 1) as i32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(value: u32, shift in 0..32_u32, difference: i32) {
            let value = value >> shift;
            let mut bytes = Vec::new();
            write(value, &mut bytes);
            let mut at = 0;
            prop_assert!(matches!(read(&bytes, &mut at), Reading::Whole(read, length) if read == value && length == bytes.len()));
            prop_assert_eq!(at, bytes.len());
            for end in 0..bytes.len() {
                prop_assert!(matches!(read(&bytes[..end], &mut 0), Reading::NeedsMore));
            }
            prop_assert_eq!(unzigzag(zigzag(difference)), difference);
        }
    }

    #[test]
    fn more_than_32_bits_are_broken() {
        assert!(matches!(read(&[0xff, 0xff, 0xff, 0xff, 0x0f], &mut 0), Reading::Whole(u32::MAX, 5)));
        assert!(matches!(read(&[0xff, 0xff, 0xff, 0xff, 0x10], &mut 0), Reading::Broken));
        assert!(matches!(read(&[0xff, 0xff, 0xff, 0xff, 0x8f], &mut 0), Reading::Broken));
    }
}
