//! Everything that knows OwnTracks JSON, topics and the Recorder. Above this room names are spelled out with units.

mod friend_id;
mod message;

pub use friend_id::FriendId;
pub use message::*;
