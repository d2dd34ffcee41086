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

/// Length of the string that starts at `bytes[0]` (a quotation mark), when it is whole and has no escapes.
pub(super) fn unescaped_string(bytes: &[u8]) -> Option<usize> {
    let length = bytes[1..].iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    (bytes[length + 1] == b'"').then_some(length + 2)
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
/// brackets must balance; the grammar of what is between is not looked at, and neither is the text in strings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Skip {
    depth: u16,
    /// One bit for each open bracket, the innermost lowest: 1 for an object, 0 for an array.
    objects: u64,
    in_string: bool,
    escaped: bool,
}

impl Skip {
    /// Passes over the value that starts at `bytes[*at]`, or goes on with it. `Whole` and `Broken` leave `at` behind
    /// the value or at the offending byte.
    pub(super) fn run(&mut self, bytes: &[u8], at: &mut usize) -> Token<()> {
        let start = *at;
        while let Some(&byte) = bytes.get(*at) {
            if self.escaped {
                self.escaped = false;
            } else if self.in_string {
                *at += bytes[*at..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count();
                match bytes.get(*at) {
                    Some(b'"') => self.in_string = false,
                    Some(_) => self.escaped = true,
                    None => break,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn skips(value: &[u8]) -> bool {
        let mut at = 0;
        matches!(Skip::default().run(value, &mut at), Token::Whole((), _)) && at == value.len()
    }

    #[test]
    fn nesting_is_limited_and_brackets_in_strings_do_not_count() {
        assert!(skips(br#"{"a":["]}",{"b\"}":[]}],"c":"\\"}"#));
        assert!(skips(&[vec![b'['; 64], vec![b']'; 64]].concat()));
        assert!(!skips(&[vec![b'['; 65], vec![b']'; 65]].concat()));
        assert!(!skips(b"[\x01]") && !skips(b"[}") && !skips(b"[\xff]"));
        assert!(skips(b"\"line\nbreak, \xff\xc3(\""));
    }
}
