//! Every request passes here first: whether it may come in at all, and who sends it.
//!
//! While there are no accounts the server listens on loopback only, but any web page the person opens may try to use it
//! from there, and a reverse proxy may bring the whole world. These are kept out:
//!
//! * `Host` must name this machine. A page whose own name was made to point here (DNS rebinding) sends its own.
//! * The connection must come from this machine, and not by way of a proxy that says so.
//!
//! With accounts every host name will do: a rebound page has no login for its name. Always, `Origin`, which browsers send
//! with every WebSocket and every POST, must be this server.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::people::attempts::Wait;
use crate::people::identify::{Peer, Proxies, Whence};
use crate::people::{Pass, People};

/// Who is asked about requests.
pub struct Guard {
    /// The household.
    pub people: Arc<People>,
    /// Proxies whose word counts.
    pub proxies: Proxies,
}

/// Paths where programs send a password with every request. Elsewhere one in the headers is that of a proxy in front.
const FOR_PROGRAMS: [&str; 4] = ["/api/", "/ws/", "/pub", "/mqtt"];

/// Lets a request pass, with its [`Whence`] and [`Pass`], or answers it with 403.
pub async fn admit(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    // Without the query: links made by others may hold anything in it.
    tracing::debug!(method = %request.method(), path = request.uri().path(), "asked");
    let Some(peer) = request.extensions().get::<Peer>().copied() else {
        return refuse("nobody knows where this comes from\n");
    };
    let whence = guard.proxies.whence(peer, request.headers());
    if guard.people.now().register.is_empty() {
        if !host_is_own(request.headers()) {
            return refuse(
                "this server answers to loopback addresses and to localhost only, until it has accounts\n",
            );
        }
        if !whence.address.to_canonical().is_loopback() || whence.veiled {
            return refuse("this server answers to this machine only, until it has accounts\n");
        }
    }
    if !origin_is_own(request.headers(), whence) {
        return refuse("pages from elsewhere may not use this server\n");
    }
    let path = request.uri().path();
    let takes_password = FOR_PROGRAMS.iter().any(|start| path.starts_with(start));
    let identified = guard.people.identify(whence, &guard.proxies, request.headers(), takes_password).await;
    let viewer = match identified {
        Ok(viewer) => viewer,
        Err(Wait(wait)) => {
            let seconds = wait.as_secs_f64().ceil().to_string();
            let headers = [(header::RETRY_AFTER, seconds)];
            return (StatusCode::TOO_MANY_REQUESTS, headers, "too many wrong passwords\n").into_response();
        }
    };
    request.extensions_mut().insert(whence);
    request.extensions_mut().insert(Pass::new(Arc::clone(&guard.people), viewer));
    next.run(request).await
}

/// Whether the request asks for this machine by a loopback name or address.
pub fn host_is_own(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    })
}

/// Whether the request comes from a page of this server, or from a program that is no browser (which sends no `Origin`).
/// A trusted proxy may say which host the browser asked for.
pub fn origin_is_own(headers: &HeaderMap, whence: Whence) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let forwarded = headers.get("x-forwarded-host").filter(|_| whence.trusted);
    let host = forwarded.or_else(|| headers.get(header::HOST)).map(axum::http::HeaderValue::as_bytes);
    let authority =
        [&b"http://"[..], b"https://"].iter().find_map(|scheme| origin.as_bytes().strip_prefix(*scheme));
    authority.is_some_and(|authority| host.is_some_and(|host| host.eq_ignore_ascii_case(authority)))
}

fn refuse(why: &'static str) -> Response {
    (StatusCode::FORBIDDEN, why).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const HERE: Whence = Whence {
        address: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        secure: false,
        veiled: false,
        trusted: false,
    };

    fn headers(host: &'static str, origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        headers.extend(origin.map(|origin| (header::ORIGIN, HeaderValue::from_static(origin))));
        headers
    }

    #[test]
    fn only_loopback_names_are_answered() {
        for host in ["127.0.0.1:8084", "localhost", "LocalHost:8084", "[::1]:8084", "127.8.9.1"] {
            assert!(host_is_own(&headers(host, None)), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8084",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "",
        ] {
            assert!(!host_is_own(&headers(host, None)), "{host}");
        }
        assert!(!host_is_own(&HeaderMap::new()));
    }

    #[test]
    fn pages_from_elsewhere_are_refused() {
        assert!(origin_is_own(&headers("localhost:8084", None), HERE));
        assert!(origin_is_own(&headers("localhost:8084", Some("http://localhost:8084")), HERE));
        for origin in
            ["http://localhost:3000", "http://evil.example", "null", "http://localhost:8084.evil.example"]
        {
            assert!(!origin_is_own(&headers("localhost:8084", Some(origin)), HERE), "{origin}");
        }
        let mut behind = headers("127.0.0.1:8084", Some("https://home.example"));
        behind.insert("x-forwarded-host", HeaderValue::from_static("home.example"));
        assert!(!origin_is_own(&behind, HERE), "anybody may say so");
        assert!(origin_is_own(&behind, Whence { trusted: true, ..HERE }));
    }
}
