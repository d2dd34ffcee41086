//! What of MQTT goes through to another broker and back, once people have rights: packets are taken apart as far as the
//! topic, and those that may not pass end here. Pure: bytes in, bytes for both sides out.
//!
//! The page speaks MQTT 3.1 or 3.1.1 here; version 5 can replace topics by numbers, so it is refused, and clients come back
//! with 3.1.1. Subscriptions are made with QoS 1 at most, so that a message that ends here needs one acknowledgement.

use bytes::{Buf, Bytes, BytesMut};

use crate::broker::limits::MAX_PACKET_BYTES;

/// What a packet leads to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Bytes for the broker.
    pub to_broker: Vec<u8>,
    /// Bytes for the page.
    pub to_page: Vec<u8>,
    /// The page is to be sent away behind them.
    pub ends: bool,
}

/// The peer broke the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// Cuts a stream of bytes into packets.
#[derive(Debug, Default)]
pub struct Packets(BytesMut);

impl Packets {
    /// Takes bytes in.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next whole packet.
    ///
    /// # Errors
    /// When what comes is no packet, or one too large.
    pub fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        let mut length = 0_usize;
        for index in 0..4 {
            let Some(byte) = self.0.get(1 + index) else { return Ok(None) };
            length |= usize::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                let whole = 2 + index + length;
                if whole > MAX_PACKET_BYTES {
                    return Err(Broken);
                }
                return Ok((self.0.len() >= whole).then(|| self.0.split_to(whole).freeze()));
            }
        }
        Err(Broken)
    }
}

/// User name and password for the broker, in place of what the page says.
#[derive(Clone)]
pub struct BrokerLogin {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for BrokerLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// What a packet of the page comes to. Topics are published to where `may_publish` says so.
///
/// # Errors
/// When the page broke the protocol.
pub fn from_page(
    packet: &[u8],
    login: Option<&BrokerLogin>,
    may_publish: impl Fn(&str) -> bool,
) -> Result<Passed, Broken> {
    let (first, mut body) = parts(packet)?;
    match first >> 4 {
        1 => connect(first, body, login, may_publish),
        3 => {
            let topic = text(&mut body)?;
            if may_publish(topic) {
                return Ok(for_broker(packet));
            }
            // As other brokers do: nobody is told, and nothing is sent again.
            match (first >> 1) & 3 {
                0 => Ok(Passed::default()),
                1 => Ok(for_page(&acknowledgement(0x40, body)?)),
                2 => Ok(for_page(&acknowledgement(0x50, body)?)),
                _ => Err(Broken),
            }
        }
        8 => {
            let mut rewritten = body.get(..2).ok_or(Broken)?.to_vec();
            body.advance(2);
            while !body.is_empty() {
                let filter = text(&mut body)?;
                let (qos, rest) = body.split_first().ok_or(Broken)?;
                body = rest;
                rewritten.extend(written(filter.as_bytes())?);
                rewritten.push((*qos).min(1));
            }
            Ok(for_broker(&framed(first, &rewritten)))
        }
        _ => Ok(for_broker(packet)),
    }
}

/// What a packet of the broker comes to. Messages go on where `may_receive` says so.
///
/// # Errors
/// When the broker broke the protocol.
pub fn from_broker(packet: &[u8], may_receive: impl Fn(&str) -> bool) -> Result<Passed, Broken> {
    let (first, mut body) = parts(packet)?;
    if first >> 4 != 3 || may_receive(text(&mut body)?) {
        return Ok(for_page(packet));
    }
    match (first >> 1) & 3 {
        0 => Ok(Passed::default()),
        1 => Ok(for_broker(&acknowledgement(0x40, body)?)),
        _ => Err(Broken), // it was asked for QoS 1 at most
    }
}

/// The first packet: the will must be one that may be published, and the login for the broker takes the place of the
/// page's.
fn connect(
    first: u8,
    mut body: &[u8],
    login: Option<&BrokerLogin>,
    may_publish: impl Fn(&str) -> bool,
) -> Result<Passed, Broken> {
    let whole = body;
    let protocol = text(&mut body)?;
    let [level, flags, keep_alive @ ..] = body.get(..4).ok_or(Broken)? else { return Err(Broken) };
    body.advance(4);
    if !matches!(level & 0x7f, 3 | 4) {
        // Not this version; those of version 5 expect one byte more.
        let refusal: &[u8] = if *level == 5 { &[0x20, 3, 0, 0x84, 0] } else { &[0x20, 2, 0, 1] };
        return Ok(Passed { to_page: refusal.to_vec(), ends: true, ..Passed::default() });
    }
    let client_id = text(&mut body)?;
    let mut rewritten = written(protocol.as_bytes())?;
    rewritten.extend([*level, flags | 0xc0]);
    rewritten.extend(keep_alive);
    rewritten.extend(written(client_id.as_bytes())?);
    if flags & 0x04 != 0 {
        let topic = text(&mut body)?;
        if !may_publish(topic) {
            return Ok(Passed { to_page: vec![0x20, 2, 0, 5], ends: true, ..Passed::default() });
        }
        rewritten.extend(written(topic.as_bytes())?);
        rewritten.extend(written(blob(&mut body)?)?);
    }
    let Some(login) = login else { return Ok(for_broker(&framed(first, whole))) };
    rewritten.extend(written(login.user.as_bytes())?);
    rewritten.extend(written(login.password.as_bytes())?);
    Ok(for_broker(&framed(first, &rewritten)))
}

fn for_broker(bytes: &[u8]) -> Passed {
    Passed { to_broker: bytes.to_vec(), ..Passed::default() }
}

fn for_page(bytes: &[u8]) -> Passed {
    Passed { to_page: bytes.to_vec(), ..Passed::default() }
}

/// The first byte of a whole packet, and what follows its length.
fn parts(packet: &[u8]) -> Result<(u8, &[u8]), Broken> {
    let (first, rest) = packet.split_first().ok_or(Broken)?;
    let length_bytes = rest.iter().position(|byte| byte & 0x80 == 0).ok_or(Broken)? + 1;
    Ok((*first, rest.get(length_bytes..).ok_or(Broken)?))
}

/// PUBACK or PUBREC for the packet identifier that comes next.
fn acknowledgement(first: u8, body: &[u8]) -> Result<[u8; 4], Broken> {
    match body {
        [high, low, ..] => Ok([first, 2, *high, *low]),
        _ => Err(Broken),
    }
}

/// Takes bytes with their length in front.
fn blob<'a>(body: &mut &'a [u8]) -> Result<&'a [u8], Broken> {
    let (length, rest) = body.split_first_chunk::<2>().ok_or(Broken)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let blob = rest.get(..length).ok_or(Broken)?;
    *body = rest.get(length..).ok_or(Broken)?;
    Ok(blob)
}

fn text<'a>(body: &mut &'a [u8]) -> Result<&'a str, Broken> {
    std::str::from_utf8(blob(body)?).map_err(|_| Broken)
}

fn written(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let length = u16::try_from(bytes.len()).map_err(|_| Broken)?;
    Ok([&length.to_be_bytes()[..], bytes].concat())
}

fn framed(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut left = body.len();
    loop {
        let byte = (left & 0x7f) as u8; // seven bits
        left >>= 7;
        packet.push(if left > 0 { byte | 0x80 } else { byte });
        if left == 0 {
            break;
        }
    }
    packet.extend_from_slice(body);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(qos: u8, topic: &str) -> Vec<u8> {
        let id: &[u8] = if qos > 0 { &[0, 7] } else { &[] };
        framed(0x30 | (qos << 1), &[&written(topic.as_bytes()).unwrap(), id, b"payload"].concat())
    }

    fn connect(level: u8, flags: u8, fields: &[&str]) -> Vec<u8> {
        let mut body = [&written(b"MQTT").unwrap()[..], &[level, flags, 0, 60]].concat();
        for field in fields {
            body.extend(written(field.as_bytes()).unwrap());
        }
        framed(0x10, &body)
    }

    fn own(topic: &str) -> bool {
        topic == "own"
    }

    #[test]
    fn what_may_not_pass_is_acknowledged_and_ends() {
        assert_eq!(from_page(&publish(1, "own"), None, own), Ok(for_broker(&publish(1, "own"))));
        assert_eq!(from_page(&publish(0, "other"), None, own), Ok(Passed::default()));
        assert_eq!(from_page(&publish(1, "other"), None, own), Ok(for_page(&[0x40, 2, 0, 7])));
        assert_eq!(from_page(&publish(2, "other"), None, own), Ok(for_page(&[0x50, 2, 0, 7])));
        assert_eq!(from_broker(&publish(0, "own"), own), Ok(for_page(&publish(0, "own"))));
        assert_eq!(from_broker(&publish(0, "other"), own), Ok(Passed::default()));
        assert_eq!(from_broker(&publish(1, "other"), own), Ok(for_broker(&[0x40, 2, 0, 7])));
        assert_eq!(from_broker(&publish(2, "other"), own), Err(Broken));
    }

    #[test]
    fn subscriptions_are_of_quality_one_at_most() {
        let subscribe = |qos| framed(0x82, &[&[0, 1][..], &written(b"#").unwrap(), &[qos]].concat());
        assert_eq!(from_page(&subscribe(2), None, own), Ok(for_broker(&subscribe(1))));
        assert_eq!(from_page(&subscribe(0), None, own), Ok(for_broker(&subscribe(0))));
    }

    #[test]
    fn the_brokers_login_takes_the_place_of_the_pages() {
        let login = BrokerLogin { user: "dash".into(), password: "secret".into() };
        let with_will = connect(4, 0x06, &["id", "own", "gone"]);
        let expected = connect(4, 0xc6, &["id", "own", "gone", "dash", "secret"]);
        assert_eq!(from_page(&with_will, Some(&login), own), Ok(for_broker(&expected)));
        let expected = connect(4, 0xc2, &["id", "dash", "secret"]);
        assert_eq!(
            from_page(&connect(4, 0xc2, &["id", "me", "mine"]), Some(&login), own),
            Ok(for_broker(&expected))
        );
        let plain = connect(4, 0xc2, &["id", "me", "mine"]);
        assert_eq!(from_page(&plain, None, own), Ok(for_broker(&plain)));
        assert!(from_page(&connect(4, 0x06, &["id", "other", "gone"]), None, own).unwrap().ends);
        assert_eq!(from_page(&connect(5, 2, &[]), None, own).unwrap().to_page, [0x20, 3, 0, 0x84, 0]);
        assert!(!format!("{login:?}").contains("secret"));
    }

    #[test]
    fn cut_anywhere_the_packets_are_the_same() {
        let stream = [publish(1, "own"), connect(4, 2, &["id"]), vec![0xc0, 0]].concat();
        for cut in 0..stream.len() {
            let mut packets = Packets::default();
            let mut got = Vec::new();
            for part in [&stream[..cut], &stream[cut..]] {
                packets.feed(part);
                while let Some(packet) = packets.next().unwrap() {
                    got.extend_from_slice(&packet);
                }
            }
            assert_eq!(got, stream);
        }
        let mut endless = Packets::default();
        endless.feed(&[0x30, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(endless.next(), Err(Broken));
        for packet in [&[0x30, 0][..], &[0x10, 0], &[0x82, 1, 0], &[0x32, 3, 0, 1, b'x']] {
            assert_eq!(from_page(packet, None, |_| false), Err(Broken), "{packet:?}");
        }
    }
}
