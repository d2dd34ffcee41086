//! Everything that knows OwnTracks JSON, topics and the Recorder. Above this room names are spelled out with units.
//!
//! * [`decode`]: a payload into [`Message`]s.
//! * [`Topic`] and [`FriendId`]: who a message is about.
//! * [`recorder`]: what is asked of a Recorder, and what it answers; [`rec`]: lines of its store.
//! * [`LocationsReader`]: a history, read while the Recorder sends it; [`LocationFields`]: one location of it.
//! * [`otrc`]: settings of the apps, to connect with.

mod base64_text;
mod encryption;
mod fields;
mod friend_id;
pub(crate) mod json;
mod locations;
mod message;
mod payload;
mod percent;
mod picture;
mod text;
mod topic;

pub mod recorder;

pub mod rec;

pub mod otrc;

pub use encryption::Keyring;
pub use fields::EARLIEST_PLAUSIBLE_TIME_S;
pub use friend_id::FriendId;
pub use locations::{AnswerError, LocationFields, LocationsReader, ReadReport};
pub use message::*;
pub use payload::{Decoded, Refusal, decode};
pub use topic::{Names, Topic};
