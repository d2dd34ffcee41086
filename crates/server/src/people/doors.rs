//! What is asked of requests before they reach a handler.
//!
//! The guard of all routes says who asks; the layers here say where that one may come in. Handlers that show several people
//! ask their [`Pass`] for each; every question about one person is settled here.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};

use super::pass::Pass;
use super::viewer::Viewer;
use crate::api::Parameters;

/// Longest form of a question, in bytes.
const MAX_QUESTION_BYTES: usize = 64 << 10;

/// Before the Recorder's interface and everything else that is read: somebody of the household, and in questions about
/// one person somebody who may see that one. What is under way ends when that changes.
pub async fn readers(pass: Pass, request: Request, next: Next) -> Response {
    if !pass.may_read() {
        return unknown();
    }
    if *pass.viewer() == Viewer::Open {
        return cut_off(pass, None, next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_QUESTION_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let parameters = Parameters::read(&parts.headers, parts.uri.query(), &body);
    // Whether or not there is such a person: who may not see, may not find out.
    let user = parameters.user();
    if user.as_ref().is_some_and(|user| !pass.may_see_user(user)) {
        return (StatusCode::FORBIDDEN, "not yours to see\n").into_response();
    }
    let request = Request::from_parts(parts, Body::from(body));
    cut_off(pass, user, next.run(request).await)
}

/// Before `POST /pub`: somebody of the household or a device, who publishes as nobody else. What the request says about
/// the user is replaced, as a proxy does with `X-Limit-U`.
pub async fn publishers(pass: Pass, mut request: Request, next: Next) -> Response {
    if !pass.holds() {
        return asked_for_password();
    }
    let (person, device) = match pass.viewer() {
        Viewer::Open => return next.run(request).await,
        Viewer::Person { name, .. } => (name.clone(), None),
        Viewer::Device { person, device, .. } => (person.clone(), Some(device.clone())),
        Viewer::Nobody | Viewer::Guest { .. } => return asked_for_password(),
    };
    let headers = request.headers_mut();
    for (header, name) in [("x-limit-u", Some(person)), ("x-limit-d", device)] {
        // A name consists of letters, digits and dashes.
        if let Some(value) = name.and_then(|name| HeaderValue::from_str(name.as_str()).ok()) {
            headers.insert(header, value);
        }
    }
    next.run(request).await
}

/// Before what is for people with a browser: others are sent to the login.
pub async fn visitors(pass: Pass, request: Request, next: Next) -> Response {
    if pass.may_read() {
        return next.run(request).await;
    }
    // What stands in the address (people, range, map) is there again after the login.
    let view: String = request
        .uri()
        .query()
        .map_or_else(String::new, |query| form_urlencoded::byte_serialize(query.as_bytes()).collect());
    let login = if view.is_empty() { "login".to_owned() } else { format!("login?view={view}") };
    see_other(&login)
}

/// Sends a browser on to an address beside this one.
pub fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else { return StatusCode::BAD_REQUEST.into_response() };
    let headers =
        [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Nobody knows who asks. Without a challenge: browsers would ask for a password in a window of their own.
pub fn unknown() -> Response {
    (StatusCode::UNAUTHORIZED, [(header::CACHE_CONTROL, "no-store")], "please log in\n").into_response()
}

fn asked_for_password() -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, r#"Basic realm="OwnTracks", charset="UTF-8""#)];
    (StatusCode::UNAUTHORIZED, challenge, "user and password are needed\n").into_response()
}

/// Ends a long answer in the middle when its reader may no longer have it.
fn cut_off(pass: Pass, user: Option<String>, response: Response) -> Response {
    response.map(|body| Body::new(WhileAllowed { body, pass, user, ended: false }))
}

/// A body that goes on as long as its reader may read, and see the one it is about.
struct WhileAllowed {
    body: Body,
    pass: Pass,
    user: Option<String>,
    ended: bool,
}

impl WhileAllowed {
    fn is_allowed(&self) -> bool {
        self.pass.may_read() && self.user.as_ref().is_none_or(|user| self.pass.may_see_user(user))
    }
}

impl HttpBody for WhileAllowed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.ended {
            return std::task::Poll::Ready(None);
        }
        if !self.is_allowed() {
            self.ended = true;
            let error = std::io::Error::other("no longer allowed");
            return std::task::Poll::Ready(Some(Err(axum::Error::new(error))));
        }
        std::pin::Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Whether a form was sent by a page of this server, for requests that change something. Browsers say so; what says
/// nothing is no browser, and then there is no cookie that could be misused either.
pub fn is_same_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}
