//! Dates and times of day, and RFC 3339.

use dashboard_core::time::{
    CivilTime, civil_from_unix, days_in_month, format_rfc3339, parse_civil, parse_rfc3339, unix_from_civil,
};
use proptest::prelude::*;

#[test]
fn known_moments() {
    for (time_s, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_717_228_800, "2024-06-01T08:00:00Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ] {
        assert_eq!(format_rfc3339(time_s), text);
        assert_eq!(parse_rfc3339(text), Some(time_s), "{text}");
    }
}

#[test]
fn zones_fractions_and_leap_seconds() {
    for text in [
        "2024-06-01T10:00:00+02:00",
        "2024-06-01t08:00:00z",
        "2024-06-01 08:00:00Z",
        "2024-06-01T08:00:00.999Z",
        "2024-06-01T02:30:00.1-05:30",
        "2024-06-01T08:00:00-00:00",
        "2024-06-01T07:59:60Z",
    ] {
        assert_eq!(parse_rfc3339(text), Some(1_717_228_800), "{text}");
    }
}

#[test]
fn refused_texts() {
    for text in [
        "",
        "2024",
        "2024-06-01",
        "2024-06-01T08:00:00",
        "2024-06-01T08:00:00+0200",
        "2024-06-01T08:00:00.Z",
        "2024-06-01T08:00:00Z ",
        "2024-06-01T08:00:00+24:00",
        "2024-06-01T08:00:61Z",
        "2024-06-01T24:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "+024-06-01T08:00:00Z",
        "2024-06-01T08:00:0éZ",
        "２０２４-06-01T08:00:00Z",
    ] {
        assert_eq!(parse_rfc3339(text), None, "{text:?}");
    }
}

#[test]
fn civil_texts_without_zone() {
    let day = CivilTime { year: 2024, month: 6, day: 1, hour: 0, minute: 0, second: 0 };
    assert_eq!(parse_civil("2024-06-01"), Some(day));
    assert_eq!(parse_civil("2024-06-01T07:05"), Some(CivilTime { hour: 7, minute: 5, ..day }));
    assert_eq!(parse_civil("2024-06-01 07:05:09"), Some(CivilTime { hour: 7, minute: 5, second: 9, ..day }));
    for text in ["2024-6-1", "2024-06-01T", "2024-06-01T07", "2024-06-31", "2024-06-01T07:05Z", "2024/06/01"]
    {
        assert_eq!(parse_civil(text), None, "{text:?}");
    }
}

#[test]
fn years_beyond_the_form_are_clamped() {
    assert_eq!(format_rfc3339(i64::MAX), "9999-12-31T23:59:59Z");
    assert_eq!(format_rfc3339(i64::MIN), "0000-01-01T00:00:00Z");
}

proptest! {
    #[test]
    fn there_and_back(time_s in -300_000_000_000_i64..250_000_000_000) {
        let civil = civil_from_unix(time_s);
        prop_assert!(civil.day <= days_in_month(civil.year, civil.month));
        prop_assert_eq!(unix_from_civil(civil), Some(time_s));
    }

    #[test]
    fn later_is_greater(time_s in any::<i64>()) {
        prop_assert!(civil_from_unix(time_s) <= civil_from_unix(time_s.saturating_add(1)));
    }

    #[test]
    fn any_text_is_safe(text in "\\PC{0,30}") {
        let _ = (parse_rfc3339(&text), parse_civil(&text));
    }

    #[test]
    fn what_is_read_is_read_again(
        text in "[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,3})?(Z|[+-][0-2][0-9]:[0-5][0-9])"
    ) {
        if let Some(time_s) = parse_rfc3339(&text).filter(|t| (0..=253_402_300_799).contains(t)) {
            prop_assert_eq!(parse_rfc3339(&format_rfc3339(time_s)), Some(time_s));
        }
    }
}
