//! One look at an object: whether it is one, and its members on the way. Every line of a history is looked at when the
//! history is asked for, so this decides how fast histories are.

/// Deeper nesting is taken for damage.
const MAX_DEPTH: u8 = 128;

/// Looks through `bytes` and calls `visit` with the members of the object they are: key without its quotes (escapes left as
/// they are) and the bytes of its value. Whether `bytes` are one JSON object in UTF-8, without white space around it; if they
/// are not, what was visited before the damage means nothing.
pub fn scan<'a>(bytes: &'a [u8], mut visit: impl FnMut(&'a [u8], &'a [u8])) -> bool {
    let mut scanner = Scanner { bytes, at: 0 };
    bytes.first() == Some(&b'{')
        && std::str::from_utf8(bytes).is_ok()
        && scanner.object(MAX_DEPTH, &mut visit).is_some()
        && scanner.at == bytes.len()
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn object(&mut self, depth: u8, visit: &mut impl FnMut(&'a [u8], &'a [u8])) -> Option<()> {
        self.at += 1; // the brace
        self.blanks();
        if self.next_is(b'}') {
            return Some(());
        }
        loop {
            let key_start = self.at;
            (self.peek()? == b'"').then(|| self.string())??;
            let key = &self.bytes[key_start + 1..self.at - 1];
            self.blanks();
            self.next_is(b':').then_some(())?;
            self.blanks();
            let value_start = self.at;
            self.value(depth)?;
            visit(key, &self.bytes[value_start..self.at]);
            self.blanks();
            if self.next_is(b'}') {
                return Some(());
            }
            self.next_is(b',').then_some(())?;
            self.blanks();
        }
    }

    fn array(&mut self, depth: u8) -> Option<()> {
        self.at += 1; // the bracket
        self.blanks();
        if self.next_is(b']') {
            return Some(());
        }
        loop {
            self.value(depth)?;
            self.blanks();
            if self.next_is(b']') {
                return Some(());
            }
            self.next_is(b',').then_some(())?;
            self.blanks();
        }
    }

    fn value(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b'{' => self.object(depth.checked_sub(1)?, &mut |_, _| {}),
            b'[' => self.array(depth.checked_sub(1)?),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1; // the quotation mark
        loop {
            self.at += self.bytes[self.at..].iter().position(|byte| !PLAIN[usize::from(*byte)])?;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => {
                    let escape = match self.bytes.get(self.at + 1)? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                        b'u' => 6,
                        _ => return None,
                    };
                    let digits = self.bytes.get(self.at + 2..self.at + escape)?;
                    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                    self.at += escape;
                }
                _ => return None, // a control character
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        self.next_is(b'-');
        let integer = self.at;
        self.digits()?;
        if self.bytes[integer] == b'0' && self.at > integer + 1 {
            return None;
        }
        if self.next_is(b'.') {
            self.digits()?;
        }
        if self.next_is(b'e') || self.next_is(b'E') {
            let _ = self.next_is(b'+') || self.next_is(b'-');
            self.digits()?;
        }
        Some(())
    }

    /// One or more digits.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn next_is(&mut self, wanted: u8) -> bool {
        let is = self.peek() == Some(wanted);
        self.at += usize::from(is);
        is
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

/// Bytes that stand for themselves in a string.
static PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < 0x20 {
        plain[byte] = false;
        byte += 1;
    }
    plain[b'"' as usize] = false;
    plain[b'\\' as usize] = false;
    plain
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn agrees(text: &[u8]) {
        let mut members = Vec::new();
        let is_object = scan(text, |key, value| members.push((key.to_vec(), value.to_vec())));
        let expected =
            std::str::from_utf8(text).ok().and_then(|text| serde_json::from_str::<Value>(text).ok());
        match expected {
            Some(Value::Object(object)) if text.first() == Some(&b'{') && text.last() == Some(&b'}') => {
                assert!(is_object, "{}", String::from_utf8_lossy(text));
                let read: serde_json::Map<String, Value> = members
                    .into_iter()
                    .map(|(key, value)| {
                        let key = [b"\"", &key[..], b"\""].concat();
                        (serde_json::from_slice(&key).unwrap(), serde_json::from_slice(&value).unwrap())
                    })
                    .collect();
                assert_eq!(read, object);
            }
            _ => assert!(!is_object, "{}", String::from_utf8_lossy(text)),
        }
    }

    #[test]
    fn every_form_of_value_and_damage() {
        let whole =
            r#"{"a":"x\\\"é☃","b":[{"c":"\u00e9/"},[],{}],"d":-1.50E+3,"e":[1 , true,false,null ] ,"f":0}"#;
        agrees(whole.as_bytes());
        for end in 0..whole.len() {
            agrees(&whole.as_bytes()[..end]);
            agrees(&[&whole.as_bytes()[..end], &whole.as_bytes()[end + 1..]].concat());
        }
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "{},",
            " {}",
            "{\"a\":01}",
            "{\"a\":-}",
            "{\"a\":.5}",
            "{\"a\":1.}",
            "{\"a\":1e}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12g4\"}",
            "{a:1}",
            "{\"a\":1,}",
            "{\"a\":nul}",
            "{\"a\":1}x",
            "{\"a\" : 1 , \"a\" : 2 }",
            "{\"a\":[1,]}",
            "{\"a\":tru",
            "{\"a\":\"\\",
        ] {
            agrees(text.as_bytes());
        }
        agrees(b"{\"a\":\"\xff\"}");
        let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(scan(deep(100).as_bytes(), |_, _| {}));
        assert!(!scan(deep(10_000).as_bytes(), |_, _| {}), "nesting without end costs nothing");
    }

    proptest! {
        #[test]
        fn any_text_is_judged_as_serde_judges_it(text in r#"\{("(a|\\u00e9|\\n|b)*":(1|-0|2\.5e3|"x"|true|null|\[1,2\]|\{\})[,}]?){0,4}\}?"#) {
            agrees(text.as_bytes());
        }
    }
}
