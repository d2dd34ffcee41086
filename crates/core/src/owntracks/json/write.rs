//! The writer: objects, member by member.

use std::fmt::Write;

use crate::decimal::{self, POWERS_OF_TEN};

/// A JSON object being written.
#[derive(Debug)]
pub(crate) struct ObjectWriter {
    text: String,
}

impl ObjectWriter {
    /// An object without members.
    pub(crate) fn new() -> Self {
        Self { text: "{".to_owned() }
    }

    /// Adds a string.
    pub(crate) fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        self.quote(value);
        self
    }

    /// Adds a number.
    pub(crate) fn number(self, key: &str, value: u32) -> Self {
        self.raw(key, &value.to_string())
    }

    /// Adds a number with so many decimals, at most 9; one that is not finite, or of more than fifteen digits, is `null`.
    pub(crate) fn decimal(self, key: &str, value: f64, decimals: u32) -> Self {
        if value.abs() < decimal::LARGEST / POWERS_OF_TEN[decimals as usize] {
            self.raw(key, &decimal::write(value, decimals))
        } else {
            self.null(key)
        }
    }

    /// Adds a yes or no.
    pub(crate) fn flag(self, key: &str, value: bool) -> Self {
        self.raw(key, if value { "true" } else { "false" })
    }

    /// Adds nothing under a name.
    pub(crate) fn null(self, key: &str) -> Self {
        self.raw(key, "null")
    }

    /// Adds an array of strings.
    pub(crate) fn texts(mut self, key: &str, values: &[String]) -> Self {
        self.key(key);
        self.text.push('[');
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.quote(value);
        }
        self.text.push(']');
        self
    }

    /// Adds an array of objects.
    pub(crate) fn objects(mut self, key: &str, objects: impl Iterator<Item = Self>) -> Self {
        self.key(key);
        self.text.push('[');
        for (index, object) in objects.enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&object.finish());
        }
        self.text.push(']');
        self
    }

    /// Adds an object.
    pub(crate) fn object(self, key: &str, object: Self) -> Self {
        self.raw(key, &object.finish())
    }

    /// The whole object.
    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn raw(mut self, key: &str, json: &str) -> Self {
        self.key(key);
        self.text.push_str(json);
        self
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.quote(key);
        self.text.push(':');
    }

    fn quote(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                // Writing to a string cannot fail.
                '\0'..' ' => drop(write!(self.text, "\\u{:04x}", u32::from(character))),
                _ => self.text.push(character),
            }
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_json(text in "\\PC{0,9}[\u{0}-\u{30}\\\\]{0,9}", number: u32) {
            let inner = ObjectWriter::new().number("number", number).texts("texts", &[text.clone(), text.clone()]);
            let written = ObjectWriter::new().text(&text, &text).object("inner", inner);
            let written = written.object("empty", ObjectWriter::new());
            let many = (0..2).map(|_| ObjectWriter::new().flag("flag", true).null("null"));
            let decimal = f64::from(number as i32) / 8.0;
            let written = written.objects("many", many).decimal("decimal", decimal, 3).decimal("nan", f64::NAN, 1);
            let written = written.finish();
            let expected = serde_json::json!({
                &text: text, "inner": { "number": number, "texts": [text, text] }, "empty": {},
                "many": [{ "flag": true, "null": null }, { "flag": true, "null": null }], "decimal": decimal,
                "nan": null,
            });
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), expected);
        }
    }
}
