//! By what it is known who asks: a login on the page, a password, a device's credential, or the word of a trusted proxy.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::attempts::{Attempt, Wait};
use super::cookie::cookie;
use super::password::PasswordHash;
use super::register::Name;
use super::token::TokenHash;
use super::viewer::{Proof, Viewer};
use super::{Household, People};
use crate::clock;

/// Name of the cookie of a login.
pub const LOGIN_COOKIE: &str = "owntracks-login";

/// Name of the cookie that says that somebody logged in here before.
pub const KNOWN_COOKIE: &str = "owntracks-known";

/// How long a password may wait for its turn to be hashed.
const HASHING_TURN: Duration = Duration::from_secs(10);

/// Verified passwords remembered, so that a script that asks every second does not cost 30 ms each time.
const MAX_VERIFIED: usize = 1_000;

/// Longest password looked at, in bytes.
const MAX_PASSWORD_BYTES: usize = 1_000;

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// The connection has TLS that ends here.
    pub secure: bool,
}

/// Reverse proxies whose word counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Where they are.
    pub networks: Vec<Network>,
    /// The header by which they say who logged in with them.
    pub user_header: Option<HeaderName>,
}

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `192.0.2.1`, `192.0.2.0/24` or the same with IPv6.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(address) => u128::from(u32::from(address)) << 96,
            IpAddr::V6(address) => u128::from(address),
        };
        let address = address.to_canonical();
        let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
        address.is_ipv4() == self.address.is_ipv4() && (bits(address) ^ bits(self.address)) & mask == 0
    }
}

/// From where a request came, as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whence {
    /// The person's own address, where a trusted proxy tells it.
    pub address: IpAddr,
    /// The person's browser has TLS.
    pub secure: bool,
    /// It came through a proxy whose word does not count: the connection's address says nothing about the person.
    pub veiled: bool,
    /// The connection is one of a trusted proxy.
    pub trusted: bool,
}

impl Proxies {
    /// From where a request came.
    pub fn whence(&self, peer: Peer, headers: &HeaderMap) -> Whence {
        let trusted = self.trust(peer.address);
        let veils = ["forwarded", "via", "x-forwarded-for", "x-real-ip", "x-forwarded-host"];
        let veiled = !trusted && veils.iter().any(|name| headers.contains_key(*name));
        let mut whence = Whence { address: peer.address, secure: peer.secure, veiled, trusted };
        if trusted {
            let listed = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
            let hops: Vec<IpAddr> =
                listed.flat_map(|list| list.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
            // Each proxy adds the address it was asked from: the last one that is no proxy of ours is the person's.
            if let Some(person) = hops.into_iter().rev().find(|hop| !self.trust(*hop)) {
                whence.address = person;
            }
            whence.secure |= headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        }
        whence
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }

    /// Who a trusted proxy says it is.
    fn user<'a>(&self, whence: Whence, headers: &'a HeaderMap) -> Option<&'a str> {
        let name = self.user_header.as_ref().filter(|_| whence.trusted)?;
        let mut said = headers.get_all(name).iter();
        let user = said.next()?.to_str().ok()?;
        said.next().is_none().then_some(user) // two are none
    }
}

/// The guard of all routes notes it with every request.
impl<S: Send + Sync> FromRequestParts<S> for Whence {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| StatusCode::FORBIDDEN.into_response())
    }
}

/// Who asks; or how long whoever it is has to wait before another password is looked at.
pub type Identified = Result<Viewer, Wait>;

/// Passwords that were right.
#[derive(Debug, Default)]
pub struct Verified(HashMap<[u8; 32], (Name, String)>);

impl People {
    /// Who sent a request with these headers. A password in them is looked at only where programs send one
    /// (`takes_password`): elsewhere it is one of a proxy in front.
    pub async fn identify(
        self: &Arc<Self>,
        whence: Whence,
        proxies: &Proxies,
        headers: &HeaderMap,
        takes_password: bool,
    ) -> Identified {
        let household = self.now();
        if household.register.is_empty() {
            return Ok(Viewer::Open);
        }
        if let Some(user) = proxies.user(whence, headers) {
            let person = Name::parse(user).filter(|name| household.register.person(name.as_str()).is_some());
            return Ok(person.map_or(Viewer::Nobody, |name| Viewer::Person { name, proof: Proof::Proxy }));
        }
        if let Some(token) = cookie(headers, LOGIN_COOKIE).map(TokenHash::of)
            && let Some((name, _)) = household.sessions.find(&token, clock::now_s())
        {
            self.note_use(&household, &token);
            return Ok(Viewer::Person { name: name.clone(), proof: Proof::Session(token) });
        }
        match basic(headers).filter(|_| takes_password) {
            Some((user, password)) => {
                self.identify_by_password(&user, password.as_bytes(), whence.address).await
            }
            None => Ok(Viewer::Nobody),
        }
    }

    /// Notes now and then that a login is in use, so that it lasts.
    fn note_use(self: &Arc<Self>, household: &Household, token: &TokenHash) {
        if !household.sessions.is_due(token, clock::now_s()) {
            return;
        }
        let (people, token) = (Arc::clone(self), token.clone());
        tokio::spawn(async move {
            let noted = people.change_sessions(move |sessions| sessions.seen(&token, clock::now_s()));
            if let Err(error) = noted.await {
                tracing::warn!("it could not be saved that a login is in use: {error}");
            }
        });
    }

    /// Who says this user name and password, on MQTT or with HTTP Basic: a person, or a device with its credential.
    pub async fn identify_by_password(
        self: &Arc<Self>,
        user: &str,
        password: &[u8],
        address: IpAddr,
    ) -> Identified {
        if let Some(device) = self.device_of(user, password) {
            return Ok(device);
        }
        match self
            .check_password(user, password, Attempt { address, name: user.to_owned(), known: false })
            .await
        {
            Ok(Some((name, mark))) => Ok(Viewer::Person { name, proof: Proof::Password(mark) }),
            Ok(None) => {
                let household = self.now();
                if let Some(person) =
                    Name::parse(user).and_then(|name| household.register.person(name.as_str()))
                {
                    self.note(person, None, |trace| trace.refused_at_s = Some(clock::now_s()));
                }
                Ok(Viewer::Nobody)
            }
            Err(wait) => Err(wait),
        }
    }

    /// The device of `user` whose credential this is. Credentials are long and random: they need no delays, and nobody
    /// who attacks a name keeps its phones out.
    fn device_of(&self, user: &str, password: &[u8]) -> Option<Viewer> {
        let secret = TokenHash::of(std::str::from_utf8(password).ok()?);
        let household = self.now();
        let person = household.register.person(Name::parse(user)?.as_str())?;
        let device = person.devices.iter().find(|device| device.secret == secret)?;
        self.note(person, Some(&device.name), |trace| trace.came_at_s = Some(clock::now_s()));
        Some(Viewer::Device { person: person.name.clone(), device: device.name.clone(), secret })
    }

    /// The person with this password and the mark of it. The answer takes as long whether or not there is such a person.
    ///
    /// # Errors
    /// How long to wait, after too many wrong ones.
    pub async fn check_password(
        self: &Arc<Self>,
        user: &str,
        password: &[u8],
        attempt: Attempt,
    ) -> Result<Option<(Name, String)>, Wait> {
        let household = self.now();
        let person = Name::parse(user).and_then(|name| household.register.person(name.as_str()));
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.key)
            .chain_update(Sha256::digest(user.as_bytes()))
            .chain_update(Sha256::digest(password))
            .finalize()
            .into();
        let mark = person.and_then(|person| person.password.as_ref()).map(PasswordHash::mark);
        if let (Some(person), Some(mark)) = (person, &mark)
            && self.verified().0.get(&digest) == Some(&(person.name.clone(), mark.clone()))
        {
            return Ok(Some((person.name.clone(), mark.clone())));
        }
        self.try_once(&attempt)?;
        let hash = person.and_then(|person| person.password.clone()).unwrap_or_else(PasswordHash::unusable);
        let right = self.hash_in_turn(hash, password).await?;
        let (Some(person), Some(mark), true) = (person, mark, right) else { return Ok(None) };
        self.try_was_right(&attempt);
        let found = (person.name.clone(), mark);
        let mut verified = self.verified();
        if verified.0.len() >= MAX_VERIFIED {
            verified.0.clear();
        }
        verified.0.insert(digest, found.clone());
        Ok(Some(found))
    }

    /// Takes one try from the allowances of `attempt`.
    ///
    /// # Errors
    /// How long to wait.
    pub fn try_once(&self, attempt: &Attempt) -> Result<(), Wait> {
        self.attempts().take(attempt, Instant::now())
    }

    /// The try was right and does not count.
    pub fn try_was_right(&self, attempt: &Attempt) {
        self.attempts().was_right(attempt);
    }

    /// Whether `hash` is that of `password`; a few at a time, so that guessing cannot use up memory and processors.
    ///
    /// # Errors
    /// When too many wait for their turn.
    pub async fn hash_in_turn(&self, hash: PasswordHash, password: &[u8]) -> Result<bool, Wait> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        let Ok(Ok(_turn)) = timeout(HASHING_TURN, self.hashing.acquire()).await else {
            return Err(Wait(HASHING_TURN));
        };
        let password = password.to_vec();
        // A hasher that panics has not said yes.
        Ok(tokio::task::spawn_blocking(move || hash.verify(&password)).await.unwrap_or(false))
    }
}

/// User and password of HTTP Basic.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, coded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn peer(address: &str) -> Peer {
        Peer { address: address.parse().unwrap(), secure: false }
    }

    #[test]
    fn networks() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.200.3.4", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("0.0.0.0/0", "9.9.9.9", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fd12::1", true),
            ("::1", "::1", true),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), inside, "{network:?} {address}");
        }
        for text in ["", "10.0.0.0/33", "::/129", "home.example", "10.0.0.0/x"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_named_proxies_say_who_and_whence() {
        let proxies = Proxies {
            networks: vec![Network::parse("10.0.0.1").unwrap()],
            user_header: Some(HeaderName::from_static("remote-user")),
        };
        let said = headers(&[
            ("x-forwarded-for", "203.0.113.9, 192.0.2.7"),
            ("x-forwarded-proto", "https"),
            ("remote-user", "alice"),
        ]);
        let whence = proxies.whence(peer("10.0.0.1"), &said);
        assert_eq!((whence.address.to_string().as_str(), whence.secure), ("192.0.2.7", true));
        assert_eq!(proxies.user(whence, &said), Some("alice"));
        let whence = proxies.whence(peer("10.0.0.2"), &said);
        assert_eq!((whence.address.to_string().as_str(), whence.secure), ("10.0.0.2", false));
        assert!(whence.veiled);
        assert_eq!(proxies.user(whence, &said), None);
    }

    #[test]
    fn cookies_and_passwords_are_found() {
        let sent =
            headers(&[("cookie", "a=b; owntracks-login=token; x"), ("authorization", "Basic YWxpY2U6YTpi")]);
        assert_eq!(basic(&sent), Some(("alice".into(), "a:b".into())));
        assert_eq!(basic(&headers(&[("authorization", "Bearer YWxpY2U6YTpi")])), None);
    }
}
