//! Geohashes, as the Recorder adds them to every location (`ghash`).

use dashboard_core::geo::LatLon;

const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// The Recorder's default precision: a cell of about 150 m.
pub const CHARACTERS: usize = 7;

/// Geohash of `position` in [`CHARACTERS`] characters.
pub fn encode(position: LatLon) -> String {
    let (mut west, mut east, mut south, mut north) = (-180.0, 180.0, -90.0, 90.0);
    let mut across = true;
    let mut hash = String::with_capacity(CHARACTERS);
    for _ in 0..CHARACTERS {
        let mut cell = 0_usize;
        for _ in 0..5 {
            let upper = if across {
                halve(&mut west, &mut east, position.lon())
            } else {
                halve(&mut south, &mut north, position.lat())
            };
            cell = cell << 1 | usize::from(upper);
            across = !across;
        }
        hash.push(char::from(ALPHABET[cell])); // five bits: always below 32
    }
    hash
}

/// Halves the interval towards `value`; whether it lies in the upper half.
fn halve(low: &mut f64, high: &mut f64, value: f64) -> bool {
    let middle = f64::midpoint(*low, *high);
    let upper = value >= middle;
    if upper {
        *low = middle;
    } else {
        *high = middle;
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_recorder_computed_them() {
        for (lat, lon, expected) in [
            (52.516462, 13.377543, "u33db2m"),
            (-14.876496, 172.974779, "rv7525u"),
            (43.6629175, -79.585701, "dpz2kux"),
            (-36.85, 174.76, "rckq2g8"),
        ] {
            assert_eq!(encode(LatLon::new(lat, lon).unwrap()), expected);
        }
    }
}
