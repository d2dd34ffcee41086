//! `owntracks-dashboard healthcheck`: asks a running server whether it is well, for containers that have no curl.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use crate::front::{FrontError, HTTP_SCHEMES, Upstream};

/// Where a server says that it is well, below its address.
pub const PATH: &str = "/healthz";

/// A server that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server is not well, or not there.
#[derive(Debug)]
pub enum Unwell {
    /// The address is none.
    Address(FrontError),
    /// Nobody answered in time.
    Silent,
    /// There is no connection; the reason is the system's.
    Unreachable(String),
    /// It answered something else.
    Answered(u16),
}

impl fmt::Display for Unwell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => write!(f, "{error}"),
            Self::Silent => write!(f, "no answer within {} seconds", PATIENCE.as_secs()),
            Self::Unreachable(why) => write!(f, "no server answers: {why}"),
            Self::Answered(status) => write!(f, "{PATH} was answered with {status}"),
        }
    }
}

impl std::error::Error for Unwell {}

/// Asks the server whose page is at `url`. Certificates have to be good for its name.
///
/// # Errors
/// When it does not say that it is well.
pub async fn ask(url: &str) -> Result<(), Unwell> {
    let server = Upstream::parse(url, &HTTP_SCHEMES).map_err(Unwell::Address)?;
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(server.connector());
    let answer = timeout(PATIENCE, client.get(server.http_uri(PATH))).await.map_err(|_| Unwell::Silent)?;
    // The client's own words are "client error (Connect)"; the reason stands below.
    let status = answer.map_err(|error| Unwell::Unreachable(deepest(&error)))?.status();
    if status.is_success() { Ok(()) } else { Err(Unwell::Answered(status.as_u16())) }
}

fn deepest(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}
