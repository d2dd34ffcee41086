//! Which requests are let in while there are no accounts.
//!
//! The server listens on loopback only, but any web page the person opens may try to use it from there. Two checks keep
//! such pages out:
//!
//! * `Host` must name this machine. A page whose own name was made to point here (DNS rebinding) sends its own.
//! * `Origin`, which browsers send with every WebSocket and every POST, must be this server.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request pass or answers it with 403.
pub async fn admit(request: Request, next: Next) -> Response {
    if !host_is_own(request.headers()) {
        return refuse("this server answers to loopback addresses and to localhost only\n");
    }
    if !origin_is_own(request.headers()) {
        return refuse("pages from elsewhere may not use this server\n");
    }
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
pub fn origin_is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).map(axum::http::HeaderValue::as_bytes);
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
        assert!(origin_is_own(&headers("localhost:8084", None)));
        assert!(origin_is_own(&headers("localhost:8084", Some("http://localhost:8084"))));
        for origin in
            ["http://localhost:3000", "http://evil.example", "null", "http://localhost:8084.evil.example"]
        {
            assert!(!origin_is_own(&headers("localhost:8084", Some(origin))), "{origin}");
        }
    }
}
