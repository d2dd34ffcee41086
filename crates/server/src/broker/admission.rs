//! Who may connect, publish and receive. Who they are is found out here; what they may is said by the household's rule.

use std::net::IpAddr;
use std::sync::Arc;

use crate::people::{Pass, People, Viewer};

/// Where a client came in, and who it is as far as that shows it.
#[derive(Clone)]
pub struct Arrival {
    /// Its address.
    pub address: IpAddr,
    /// Who opened the WebSocket. A client that brings no user name is taken for that one.
    pub pass: Option<Pass>,
}

/// What a client brings with its CONNECT.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// User name, if one was given.
    pub user: Option<&'a str>,
    /// Password, if one was given. Any bytes.
    pub password: Option<Password<'a>>,
}

/// A password, which no log shows.
#[derive(Clone, Copy)]
pub struct Password<'a>(pub &'a [u8]);

impl std::fmt::Debug for Password<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// A client is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// User name and password are missing or wrong.
    NotAuthorized,
    /// There were too many wrong ones; this one was not looked at.
    Later,
}

/// Decides whether a client may connect, and as whom. While there are no accounts anybody on this machine may.
///
/// # Errors
/// See [`Refusal`].
pub async fn admit(
    people: &Arc<People>,
    arrival: &Arrival,
    credentials: Credentials<'_>,
) -> Result<Pass, Refusal> {
    let pass = if people.now().register.is_empty() {
        let local = arrival.address.to_canonical().is_loopback();
        Pass::new(Arc::clone(people), if local { Viewer::Open } else { Viewer::Nobody })
    } else if let (Some(user), Some(Password(password))) = (credentials.user, credentials.password) {
        let identified = people.identify_by_password(user, password, arrival.address).await;
        Pass::new(Arc::clone(people), identified.map_err(|_| Refusal::Later)?)
    } else {
        arrival.pass.clone().ok_or(Refusal::NotAuthorized)?
    };
    if pass.holds() { Ok(pass) } else { Err(Refusal::NotAuthorized) }
}

/// The name under which the session of a client is kept: two people who choose the same client identifier do not get
/// each other's.
pub fn session_name(pass: &Pass, client_id: &str) -> String {
    match pass.viewer().person() {
        // A name has no slash.
        Some(person) => format!("{person}/{client_id}"),
        None => client_id.to_owned(),
    }
}
