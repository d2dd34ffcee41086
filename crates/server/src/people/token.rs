//! Random secrets, and what is kept of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Random bytes in a secret: 160 bits, far beyond guessing.
const SECRET_BYTES: usize = 20;

/// Letters and digits that are not taken for each other on paper.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A secret that was just made. It is shown once; only its hash is kept.
pub struct Token(String);

impl Token {
    /// Makes one.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> Result<Self, NoRandomness> {
        // 32 letters: five bits of each byte are used, without a bias.
        let letters =
            random::<{ SECRET_BYTES * 8 / 5 }>()?.map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        Ok(Self(letters.iter().collect()))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The SHA-256 of a secret, in hexadecimal digits. Secrets here are random and long: a slow hash would protect nothing more.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of `secret`.
    pub fn of(secret: &str) -> Self {
        Self(hex(&Sha256::digest(secret.as_bytes())))
    }

    /// The hash in hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hash)")
    }
}

/// The system has no randomness to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system has no randomness to give")
    }
}

impl std::error::Error for NoRandomness {}

/// Random bytes of the system.
///
/// # Errors
/// When it has none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A mark that only this run of the server can make for `subject`.
pub fn mark(key: &[u8; 32], subject: &str) -> String {
    let inner = Sha256::digest(subject.as_bytes());
    hex(&Sha256::new().chain_update(key).chain_update(inner).finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (a, b) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(a.reveal(), b.reveal());
        assert_eq!(a.reveal().len(), 32); // times 5 bits
        assert!(a.reveal().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert_eq!(format!("{a:?}"), "(hidden)");
    }

    #[test]
    fn marks_depend_on_key_and_subject() {
        assert_eq!(mark(&[1; 32], "a"), mark(&[1; 32], "a"));
        assert_ne!(mark(&[1; 32], "a"), mark(&[2; 32], "a"));
        assert_ne!(mark(&[1; 32], "a"), mark(&[1; 32], "b"));
    }
}
