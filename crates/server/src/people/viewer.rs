//! Who asks.

use super::register::Name;
use super::share::ShareId;
use super::token::TokenHash;

/// Whoever is at the other end of a request or a connection, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody was ever added to the household, and the request comes from this machine: whoever it is may do everything.
    Open,
    /// Somebody who showed nothing.
    Nobody,
    /// Somebody of the household.
    Person {
        /// Who.
        name: Name,
        /// What shows it.
        proof: Proof,
    },
    /// A device with its own credential.
    Device {
        /// Whose.
        person: Name,
        /// Which.
        device: Name,
        /// The credential it came with.
        secret: TokenHash,
    },
    /// Somebody with a link.
    Guest {
        /// Which share.
        share: ShareId,
        /// The session that opening the link began.
        session: TokenHash,
    },
}

/// What shows that somebody is who they say. It is looked at again at every delivery: when it no longer holds, nothing
/// more is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A login on the page.
    Session(TokenHash),
    /// The password, by the mark of it.
    Password(String),
    /// A reverse proxy that was named says so.
    Proxy,
}

impl Viewer {
    /// Whose branch of topics it is, for viewers that have one.
    pub fn person(&self) -> Option<&Name> {
        match self {
            Self::Person { name, .. } | Self::Device { person: name, .. } => Some(name),
            Self::Open | Self::Nobody | Self::Guest { .. } => None,
        }
    }
}
