//! What was not recorded, and why.

use std::sync::atomic::{AtomicU64, Ordering};

/// Why a message was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The topic has fewer than three levels or no user or device, or names too long for a file.
    Topic,
    /// More than [`super::entry::MAX_PAYLOAD_BYTES`].
    TooLarge,
    /// No JSON object.
    NotJson,
    /// No `_type` that OwnTracks knows.
    UnknownType,
    /// A location without a time that makes sense.
    Time,
    /// A location without a place on the globe; 0, 0 is what broken devices send.
    Place,
    /// Encrypted, and there is no key.
    Encrypted,
    /// A configuration: it holds passwords and is kept nowhere.
    Secret,
}

impl Refusal {
    /// Every reason there is.
    pub const ALL: [Self; 8] = [
        Self::Topic,
        Self::TooLarge,
        Self::NotJson,
        Self::UnknownType,
        Self::Time,
        Self::Place,
        Self::Encrypted,
        Self::Secret,
    ];

    fn why(self) -> &'static str {
        match self {
            Self::Topic => "its topic is not <prefix>/<user>/<device>",
            Self::TooLarge => "it is larger than 1 MiB",
            Self::NotJson => "it is not a JSON object",
            Self::UnknownType => "it is not of a type OwnTracks knows",
            Self::Time => "it is a location without a time",
            Self::Place => "it is a location without a place",
            Self::Encrypted => "it is encrypted and there is no key",
            Self::Secret => "it is a configuration, which holds secrets",
        }
    }
}

/// How many messages were refused for which reason since the start.
#[derive(Debug, Default)]
pub struct Counts([AtomicU64; Refusal::ALL.len()]);

impl Counts {
    /// How many messages were refused for this reason.
    pub fn of(&self, refusal: Refusal) -> u64 {
        self.0[refusal as usize].load(Ordering::Relaxed)
    }

    /// Counts one and logs the first of its kind. Topic and payload are people's business and stay out of the log.
    pub(super) fn count(&self, refusal: Refusal) {
        if self.0[refusal as usize].fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("a message was not recorded: {}; further ones are only counted", refusal.why());
        }
    }
}
