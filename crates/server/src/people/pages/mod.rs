//! Login, people, phones and shares, as plain pages that work without the map: small, and fine for password managers.
//!
//! Their addresses are beside that of the map and everything in them is relative, so that they work below any path of a
//! proxy. The cookie of a login has no path for the same reason: browsers then take the folder of the login page.
//!
//! A form brings back a mark that only this server can make for this login; besides, browsers say where a form was sent
//! from, and only those of this server are taken.

mod account;
pub mod guest;
mod html;
pub(in crate::people) mod login;
mod people;
pub mod phone;
mod shares;
mod text;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tower_http::set_header::SetResponseHeaderLayer;

use self::html::e;
use self::text::Words;
use super::doors;
use super::identify::Whence;
use super::pass::Pass;
use super::register::Name;
use super::rule;
use super::viewer::{Proof, Viewer};
use crate::store::Store;

/// Own styles and one own script; forms come back here.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'";

/// The policy of a page that only pages of these origins may have in a frame; an origin as it stands in headers, or `'self'`.
fn policy(framed_by: &[String]) -> HeaderValue {
    let framed_by = if framed_by.is_empty() { "'none'".to_owned() } else { framed_by.join(" ") };
    // Origins are checked when they are taken in, and hold nothing that a header may not.
    HeaderValue::from_str(&format!("{CONTENT_SECURITY_POLICY}; frame-ancestors {framed_by}"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// The look of the map; its tokens are the part before the first rule for all elements.
const MAP_STYLE: &str = include_str!("../../../../../style/main.css");
const END_OF_TOKENS: &str = "\n*,\n";

const STYLE: &str = include_str!("people.css");
const SCRIPT: &str = include_str!("people.js");
const MAP_SCRIPT: &str = include_str!("map.js");

/// Longest form, in bytes.
const MAX_FORM_BYTES: usize = 64 << 10;

/// What the pages know of the server.
#[derive(Clone, Default)]
pub struct Setup {
    /// Where their positions arrive; `None` in front of another broker.
    pub store: Option<Arc<Store>>,
    /// Where MQTT over TCP is taken in.
    pub mqtt: Option<SocketAddr>,
    /// Where MQTT over TLS is taken in.
    pub mqtts: Option<SocketAddr>,
    /// Origins whose pages may have the map in a frame.
    pub framed_by: Vec<String>,
    /// People may log in within those frames.
    pub login_in_frames: bool,
}

/// The routes of the pages.
pub fn routes(setup: Setup) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let framed_by = policy(if setup.login_in_frames { &setup.framed_by } else { &[] });
    // The one page that others may have in a frame, where that was asked for. What it says where it was not has no form, and
    // a policy of its own.
    let login = Router::new()
        .route("/login", get(login::login).post(login::log_in))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, framed_by));
    Router::new()
        .route("/welcome", get(login::welcome).post(login::found))
        .route("/logout", post(login::log_out))
        .route("/people", get(people::show).post(people::change))
        .route("/account", get(account::show).post(account::change))
        .route("/phone", get(phone::show).post(phone::change))
        .route("/shares", get(shares::show).post(shares::change))
        .route("/account.json", get(whoami))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .route("/people.css", get(style))
        .route("/people.js", get(script))
        .route("/account.js", get(map_script))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy(&[])))
        .merge(login)
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // With no referrer at all browsers would not say either where a form was sent from.
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .with_state(setup)
}

pub(super) async fn script() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, SCRIPT).into_response()
}

async fn map_script() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, MAP_SCRIPT).into_response()
}

/// Who is logged in, for the script beside the map.
async fn whoami(caller: Caller) -> Response {
    // Not sent to the login: the script goes there itself.
    let Ok(name) = caller.member() else { return doors::unknown() };
    let title = if caller.is_owner() { caller.words.people } else { caller.words.account };
    let known = json!({ "name": name.as_str(), "owner": caller.is_owner(), "title": title });
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], known.to_string()).into_response()
}

pub(super) async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, [tokens(), STYLE].concat()).into_response()
}

fn tokens() -> &'static str {
    MAP_STYLE.split_once(END_OF_TOKENS).map_or("", |(tokens, _)| tokens)
}

/// Who asks for a page, and in which language.
struct Caller {
    setup: Setup,
    pass: Pass,
    whence: Whence,
    words: &'static Words,
    headers: HeaderMap,
    query: Vec<(String, String)>,
}

impl FromRequestParts<Setup> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Setup) -> Result<Self, Response> {
        let pass = Pass::from_request_parts(parts, state).await?;
        let whence = Whence::from_request_parts(parts, state).await?;
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            setup: state.clone(),
            pass,
            whence,
            words: Words::of(&parts.headers),
            headers: parts.headers.clone(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        })
    }
}

/// What was filled in.
struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if !doors::is_same_site(request.headers()) {
            return Err((StatusCode::FORBIDDEN, "forms of other pages are not taken\n").into_response());
        }
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        if body.len() > MAX_FORM_BYTES {
            return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        }
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl Form {
    /// What was filled in under `name`, or nothing.
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn name(&self, name: &str) -> Option<Name> {
        Name::parse(self.get(name))
    }
}

/// Somebody who is logged in; others are sent to where they can be.
struct Member {
    caller: Caller,
    name: Name,
}

impl FromRequestParts<Setup> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Setup) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let name = caller.member().map_err(|elsewhere| *elsewhere)?;
        Ok(Self { caller, name })
    }
}

/// A form that somebody who is logged in sent from a page made for that login.
struct Sent {
    caller: Caller,
    name: Name,
    form: Form,
}

impl FromRequest<Setup> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &Setup) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Member { caller, name } = Member::from_request_parts(&mut parts, state).await?;
        let form = Form::from_request(Request::from_parts(parts, body), state).await?;
        if form.get("mark") != caller.mark() {
            let notice = notice_bad(caller.words.old_form);
            return Err(caller.page(StatusCode::FORBIDDEN, caller.words.old_form, "", &notice));
        }
        Ok(Self { caller, name, form })
    }
}

impl Caller {
    fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Who is logged in. Others are sent to where they can be.
    fn member(&self) -> Result<Name, Box<Response>> {
        let household = self.pass.people().now();
        match rule::entitled(&household, self.pass.viewer()) {
            Some(person) if matches!(self.pass.viewer(), Viewer::Person { .. }) => Ok(person.name.clone()),
            _ if household.register.is_empty() => Err(doors::see_other("welcome").into()),
            _ => Err(doors::see_other("login").into()),
        }
    }

    fn is_owner(&self) -> bool {
        rule::is_owner(&self.pass.people().now(), self.pass.viewer())
    }

    /// The mark of forms for this login.
    fn mark(&self) -> String {
        let login = match self.pass.viewer() {
            Viewer::Person { proof: Proof::Session(token), .. } => format!("session {}", token.as_str()),
            Viewer::Person { name, .. } => format!("person {name}"),
            _ => "nobody".to_owned(),
        };
        self.pass.people().mark(&format!("form of {login}"))
    }

    /// Begins a form that is sent to `action`, with a hidden word for what it is to do.
    fn form(&self, action: &str, what: &str) -> String {
        format!(
            "<form method=post action=\"{}\"><input type=hidden name=mark value={}><input type=hidden name=do value=\"{}\">",
            e(action),
            self.mark(),
            e(what)
        )
    }

    /// What was done before this page was asked for.
    fn done(&self) -> String {
        self.words.done(self.query("done")).map_or_else(String::new, notice_good)
    }

    /// A page. `here` is the address of the page, to mark it in the menu; without one there is no menu.
    fn page(&self, status: StatusCode, title: &str, here: &str, body: &str) -> Response {
        let words = self.words;
        let menu = if here.is_empty() {
            String::new()
        } else {
            let link = |address: &str, word: &str| {
                let current = if address == here { " aria-current=page" } else { "" };
                format!("<a href=\"{address}\"{current}>{}</a>", e(word))
            };
            let mut links = link("./", words.to_map);
            if self.is_owner() {
                links.push_str(&link("people", words.people));
            }
            links.push_str(&link("phone", words.phones));
            links.push_str(&link("shares", words.shares));
            links.push_str(&link("account", words.account));
            let leave = match self.pass.viewer() {
                Viewer::Person { proof: Proof::Session(_), .. } => {
                    format!("{}<button>{}</button></form>", self.form("logout", "leave"), e(words.log_out))
                }
                _ => String::new(),
            };
            format!("<header><nav>{links}{leave}</nav></header>")
        };
        let html = document(words, title, &menu, body, here.is_empty());
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    }
}

/// A whole document.
fn document(words: &Words, title: &str, menu: &str, body: &str, narrow: bool) -> String {
    let narrow = if narrow { " class=narrow" } else { "" };
    format!(
        "<!doctype html>\n<html lang={}>\n<head>\n<meta charset=utf-8>\n\
         <meta name=viewport content=\"width=device-width, initial-scale=1\">\n\
         <meta name=color-scheme content=\"light dark\">\n<meta name=robots content=noindex>\n\
         <title>{} · {}</title>\n<link rel=icon href=\"data:,\">\n<link rel=stylesheet href=people.css>\n<script src=people.js defer></script>\n</head>\n\
         <body>\n{menu}\n<main{narrow}>\n<h1>{}</h1>\n{body}\n</main>\n</body>\n</html>\n",
        words.language,
        e(title),
        e(words.product),
        e(title),
    )
}

/// A link to hand on: as a QR code, as text, to copy, and by what the system offers.
fn link_box(words: &Words, link: &str) -> String {
    format!(
        "{}<p class=code id=link>{}</p><div class=row>{}\
         <button type=button class=quiet data-share=link hidden>{}</button></div>",
        html::qr(link).unwrap_or_default(),
        e(link),
        copy_button(words, "link"),
        e(words.share_hand_on),
    )
}

/// A button that copies the text of the element with that id; hidden where the browser does not let it.
fn copy_button(words: &Words, id: &str) -> String {
    format!(
        "<button type=button class=quiet data-copy={id} data-done=\"{}\" hidden>{}</button>",
        e(words.copied),
        e(words.copy)
    )
}

/// Something went well.
fn notice_good(text: &str) -> String {
    format!("<p class=notice role=status>{}</p>", e(text))
}

/// Something did not.
fn notice_bad(text: &str) -> String {
    format!("<p class=\"notice bad\" role=alert>{}</p>", e(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tokens_of_the_map_are_found() {
        let tokens = tokens();
        assert_eq!(tokens.matches("--accent:").count(), 3, "light, dark by choice, dark by the system");
        assert!(!tokens.contains("body {"));
        for used in STYLE.split("var(").skip(1) {
            let name = used.split(')').next().unwrap();
            assert!(tokens.contains(&format!("{name}:")), "{name}");
        }
    }
}
