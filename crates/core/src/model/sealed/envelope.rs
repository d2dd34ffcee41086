//! The fragment of the link: a header in the clear, and what is sealed.

use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// What such a fragment begins with, behind the `#`.
pub const PREFIX: &str = "sealed=";

/// Rounds of PBKDF2-HMAC-SHA-256 for new links: what OWASP asked for in 2023. A phone of 2018 takes about a second.
pub const ROUNDS: u32 = 600_000;

/// A link with more would keep the browser busy for a minute before it could say that the phrase is wrong.
const MAX_ROUNDS: u32 = 10_000_000;

/// A longer fragment is none of ours, in bytes.
pub const MAX_LINK_BYTES: usize = 8192;

/// The only version there is: PBKDF2-HMAC-SHA-256 → AES-256-GCM, with the header as additional data.
const VERSION: u8 = 1;

const HEADER_BYTES: usize = 1 + 4 + Header::SALT_BYTES + Header::NONCE_BYTES;
/// The tag of AES-GCM, which an empty text has, too.
const TAG_BYTES: usize = 16;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What has to be known to try a phrase. It is authenticated together with what is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Rounds of PBKDF2, 600,000…10,000,000.
    pub rounds: u32,
    /// Salt of PBKDF2.
    pub salt: [u8; Self::SALT_BYTES],
    /// Nonce of AES-GCM.
    pub nonce: [u8; Self::NONCE_BYTES],
}

impl Header {
    /// Length of the salt.
    pub const SALT_BYTES: usize = 16;
    /// Length of the nonce.
    pub const NONCE_BYTES: usize = 12;

    /// A header for a new link of these random bytes.
    pub const fn new(salt: [u8; Self::SALT_BYTES], nonce: [u8; Self::NONCE_BYTES]) -> Self {
        Self { rounds: ROUNDS, salt, nonce }
    }

    /// As it stands in the link: version, rounds (big-endian), salt, nonce.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[VERSION][..], &self.rounds.to_be_bytes(), &self.salt, &self.nonce].concat()
    }
}

/// A sealed link, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// In the clear.
    pub header: Header,
    /// What AES-GCM gave: text and tag.
    pub sealed: Vec<u8>,
}

/// A fragment is no sealed link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotALink {
    /// It is damaged: cut off, too long, or no base64.
    Damaged,
    /// Made by a version of the dashboard that this one does not know.
    Newer,
}

impl fmt::Display for NotALink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => "the link is damaged",
            Self::Newer => "the link is of a version that is not known here",
        })
    }
}

impl Envelope {
    /// Reads a fragment, with or without its `#`.
    ///
    /// # Errors
    /// [`NotALink`]; also when the rounds are fewer than were ever asked for, or more than anybody would wait for.
    pub fn parse(fragment: &str) -> Result<Self, NotALink> {
        let coded = fragment.strip_prefix('#').unwrap_or(fragment).strip_prefix(PREFIX);
        let coded = coded.filter(|coded| coded.len() <= MAX_LINK_BYTES).ok_or(NotALink::Damaged)?;
        let bytes = BASE64.decode(coded).map_err(|_| NotALink::Damaged)?;
        if bytes.first().is_some_and(|version| *version != VERSION) {
            return Err(NotALink::Newer);
        }
        let (header, sealed) = bytes.split_at_checked(HEADER_BYTES).ok_or(NotALink::Damaged)?;
        let rounds = header.get(1..5).and_then(|rounds| rounds.try_into().ok()).map(u32::from_be_bytes);
        let salt = header.get(5..21).and_then(|salt| salt.try_into().ok());
        let nonce = header.get(21..33).and_then(|nonce| nonce.try_into().ok());
        let (Some(rounds @ ROUNDS..=MAX_ROUNDS), Some(salt), Some(nonce)) = (rounds, salt, nonce) else {
            return Err(NotALink::Damaged);
        };
        if sealed.len() < TAG_BYTES {
            return Err(NotALink::Damaged);
        }
        Ok(Self { header: Header { rounds, salt, nonce }, sealed: sealed.to_vec() })
    }

    /// The fragment, without its `#`.
    pub fn to_fragment(&self) -> String {
        let bytes = [&self.header.to_bytes()[..], &self.sealed].concat();
        format!("{PREFIX}{}", BASE64.encode(bytes))
    }
}
