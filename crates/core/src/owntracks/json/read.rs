//! The reader: recursive descent over UTF-8 text.

use std::borrow::Cow;

use super::{JsonError, Limits, Object, Value};
use crate::owntracks::locations::number_in_string;

/// Deepest nesting of arrays and objects that is read.
const MAX_DEPTH: u32 = 64;

/// Reads the whole of `text` within `limits`.
pub(crate) fn read(text: &str, limits: Limits) -> Result<Value<'_>, JsonError> {
    if text.len() > limits.bytes {
        return Err(JsonError::TooLarge);
    }
    let mut reader = Reader { text, at: 0, values_left: limits.values };
    let value = reader.value(0)?;
    reader.skip_blanks();
    if reader.at == text.len() { Ok(value) } else { Err(reader.not_json()) }
}

struct Reader<'a> {
    text: &'a str,
    /// Always at a character's start.
    at: usize,
    values_left: u32,
}

impl<'a> Reader<'a> {
    /// The value that starts here, blanks before it allowed, inside of `depth` arrays and objects.
    fn value(&mut self, depth: u32) -> Result<Value<'a>, JsonError> {
        self.values_left = self.values_left.checked_sub(1).ok_or(JsonError::TooLarge)?;
        self.skip_blanks();
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(JsonError::TooDeep),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.number().map(Value::Number),
        }
    }

    fn object(&mut self, depth: u32) -> Result<Value<'a>, JsonError> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if !self.take(b'}') {
            loop {
                self.skip_blanks();
                let key = self.string()?;
                self.skip_blanks();
                self.expect(b':')?;
                members.push((key, self.value(depth + 1)?));
                self.skip_blanks();
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        Ok(Value::Object(Object { members }))
    }

    fn array(&mut self, depth: u32) -> Result<Value<'a>, JsonError> {
        let mut values = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if !self.take(b']') {
            loop {
                values.push(self.value(depth + 1)?);
                self.skip_blanks();
                if self.take(b']') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        Ok(Value::Array(values))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.expect(b'"')?;
        let mut unescaped: Option<String> = None;
        loop {
            let plain = &self.text[self.at..];
            let length = plain.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
            let plain = &plain[..length.unwrap_or(plain.len())];
            self.at += plain.len();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match unescaped {
                        Some(text) => Cow::Owned(text + plain),
                        None => Cow::Borrowed(plain),
                    });
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(plain);
                    text.push(self.escape()?);
                }
                // The end, or a raw control character.
                _ => return Err(self.not_json()),
            }
        }
    }

    /// The character that the escape sequence here stands for.
    fn escape(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let character = match self.peek() {
            Some(quoted @ (b'"' | b'\\' | b'/')) => char::from(quoted),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.not_json()),
        };
        self.at += 1;
        Ok(character)
    }

    /// `uXXXX`, or `uXXXX\uXXXX` for a character beyond the first 65,536. Half of such a pair is no text.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let mut code = self.code_unit()?;
        if (0xd800..0xdc00).contains(&code) {
            self.expect(b'\\')?;
            let low = self.code_unit()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(JsonError::NotJson { at: start });
            }
            code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        char::from_u32(code).ok_or(JsonError::NotJson { at: start })
    }

    /// `uXXXX`.
    fn code_unit(&mut self) -> Result<u32, JsonError> {
        self.expect(b'u')?;
        let digits = self.text.get(self.at..self.at + 4).ok_or_else(|| self.not_json())?;
        let mut unit = 0;
        for digit in digits.chars() {
            unit = unit << 4 | digit.to_digit(16).ok_or_else(|| self.not_json())?;
        }
        self.at += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<f64, JsonError> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let length = rest.iter().take_while(is_part).count();
        let number = number_in_string(&rest[..length]).ok_or_else(|| self.not_json())?;
        self.at += length;
        Ok(number)
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.not_json());
        }
        self.at += word.len();
        Ok(value)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<(), JsonError> {
        if self.take(wanted) { Ok(()) } else { Err(self.not_json()) }
    }

    fn take(&mut self, wanted: u8) -> bool {
        let is_here = self.peek() == Some(wanted);
        self.at += usize::from(is_here);
        is_here
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn not_json(&self) -> JsonError {
        JsonError::NotJson { at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{ANSWER, MESSAGE};
    use super::*;

    /// What `serde_json` makes of the same text; of numbers what a double holds, of repeated keys the last.
    fn same(ours: &Value<'_>, reference: &serde_json::Value) -> bool {
        match (ours, reference) {
            (Value::Null, serde_json::Value::Null) => true,
            (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
            (Value::Number(a), serde_json::Value::Number(b)) => {
                b.as_f64().is_some_and(|b| (a - b).abs() <= b.abs() * 1e-14)
            }
            (Value::Text(a), serde_json::Value::String(b)) => a == b,
            (Value::Array(a), serde_json::Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Object(a), serde_json::Value::Object(b)) => {
                a.keys().all(|key| b.contains_key(key))
                    && b.iter().all(|(key, b)| a.get(key).map_or(b.is_null(), |a| same(a, b)))
            }
            _ => false,
        }
    }

    #[test]
    fn reads_and_refuses_what_serde_json_does() {
        for text in [
            "",
            " ",
            "{}",
            "[]",
            "[ ]",
            "{ }",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":}",
            "[",
            "{",
            "[1",
            "{\"a\"",
            "{\"a\":1",
            "\"",
            "\"\\",
            "\"\\u12",
            "\"\\u12é4\"",
            "tru",
            "truely",
            "nul",
            "nan",
            "[1]]",
            "-",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "1e999",
            "-1.5e-3",
            "[1E+2,0,-0]",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ud83dx\"",
            "\"\\x\"",
            "\"a\nb\"",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\té\"",
            "{\"a\":1,\"a\":null}",
            "{\"a\":{\"b\":[true,false,null,\"\"]}}",
            "\u{a0}1",
            "1\u{0}",
        ] {
            match (read(text, MESSAGE), serde_json::from_str::<serde_json::Value>(text)) {
                (Ok(ours), Ok(reference)) => assert!(same(&ours, &reference), "{text}: {ours:?}"),
                (ours, reference) => assert_eq!(ours.is_ok(), reference.is_ok(), "{text}: {ours:?}"),
            }
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, at) in [("", 0), ("[1,", 3), ("{\"a\":tru}", 5), ("[\"a\nb\"]", 3), ("[1] x", 4)] {
            assert_eq!(read(text, MESSAGE).err(), Some(JsonError::NotJson { at }), "{text}");
        }
        assert!(matches!(read(&"[".repeat(100_000), ANSWER), Err(JsonError::TooDeep)));
        assert!(read(&format!("{}{}", "[".repeat(64), "]".repeat(64)), MESSAGE).is_ok());
        assert!(matches!(read(&format!("[{}1]", "1,".repeat(1 << 16)), MESSAGE), Err(JsonError::TooLarge)));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in "[\\[\\]{},:\" \\\\u0-9de.truefalsnl+-]{0,12}") {
            match (read(&text, MESSAGE), serde_json::from_str::<serde_json::Value>(&text)) {
                (Ok(ours), Ok(reference)) => prop_assert!(same(&ours, &reference)),
                (ours, reference) => prop_assert_eq!(ours.is_ok(), reference.is_ok(), "{:?}", reference),
            }
        }
    }
}
