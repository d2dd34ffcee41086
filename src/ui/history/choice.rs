//! From what a person picks to the range the model is told of, and back to words.

use dashboard_core::model::view::HistoryView;
use dashboard_core::model::{Calendar, LocalDateTime, Person, RangeChoice, RangeEnd};
use dashboard_core::time::{UnixMillis, parse_civil};
use leptos::prelude::*;

use crate::platform::calendar::BrowserCalendar;
use crate::store::Store;
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{measures, words};

const DAY_S: u32 = 86_400;
const HALF_A_DAY_S: i64 = 43_200;

/// The ranges offered by one tap.
pub const OFFERED: [RangeChoice; 5] = [
    RangeChoice::Today,
    RangeChoice::Yesterday,
    RangeChoice::Last { seconds: DAY_S },
    RangeChoice::Last { seconds: 7 * DAY_S },
    RangeChoice::Last { seconds: 30 * DAY_S },
];

/// Shows the range of a choice, as of now.
pub fn choose(store: Store, choice: RangeChoice) {
    let now_s = store.now.with_untracked(|now: &UnixMillis| now.seconds());
    let range = choice.resolve(now_s, &BrowserCalendar);
    store.did(Person::ChoseRange { choice, range });
}

/// What the shown range is called.
pub fn name(history: &HistoryView) -> String {
    let t = words();
    match &history.choice {
        RangeChoice::Today => t.today.into(),
        RangeChoice::Yesterday => t.yesterday.into(),
        RangeChoice::Last { seconds } => match seconds / DAY_S {
            1 => t.last_24_hours.into(),
            7 => t.last_7_days.into(),
            30 => t.last_30_days.into(),
            365 | 366 => t.last_year.into(),
            _ => measures::duration(i64::from(*seconds)),
        },
        // Noon, because midnight of one zone is another day in the next.
        RangeChoice::Day { .. } => moment(history.range.from_s + HALF_A_DAY_S, Detail::Day, None),
        RangeChoice::Between { from, to } => {
            let (from_s, to_s) = (history.range.from_s, history.range.to_s);
            let days = day_name(from, from_s + HALF_A_DAY_S)
                .zip(day_name(to.as_ref().unwrap_or(&RangeEnd::Today), to_s - HALF_A_DAY_S));
            if let Some((from, to)) = days {
                return format!("{from} – {to}");
            }
            let day = |at| moment(at, Detail::Day, None);
            let until = if day(from_s) == day(to_s) { Detail::Clock } else { Detail::Minute };
            format!("{} – {}", moment(from_s, Detail::Minute, None), moment(to_s, until, None))
        }
    }
}

/// What an end that is a whole day is called, with a moment `within` that day.
fn day_name(end: &RangeEnd, within: i64) -> Option<String> {
    match end {
        RangeEnd::Today => Some(words().today.into()),
        RangeEnd::Yesterday => Some(words().yesterday.into()),
        RangeEnd::Local { whole_day: true, .. } => Some(moment(within, Detail::Day, None)),
        RangeEnd::At(_) | RangeEnd::Local { .. } | RangeEnd::Ago { .. } => None,
    }
}

/// The local day `days` after the first day of the shown range; `None` when that has not begun yet.
pub fn day_beside(history: &HistoryView, now: UnixMillis, days: i64) -> Option<RangeChoice> {
    let noon = |at: i64| {
        let date = BrowserCalendar.to_local(at);
        BrowserCalendar.to_unix(LocalDateTime { hour: 12, minute: 0, second: 0, ..date })
    };
    let today = noon(now.seconds());
    let start = if history.range.from_s == 0 { now.seconds() } else { history.range.from_s };
    // Noons of neighbouring days are 23 to 25 hours apart, so a day from a noon is always within the next day.
    let wanted = noon(noon(start) + days * i64::from(DAY_S));
    (wanted <= today).then(|| day_choice(wanted, today))
}

/// The choice for a picked date, `YYYY-MM-DD`.
pub fn picked_day(text: &str, now: UnixMillis) -> Option<RangeChoice> {
    let noon = LocalDateTime { hour: 12, ..parse_local(text)? };
    let today = BrowserCalendar.to_local(now.seconds());
    let today = BrowserCalendar.to_unix(LocalDateTime { hour: 12, minute: 0, second: 0, ..today });
    Some(day_choice(BrowserCalendar.to_unix(noon), today))
}

/// The day around a noon: by its own name when it is today, which grows.
fn day_choice(noon: i64, today_noon: i64) -> RangeChoice {
    let date = BrowserCalendar.to_local(noon);
    if noon == today_noon {
        RangeChoice::Today
    } else {
        RangeChoice::Day { year: date.year, month: date.month, day: date.day }
    }
}

/// The choice for two typed moments, `YYYY-MM-DDTHH:MM[:SS]` on the person's clock. `Err` says why there is none.
pub fn typed(from: &str, to: &str) -> Result<RangeChoice, &'static str> {
    let (Some(from), Some(to)) = (parse_local(from), parse_local(to)) else {
        return Err(words().range_incomplete);
    };
    if BrowserCalendar.to_unix(from) > BrowserCalendar.to_unix(to) {
        return Err(words().range_reversed);
    }
    let end = |at| RangeEnd::Local { at, whole_day: false };
    Ok(RangeChoice::Between { from: end(from), to: Some(end(to)) })
}

/// What a date input holds.
fn parse_local(text: &str) -> Option<LocalDateTime> {
    let civil = parse_civil(text)?;
    Some(LocalDateTime {
        year: i32::try_from(civil.year).ok()?,
        month: civil.month,
        day: civil.day,
        hour: civil.hour,
        minute: civil.minute,
        second: civil.second,
    })
}

/// A moment on the person's clock as date inputs want it: `YYYY-MM-DDTHH:MM:SS`.
pub fn input_value(at: i64) -> String {
    let local = BrowserCalendar.to_local(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        local.year, local.month, local.day, local.hour, local.minute, local.second
    )
}

#[cfg(test)]
mod tests {
    use dashboard_core::time::TimeRange;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// 2026-03-30, 15:00 on the clock of whoever runs the test; the day after Europe's clocks went forward.
    fn now() -> UnixMillis {
        let now = parse_local("2026-03-30T15:00").unwrap();
        UnixMillis::from_seconds(BrowserCalendar.to_unix(now))
    }

    fn day(year: i32, month: u8, day: u8) -> RangeChoice {
        RangeChoice::Day { year, month, day }
    }

    fn showing(text: &str) -> HistoryView {
        let choice = picked_day(text, now()).unwrap();
        let range: TimeRange = choice.resolve(now().seconds(), &BrowserCalendar);
        HistoryView { choice, range, ..HistoryView::default() }
    }

    #[wasm_bindgen_test]
    fn days_follow_each_other_until_today() {
        assert_eq!(day_beside(&showing("2026-03-01"), now(), -1), Some(day(2026, 2, 28)));
        assert_eq!(day_beside(&showing("2026-03-28"), now(), 1), Some(day(2026, 3, 29)));
        assert_eq!(day_beside(&showing("2026-03-29"), now(), 1), Some(RangeChoice::Today));
        assert_eq!(day_beside(&showing("2026-03-30"), now(), 1), None);
        assert_eq!(day_beside(&HistoryView::default(), now(), -1), Some(day(2026, 3, 29)));
    }

    #[wasm_bindgen_test]
    fn typed_times_are_taken_to_the_second_or_refused_with_a_reason() {
        let typed_range = |from, to| typed(from, to).map(|choice| choice.resolve(0, &BrowserCalendar));
        let range = typed_range("2026-01-05T10:00", "2026-01-05T10:00:01").unwrap();
        assert_eq!(range.to_s - range.from_s, 1);
        assert_eq!(input_value(range.to_s), "2026-01-05T10:00:01");
        assert_eq!(typed_range("2026-01-05T10:00", ""), Err(words().range_incomplete));
        assert_eq!(typed_range("2026-01-05T10:00", "2026-01-04T10:00"), Err(words().range_reversed));
    }
}
