//! Messages and what became of payloads, in words that tables of expectations can hold.

use dashboard_core::owntracks::{Message, Refusal};

/// What kind of message it is.
pub fn kind(message: &Message) -> &'static str {
    match message {
        Message::Location(_) => "location",
        Message::Transition(_) => "transition",
        Message::Waypoint(_) => "waypoint",
        Message::Waypoints(_) => "waypoints",
        Message::Card(_) => "card",
        Message::LastWill { .. } => "last-will",
        Message::Status(_) => "status",
        Message::Steps(_) => "steps",
        Message::Beacon => "beacon",
        Message::Command => "command",
        Message::Request => "request",
        Message::Configuration => "configuration",
        Message::Encrypted => "encrypted",
        Message::Unknown(_) => "unknown",
    }
}

/// Words for what was understood, then the names of the refusals.
pub fn join(understood: impl Iterator<Item = String>, refused: &[Refusal]) -> String {
    understood.chain(refused.iter().map(|refusal| format!("{refusal:?}"))).collect::<Vec<_>>().join(" ")
}
