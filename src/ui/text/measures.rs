//! Lengths, speeds, durations and ages with units, in the person's habit.

use std::cell::RefCell;
use std::collections::HashMap;

use super::intl::{self, NumberFormat, RelativeTimeFormat};
use super::voice::{first_words, imperial, locale};

const FEET_PER_METRE: f64 = 3.280_84;
const METRES_PER_MILE: f64 = 1609.344;

#[derive(Default)]
struct Formats {
    numbers: HashMap<(&'static str, u8), Option<NumberFormat>>,
    ages: HashMap<&'static str, Option<RelativeTimeFormat>>,
}

thread_local! {
    // Making a formatter costs as much as a hundred uses of it, and ages tick in every row.
    static FORMATS: RefCell<Formats> = RefCell::default();
}

/// Forgets formatters of the language spoken before.
pub(super) fn forget_formats() {
    FORMATS.take();
}

/// A length in metres: `350 m`, `12.4 km`, or feet and miles.
pub fn distance(metres: f64) -> String {
    let (value, small, large, limit) = if imperial() {
        (metres * FEET_PER_METRE, "foot", "mile", 1000.0)
    } else {
        (metres, "meter", "kilometer", 1000.0)
    };
    if value < limit {
        return number(small, value, 0);
    }
    let large_value = if imperial() { metres / METRES_PER_MILE } else { metres / 1000.0 };
    number(large, large_value, if large_value < 100.0 { 1 } else { 0 })
}

/// A height or an accuracy in metres, never in kilometres.
pub fn height(metres: f64) -> String {
    if imperial() { number("foot", metres * FEET_PER_METRE, 0) } else { number("meter", metres, 0) }
}

/// A speed in kilometres per hour.
pub fn speed(kmh: f64) -> String {
    if imperial() {
        number("mile-per-hour", kmh * 1000.0 / METRES_PER_MILE, 0)
    } else {
        number("kilometer-per-hour", kmh, 0)
    }
}

/// A share of a hundred.
pub fn percent(value: f64) -> String {
    number("percent", value, 0)
}

/// A whole number with the language's grouping.
pub fn count(value: u32) -> String {
    number("", f64::from(value), 0)
}

/// An amount of data, in megabytes.
pub fn megabytes(bytes: u64) -> String {
    number("megabyte", bytes as f64 / 1e6, 1)
}

/// A length of time: `2 hr 5 min`.
pub fn duration(seconds: i64) -> String {
    let unit = |name, value: i64| number(name, value as f64, 0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => unit("second", seconds.max(0)),
        (0, 0, minutes) => unit("minute", minutes),
        (0, hours, 0) => unit("hour", hours),
        (0, hours, minutes) => format!("{} {}", unit("hour", hours), unit("minute", minutes)),
        (days, 0, _) => unit("day", days),
        (days, hours, _) => format!("{} {}", unit("day", days), unit("hour", hours)),
    }
}

/// How long ago, briefly: `3 min ago`.
pub fn age(seconds: i64) -> String {
    relative("short", seconds)
}

/// How long ago, in full words: `3 minutes ago`.
pub fn age_in_full(seconds: i64) -> String {
    relative("long", seconds)
}

fn relative(style: &'static str, seconds: i64) -> String {
    let (amount, unit) = match seconds {
        ..=44 => return first_words().just_now.into(),
        45..=3599 => ((seconds / 60).max(1), "minute"),
        3600..=86_399 => (seconds / 3600, "hour"),
        86_400..=2_591_999 => (seconds / 86_400, "day"),
        2_592_000..=31_535_999 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    FORMATS.with_borrow_mut(|formats| {
        let format = formats.ages.entry(style).or_insert_with(|| intl::relative_format(&locale(), style));
        format
            .as_ref()
            .map_or_else(|| format!("−{amount} {unit}"), |format| format.format(-(amount as f64), unit))
    })
}

/// A number with a unit of ECMA-402; none for the empty name.
fn number(unit: &'static str, value: f64, digits: u8) -> String {
    FORMATS.with_borrow_mut(|formats| {
        let format = formats.numbers.entry((unit, digits)).or_insert_with(|| {
            let options: &[_] = match unit {
                "" => &[],
                _ => &[("style", "unit"), ("unit", unit), ("unitDisplay", "short")],
            };
            intl::number_format(&locale(), options, digits)
        });
        format
            .as_ref()
            .map_or_else(|| format!("{} {unit}", value.round() as i64), |format| format.format(value))
    })
}

#[cfg(test)]
mod tests {
    use dashboard_core::model::{Settings, Units};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::ui::text::{Tastes, speak};

    fn speaking(language: &str, units: Units) {
        let language = language.to_owned();
        speak(&Tastes::of(&Settings { language, units, ..Settings::default() }));
    }

    /// `Intl` puts all kinds of spaces between number and unit.
    fn plain(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[wasm_bindgen_test]
    fn lengths_and_speeds_in_the_habit_of_the_person() {
        speaking("de", Units::Metric);
        assert_eq!(plain(&distance(349.6)), "350 m");
        assert_eq!(plain(&distance(12_345.0)), "12,3 km");
        assert_eq!(plain(&distance(123_456.0)), "123 km");
        assert_eq!(plain(&speed(64.2)), "64 km/h");
        speaking("en", Units::Imperial);
        assert_eq!(plain(&distance(12_345.0)), "7.7 mi");
        assert_eq!(plain(&height(100.0)), "328 ft");
    }

    #[wasm_bindgen_test]
    fn ages_have_the_right_plural() {
        speaking("en", Units::Metric);
        assert_eq!(age_in_full(-5), "just now");
        assert_eq!(age_in_full(61), "1 minute ago");
        assert_eq!(age_in_full(3 * 3600 + 59), "3 hours ago");
        speaking("de", Units::Metric);
        assert_eq!(age_in_full(86_400), "vor 1 Tag");
        assert_eq!(age_in_full(2 * 86_400), "vor 2 Tagen");
    }

    #[wasm_bindgen_test]
    fn durations_name_their_two_largest_units() {
        speaking("en", Units::Metric);
        assert_eq!(plain(&duration(59)), "59 sec");
        assert_eq!(plain(&duration(7500)), "2 hr 5 min");
        assert_eq!(plain(&duration(90_000)), "1 day 1 hr");
    }
}
