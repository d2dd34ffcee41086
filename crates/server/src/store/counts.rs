//! What was not recorded, and why.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use dashboard_core::owntracks;

/// Why a message was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The topic has fewer than three levels, no user or device, or names too long for a file.
    Topic,
    /// It is no OwnTracks message.
    Message(owntracks::Refusal),
    /// A `_type` that OwnTracks does not know.
    UnknownType,
    /// Encrypted, and there is no key.
    Encrypted,
    /// A configuration: it holds passwords and is kept nowhere.
    Secret,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic => f.write_str("its topic is not <prefix>/<user>/<device>"),
            Self::Message(refusal) => refusal.fmt(f),
            Self::UnknownType => f.write_str("not a type OwnTracks knows"),
            Self::Encrypted => f.write_str("encrypted, and there is no key"),
            Self::Secret => f.write_str("a configuration, which holds secrets"),
        }
    }
}

/// How many messages were refused for which reason since the start.
#[derive(Debug, Default)]
pub struct Counts(Mutex<BTreeMap<Refusal, u64>>);

impl Counts {
    /// How many messages were refused for each reason; reasons that never occurred are left out.
    pub fn snapshot(&self) -> BTreeMap<Refusal, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts one and logs the first of its kind. Topic and payload are people's business and stay out of the log.
    pub(super) fn count(&self, refusal: Refusal) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(refusal).or_default();
        *count += 1;
        if *count == 1 {
            tracing::warn!("a message was not recorded: {refusal}; further ones are only counted");
        }
    }
}
