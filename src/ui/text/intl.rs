//! The few parts of the browser's `Intl` that words need, with errors as values: a bad time zone in a link must not
//! end the page.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Dates.
    #[wasm_bindgen(js_namespace = Intl, js_name = DateTimeFormat)]
    pub type DateTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
    /// The moment, milliseconds since 1970, in words.
    #[wasm_bindgen(method)]
    pub fn format(this: &DateTimeFormat, unix_ms: f64) -> String;

    /// Numbers with units.
    #[wasm_bindgen(js_namespace = Intl, js_name = NumberFormat)]
    pub type NumberFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "NumberFormat")]
    fn new(locale: &str, options: &Object) -> Result<NumberFormat, JsValue>;
    /// The number in words.
    #[wasm_bindgen(method)]
    pub fn format(this: &NumberFormat, number: f64) -> String;

    /// `3 minutes ago`.
    #[wasm_bindgen(js_namespace = Intl, js_name = RelativeTimeFormat)]
    pub type RelativeTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "RelativeTimeFormat")]
    fn new(locale: &str, options: &Object) -> Result<RelativeTimeFormat, JsValue>;
    /// `amount` (negative in the past) of `unit`, in words.
    #[wasm_bindgen(method)]
    pub fn format(this: &RelativeTimeFormat, amount: f64, unit: &str) -> String;

    #[wasm_bindgen(catch, js_namespace = Intl, js_name = supportedValuesOf)]
    fn supported_values_of(key: &str) -> Result<Array, JsValue>;
}

/// A formatter of dates; `None` when the browser does not know the locale or an option, such as a time zone.
pub fn date_format(locale: &str, options: &[(&str, &str)]) -> Option<DateTimeFormat> {
    DateTimeFormat::new(locale, &object(options)).ok()
}

/// A formatter of numbers with at most `digits` digits after the point.
pub fn number_format(locale: &str, options: &[(&str, &str)], digits: u8) -> Option<NumberFormat> {
    let options = object(options);
    set(&options, "maximumFractionDigits", &JsValue::from(digits));
    NumberFormat::new(locale, &options).ok()
}

/// A formatter of ages; `style` is `long`, `short` or `narrow`.
pub fn relative_format(locale: &str, style: &str) -> Option<RelativeTimeFormat> {
    RelativeTimeFormat::new(locale, &object(&[("style", style), ("numeric", "always")])).ok()
}

/// The IANA time zones the browser knows; none in a browser too old to tell.
pub fn time_zones() -> Vec<String> {
    supported_values_of("timeZone")
        .map(|zones| zones.iter().filter_map(|zone| zone.as_string()).collect())
        .unwrap_or_default()
}

/// The languages the person's browser asks for, most wanted first.
pub fn browser_languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

fn object(options: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in options {
        set(&object, key, &JsValue::from_str(value));
    }
    object
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}
