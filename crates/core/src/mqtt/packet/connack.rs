//! CONNACK, section 3.2: the broker lets the client in, or not.

use crate::mqtt::event::Refusal;

/// Reads the body. Whether the broker kept an old session does not matter to a clean one.
pub fn decode(body: &[u8]) -> Option<Result<(), Refusal>> {
    let &[_session_present, code] = body else { return None };
    Some(match code {
        0 => Ok(()),
        1 => Err(Refusal::ProtocolVersion),
        2 => Err(Refusal::ClientId),
        3 => Err(Refusal::ServerUnavailable),
        4 => Err(Refusal::BadCredentials),
        5 => Err(Refusal::NotAuthorised),
        other => Err(Refusal::Other(other)),
    })
}
