//! Delays between attempts to connect.

use dashboard_core::mqtt::Backoff;
use proptest::prelude::*;

/// The first delays at a fixed place in their spread.
fn delays_ms(random_unit: f64) -> Vec<i64> {
    let mut backoff = Backoff::default();
    (0..8).map(|_| backoff.next_delay_ms(random_unit)).collect()
}

#[test]
fn delays_double_up_to_a_minute() {
    assert_eq!(delays_ms(0.0), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    assert_eq!(delays_ms(0.5), [1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
    assert_eq!(delays_ms(1.0), [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
}

#[test]
fn success_makes_delays_short_again() {
    let mut backoff = Backoff::default();
    for _ in 0..10 {
        backoff.next_delay_ms(0.0);
    }
    backoff.reset();
    assert_eq!(backoff.next_delay_ms(0.0), 1_000);
}

proptest! {
    #[test]
    fn delays_stay_between_a_second_and_a_minute(units in prop::collection::vec(any::<f64>(), 1..20)) {
        let mut backoff = Backoff::default();
        for unit in units {
            prop_assert!((1_000..=60_000).contains(&backoff.next_delay_ms(unit)));
        }
    }
}
