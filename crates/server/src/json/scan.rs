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
        if self.next_is(b'}') {
            return Some(());
        }
        loop {
            let key_start = self.next_after_blanks(b'"')?;
            self.rest_of_string()?;
            let key = &self.bytes[key_start..self.at - 1];
            self.next_after_blanks(b':')?;
            self.blanks();
            let value_start = self.at;
            self.value(depth)?;
            visit(key, &self.bytes[value_start..self.at]);
            if self.next_is(b'}') {
                return Some(());
            }
            self.next_after_blanks(b',')?;
        }
    }

    fn array(&mut self, depth: u8) -> Option<()> {
        self.at += 1; // the bracket
        if self.next_is(b']') {
            return Some(());
        }
        loop {
            self.blanks();
            self.value(depth)?;
            if self.next_is(b']') {
                return Some(());
            }
            self.next_after_blanks(b',')?;
        }
    }

    #[inline]
    fn value(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                self.rest_of_string()
            }
            b'-' | b'0'..=b'9' => self.number(),
            b'{' => self.object(depth.checked_sub(1)?, &mut |_, _| {}),
            b'[' => self.array(depth.checked_sub(1)?),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => None,
        }
    }

    /// Passes over a string behind its first quotation mark.
    #[inline]
    fn rest_of_string(&mut self) -> Option<()> {
        loop {
            self.at += run(&self.bytes[self.at..], specials, |byte| PLAIN[usize::from(byte)]);
            match self.peek()? {
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

    #[inline]
    fn number(&mut self) -> Option<()> {
        self.at += usize::from(self.peek() == Some(b'-'));
        let integer = self.at;
        self.digits()?;
        if self.bytes[integer] == b'0' && self.at > integer + 1 {
            return None;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Some(())
    }

    /// One or more digits.
    #[inline]
    fn digits(&mut self) -> Option<()> {
        let length = run(&self.bytes[self.at..], others_than_digits, |byte| byte.is_ascii_digit());
        self.at += length;
        (length > 0).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    /// Passes over white space. Stored objects have none.
    #[inline]
    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes over `wanted`, which must come next, but for white space. Answers what is behind it.
    #[inline]
    fn next_after_blanks(&mut self, wanted: u8) -> Option<usize> {
        self.next_is(wanted).then_some(self.at)
    }

    /// Passes over white space and `wanted`, if that comes next.
    #[inline]
    fn next_is(&mut self, wanted: u8) -> bool {
        if self.peek() != Some(wanted) {
            self.blanks();
        }
        let is = self.peek() == Some(wanted);
        self.at += usize::from(is);
        is
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

/// How many bytes at the start of `bytes` belong to a run. Eight at a time are asked for their `ends`, which are the highest bits
/// of bytes that do not belong to it; those above the lowest may be wrong.
#[inline]
fn run(bytes: &[u8], ends: impl Fn(u64) -> u64, belongs: impl Fn(u8) -> bool) -> usize {
    let (eights, rest) = bytes.as_chunks::<8>();
    for (index, eight) in eights.iter().enumerate() {
        let ends = ends(u64::from_le_bytes(*eight));
        if ends != 0 {
            return 8 * index + ends.trailing_zeros() as usize / 8;
        }
    }
    let length = rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
    8 * eights.len() + length
}

/// The same byte eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// See [`run`]: quotation marks, backslashes and control characters, which end what stands for itself in a string.
#[inline]
fn specials(bytes: u64) -> u64 {
    // What is less than `limit` borrows from its highest bit; so may what stands above it.
    let less = |bytes: u64, limit: u8| bytes.wrapping_sub(eight(limit)) & !bytes;
    let same = |byte: u8| less(bytes ^ eight(byte), 1);
    (less(bytes, 0x20) | same(b'"') | same(b'\\')) & eight(0x80)
}

/// See [`run`]: everything but digits.
#[inline]
fn others_than_digits(bytes: u64) -> u64 {
    // Digits become 0 to 9, and only from 10 on this addition reaches the highest bit.
    let values = bytes ^ eight(b'0');
    (values.wrapping_add(eight(0x80 - 10)) | values) & eight(0x80)
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

    #[test]
    fn runs_end_where_byte_by_byte_they_end() {
        let same = |bytes: &[u8]| {
            let plain = |byte: u8| PLAIN[usize::from(byte)];
            let expected = |belongs: fn(&u8) -> bool| bytes.iter().take_while(|byte| belongs(byte)).count();
            assert_eq!(run(bytes, specials, plain), expected(|byte| PLAIN[usize::from(*byte)]), "{bytes:?}");
            assert_eq!(run(bytes, others_than_digits, |b| b.is_ascii_digit()), expected(u8::is_ascii_digit));
        };
        for (first, second) in (0..=255).flat_map(|first| (0..=255).map(move |second| (first, second))) {
            same(&[b'7', first, second, b'7', second, b'7', b'7', b'7', first, b'7']);
            same(&[first, second, second]);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged_as_serde_judges_it(text in r#"\{("(a|\\u00e9|\\n|b)*":(1|-0|2\.5e3|"x"|true|null|\[1,2\]|\{\})[,}]?){0,4}\}?"#) {
            agrees(text.as_bytes());
        }
    }
}
