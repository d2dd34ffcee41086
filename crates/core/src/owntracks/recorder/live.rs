//! Frames of the Recorder's WebSocket (`/ws/last`).

use crate::owntracks::FriendId;
use crate::owntracks::json::{self, Object, Value};
use crate::owntracks::message::Message;
use crate::owntracks::payload::{Refusal, decode_object};
use crate::owntracks::topic::{Names, Topic};

/// What to send after opening, to be told everybody's last location. The Recorder echoes it when it has told.
pub const LIVE_GREETING: &str = "LAST";

/// A frame of the WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum LiveFrame {
    /// Nothing, as old Recorders send to keep the connection open.
    Empty,
    /// The echo of [`LIVE_GREETING`]: somebody has been told all last locations (they go to all listeners).
    Echo,
    /// Messages, usually one.
    Messages {
        /// What was understood.
        messages: Vec<Addressed>,
        /// What was not.
        refused: Vec<Refusal>,
    },
}

/// A message and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Addressed {
    /// Whose.
    pub friend: FriendId,
    /// User and device for people.
    pub names: Names,
    /// What. Locations told after the greeting have only place, time, label and address: merge them into what is known.
    pub message: Message,
}

/// Reads a text frame. Filtering and ordering is left to the caller: frames come for all devices, in any order.
pub fn read_live_frame(frame: &str) -> LiveFrame {
    match frame.trim() {
        "" => return LiveFrame::Empty,
        LIVE_GREETING => return LiveFrame::Echo,
        _ => {}
    }
    let mut messages = Vec::new();
    let mut refused = Vec::new();
    let mut take = |value: &Value<'_>| match value {
        Value::Object(object) => match identity(object) {
            Some((friend, names)) => {
                let (decoded, bad) = decode_object(object);
                refused.extend(bad);
                messages.extend(decoded.into_iter().map(|message| Addressed {
                    friend: friend.clone(),
                    names: names.clone(),
                    message,
                }));
            }
            None => refused.push(Refusal::NoIdentity),
        },
        _ => refused.push(Refusal::NotAnObject),
    };
    match json::read(frame, json::MESSAGE) {
        Ok(Value::Array(elements)) => elements.iter().for_each(take),
        Ok(value) => take(&value),
        Err(error) => refused.push(error.into()),
    }
    LiveFrame::Messages { messages, refused }
}

/// Whose an object is that the Recorder sent: by its topic, in original case, else by the names it was stored under.
pub(super) fn identity(object: &Object<'_>) -> Option<(FriendId, Names)> {
    if let Some(topic) = object.text("topic").and_then(Topic::parse) {
        return Some((topic.friend(), topic.names()));
    }
    let (user, device) = (object.text("username")?, object.text("device")?);
    Some((FriendId::new(user, device)?, Names::new(user, device)))
}
