//! How long to wait before connecting again.

/// Longest delay in milliseconds.
const LONGEST_MS: i64 = 60_000;

/// Longest first delay in milliseconds.
const FIRST_MS: i64 = 2_000;

/// Delays between attempts to connect: 1 s … 2 s at first, doubling to 30 s … 60 s. The spread keeps many clients from
/// returning in step after their broker restarted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The next delay lies between half of this and this.
    up_to_ms: i64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { up_to_ms: FIRST_MS }
    }
}

impl Backoff {
    /// The delay before the next attempt in milliseconds, 1000…60000. `random_unit` is a random number from 0 to 1 that
    /// places the delay within the present spread; anything else is brought into that range.
    pub fn next_delay_ms(&mut self, random_unit: f64) -> i64 {
        let half = self.up_to_ms / 2;
        self.up_to_ms = (self.up_to_ms * 2).min(LONGEST_MS);
        let unit = if random_unit.is_nan() { 0.5 } else { random_unit.clamp(0.0, 1.0) };
        half + (half as f64 * unit) as i64
    }

    /// Starts from the short delays again. To be called when a connection has proved good; one that is accepted and
    /// dropped at once has not.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}
