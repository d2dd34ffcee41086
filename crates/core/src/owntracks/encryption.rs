//! Payload encryption: XSalsa20-Poly1305 (libsodium's `crypto_secretbox`), one passphrase per app.

use std::fmt;

use crypto_secretbox::aead::{Aead, KeyInit};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};

use super::base64_text;

/// Passphrases that may open messages. `Debug` shows nothing of them.
///
/// Keys belong to nobody in particular: the authentication tag tells a wrong one, so each is tried in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keyring {
    keys: Vec<[u8; KEY_BYTES]>,
}

/// Most keys tried on a message; a household has one or two.
const MAX_KEYS: usize = 32;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

impl Keyring {
    /// Keys from passphrases as typed into the apps: their first 32 bytes, padded with zeros, without hashing. Empty
    /// ones are left out (to the apps they mean no encryption), as are those after the thirty-second.
    pub fn from_passphrases<S: AsRef<str>>(passphrases: impl IntoIterator<Item = S>) -> Self {
        let keys = passphrases
            .into_iter()
            .filter(|passphrase| !passphrase.as_ref().is_empty())
            .map(|passphrase| key_from_passphrase(passphrase.as_ref()))
            .take(MAX_KEYS)
            .collect();
        Self { keys }
    }

    /// Without keys nothing can be opened.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The plaintext of an envelope's `data`: base64 of nonce, tag and ciphertext. `None` when no key opens it.
    pub(super) fn open(&self, data: &str) -> Option<Vec<u8>> {
        if self.is_empty() {
            return None;
        }
        let sealed = base64_text::decode(data)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES)?;
        if ciphertext.len() < TAG_BYTES {
            return None;
        }
        let nonce = Nonce::from_slice(nonce);
        self.keys
            .iter()
            .find_map(|key| XSalsa20Poly1305::new(Key::from_slice(key)).decrypt(nonce, ciphertext).ok())
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

fn key_from_passphrase(passphrase: &str) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    for (byte, from) in key.iter_mut().zip(passphrase.bytes()) {
        *byte = from;
    }
    key
}
