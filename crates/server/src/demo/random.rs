//! Numbers that look random and are determined by what they are for, so that the same day is lived the same way in every
//! run and on every machine. SplitMix64 (Steele, Lea and Flood 2014); nothing here is secret.

/// A stream of numbers determined by its seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream for whatever `parts` name, e.g. a person and a date.
    pub fn of(parts: &[u64]) -> Self {
        let mut random = Self(0x6c69_6e64_656e_6175);
        for part in parts {
            random.0 = random.next() ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        random
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in 0…1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from `low` up to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A number around 0, at most ±`most`, near 0 more often.
    pub fn around(&mut self, most: f64) -> f64 {
        (self.unit() + self.unit() + self.unit() - 1.5) / 1.5 * most
    }

    /// True in this share of cases.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number below `count`; 0 when that is 0.
    pub fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }
}
