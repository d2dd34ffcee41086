//! CONNECT, section 3.1: the client asks to be let in.

use crate::mqtt::event::Refusal;
use crate::mqtt::options::Options;

use super::fields::{packet, put_bytes};

/// "MQTT" with its length, and the protocol level of 3.1.1.
const PROTOCOL: [u8; 7] = [0, 4, b'M', b'Q', b'T', b'T', 4];

const CLEAN_SESSION: u8 = 0b0000_0010;
const PASSWORD: u8 = 0b0100_0000;
const USERNAME: u8 = 0b1000_0000;

/// The packet, always with a clean session and without a will; or how the broker would have refused it, when a text is
/// longer than MQTT can say.
pub fn connect(options: &Options) -> Result<Vec<u8>, Refusal> {
    let mut flags = CLEAN_SESSION;
    if options.credentials.is_some() {
        flags |= USERNAME | PASSWORD;
    }
    let mut body = PROTOCOL.to_vec();
    body.push(flags);
    body.extend(options.keep_alive_s.to_be_bytes());
    put_bytes(&mut body, options.client_id.as_bytes()).ok_or(Refusal::ClientId)?;
    if let Some((username, password)) = &options.credentials {
        put_bytes(&mut body, username.as_bytes()).ok_or(Refusal::BadCredentials)?;
        put_bytes(&mut body, password.as_bytes()).ok_or(Refusal::BadCredentials)?;
    }
    Ok(packet(0x10, &body))
}
