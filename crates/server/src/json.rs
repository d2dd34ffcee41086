//! JSON objects as the bytes they came in.
//!
//! A message is stored and served as it was sent: unknown keys, their order and the text of numbers stay. So an object is
//! looked at and added to as bytes; it is parsed only to learn whether it is one.
//!
//! Everything here but [`compact_object`] and [`scan()`] expects what these or [`is_object`] let through.

mod scan;

use serde_json::Value;

pub use scan::scan;

/// Takes out the white space between the tokens of the JSON object in `bytes`, so that it fits on one line. `None` for
/// anything else than one object in UTF-8.
pub fn compact_object(bytes: &[u8]) -> Option<Vec<u8>> {
    let bytes = bytes.trim_ascii();
    if !is_object(bytes) {
        return None;
    }
    let mut compact = Vec::with_capacity(bytes.len());
    let mut in_string = false;
    let mut escaped = false;
    for &byte in bytes {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte.is_ascii_whitespace() {
            continue;
        } else {
            in_string = byte == b'"';
        }
        compact.push(byte);
    }
    Some(compact)
}

/// Whether `bytes` are one JSON object in UTF-8, without white space around it.
pub fn is_object(bytes: &[u8]) -> bool {
    scan(bytes, |_, _| {})
}

/// The members of an object in order: key without its quotes (escapes left as they are) and the bytes of its value.
/// Yields what it understands of anything that is no object, and never panics.
pub fn members(object: &[u8]) -> Members<'_> {
    Members { rest: object.strip_prefix(b"{").unwrap_or_default() }
}

/// See [`members`].
pub struct Members<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let key_start = self.rest.iter().position(|&b| b == b'"')?;
        let key_len = string_len(self.rest.get(key_start..)?)?;
        let key = self.rest.get(key_start + 1..key_start + key_len - 1)?;
        let after_key = self.rest.get(key_start + key_len..)?;
        let value_start = after_key.iter().position(|&b| b == b':')? + 1;
        let value = after_key.get(value_start..)?.trim_ascii_start();
        let (value, rest) = value.split_at(value_len(value)?);
        self.rest = rest;
        Some((key, value.trim_ascii_end()))
    }
}

/// The elements of a JSON array, or `bytes` itself when it is none: phones that were offline may send several messages at
/// once.
pub fn elements(bytes: &[u8]) -> Vec<&[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii(); // editors of scripts put it there
    let is_array =
        bytes.first() == Some(&b'[') && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    let Some(mut rest) = bytes.strip_prefix(b"[").filter(|_| is_array) else { return vec![bytes] };
    let mut elements = Vec::new();
    while let Some(len) = value_len(rest) {
        let (element, after) = rest.split_at(len);
        if !element.trim_ascii().is_empty() {
            elements.push(element.trim_ascii());
        }
        rest = after.get(1..).unwrap_or_default(); // past the comma or the closing bracket
    }
    elements
}

/// The bytes of the value of `key`; of the last one where the key is repeated.
pub fn member<'a>(object: &'a [u8], key: &str) -> Option<&'a [u8]> {
    members(object).filter(|(name, _)| *name == key.as_bytes()).last().map(|(_, value)| value)
}

/// A copy of `object` without the members called one of `keys`.
pub fn without(object: &[u8], keys: &[&str]) -> Vec<u8> {
    let mut copy = Builder::with_capacity(object.len());
    for (key, value) in members(object).filter(|(name, _)| !keys.iter().any(|key| key.as_bytes() == *name)) {
        copy.raw(key, value);
    }
    copy.finish()
}

/// `text` as a JSON string, with quotes.
pub fn string(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes an object member by member.
pub struct Builder(Vec<u8>);

impl Builder {
    /// Starts an empty object.
    pub fn new() -> Self {
        Self::with_capacity(256)
    }

    /// Starts an empty object that will take about `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut out = Vec::with_capacity(bytes);
        out.push(b'{');
        Self(out)
    }

    /// Starts with all members of `object`.
    pub fn from_object(object: &[u8]) -> Self {
        let mut out = Vec::with_capacity(object.len() + 160);
        out.extend_from_slice(object.strip_suffix(b"}").unwrap_or(b"{"));
        Self(out)
    }

    /// Appends a member whose key needs no escapes (or has them) and whose value is JSON already.
    pub fn raw(&mut self, key: &[u8], value: &[u8]) -> &mut Self {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(key);
        self.0.extend_from_slice(b"\":");
        self.0.extend_from_slice(value);
        self
    }

    /// Appends a member with a text as its value.
    pub fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.raw(key.as_bytes(), string(value).as_bytes())
    }

    /// The finished object.
    pub fn finish(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

/// Length of the string that `bytes` start with, both quotes included.
fn string_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Length of the value that `bytes` start with: up to the comma or brace that ends it.
fn value_len(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += string_len(bytes.get(at..)?)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(text: &str) -> Option<String> {
        compact_object(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn white_space_goes_and_everything_else_stays() {
        assert_eq!(
            compact("{ \"b\" : 8.5300 ,\n\t\"a\": \" \\\" x \\\\\" , \"c\":[ 1 , {} ] }").as_deref(),
            Some(r#"{"b":8.5300,"a":" \" x \\","c":[1,{}]}"#)
        );
        assert_eq!(compact("[1]"), None);
        assert_eq!(compact("{} x"), None);
        assert_eq!(compact("{\"a\":\"\n\"}"), None, "a line break inside a string is no JSON");
        assert!(compact_object(b"{\"a\":\"\xff\"}").is_none());
    }

    #[test]
    fn members_are_found_in_order_with_their_text() {
        let object = br#"{"a":"x,}\"","b":{"c":[1,2]},"d":1.50,"a":null}"#;
        let seen: Vec<_> = members(object).map(|(k, v)| (str(k), str(v))).collect();
        assert_eq!(seen, [("a", r#""x,}\"""#), ("b", r#"{"c":[1,2]}"#), ("d", "1.50"), ("a", "null")]);
        assert_eq!(member(object, "a"), Some(&b"null"[..]), "the last one wins");
        assert_eq!(str(&without(object, &["a", "b"])), r#"{"d":1.50}"#);
    }

    #[test]
    fn members_of_damaged_objects_end_without_panic() {
        let whole = br#"{"a":"x\\","b":[{"c":"\""}],"d":-1}"#;
        for end in 0..whole.len() {
            assert!(members(&whole[..end]).count() <= 3);
            assert!(!is_object(&whole[..end]));
        }
        assert!(is_object(whole));
    }

    #[test]
    fn an_array_falls_into_its_elements() {
        assert_eq!(elements(br#" [ {"a":[1,2]} , {"b":"]"} ] "#), [&br#"{"a":[1,2]}"#[..], br#"{"b":"]"}"#]);
        assert!(elements(b"[]").is_empty());
        assert_eq!(elements(b"{\"a\":1}"), [b"{\"a\":1}"]);
        assert_eq!(elements(b"[1,"), [b"[1,"], "a damaged array is one damaged thing");
    }

    #[test]
    fn an_object_is_built_and_added_to() {
        let mut empty = Builder::from_object(b"{}");
        empty.text("name", "50%d \"off\"\n");
        assert_eq!(str(&empty.finish()), r#"{"name":"50%d \"off\"\n"}"#);
        let mut more = Builder::from_object(br#"{"a":1}"#);
        more.raw(b"b", b"2");
        assert_eq!(str(&more.finish()), r#"{"a":1,"b":2}"#);
    }

    fn str(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }
}
