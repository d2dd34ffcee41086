//! Which language, units and time zone the page speaks in now.

use std::cell::RefCell;

use dashboard_core::model::{Settings, Units};

use super::messages::{FirstWords, Messages};
use super::{clock, english, german, intl, measures};

/// The settings that decide how everything is worded; the interface is built anew when they change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tastes {
    /// Language tag, or `auto`.
    language: String,
    /// Kilometres or miles.
    units: Units,
    /// `local`, `place`, or an IANA name.
    time_zone: String,
}

impl Tastes {
    /// The part of the settings that matters for words.
    pub fn of(settings: &Settings) -> Self {
        Self {
            language: settings.language.clone(),
            units: settings.units,
            time_zone: settings.time_zone.clone(),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Language {
    English,
    German,
}

struct Voice {
    tastes: Option<Tastes>,
    language: Language,
    locale: String,
    imperial: bool,
    time_zone: String,
}

thread_local! {
    static VOICE: RefCell<Voice> = RefCell::new(Voice {
        tastes: None,
        language: Language::English,
        locale: "en".into(),
        imperial: false,
        time_zone: "local".into(),
    });
}

/// The languages of the catalogue: tag, and the language's own name.
pub fn languages() -> [(&'static str, &'static str); 2] {
    [("en", "English"), ("de", "Deutsch")]
}

/// From now on, speaks like this.
pub fn speak(tastes: &Tastes) {
    if VOICE.with_borrow(|voice| voice.tastes.as_ref() == Some(tastes)) {
        return;
    }
    let browser = intl::browser_languages();
    let locale = locale_for(&tastes.language, &browser);
    let imperial = match tastes.units {
        Units::Metric => false,
        Units::Imperial => true,
        // The region of the browser's first language decides, whatever the words are in.
        Units::Auto => measures_in_miles(browser.first().map_or("", String::as_str)),
    };
    let language = if locale.starts_with("de") { Language::German } else { Language::English };
    let time_zone = tastes.time_zone.clone();
    VOICE.set(Voice { tastes: Some(tastes.clone()), language, locale, imperial, time_zone });
    measures::forget_formats();
    clock::forget_formats();
}

/// The messages of the language spoken now. Only panels may ask for them: what is needed before is in [`first_words`], or
/// all messages of all languages would be in the part of the page that everything waits for.
pub fn words() -> &'static Messages {
    match language() {
        Language::English => &english::MESSAGES,
        Language::German => &german::MESSAGES,
    }
}

/// The words that are needed before the panels are there.
pub fn first_words() -> &'static FirstWords {
    match language() {
        Language::English => &english::FIRST_WORDS,
        Language::German => &german::FIRST_WORDS,
    }
}

fn language() -> Language {
    VOICE.with_borrow(|voice| voice.language)
}

/// BCP 47 tag for `Intl`, e.g. `de-CH`.
pub(super) fn locale() -> String {
    VOICE.with_borrow(|voice| voice.locale.clone())
}

/// Miles and feet.
pub(super) fn imperial() -> bool {
    VOICE.with_borrow(|voice| voice.imperial)
}

/// `local`, `place`, or an IANA name.
pub(super) fn time_zone() -> String {
    VOICE.with_borrow(|voice| voice.time_zone.clone())
}

/// The tag to give to `Intl`: a language of the catalogue, with the region of the browser's own tag where the language
/// is the same, so that a British reader gets British dates.
fn locale_for(wanted: &str, browser: &[String]) -> String {
    let spoken =
        |tag: &str| languages().iter().find(|(known, _)| main_tag(tag) == *known).map(|(known, _)| *known);
    let chosen = match spoken(wanted) {
        Some(chosen) => chosen,
        None => browser.iter().find_map(|tag| spoken(tag)).unwrap_or("en"),
    };
    browser.iter().find(|tag| main_tag(tag) == chosen).cloned().unwrap_or_else(|| chosen.into())
}

fn main_tag(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// The United States, Liberia and Myanmar measure roads in miles by law or habit, as does the United Kingdom.
fn measures_in_miles(tag: &str) -> bool {
    tag.split('-').skip(1).any(|part| matches!(part, "US" | "GB" | "LR" | "MM"))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn words_follow_the_setting_and_dates_the_region() {
        let browser = ["fr-CH", "de-AT", "en-GB"].map(str::to_owned);
        assert_eq!(locale_for("auto", &browser), "de-AT");
        assert_eq!(locale_for("en", &browser), "en-GB");
        assert_eq!(locale_for("de", &[]), "de");
        assert_eq!(locale_for("tlh", &["fr".to_owned()]), "en");
    }

    #[wasm_bindgen_test]
    fn miles_where_roads_are_measured_in_them() {
        assert!(measures_in_miles("en-US"));
        assert!(measures_in_miles("cy-GB"));
        assert!(!measures_in_miles("en"));
        assert!(!measures_in_miles("de-CH"));
    }
}
