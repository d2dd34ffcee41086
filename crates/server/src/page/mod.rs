//! The dashboard itself, embedded from `dist/`, and its configuration.

mod config;

use std::path::PathBuf;
use std::sync::Arc;

use crate::people::{Pass, Viewer, doors};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use serde_json::{Value, json};
use tower_http::set_header::SetResponseHeaderLayer;

pub use config::Sources;

/// What the page may do, should somebody's text ever get to run in it: own scripts only, no frames from elsewhere. Pictures
/// and connections are open, because people choose their own tiles, Recorder and broker.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; img-src 'self' data: blob: https: http:; connect-src 'self' ws: wss: http: https:; \
    font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// What browsers are told with every file of the page.
const POLICIES: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Public tile servers want to know whose page asks, and answer 403 otherwise; they learn the origin only.
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
];

/// Compressed siblings that the build puts beside each file, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

#[derive(Embed)]
#[folder = "../../dist/"]
struct Dist;

/// What the page asks first, once it runs. Browsers fetch it while they still wait for the page's module.
const ASKED_FIRST: &str = "<api/0/version>; rel=preload; as=fetch; crossorigin, \
    <api/0/last>; rel=preload; as=fetch; crossorigin";

/// What the page is told about where things are.
struct Page {
    /// Written by the person; wins.
    config_file: PathBuf,
    sources: Sources,
}

impl Page {
    /// Whether the page will ask this server for people, as far as that is known.
    async fn asks_here(&self) -> bool {
        self.sources.recorder && !tokio::fs::try_exists(&self.config_file).await.unwrap_or(true)
    }
}

/// A file of the page for guests, with the policy of the page.
pub fn served(path: &str, headers: &HeaderMap) -> Response {
    let mut response = file(path, headers);
    for (name, value) in POLICIES {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The `map` of the configuration as guests get it, two folders below: tiles and nothing that is anybody's business.
pub async fn map_for_guests(data: &std::path::Path, sources: &Sources) -> Option<Value> {
    let written = tokio::fs::read(data.join("config.json")).await;
    let config = written.unwrap_or_else(|_| sources.to_config().into_bytes());
    let config: Value = serde_json::from_slice(&config).ok()?;
    let mut tiles = config.get("map")?.get("tiles")?.clone();
    for tile in tiles.as_array_mut()? {
        let url = tile.get_mut("url")?;
        let text = url.as_str()?.to_owned();
        if !text.contains("//") && !text.starts_with('/') {
            *url = Value::from(format!("../../{text}"));
        }
    }
    Some(json!({ "tiles": tiles }))
}

/// The routes of the page. A `config.json` in `data` wins over what `sources` says. Frames are allowed to pages of the
/// same origin and of those in `sources`.
pub fn routes(data: &std::path::Path, sources: Sources) -> Router {
    let policy = format!("{CONTENT_SECURITY_POLICY} {}", sources.embed_origins.join(" "));
    // Origins are checked when they are taken in, and hold nothing that a header may not.
    let policy =
        HeaderValue::from_str(policy.trim_end()).unwrap_or(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    let page = Arc::new(Page { config_file: data.join("config.json"), sources });
    let policies = POLICIES
        .map(|(name, value)| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    // Guests' pages are framed by nobody else; ours by those who were named.
    let [_, types, referrer] = policies;
    let content = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy);
    Router::new()
        .route(
            "/",
            get(|State(page): State<Arc<Page>>, pass: Pass, headers: HeaderMap| async move {
                let mut answer = index(&pass, &headers);
                if page.asks_here().await {
                    answer.headers_mut().insert(header::LINK, HeaderValue::from_static(ASKED_FIRST));
                }
                answer
            })
            .route_layer(from_fn(doors::visitors)),
        )
        // It may hold a password for a broker.
        .route("/config.json", get(config).route_layer(from_fn(doors::readers)))
        .route(
            "/{*path}",
            get(|Path(path): Path<String>, headers: HeaderMap| async move { file(&path, &headers) }),
        )
        .layer(content)
        .layer(types)
        .layer(referrer)
        .with_state(page)
}

/// The page; for somebody who is logged in with a script beside it that leads to the account.
fn index(pass: &Pass, headers: &HeaderMap) -> Response {
    let embedded = Dist::get("index.html").filter(|_| matches!(pass.viewer(), Viewer::Person { .. }));
    let Some(html) = embedded.and_then(|file| String::from_utf8(file.data.into_owned()).ok()) else {
        return file("index.html", headers);
    };
    let html = html.replacen("</body>", "<script src=\"account.js\" defer></script></body>", 1);
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, html).into_response()
}

async fn config(State(page): State<Arc<Page>>) -> Response {
    let body = match tokio::fs::read(&page.config_file).await {
        Ok(written) => written,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => page.sources.to_config().into_bytes(),
        Err(error) => {
            tracing::error!("config.json could not be read: {error}");
            return (StatusCode::INTERNAL_SERVER_ERROR, "config.json could not be read\n").into_response();
        }
    };
    let headers =
        [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, body).into_response()
}

/// A file of the page, compressed when that was prepared and the browser takes it.
fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some(plain) = Dist::get(path) else {
        return (StatusCode::NOT_FOUND, "404 Not Found\n").into_response();
    };
    let content_type = plain.metadata.mimetype().to_owned();
    let (file, encoding) = ENCODINGS
        .iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, suffix)| Some((Dist::get(&format!("{path}.{suffix}"))?, Some(*encoding))))
        .unwrap_or((plain, None));
    let tag = tag(&file);
    let cache = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let common =
        [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, cache), (header::VARY, "accept-encoding")];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let encoding = encoding.map(|encoding| [(header::CONTENT_ENCODING, encoding)]);
    (common, [(header::CONTENT_TYPE, content_type)], encoding, file.data).into_response()
}

/// Whether the browser takes `encoding`: it is listed, and not with a quality of 0.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let listed = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|list| list.split(',')).any(|item| {
        let (name, quality) = item.split_once(';').unwrap_or((item, "q=1"));
        let quality =
            quality.trim().strip_prefix("q=").and_then(|quality| quality.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && quality.is_some_and(|quality| quality > 0.0)
    })
}

fn tag(file: &EmbeddedFile) -> String {
    let hex: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Whether the bundler put a hash of the content into the name, e.g. `dashboard-0f1e2d3c4b5a6978_bg.wasm`: such a file
/// never changes.
fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.', '/'])
        .any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_told_from_others() {
        assert!(is_hashed("dashboard-0f1e2d3c4b5a6978_bg.wasm"));
        assert!(is_hashed("style/main-0f1e2d3c4b5a6978.css"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("images/marker-icon.png"));
    }

    #[test]
    fn encodings_are_taken_at_their_word() {
        let headers = |list: &'static str| {
            HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(list))])
        };
        assert!(accepts(&headers("gzip, deflate, br"), "br"));
        assert!(accepts(&headers("br;q=0.5"), "br"));
        assert!(!accepts(&headers("br;q=0, gzip"), "br"));
        assert!(!accepts(&headers("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
