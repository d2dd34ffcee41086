//! Tokens of JSON in a buffer that may end anywhere.

/// What was found at the start of a buffer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<T> {
    /// The token, and its length in bytes.
    Whole(T, usize),
    /// The buffer ends before the token does.
    NeedsMore,
    /// No JSON.
    Broken,
}

impl<T> Token<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Token<U> {
        match self {
            Self::Whole(value, length) => Token::Whole(change(value), length),
            Self::NeedsMore => Token::NeedsMore,
            Self::Broken => Token::Broken,
        }
    }
}

/// Deepest nesting accepted inside a location, far beyond what any app sends. At most the bits of [`Skip::objects`].
const MAX_DEPTH: u16 = 64;

/// Passes over JSON white space.
pub(super) fn skip_blanks(bytes: &[u8], at: &mut usize) {
    while matches!(bytes.get(*at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        *at += 1;
    }
}

/// The inside of the string that starts at `bytes[0]` (a quotation mark) if it is plain ASCII without escapes and of
/// at most `max` bytes; `None` inside the token for any other string, of length 0 since its end was not looked for.
pub(super) fn short_string(bytes: &[u8], max: usize) -> Token<Option<&[u8]>> {
    let inside = &bytes[1..];
    match inside.iter().take(max + 1).position(|byte| !is_plain(*byte)) {
        Some(length) if inside[length] == b'"' => Token::Whole(Some(&inside[..length]), length + 2),
        Some(_) => Token::Whole(None, 0),
        None if inside.len() > max => Token::Whole(None, 0),
        None => Token::NeedsMore,
    }
}

/// `true`, `false` or `null`.
pub(super) fn literal(bytes: &[u8]) -> Token<()> {
    let word: &[u8] = match bytes.first() {
        Some(b't') => b"true",
        Some(b'f') => b"false",
        Some(b'n') => b"null",
        _ => return Token::Broken,
    };
    let common = word.len().min(bytes.len());
    match bytes[..common] == word[..common] {
        true if common == word.len() => Token::Whole((), common),
        true => Token::NeedsMore,
        false => Token::Broken,
    }
}

/// Passes over a string, array or object nobody wants, however long and however cut. It keeps no bytes. Inside,
/// brackets must balance and strings must be well-formed; the grammar of what is between is not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Skip {
    depth: u16,
    /// One bit for each open bracket, the innermost lowest: 1 for an object, 0 for an array.
    objects: u64,
    in_string: bool,
    escaped: bool,
    utf8: Utf8,
}

impl Skip {
    /// Passes over the value that starts at `bytes[*at]`, or goes on with it. `Whole` and `Broken` leave `at` behind
    /// the value or at the offending byte.
    pub(super) fn run(&mut self, bytes: &[u8], at: &mut usize) -> Token<()> {
        let start = *at;
        while let Some(&byte) = bytes.get(*at) {
            if self.in_string {
                if !self.escaped && self.utf8.is_between_characters() {
                    while bytes.get(*at).is_some_and(|byte| is_plain(*byte)) {
                        *at += 1;
                    }
                    if *at == bytes.len() {
                        break;
                    }
                }
                if !self.string_byte(bytes[*at]) {
                    return Token::Broken;
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' if self.depth == MAX_DEPTH => return Token::Broken,
                    b'{' | b'[' => {
                        self.depth += 1;
                        self.objects = self.objects << 1 | u64::from(byte == b'{');
                    }
                    b'}' | b']' if self.depth == 0 || (byte == b'}') != (self.objects & 1 == 1) => {
                        return Token::Broken;
                    }
                    b'}' | b']' => {
                        self.depth -= 1;
                        self.objects >>= 1;
                    }
                    b' '..=b'~' | b'\t' | b'\n' | b'\r' => {}
                    _ => return Token::Broken,
                }
            }
            *at += 1;
            if self.depth == 0 && !self.in_string {
                return Token::Whole((), *at - start);
            }
        }
        Token::NeedsMore
    }

    /// Takes in one byte of a string; `false` when it cannot stand there.
    fn string_byte(&mut self, byte: u8) -> bool {
        if byte >= 0x80 {
            return !self.escaped && self.utf8.accepts(byte);
        }
        if byte < b' ' || !self.utf8.is_between_characters() {
            return false;
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
        true
    }
}

/// Finds the end of a location that turned out to be damaged.
///
/// Brackets and quotation marks are followed, but not trusted: a stray quotation mark turns inside and outside round,
/// and without a second sign everything to the end of the answer would be lost. That sign is `},{"` or `}],"` wherever
/// it stands: inside a healthy string it cannot, for the quotation mark would have ended the string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resync {
    depth: u16,
    in_string: bool,
    escaped: bool,
    /// The last three bytes that were not blank.
    tail: [u8; 3],
}

/// Where reading can go on after a damaged location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boundary {
    /// Behind the damaged location.
    AfterLocation,
    /// At the first key of the next location.
    InNextLocation,
    /// At the first key behind the array of locations.
    AfterData,
}

impl Resync {
    /// Starts at a byte that cannot stand where it stands.
    pub(super) fn new(skip: Option<Skip>) -> Self {
        let skip = skip.unwrap_or_default();
        Self { depth: skip.depth + 1, in_string: skip.in_string, escaped: skip.escaped, tail: [0; 3] }
    }

    /// Looks for the boundary from `at` on; leaves `at` there. `None` when there is none yet.
    pub(super) fn run(&mut self, bytes: &[u8], at: &mut usize) -> Option<Boundary> {
        while let Some(&byte) = bytes.get(*at) {
            if byte == b'"' && !self.escaped {
                match &self.tail {
                    b"},{" => return Some(Boundary::InNextLocation),
                    b"}]," => return Some(Boundary::AfterData),
                    _ => self.in_string = !self.in_string,
                }
            }
            *at += 1;
            if self.in_string {
                self.escaped = byte == b'\\' && !self.escaped;
            } else {
                match byte {
                    b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                    b']' => self.depth = self.depth.saturating_sub(1).max(1),
                    b'}' => self.depth -= 1,
                    _ => {}
                }
                if self.depth == 0 {
                    return Some(Boundary::AfterLocation);
                }
            }
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                self.tail = [self.tail[1], self.tail[2], byte];
            }
        }
        None
    }
}

/// Whether a byte stands for itself in a string: printable ASCII but quotation mark and backslash.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=0x7f) && byte != b'"' && byte != b'\\'
}

/// A UTF-8 check that can be interrupted anywhere (table 3-7 of the Unicode standard).
#[derive(Clone, Copy, Debug, Default)]
struct Utf8 {
    /// Continuation bytes still to come.
    missing: u8,
    /// Range of the next continuation byte.
    low: u8,
    high: u8,
}

impl Utf8 {
    fn is_between_characters(self) -> bool {
        self.missing == 0
    }

    fn accepts(&mut self, byte: u8) -> bool {
        if self.missing > 0 {
            let fits = (self.low..=self.high).contains(&byte);
            *self = Self { missing: self.missing - 1, low: 0x80, high: 0xbf };
            return fits;
        }
        let (missing, low, high) = match byte {
            0xc2..=0xdf => (1, 0x80, 0xbf),
            0xe0 => (2, 0xa0, 0xbf),
            0xed => (2, 0x80, 0x9f),
            0xe1..=0xef => (2, 0x80, 0xbf),
            0xf0 => (3, 0x90, 0xbf),
            0xf1..=0xf3 => (3, 0x80, 0xbf),
            0xf4 => (3, 0x80, 0x8f),
            _ => return false,
        };
        *self = Self { missing, low, high };
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn skips(value: &[u8]) -> bool {
        let mut at = 0;
        matches!(Skip::default().run(value, &mut at), Token::Whole((), _)) && at == value.len()
    }

    proptest! {
        #[test]
        fn strings_pass_exactly_when_they_are_utf_8(inside in prop::collection::vec(0x20_u8.., 0..12)) {
            prop_assume!(!inside.contains(&b'"') && !inside.contains(&b'\\'));
            let value = [b"\"", &inside[..], b"\""].concat();
            prop_assert_eq!(skips(&value), std::str::from_utf8(&inside).is_ok());
        }
    }

    #[test]
    fn nesting_is_limited_and_brackets_in_strings_do_not_count() {
        assert!(skips(br#"{"a":["]}",{"b\"}":[]}],"c":"\\"}"#));
        assert!(skips(&[vec![b'['; 64], vec![b']'; 64]].concat()));
        assert!(!skips(&[vec![b'['; 65], vec![b']'; 65]].concat()));
        assert!(!skips(b"\"line\nbreak\""));
    }
}
