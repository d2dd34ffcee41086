//! Secrets on their way to and from the browser's storage. None of them is ever printed.

use std::fmt;

use crate::owntracks::Keyring;

/// Passphrases that open encrypted messages, as typed into the apps. Its `Debug` shows only how many.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Passphrases(Vec<String>);

/// More passphrases than this are not kept; a household has one or two. As many as a [`Keyring`] tries.
const MAX_PASSPHRASES: usize = 32;

impl Passphrases {
    /// The passphrases among `typed`: without empty ones, which mean no encryption to the apps, without repeats, and at
    /// most 32.
    pub fn new(typed: impl IntoIterator<Item = String>) -> Self {
        Self::default().with(typed)
    }

    /// These and the new ones among `more`.
    pub fn with(mut self, more: impl IntoIterator<Item = String>) -> Self {
        for passphrase in more {
            if !passphrase.is_empty() && !self.0.contains(&passphrase) && self.0.len() < MAX_PASSPHRASES {
                self.0.push(passphrase);
            }
        }
        self
    }

    /// In the order they were typed.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many, 0…32.
    pub fn count(&self) -> u32 {
        self.0.len() as u32
    }

    /// The keys they are.
    pub(super) fn keyring(&self) -> Keyring {
        Keyring::from_passphrases(&self.0)
    }
}

impl fmt::Debug for Passphrases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passphrases({})", self.0.len())
    }
}

/// A secret as it was found in storage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept<T> {
    /// The secret.
    pub secret: T,
    /// It is remembered on this device, not only in this tab.
    pub on_device: bool,
}
