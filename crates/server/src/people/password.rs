//! Passwords: argon2id, never logged, the same time whether or not the name exists.

use std::fmt;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use super::register::Refused;
use super::token;

/// Characters of a password, at least and at most.
const MIN_CHARS: usize = 8;
const MAX_CHARS: usize = 200;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// What somebody typed as a password.
#[derive(Clone)]
pub struct Typed(String);

impl Typed {
    /// Takes it as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The bytes of it.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether the person called `name` may have it as a password.
    ///
    /// # Errors
    /// [`Refused::BadPassword`].
    pub fn check(&self, name: &str) -> Result<(), Refused> {
        let fits = (MIN_CHARS..=MAX_CHARS).contains(&self.0.chars().count());
        if fits && !self.0.eq_ignore_ascii_case(name) { Ok(()) } else { Err(Refused::BadPassword) }
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// What is kept of a password: argon2id with its parameters and salt, in the usual text form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash(String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hash)")
    }
}

impl PasswordHash {
    /// Hashes `password`; some 30 ms of work.
    ///
    /// # Errors
    /// When the system has no randomness for the salt, or no memory.
    pub fn of(password: &Typed) -> Result<Self, HashFailed> {
        let salt = SaltString::encode_b64(&token::random::<16>().map_err(|_| HashFailed)?);
        let salt = salt.map_err(|_| HashFailed)?;
        let hash = hasher()?.hash_password(password.as_bytes(), &salt).map_err(|_| HashFailed)?;
        Ok(Self(hash.to_string()))
    }

    /// Whether it is that of `password`. Takes as long as [`Self::of`], also for a hash that is none.
    pub fn verify(&self, password: &[u8]) -> bool {
        let Ok(hasher) = hasher() else { return false };
        argon2::PasswordHash::new(&self.0).is_ok_and(|hash| hasher.verify_password(password, &hash).is_ok())
    }

    /// A hash that no password has, but that takes as long to refuse: for names that do not exist.
    pub fn unusable() -> Self {
        let parameters = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1");
        Self(format!("{parameters}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
    }

    /// Tells one password from the next, for sessions that are to end with it. No secret.
    pub fn mark(&self) -> String {
        token::mark(&[0; 32], &self.0)
    }
}

fn hasher() -> Result<Argon2<'static>, HashFailed> {
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| HashFailed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// The system has no randomness or memory to hash a password with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashFailed;

impl fmt::Display for HashFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the password could not be hashed: the system lacks randomness or memory")
    }
}

impl std::error::Error for HashFailed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_and_no_other() {
        let hash = PasswordHash::of(&Typed::new("correct horse")).unwrap();
        assert!(hash.verify(b"correct horse"));
        assert!(!hash.verify(b"correct horse "));
        assert!(!hash.verify(b""));
        assert_ne!(hash, PasswordHash::of(&Typed::new("correct horse")).unwrap(), "salted");
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn nobody_has_the_unusable_hash_but_it_is_a_real_one() {
        let hash = PasswordHash::unusable();
        assert!(argon2::PasswordHash::new(&hash.0).is_ok());
        assert!(!hash.verify(b""));
    }

    #[test]
    fn short_long_and_obvious_ones_are_refused() {
        for (text, fits) in
            [("1234567", false), ("12345678", true), ("Margarethe", false), (&"x".repeat(201), false)]
        {
            assert_eq!(Typed::new(text).check("margarethe").is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn nothing_of_it_is_shown() {
        let typed = Typed::new("correct horse");
        let hash = PasswordHash::of(&typed).unwrap();
        let shown = format!("{typed:?} {hash:?}");
        assert!(!shown.contains("correct") && !shown.contains("argon2"), "{shown}");
    }
}
