//! A link with a read-only login of somebody's broker in it, sealed with a phrase: a share for households whose broker has
//! rights of its own and who run none of our servers.
//!
//! Here is what such a link looks like, what may be in it, and the lines that a broker needs. The sealing itself (PBKDF2 and AES-GCM)
//! is the browser's, in the shell. Whoever has the link can guess phrases for as long as they like, on as many machines as they
//! have: that is what the rounds are for.

mod acl;
mod envelope;
mod login;

pub use acl::{acl_lines, password_command};
pub use envelope::{Envelope, Header, MAX_LINK_BYTES, NotALink, PREFIX, ROUNDS};
pub use login::{BrokerLogin, Unfit, is_topic_filter};
