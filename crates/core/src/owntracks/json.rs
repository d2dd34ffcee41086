//! JSON as people and programs really send it: read once into a value, within limits, the last of repeated keys winning
//! (the Recorder repeats keys, and browsers take the last).
//!
//! No input makes this panic, recurse deeply, or keep more than a small multiple of the input's size.
//!
//! Not `serde_json`: beside this room only settings and `config.json` are JSON, and the page's module is 20 kB smaller
//! without it.

mod read;
mod write;

use std::borrow::Cow;

pub(crate) use read::read;
pub(crate) use write::ObjectWriter;

/// How much is read at most.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of text.
    pub(crate) bytes: usize,
    /// Values of any kind, nested ones included: each costs more memory than the two bytes it may take in the text.
    pub(crate) values: u32,
}

/// Limits of one message.
pub(crate) const MESSAGE: Limits = Limits { bytes: 1 << 20, values: 1 << 16 };
/// Limits of an answer of the Recorder, which holds all friends with their faces.
pub(crate) const ANSWER: Limits = Limits { bytes: 64 << 20, values: 1 << 20 };

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// More bytes or values than the limits allow.
    TooLarge,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// No JSON.
    NotJson {
        /// Where it ceases to be: a byte of the text, or its end.
        at: usize,
    },
}

/// A JSON value. Strings without escapes are borrowed from the input.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// Every number of OwnTracks, epoch milliseconds included, is exact in an `f64`. Always finite.
    Number(f64),
    Text(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    Object(Object<'a>),
}

impl Value<'_> {
    /// What it is, for error messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one, whole, and in `0..=u32::MAX`.
    pub(crate) fn whole(&self) -> Option<u32> {
        match self {
            Self::Number(number) if *number == f64::from(*number as u32) => Some(*number as u32),
            _ => None,
        }
    }
}

/// A JSON object, its members in order of appearance, repeated ones included.
#[derive(Debug, Default)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// The last value of `key`; `null` is as good as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        let (_, value) = self.members.iter().rev().find(|(name, _)| name == key)?;
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// The last value of `key`, where that is a string.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The last value of `key`, where that is an object.
    pub(crate) fn object(&self, key: &str) -> Option<&Object<'a>> {
        match self.get(key)? {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Its keys, in order of appearance.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(key, _)| &**key)
    }

    /// Whether it has no members at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}
