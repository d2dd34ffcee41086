//! Where the other server is, and how to reach it with or without TLS.

use std::fmt;
use std::io;
use std::time::Duration;

use axum::http::Uri;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::ServiceExt;

/// A server that does not answer within this time is taken for unreachable.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to the other server.
pub type Connection = TokioIo<MaybeHttpsStream<TokioIo<TcpStream>>>;

/// What a scheme stands for.
pub struct SchemeMeaning {
    /// The scheme, in lower case.
    pub name: &'static str,
    /// With TLS.
    pub secure: bool,
    /// MQTT or HTTP runs over a plain connection (false), or MQTT over a WebSocket (true).
    pub websocket: bool,
    /// Port when the address names none.
    pub default_port: u16,
}

/// Those of web servers.
pub const HTTP_SCHEMES: [SchemeMeaning; 2] = [
    SchemeMeaning { name: "http", secure: false, websocket: false, default_port: 80 },
    SchemeMeaning { name: "https", secure: true, websocket: false, default_port: 443 },
];

/// The address of another server.
#[derive(Clone, Debug)]
pub struct Upstream {
    authority: Authority,
    secure: bool,
    /// MQTT over a WebSocket.
    pub websocket: bool,
    /// Path without a slash at its end.
    base_path: String,
    connector: HttpsConnector<HttpConnector>,
}

/// An address that cannot be stood in front of.
#[derive(Debug)]
pub enum FrontError {
    /// It is no address at all, or has no host.
    NotAnAddress(String),
    /// The scheme is none of those that fit.
    Scheme {
        /// The address.
        url: String,
        /// Those that would do.
        expected: Vec<&'static str>,
    },
    /// It brings a user and password, which would end up in process lists and logs.
    Credentials,
    /// It has a query.
    Query(String),
    /// The system's certificates cannot be read.
    Certificates(io::Error),
}

impl fmt::Display for FrontError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress(url) => write!(f, "{url}: not an address such as http://127.0.0.1:8083"),
            Self::Scheme { url, expected } => {
                write!(f, "{url}: the address must begin with {}", expected.join(", "))
            }
            Self::Credentials => {
                write!(f, "leave user and password out of the address; the page asks the person for them")
            }
            Self::Query(url) => write!(f, "{url}: an address without ? is needed"),
            Self::Certificates(error) => write!(f, "the system's certificates cannot be read: {error}"),
        }
    }
}

impl std::error::Error for FrontError {}

impl Upstream {
    /// Reads an address; its scheme must be one of `schemes`.
    ///
    /// # Errors
    /// See [`FrontError`].
    pub fn parse(url: &str, schemes: &[SchemeMeaning]) -> Result<Self, FrontError> {
        let uri: Uri = url.parse().map_err(|_| FrontError::NotAnAddress(url.to_owned()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(FrontError::NotAnAddress(url.to_owned()));
        };
        if authority.as_str().contains('@') {
            return Err(FrontError::Credentials);
        }
        if uri.query().is_some() {
            return Err(FrontError::Query(url.to_owned()));
        }
        let Some(meaning) = schemes.iter().find(|meaning| scheme.eq_ignore_ascii_case(meaning.name)) else {
            let expected = schemes.iter().map(|meaning| meaning.name).collect();
            return Err(FrontError::Scheme { url: url.to_owned(), expected });
        };
        let port = authority.port_u16().unwrap_or(meaning.default_port);
        let authority = format!("{}:{port}", authority.host())
            .parse()
            .map_err(|_| FrontError::NotAnAddress(url.to_owned()))?;
        let base_path = uri.path().trim_end_matches('/').to_owned();
        let connector = connector()?;
        Ok(Self { authority, secure: meaning.secure, websocket: meaning.websocket, base_path, connector })
    }

    /// Opens a connection, with TLS if the address says so.
    ///
    /// # Errors
    /// When the server cannot be reached in time or its certificate is not trusted.
    pub async fn connect(&self) -> io::Result<Connection> {
        let connecting = self.connector.clone().oneshot(self.http_uri(""));
        let connected = timeout(CONNECT_TIMEOUT, connecting).await.map_err(io::Error::from)?;
        connected.map(TokioIo::new).map_err(io::Error::other)
    }

    /// The HTTP address of `path_and_query` below the base path.
    pub fn http_uri(&self, path_and_query: &str) -> Uri {
        self.uri(if self.secure { Scheme::HTTPS } else { Scheme::HTTP }, path_and_query)
    }

    /// The WebSocket address of `path` below the base path, as text.
    pub fn websocket_url(&self, path: &str) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}{}{path}", self.authority, self.base_path)
    }

    /// The connector, for a client that keeps connections.
    pub fn connector(&self) -> HttpsConnector<HttpConnector> {
        self.connector.clone()
    }

    fn uri(&self, scheme: Scheme, path_and_query: &str) -> Uri {
        let mut parts = axum::http::uri::Parts::default();
        parts.scheme = Some(scheme);
        parts.authority = Some(self.authority.clone());
        let path = format!("{}{path_and_query}", self.base_path);
        // What comes in was a valid path and query of a request already; the root is the answer to an empty one.
        parts.path_and_query = Some(path.parse().unwrap_or(PathAndQuery::from_static("/")));
        Uri::from_parts(parts).unwrap_or_default()
    }
}

fn connector() -> Result<HttpsConnector<HttpConnector>, FrontError> {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(CONNECT_TIMEOUT));
    // The system's own certificates, since people run their own authority at home.
    let builder = HttpsConnectorBuilder::new().with_native_roots().map_err(FrontError::Certificates)?;
    Ok(builder.https_or_http().enable_http1().wrap_connector(http))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_below_a_path() {
        let cases = [
            (
                "http://127.0.0.1:8083",
                "http://127.0.0.1:8083/api/0/last?user=a",
                "ws://127.0.0.1:8083/ws/last",
            ),
            (
                "https://Home.example/owntracks/",
                "https://Home.example:443/owntracks/api/0/last?user=a",
                "wss://Home.example:443/owntracks/ws/last",
            ),
            ("HTTP://[::1]:9/", "http://[::1]:9/api/0/last?user=a", "ws://[::1]:9/ws/last"),
        ];
        for (url, http, websocket) in cases {
            let upstream = Upstream::parse(url, &HTTP_SCHEMES).expect("valid");
            assert_eq!(upstream.http_uri("/api/0/last?user=a").to_string(), http);
            assert_eq!(upstream.websocket_url("/ws/last"), websocket);
        }
    }

    #[test]
    fn refused_addresses() {
        for url in ["", "recorder", "/path", "http://", "ftp://a", "http://a/?b=c", "http://a b/"] {
            assert!(Upstream::parse(url, &HTTP_SCHEMES).is_err(), "{url:?}");
        }
        let error =
            Upstream::parse("http://me:secret@home.example/", &HTTP_SCHEMES).expect_err("credentials");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
