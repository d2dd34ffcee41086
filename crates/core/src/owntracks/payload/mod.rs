//! Payloads into messages: what came on a topic, by HTTP, or in a store line.
//!
//! Whatever the bytes, this neither panics nor fails as a whole: each object of a payload costs only itself, and what was
//! refused is told with its reason.

mod card;
mod health;
mod location;
mod region;

use std::fmt;

use super::encryption::Keyring;
use super::json::{self, JsonError, Object, Value};
use super::message::Message;
use super::text;

/// What a payload held.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// An empty payload: forget what this topic said.
    Clear,
    /// Messages, usually one.
    Messages {
        /// What was understood, in order.
        messages: Vec<Message>,
        /// What was not, in order.
        refused: Vec<Refusal>,
    },
}

/// Why an object, or a whole payload, was refused. To be counted, and shown to a person in these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// Text that is no JSON: truncated, a tracker's CSV, a number beyond any range.
    NotJson,
    /// More than 1 MiB, or more than 65,536 values.
    TooLarge,
    /// Nested deeper than 64.
    TooDeep,
    /// Neither an object nor an array of them.
    NotAnObject,
    /// An object without `_type`, or with one that is no string.
    NoType,
    /// A location without `lat` and `lon`, or with impossible ones, or exactly at 0, 0 as broken receivers say.
    BadPosition,
    /// No time, or an impossible one: not a number, or before 2009 for a location.
    BadTime,
    /// A transition that is neither `enter` nor `leave`.
    BadTransition,
    /// A region without a name, or a list of regions that is no list.
    BadRegion,
    /// Nothing says whose message it is.
    NoIdentity,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "not UTF-8 text",
            Self::NotJson => "not JSON",
            Self::TooLarge => "too large",
            Self::TooDeep => "nested too deeply",
            Self::NotAnObject => "not a JSON object",
            Self::NoType => "no message type",
            Self::BadPosition => "no valid position",
            Self::BadTime => "no valid time",
            Self::BadTransition => "neither entering nor leaving",
            Self::BadRegion => "not a valid region",
            Self::NoIdentity => "no user and device",
        })
    }
}

impl From<JsonError> for Refusal {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::TooLarge => Self::TooLarge,
            JsonError::TooDeep => Self::TooDeep,
            JsonError::NotJson { .. } => Self::NotJson,
        }
    }
}

/// Decodes a payload: one object or an array of them, as the apps and the Recorder send, encrypted or not. `keys` are
/// tried on encrypted ones; what none opens is a [`Message::Encrypted`].
pub fn decode(payload: &[u8], keys: &Keyring) -> Decoded {
    if payload.is_empty() {
        return Decoded::Clear;
    }
    let mut decoding = Decoding { keys, messages: Vec::new(), refused: Vec::new() };
    decoding.take_bytes(payload, Layer::Outer);
    Decoded::Messages { messages: decoding.messages, refused: decoding.refused }
}

/// Decodes one object already read, as they come in the Recorder's answers. Those are never encrypted.
pub(super) fn decode_object(object: &Object<'_>) -> (Vec<Message>, Vec<Refusal>) {
    let keys = Keyring::default();
    let mut decoding = Decoding { keys: &keys, messages: Vec::new(), refused: Vec::new() };
    decoding.take_object(object, Layer::Outer);
    (decoding.messages, decoding.refused)
}

pub(super) use location::decode as decode_location;

/// Whether an object came as it is or out of an envelope. An envelope inside an envelope is not opened.
#[derive(Clone, Copy, PartialEq)]
enum Layer {
    Outer,
    Decrypted,
}

struct Decoding<'k> {
    keys: &'k Keyring,
    messages: Vec<Message>,
    refused: Vec<Refusal>,
}

impl Decoding<'_> {
    fn take_bytes(&mut self, payload: &[u8], layer: Layer) {
        if payload.len() > json::MESSAGE.bytes {
            return self.refused.push(Refusal::TooLarge);
        }
        let Ok(text) = std::str::from_utf8(payload) else { return self.refused.push(Refusal::NotUtf8) };
        match json::read(text.trim_start_matches('\u{FEFF}'), json::MESSAGE) {
            Ok(Value::Array(elements)) => elements.iter().for_each(|element| self.take_value(element, layer)),
            Ok(value) => self.take_value(&value, layer),
            Err(error) => self.refused.push(error.into()),
        }
    }

    fn take_value(&mut self, value: &Value<'_>, layer: Layer) {
        match value {
            Value::Object(object) => self.take_object(object, layer),
            _ => self.refused.push(Refusal::NotAnObject),
        }
    }

    fn take_object(&mut self, object: &Object<'_>, layer: Layer) {
        let Some(type_name) = object.text("_type") else { return self.refused.push(Refusal::NoType) };
        let message = match type_name {
            "location" => location::decode(object).map(|location| Message::Location(Box::new(location))),
            "transition" => region::decode_transition(object).map(Message::Transition),
            "waypoint" => region::decode_waypoint(object).map(Message::Waypoint),
            "waypoints" => region::decode_waypoints(object, &mut self.refused).map(Message::Waypoints),
            "card" => Ok(Message::Card(card::decode(object))),
            "lwt" => Ok(health::decode_last_will(object)),
            "status" => Ok(Message::Status(health::decode_status(object))),
            "steps" => health::decode_steps(object).map(Message::Steps),
            "beacon" => Ok(Message::Beacon),
            "cmd" => Ok(Message::Command),
            "request" => Ok(Message::Request),
            "configuration" | "dump" => Ok(Message::Configuration),
            "encrypted" => match object
                .text("data")
                .filter(|_| layer == Layer::Outer)
                .and_then(|data| self.keys.open(data))
            {
                Some(plaintext) => return self.take_bytes(&plaintext, Layer::Decrypted),
                None => Ok(Message::Encrypted),
            },
            other => Ok(Message::Unknown(text::clean(other, UNKNOWN_TYPE_CHARS))),
        };
        match message {
            Ok(message) => self.messages.push(message),
            Err(refusal) => self.refused.push(refusal),
        }
    }
}

/// Longest name of an unknown type kept.
const UNKNOWN_TYPE_CHARS: usize = 32;
