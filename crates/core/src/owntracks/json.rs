//! JSON as people and programs really send it: read once into a value, within limits, the last of repeated keys winning
//! (the Recorder repeats keys, and browsers take the last).
//!
//! No input makes this panic, recurse deeply, or keep more than a small multiple of the input's size.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Deepest nesting of arrays and objects that is read.
const MAX_DEPTH: u32 = 64;

/// How much is read at most.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of text.
    pub(super) bytes: usize,
    /// Values of any kind, nested ones included: each costs more memory than the two bytes it may take in the text.
    pub(super) values: u32,
}

/// Limits of one message.
pub(super) const MESSAGE: Limits = Limits { bytes: 1 << 20, values: 1 << 16 };
/// Limits of an answer of the Recorder, which holds all friends with their faces.
pub(super) const ANSWER: Limits = Limits { bytes: 64 << 20, values: 1 << 20 };

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonError {
    /// More bytes or values than the limits allow.
    TooLarge,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// No JSON.
    NotJson,
}

/// A JSON value. Strings without escapes are borrowed from the input.
#[derive(Debug)]
pub(super) enum Value<'a> {
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
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// A JSON object, its members in order of appearance, repeated ones included.
#[derive(Debug, Default)]
pub(super) struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// The last value of `key`; `null` is as good as absent.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        let (_, value) = self.members.iter().rev().find(|(name, _)| name == key)?;
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// The last value of `key`, where that is a string.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it has no members at all.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// Reads the whole of `text` within `limits`.
pub(super) fn read(text: &str, limits: Limits) -> Result<Value<'_>, JsonError> {
    if text.len() > limits.bytes {
        return Err(JsonError::TooLarge);
    }
    let budget = Budget { values: Cell::new(limits.values), exceeded: Cell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    ValueSeed { depth: 0, budget: &budget }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|_| budget.exceeded.get().unwrap_or(JsonError::NotJson))
}

/// What may still be read, and which limit stopped the reading.
struct Budget {
    values: Cell<u32>,
    exceeded: Cell<Option<JsonError>>,
}

#[derive(Clone, Copy)]
struct ValueSeed<'b> {
    depth: u32,
    budget: &'b Budget,
}

impl ValueSeed<'_> {
    fn spend<E: Error>(self) -> Result<(), E> {
        match self.budget.values.get().checked_sub(1) {
            Some(left) => {
                self.budget.values.set(left);
                Ok(())
            }
            None => Err(self.stop(JsonError::TooLarge)),
        }
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.stop(JsonError::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn stop<E: Error>(self, limit: JsonError) -> E {
        self.budget.exceeded.set(Some(limit));
        E::custom("limit exceeded")
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        self.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value<'de>, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value<'de>, A::Error> {
        let inner = self.deeper()?;
        let mut members = Vec::new();
        while let Some(key) = entries.next_key_seed(KeySeed)? {
            members.push((key, entries.next_value_seed(inner)?));
        }
        Ok(Value::Object(Object { members }))
    }
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
