//! Answers of a Recorder's API. It answers 200 to nearly everything, so the body decides what it is: JSON as wanted, JSON
//! with an error, plain text (`no comprendo`), a proxy's login page, or JSON damaged by per-cent signs (it passes answers
//! through a printf format).

use crate::ordered;
use std::fmt;

use crate::owntracks::json::{self, JsonError, Object, Value};
use crate::owntracks::message::Location;
use crate::owntracks::payload::{Refusal, decode_location};
use crate::owntracks::topic::Names;
use crate::owntracks::{FriendId, text};

use super::live::identity;
use super::month::Month;

/// Why an answer is unusable. Displayed as a sentence of what was expected and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAnswer {
    /// No JSON: plain text, a web page, damaged, or empty.
    NotJson {
        /// What was expected.
        expected: &'static str,
        /// The start of what came, cleaned, at most 80 characters.
        found: String,
    },
    /// Beyond 64 MiB, a million values, or 64 levels.
    TooLarge {
        /// What was expected.
        expected: &'static str,
    },
    /// JSON of another shape.
    OtherShape {
        /// What was expected.
        expected: &'static str,
        /// What came, e.g. `an array`.
        found: &'static str,
    },
    /// The Recorder has no such folder: an unknown name, or nothing was stored yet.
    NothingStored,
    /// Another error in the Recorder's own words, cleaned, at most 200 characters.
    Reported(String),
}

impl fmt::Display for BadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { expected, found } if found.is_empty() => {
                write!(f, "expected {expected}, found nothing")
            }
            Self::NotJson { expected, found } => write!(f, "expected {expected}, found “{found}”"),
            Self::TooLarge { expected } => write!(f, "expected {expected}, found too much"),
            Self::OtherShape { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::NothingStored => f.write_str("nothing is stored under this name"),
            Self::Reported(error) => write!(f, "the Recorder says: {error}"),
        }
    }
}

impl std::error::Error for BadAnswer {}

/// Everybody's last location.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastAnswer {
    /// One for each device, in the Recorder's order.
    pub entries: Vec<LastEntry>,
    /// What else was in the answer, and why it is not among the entries.
    pub refused: Vec<Refusal>,
}

/// The last location of one device. Name and face, where known, are in its `card`.
#[derive(Clone, Debug, PartialEq)]
pub struct LastEntry {
    /// Whose.
    pub friend: FriendId,
    /// User and device for people.
    pub names: Names,
    /// Where and when.
    pub location: Location,
}

/// Reads the answer to `version`: the version, cleaned, e.g. `1.0.1`.
pub fn read_version(body: &[u8]) -> Result<String, BadAnswer> {
    let expected = "the version of a Recorder";
    with_answer(body, expected, |answer| {
        let object = as_object(answer, expected)?;
        let version = object.text("version").and_then(|version| text::clean_some(version, text::NAME_CHARS));
        version.ok_or(BadAnswer::OtherShape { expected, found: "an object without `version`" })
    })
}

/// Reads in the answer to `version` which version of the compact form of histories the server gives; `None` for a Recorder,
/// which has none (`docs/compact-history.md`).
pub fn read_compact_version(body: &[u8]) -> Option<u32> {
    with_answer(body, "a version", |answer| match as_object(answer, "a version")?.get("history") {
        Some(Value::Number(version)) if *version >= 0.0 => Ok(Some(*version as u32)),
        _ => Ok(None),
    })
    .ok()
    .flatten()
}

/// Reads the answer to `list`: users as the store names them, sorted.
pub fn read_users(body: &[u8]) -> Result<Vec<String>, BadAnswer> {
    read_names(body, "a list of users")
}

/// Reads the answer to `list` of a user: devices as the store names them, sorted.
pub fn read_devices(body: &[u8]) -> Result<Vec<String>, BadAnswer> {
    read_names(body, "a list of devices")
}

/// Reads the answer to `list` of a device, which is paths of store files on the server: the months they are of, oldest
/// first. Other paths are passed over.
pub fn read_months(body: &[u8]) -> Result<Vec<Month>, BadAnswer> {
    with_results(body, "a list of store files", |paths| {
        let stem = |path: &str| Month::parse(path.rsplit(['/', '\\']).next()?.strip_suffix(".rec")?);
        in_order(paths.filter_map(stem))
    })
}

/// Reads the answer to `last`. A bad entry costs only itself; `{}` (an empty store) and `[]` (no match) are nobody.
pub fn read_last(body: &[u8]) -> Result<LastAnswer, BadAnswer> {
    let expected = "a list of last locations";
    with_answer(body, expected, |answer| match answer {
        Value::Array(elements) => {
            let mut last = LastAnswer::default();
            for element in elements {
                match read_entry(element) {
                    Ok(entry) => last.entries.push(entry),
                    Err(refusal) => last.refused.push(refusal),
                }
            }
            Ok(last)
        }
        Value::Object(object) if object.is_empty() => Ok(LastAnswer::default()),
        other => {
            as_object(other, expected)?;
            Err(BadAnswer::OtherShape { expected, found: other.kind() })
        }
    })
}

/// An entry asked for with `fields=` has no type.
fn read_entry(element: &Value<'_>) -> Result<LastEntry, Refusal> {
    let Value::Object(object) = element else { return Err(Refusal::NotAnObject) };
    if object.text("_type").is_some_and(|type_name| type_name != "location") {
        return Err(Refusal::NoType);
    }
    let (friend, names) = identity(object).ok_or(Refusal::NoIdentity)?;
    Ok(LastEntry { friend, names, location: decode_location(object)? })
}

fn read_names(body: &[u8], expected: &'static str) -> Result<Vec<String>, BadAnswer> {
    with_results(body, expected, |names| {
        in_order(names.filter_map(|name| text::clean_some(name, text::LABEL_CHARS)))
    })
}

/// Everything once, in order.
fn in_order<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    ordered::sort_by(&mut items, T::cmp);
    items.dedup();
    items
}

/// The strings in `results`; the order of directories means nothing, and repeats neither.
fn with_results<T>(
    body: &[u8],
    expected: &'static str,
    read: impl FnOnce(&mut dyn Iterator<Item = &str>) -> T,
) -> Result<T, BadAnswer> {
    with_answer(body, expected, |answer| {
        let object = as_object(answer, expected)?;
        let Some(Value::Array(results)) = object.get("results") else {
            return Err(BadAnswer::OtherShape { expected, found: "an object without `results`" });
        };
        Ok(read(&mut results.iter().filter_map(|result| match result {
            Value::Text(name) => Some(&**name),
            _ => None,
        })))
    })
}

/// Parses `body`. Damaged UTF-8 costs the damaged characters, and so do raw control characters, which the Recorder's
/// printf puts into strings.
pub(super) fn with_answer<T>(
    body: &[u8],
    expected: &'static str,
    read: impl FnOnce(&Value<'_>) -> Result<T, BadAnswer>,
) -> Result<T, BadAnswer> {
    let body = String::from_utf8_lossy(body);
    let calmed;
    let parsed = match json::read(&body, json::ANSWER) {
        Err(JsonError::NotJson { .. }) if body.contains(|c: char| c.is_ascii_control()) => {
            // Outside of strings, the only control characters JSON allows mean as much as a blank.
            calmed = body.replace(|c: char| c.is_ascii_control(), " ");
            json::read(&calmed, json::ANSWER)
        }
        parsed => parsed,
    };
    match parsed {
        Ok(value) => read(&value),
        Err(JsonError::NotJson { .. }) => {
            Err(BadAnswer::NotJson { expected, found: text::clean(&body, FOUND_CHARS) })
        }
        Err(JsonError::TooLarge | JsonError::TooDeep) => Err(BadAnswer::TooLarge { expected }),
    }
}

/// The object, unless it is an error.
fn as_object<'v, 'a>(value: &'v Value<'a>, expected: &'static str) -> Result<&'v Object<'a>, BadAnswer> {
    let Value::Object(object) = value else {
        return Err(BadAnswer::OtherShape { expected, found: value.kind() });
    };
    match object.text("error") {
        Some(error) if error.ends_with("requested directory") => Err(BadAnswer::NothingStored),
        Some(error) => Err(BadAnswer::Reported(text::clean(error, REPORTED_CHARS))),
        None => Ok(object),
    }
}

const FOUND_CHARS: usize = 80;
const REPORTED_CHARS: usize = 200;
