//! Reads a Recorder's answer to `/api/0/locations` while it arrives.
//!
//! A year of history is hundreds of megabytes of JSON. The reader takes it in pieces cut anywhere, turns each location
//! into a [`Row`] without building anything in between, and keeps nothing but the token at the cut. No input makes it
//! panic or hold more than a few kilobytes of its own.
//!
//! One damaged location costs that location, and no more than its text where only that is damaged: the Recorder passes
//! its answers through a printf-style function, so that a per-cent sign in a Wi-Fi name may turn into anything, control
//! characters and broken UTF-8 included.

mod fields;
mod number;
mod scan;

use std::fmt;

use fields::Field;
pub use fields::LocationFields;
use number::number;
pub(super) use number::number_in_string;
use scan::{Boundary, Resync, Skip, Token, literal, short_string, skip_blanks, unescaped_string};

use crate::time::TimeRange;
use crate::track::{Dropped, Row};

/// Bytes looked at in one go, so that a body given in one piece is not copied as a whole.
const PIECE_BYTES: usize = 64 * 1024;

/// A location longer than this is left out, as absurd.
const MAX_LOCATION_BYTES: u64 = 1 << 20;

/// Longest key that can be one of ours. Longer ones are passed over.
const MAX_KEY_BYTES: usize = 16;

/// Longest string that is looked at as a number or a type.
const MAX_VALUE_BYTES: usize = 64;

/// How much of an answer that is no JSON is kept to show.
const MAX_TEXT_BYTES: usize = 200;

/// Reads one answer. Feed it with [`push`](Self::push), then ask [`finish`](Self::finish) how it went.
#[derive(Debug)]
pub struct LocationsReader {
    range: TimeRange,
    /// Bytes from the start of a token that the last piece cut.
    carry: Vec<u8>,
    /// Bytes of the answer before those in `carry`.
    consumed: u64,
    phase: Phase,
    key: Key,
    fields: LocationFields,
    /// Where the location being read starts in the answer.
    object_start: u64,
    report: ReadReport,
    failed: Option<AnswerError>,
}

/// What an answer held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadReport {
    /// Rows delivered.
    pub points: u32,
    /// Locations left out, and why.
    pub dropped: Dropped,
    /// The `status` inside the answer, where it has one.
    pub status: Option<u16>,
}

/// Why an answer is unusable as a whole. Rows delivered before are good all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// Not a JSON object. The Recorder answers an unknown request with status 200 and `no comprendo`; proxies send
    /// login pages.
    NotJson {
        /// The start of it, control characters and damage replaced, at most 200 bytes of the answer.
        text: String,
    },
    /// JSON that goes wrong outside of any location.
    Malformed {
        /// Where, in bytes from the start.
        offset: u64,
    },
    /// The answer ends in the middle, or is empty: the connection broke.
    Truncated,
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { text } => write!(f, "expected a list of locations, found “{}”", text.trim()),
            Self::Malformed { offset } => write!(f, "the list of locations makes no sense at byte {offset}"),
            Self::Truncated => f.write_str("the list of locations ends in the middle"),
        }
    }
}

impl std::error::Error for AnswerError {}

/// What is expected next.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The brace that opens the answer.
    Start,
    /// More of an answer that is no JSON, to be shown.
    Text,
    /// Something of an object's members.
    Members(Object, Member),
    /// Something of the array of locations.
    Elements(Element),
    /// The rest of a value nobody wants.
    Skipping(Skip, After),
    /// The end of a damaged location.
    Damaged(Resync),
    /// White space only.
    End,
}

/// Which object the members belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Object {
    Answer,
    Location,
}

/// What may stand next in an object.
#[derive(Clone, Copy, Debug)]
enum Member {
    FirstKeyOrEnd,
    CommaOrEnd,
    Key,
    Colon,
    Value,
}

/// What may stand next in the array of locations.
#[derive(Clone, Copy, Debug)]
enum Element {
    /// A location, or the end of an empty array.
    First,
    /// A comma, or the end.
    Comma,
    /// A location, after a comma.
    Next,
}

/// What one token of an object leads to.
#[derive(Clone, Copy, Debug)]
enum Step {
    To(Phase),
    /// The object ends.
    Close,
    /// The location ended without its brace; the next one starts here.
    GiveUp,
}

/// Where a skipped value belongs.
#[derive(Clone, Copy, Debug)]
enum After {
    /// To the keys of that object: a key too long or too odd to be ours.
    Key(Object),
    /// To a member of that object.
    Member(Object),
    /// To the array of locations, where it has no business.
    Element,
}

/// Keys that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Location(Field),
    Data,
    Status,
    Other,
}

impl LocationsReader {
    /// A reader that delivers the locations within `range`.
    pub fn new(range: TimeRange) -> Self {
        Self {
            range,
            carry: Vec::new(),
            consumed: 0,
            phase: Phase::Start,
            key: Key::Other,
            fields: LocationFields::default(),
            object_start: 0,
            report: ReadReport::default(),
            failed: None,
        }
    }

    /// Takes in the next piece of the answer, cut anywhere, and appends the locations completed by it to `rows` in the
    /// answer's order (which is the order of receipt, not of time).
    ///
    /// # Errors
    /// When the answer is unusable from here on; the same error for every later piece.
    pub fn push(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Result<(), AnswerError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut carry = std::mem::take(&mut self.carry);
        for piece in bytes.chunks(PIECE_BYTES) {
            let before = rows.len();
            carry.extend_from_slice(piece);
            let outcome = self.read(&carry, rows);
            self.report.points += (rows.len() - before) as u32;
            let read = outcome.inspect_err(|error| self.failed = Some(error.clone()))?;
            carry.drain(..read);
            self.consumed += read as u64;
        }
        self.carry = carry;
        Ok(())
    }

    /// Locations delivered so far.
    pub fn points(&self) -> u32 {
        self.report.points
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// The error of an earlier [`push`](Self::push), or that the answer is no JSON or incomplete.
    pub fn finish(self) -> Result<ReadReport, AnswerError> {
        match (self.failed, self.phase) {
            (Some(error), _) => Err(error),
            (None, Phase::End) => Ok(self.report),
            (None, Phase::Text) => Err(not_json(&self.carry)),
            (None, _) => Err(AnswerError::Truncated),
        }
    }

    /// Reads as many tokens as are whole and answers how many bytes they took.
    fn read(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Result<usize, AnswerError> {
        let mut at = 0;
        loop {
            if !matches!(self.phase, Phase::Text | Phase::Skipping(..) | Phase::Damaged(_)) {
                skip_blanks(bytes, &mut at);
            }
            let Some(&byte) = bytes.get(at) else { return Ok(at) };
            match self.phase {
                Phase::Members(object, member) => match self.member(object, member, &bytes[at..]) {
                    Token::Whole(Step::To(phase), length) => {
                        self.phase = phase;
                        at += length;
                    }
                    Token::Whole(Step::Close, length) => {
                        at += length;
                        self.close(object, at, rows);
                    }
                    Token::Whole(Step::GiveUp, _) => {
                        self.report.dropped.invalid += 1;
                        self.phase = Phase::Elements(Element::Next);
                    }
                    Token::NeedsMore => return Ok(at),
                    Token::Broken => self.damaged(object, at, None)?,
                },
                Phase::Skipping(mut skip, after) => match skip.run(bytes, &mut at) {
                    Token::Whole((), _) => self.phase = after.phase(),
                    Token::NeedsMore => self.phase = Phase::Skipping(skip, after),
                    Token::Broken => match after {
                        After::Key(object) | After::Member(object) => self.damaged(object, at, Some(skip))?,
                        After::Element => self.phase = Phase::Damaged(Resync::new(Some(skip))),
                    },
                },
                Phase::Elements(element) => {
                    at += 1;
                    match (element, byte) {
                        (Element::First | Element::Next, b'{') => {
                            self.open_location(self.consumed + at as u64 - 1);
                            self.phase = Phase::Members(Object::Location, Member::FirstKeyOrEnd);
                        }
                        (Element::Comma, b',') => self.phase = Phase::Elements(Element::Next),
                        (Element::First | Element::Comma, b']') => {
                            self.phase = Phase::Members(Object::Answer, Member::CommaOrEnd);
                        }
                        _ => {
                            at -= 1;
                            match self.stray_element(element, &bytes[at..]) {
                                Token::Whole(phase, length) => {
                                    self.report.dropped.invalid += 1;
                                    self.phase = phase;
                                    at += length;
                                }
                                Token::NeedsMore => return Ok(at),
                                Token::Broken => return Err(self.malformed(at)),
                            }
                        }
                    }
                }
                Phase::Damaged(mut resync) => {
                    self.phase = match resync.run(bytes, &mut at) {
                        Some(Boundary::AfterLocation) => Phase::Elements(Element::Comma),
                        Some(Boundary::InNextLocation) => {
                            self.open_location(self.consumed + at as u64 - 1);
                            Phase::Members(Object::Location, Member::Key)
                        }
                        Some(Boundary::AfterData) => Phase::Members(Object::Answer, Member::Key),
                        None => Phase::Damaged(resync),
                    };
                }
                Phase::Start if byte == b'{' => {
                    at += 1;
                    self.phase = Phase::Members(Object::Answer, Member::FirstKeyOrEnd);
                }
                Phase::Start => self.phase = Phase::Text,
                Phase::Text if bytes.len() - at < MAX_TEXT_BYTES => return Ok(at),
                Phase::Text => return Err(not_json(&bytes[at..])),
                Phase::End => return Err(self.malformed(at)),
            }
        }
    }

    /// Reads one token of an object. `bytes` starts with it.
    fn member(&mut self, object: Object, member: Member, bytes: &[u8]) -> Token<Step> {
        let to = |member, length| Token::Whole(Step::To(Phase::Members(object, member)), length);
        match (member, bytes[0]) {
            (Member::Value, _) => self.value(object, bytes),
            (Member::FirstKeyOrEnd | Member::Key, b'"') => match short_string(bytes, MAX_KEY_BYTES) {
                Token::Whole(Some(name), length) => {
                    self.key = Key::new(object, name);
                    to(Member::Colon, length)
                }
                Token::Whole(None, _) => {
                    self.key = Key::Other;
                    Token::Whole(Step::To(Phase::Skipping(Skip::default(), After::Key(object))), 0)
                }
                Token::NeedsMore => Token::NeedsMore,
                Token::Broken => Token::Broken,
            },
            (Member::Colon, b':') => to(Member::Value, 1),
            (Member::CommaOrEnd, b',') => to(Member::Key, 1),
            (Member::FirstKeyOrEnd | Member::CommaOrEnd, b'}') => Token::Whole(Step::Close, 1),
            // The brace that closes the location is missing, and here the next one starts.
            (Member::Key, b'{') if object == Object::Location => Token::Whole(Step::GiveUp, 0),
            _ => Token::Broken,
        }
    }

    /// Reads a value, or its start when nobody wants it.
    fn value(&mut self, object: Object, bytes: &[u8]) -> Token<Step> {
        let read = |length| Token::Whole(Step::To(Phase::Members(object, Member::CommaOrEnd)), length);
        let skip = Token::Whole(Step::To(Phase::Skipping(Skip::default(), After::Member(object))), 0);
        match bytes[0] {
            // Most of a location is text nobody wants: passed over here where it is simple and whole.
            b'"' if self.key == Key::Other => match unescaped_string(bytes) {
                Some(length) => read(length),
                None => skip,
            },
            b'"' => match short_string(bytes, MAX_VALUE_BYTES) {
                Token::Whole(Some(text), length) => {
                    self.set_text(text);
                    read(length)
                }
                Token::Whole(None, _) => {
                    self.set_text(b"");
                    skip
                }
                Token::NeedsMore => Token::NeedsMore,
                Token::Broken => Token::Broken,
            },
            b'[' if self.key == Key::Data => Token::Whole(Step::To(Phase::Elements(Element::First)), 1),
            b'[' | b'{' => {
                self.set(None);
                skip
            }
            _ => match number_or_literal(bytes) {
                Token::Whole(value, length) => {
                    self.set(value);
                    read(length)
                }
                Token::NeedsMore => Token::NeedsMore,
                Token::Broken => Token::Broken,
            },
        }
    }

    /// Passes over something that is no location among the locations.
    fn stray_element(&self, element: Element, bytes: &[u8]) -> Token<Phase> {
        let damaged = Token::Whole(Phase::Damaged(Resync::new(None)), 0);
        match (element, bytes[0]) {
            (Element::Comma, _) => damaged,
            (_, b'"' | b'[') => Token::Whole(Phase::Skipping(Skip::default(), After::Element), 0),
            _ => match number_or_literal(bytes) {
                Token::Whole(_, length) => Token::Whole(Phase::Elements(Element::Comma), length),
                Token::NeedsMore => Token::NeedsMore,
                Token::Broken => damaged,
            },
        }
    }

    /// Keeps a number, or that there was none.
    fn set(&mut self, value: Option<f64>) {
        let value = value.filter(|value| value.is_finite());
        match self.key {
            Key::Location(field) => self.fields.set_number(field, value),
            Key::Status => {
                self.report.status =
                    value.filter(|status| (0.0..1000.0).contains(status)).map(|status| status as u16);
            }
            Key::Data | Key::Other => {}
        }
    }

    fn set_text(&mut self, text: &[u8]) {
        match self.key {
            Key::Location(field) => self.fields.set_text(field, text),
            _ => self.set(number_in_string(text)),
        }
    }

    fn open_location(&mut self, offset: u64) {
        self.object_start = offset;
        self.fields = LocationFields::default();
    }

    /// Ends an object whose closing brace ends at `at`.
    fn close(&mut self, object: Object, at: usize, rows: &mut Vec<Row>) {
        if object == Object::Answer {
            self.phase = Phase::End;
            return;
        }
        self.phase = Phase::Elements(Element::Comma);
        let length = self.consumed + at as u64 - self.object_start;
        match self.fields.row().filter(|_| length <= MAX_LOCATION_BYTES) {
            None => self.report.dropped.invalid += 1,
            Some(row) if !self.range.contains(row.time_s) => self.report.dropped.out_of_range += 1,
            Some(row) => rows.push(row),
        }
    }

    /// Something cannot stand where it stands: that costs a location, or the answer.
    fn damaged(&mut self, object: Object, at: usize, skip: Option<Skip>) -> Result<(), AnswerError> {
        if object == Object::Answer {
            return Err(self.malformed(at));
        }
        self.report.dropped.invalid += 1;
        self.phase = Phase::Damaged(Resync::new(skip));
        Ok(())
    }

    fn malformed(&self, at: usize) -> AnswerError {
        AnswerError::Malformed { offset: self.consumed + at as u64 }
    }
}

impl After {
    fn phase(self) -> Phase {
        match self {
            Self::Key(object) => Phase::Members(object, Member::Colon),
            Self::Member(object) => Phase::Members(object, Member::CommaOrEnd),
            Self::Element => Phase::Elements(Element::Comma),
        }
    }
}

impl Key {
    fn new(object: Object, name: &[u8]) -> Self {
        match (object, name) {
            (Object::Location, name) => Field::new(name).map_or(Self::Other, Self::Location),
            (Object::Answer, b"data") => Self::Data,
            (Object::Answer, b"status") => Self::Status,
            (Object::Answer, _) => Self::Other,
        }
    }
}

/// A number, or `None` inside the token for `true`, `false` and `null`.
fn number_or_literal(bytes: &[u8]) -> Token<Option<f64>> {
    if matches!(bytes[0], b'-' | b'0'..=b'9') {
        number(bytes).map(Some)
    } else {
        literal(bytes).map(|()| None)
    }
}

/// What a person should see of an answer that is no JSON.
fn not_json(bytes: &[u8]) -> AnswerError {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_TEXT_BYTES)]);
    AnswerError::NotJson {
        text: text.replace(|character: char| character.is_control() && character != '\n', "\u{fffd}"),
    }
}
