//! The doors for guests, all below `/s/<id>/`: the page, and as much of the Recorder's interface as it needs, with nothing in
//! it but the share. Every answer asks the rule anew and goes through [`view`].

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::{UnixSeconds, format_rfc3339};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tower_http::set_header::SetResponseHeaderLayer;

use super::view::{self, Alias};
use super::{Share, ShareId, Span, Zone};
use crate::api::{Parameters, RECORDER_VERSION, pieces, times};
use crate::clock::now_s;
use crate::json;
use crate::page;
use crate::people::attempts::Attempt;
use crate::people::cookie::{Reach, cookie, is_secure, set_cookie};
use crate::people::doors::{see_other, unknown};
use crate::people::identify::Whence;
use crate::people::pages::{guest as pages, login};
use crate::people::token::{Token, TokenHash};
use crate::people::{Pass, People, Viewer};
use crate::store::{Order, Store};

/// Name of the cookie of an opened link; it has no path, so it is sent below this share's only.
const GUEST_COOKIE: &str = "owntracks-guest";

/// How long browsers keep it at most, in seconds. How long the share lasts is for the server to say.
const KEPT_S: i64 = 60 * 86_400;

/// Guests who listen at once.
const MAX_LISTENERS: usize = 256;

/// A guest that takes nothing for so long is dropped.
const STALLED: Duration = Duration::from_secs(20);

/// How often it is looked whether a share is over, by the clock on the wall; guests are out within so much.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Locations of one answer at most: a month of one every ten seconds.
const MAX_LOCATIONS: usize = 300_000;

/// What the doors work with.
#[derive(Clone)]
pub struct Guests {
    store: Arc<Store>,
    /// Where `config.json` is, and what holds without one.
    data: PathBuf,
    sources: page::Sources,
    closing: watch::Receiver<bool>,
    seats: Arc<Semaphore>,
}

/// The routes.
pub fn routes(
    store: Arc<Store>,
    data: PathBuf,
    sources: page::Sources,
    closing: watch::Receiver<bool>,
) -> Router {
    let guests = Guests { store, data, sources, closing, seats: Arc::new(Semaphore::new(MAX_LISTENERS)) };
    let no_store =
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Router::new()
        .route("/s/{id}/", get(index))
        .route("/s/{id}/open", post(open))
        .route("/s/{id}/people.css", get(crate::people::pages::style))
        .route("/s/{id}/people.js", get(crate::people::pages::script))
        .route("/s/{id}/config.json", get(config))
        .route("/s/{id}/share.json", get(about))
        .route("/s/{id}/api/0/version", get(version))
        .route("/s/{id}/api/0/last", get(last))
        .route("/s/{id}/api/0/list", get(list))
        .route("/s/{id}/api/0/locations", get(locations))
        .route("/s/{id}/ws/last", get(live))
        .layer(no_store)
        .route("/s/{id}/{*path}", get(file))
        .with_state(guests)
}

/// A guest whose share lasts.
struct Guest {
    pass: Pass,
    share: Share,
}

impl<S: Send + Sync> FromRequestParts<S> for Guest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let pass = Pass::from_request_parts(parts, state).await?;
        let id = share_id(parts.uri.path());
        guest(&parts.headers, id, pass.people()).ok_or_else(unknown)
    }
}

/// The id in `/s/<id>/…`.
fn share_id(path: &str) -> ShareId {
    ShareId(path.split('/').nth(2).unwrap_or_default().to_owned())
}

fn guest(headers: &HeaderMap, share: ShareId, people: &Arc<People>) -> Option<Guest> {
    let session = TokenHash::of(cookie(headers, GUEST_COOKIE)?);
    let pass = Pass::new(Arc::clone(people), Viewer::Guest { share, session });
    let share = pass.share()?;
    Some(Guest { pass, share })
}

impl Guest {
    /// The share as it is now, while it lasts.
    fn now(&self) -> Option<Share> {
        self.pass.share()
    }

    fn zones(&self, friend: &FriendId) -> Vec<Zone> {
        let household = self.pass.people().now();
        household.register.person(friend.user()).map(|person| person.zones.clone()).unwrap_or_default()
    }

    /// What a guest gets of a location, if anything.
    fn seen(&self, share: &Share, alias: &Alias, object: &[u8]) -> Option<Vec<u8>> {
        if !self.pass.may_see(&alias.friend) {
            return None;
        }
        view::location(share, alias, &self.zones(&alias.friend), object)
    }

    /// Ends when the share is over or otherwise than at the call.
    async fn over(&self) {
        let by_clock = async {
            while self.pass.holds() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = self.pass.changed() => {}
            () = by_clock => {}
        }
    }
}

/// The page: the map for whoever has opened the link, else what opens it.
async fn index(pass: Pass, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let id = ShareId(id);
    let framed_by = framed_by(pass.people(), &id);
    match guest(&headers, id, pass.people()) {
        Some(_) => page::served("index.html", &headers, &framed_by),
        None => pages::opening(&headers, &framed_by),
    }
}

/// Whose pages may have this share in a frame, besides our own. Of a share that is gone nobody knows that any more.
fn framed_by(people: &People, id: &ShareId) -> Vec<String> {
    let household = people.now();
    let share = household.register.shares.iter().find(|share| share.id == *id);
    share.map(|share| share.framed_by.clone()).unwrap_or_default()
}

/// Opens a link: the secret, and the phrase where one was agreed, for a cookie.
async fn open(
    pass: Pass,
    whence: Whence,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let people = pass.people();
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (secret, view) = (field("secret").trim(), field("view"));
    let (hash, id) = (TokenHash::of(secret), ShareId(id));
    let framed_by = framed_by(people, &id);
    let household = people.now();
    let known = household.register.shares.iter().find(|share| share.id == id && share.secret == hash);
    let Some(share) = known.filter(|share| !share.is_over(now_s())) else {
        return pages::over(&headers, &framed_by);
    };
    let asked = |wrong| pages::phrase(&headers, &framed_by, secret, view, wrong);
    if let Some(phrase) = &share.phrase {
        let said = field("phrase");
        if said.is_empty() {
            return asked(false);
        }
        let attempt = Attempt { address: whence.address, name: format!("share {}", id.0), known: false };
        let taken = people.try_once(&attempt);
        let right = match taken {
            Ok(()) => people.hash_in_turn(phrase.clone(), said.as_bytes()).await.unwrap_or(false),
            Err(_) => return pages::wait(&headers, &framed_by),
        };
        if !right {
            return asked(true);
        }
        people.try_was_right(&attempt);
    }
    let Ok(token) = Token::random() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let (session, opened, span) = (token.hash(), id.clone(), share.span);
    if let Err(error) = people.change_sessions(move |sessions| sessions.open(session, opened, now_s())).await
    {
        tracing::error!("an opened link was not saved: {error}");
    }
    let reach = if framed_by.is_empty() { Reach::OwnSite } else { Reach::Frames };
    let cookie = set_cookie(GUEST_COOKIE, token.reveal(), reach, is_secure(whence, &headers), Some(KEPT_S));
    let mut answer = see_other(&begins_at(span, view));
    if let Ok(value) = cookie.parse() {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    answer
}

async fn file(Path((_, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    page::served(&path, &headers, &[])
}

/// The address of the map with what the link says of the view, and the time that the share is about.
fn begins_at(span: Span, view: &str) -> String {
    let mut query = if login::is_view(view) { view.to_owned() } else { String::new() };
    if let Span::Past { from_s, to_s } = span {
        let between = if query.is_empty() { "" } else { "&" };
        query += &format!("{between}from={}&to={}", format_rfc3339(from_s), format_rfc3339(to_s));
    }
    if query.is_empty() { "./".to_owned() } else { format!("./?{query}") }
}

/// What the map is told: everything is here, and there is no broker for guests.
async fn config(guest: Guest, State(guests): State<Guests>) -> Response {
    let histories = guest.share.span != Span::Live;
    let mut config = json!({
        "recorder": { "url": "./" },
        "share": { "url": "share.json", "histories": histories },
    });
    // Whoever may have the page in a frame has the link, and so may know what it shows.
    if !guest.share.framed_by.is_empty() {
        config["embed"] = json!({ "origins": guest.share.framed_by });
    }
    if let Span::Last { hours } = guest.share.span {
        config["history"] = json!({ "range": format!("{hours}h") });
    }
    if let Some(map) = page::map_for_guests(&guests.data, &guests.sources).await {
        config["map"] = map;
    }
    as_json(config.to_string())
}

/// What the share is, for the page: its end, and who is in a private place now. The seconds that are left are ours: clocks of
/// browsers are wrong now and then.
async fn about(guest: Guest, State(guests): State<Guests>) -> Response {
    let people: Vec<_> = guests
        .everybody(&guest)
        .into_iter()
        .map(|(alias, object)| {
            let hides = |object: &Vec<u8>| guest.seen(&guest.share, &alias, object).is_none();
            let private = object.as_ref().is_some_and(hides);
            let name = alias.shown.clone().or_else(|| name_of(object.as_deref()?));
            json!({ "friend": alias.guest_id.to_string(), "name": name, "private": private })
        })
        .collect();
    let until_s = guest.share.until_s;
    let left_s = until_s.map(|until_s| (until_s - now_s()).max(0));
    as_json(json!({ "until": until_s.map(format_rfc3339), "left_s": left_s, "people": people }).to_string())
}

/// The name on the card that is merged into a location.
fn name_of(object: &[u8]) -> Option<String> {
    serde_json::from_slice(json::member(object, "name")?).ok()
}

async fn version(_guest: Guest) -> Response {
    as_json(format!(r#"{{"version":"{RECORDER_VERSION}"}}"#))
}

async fn last(guest: Guest, State(guests): State<Guests>, parameters: Parameters) -> Response {
    let mut body = vec![b'['];
    for (alias, object) in guests.everybody(&guest) {
        let asked = parameters.user().is_none_or(|user| user == alias.guest_id.user())
            && parameters.device().is_none_or(|device| device == alias.guest_id.device());
        let Some(object) = object.filter(|_| asked) else { continue };
        if let Some(seen) = guest.seen(&guest.share, &alias, &object) {
            if body.len() > 1 {
                body.push(b',');
            }
            body.extend(seen);
        }
    }
    body.push(b']');
    as_json(body)
}

async fn list(guest: Guest, State(guests): State<Guests>, parameters: Parameters) -> Response {
    if parameters.user().is_some() && parameters.device().is_some() {
        // Months are for those who may have them all. An empty list would say that there are none: the page then asks for none.
        return StatusCode::NOT_FOUND.into_response();
    }
    let aliases = guests.aliases(&guest);
    let ids = aliases.iter().map(|alias| &alias.guest_id);
    let mut names: Vec<String> = match parameters.user() {
        None => ids.map(|id| id.user().to_owned()).collect(),
        Some(user) => ids.filter(|id| id.user() == user).map(|id| id.device().to_owned()).collect(),
    };
    names.sort();
    names.dedup();
    as_json(json!({ "results": names }).to_string())
}

async fn locations(guest: Guest, State(guests): State<Guests>, parameters: Parameters) -> Response {
    let asked = times::range(parameters.get("from"), parameters.get("to"), now_s());
    let allowed = view::range(&guest.share, now_s());
    let alias = guests.aliases(&guest).into_iter().find(|alias| {
        parameters.user().as_deref() == Some(alias.guest_id.user())
            && parameters.device().as_deref() == Some(alias.guest_id.device())
    });
    let limit = parameters.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(MAX_LOCATIONS);
    let limit = limit.min(MAX_LOCATIONS);
    let newest_first = parameters.get("limit").is_some();
    if parameters.get("format").is_some_and(|format| format != "json") {
        return (StatusCode::BAD_REQUEST, "unrecognized format\n").into_response();
    }
    as_json(pieces::stream(move |mut pieces| {
        pieces.push(br#"{"data":["#);
        let mut count = 0_usize;
        if let (Some((after_s, before_s)), Some((from_s, to_s)), Some(alias)) = (asked, allowed, alias) {
            let (after_s, before_s) = (after_s.max(from_s), before_s.min(to_s));
            let order = if newest_first { Order::NewestFirst } else { Order::OldestFirst };
            guests.store.history(&alias.friend, after_s, before_s)?.each_line(order, |line| {
                // Old stores have the time of receipt in front.
                let time_s = time_of(line.json).unwrap_or(line.time_s);
                let Some(share) = guest.now() else { return ControlFlow::Break(()) };
                let in_time =
                    view::is_in_time(&share, time_s, now_s()) && after_s < time_s && time_s < before_s;
                let object = Some(line.json).filter(|object| in_time && json::is_object(object));
                let Some(seen) = object.and_then(|object| guest.seen(&share, &alias, object)) else {
                    return ControlFlow::Continue(());
                };
                if count > 0 {
                    pieces.push(b",");
                }
                count += 1;
                pieces.push(&seen);
                if count >= limit { ControlFlow::Break(()) } else { pieces.flush_if_full() }
            })?;
        }
        pieces.push(format!(r#"],"count":{count},"status":200,"version":"{RECORDER_VERSION}"}}"#).as_bytes());
        pieces.end();
        Ok(())
    }))
}

/// The time of a fix.
fn time_of(object: &[u8]) -> Option<UnixSeconds> {
    std::str::from_utf8(json::member(object, "tst")?).ok()?.parse().ok()
}

async fn live(guest: Guest, State(guests): State<Guests>, upgrade: WebSocketUpgrade) -> Response {
    let Ok(seat) = Arc::clone(&guests.seats).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many listeners\n").into_response();
    };
    upgrade.max_message_size(1024).max_frame_size(1024).on_upgrade(|mut socket| async move {
        let mut closing = guests.closing.clone();
        tokio::select! {
            () = converse(&guests, &guest, &mut socket) => {}
            () = guest.over() => {}
            () = async { drop(closing.wait_for(|closing| *closing).await) } => {}
        }
        let _ = timeout(STALLED, socket.send(Message::Close(None))).await; // the guest may be gone
        drop(seat);
    })
}

async fn converse(guests: &Guests, guest: &Guest, socket: &mut WebSocket) {
    let mut live = guests.store.live();
    loop {
        let texts = tokio::select! {
            push = live.recv() => match push {
                Ok(push) => guests.pushed(guest, &push.friend, &push.object),
                Err(RecvError::Lagged(_) | RecvError::Closed) => return,
            },
            said = socket.recv() => match said {
                Some(Ok(Message::Text(word))) if word.as_str() == "LAST" => {
                    let Some(share) = guest.now() else { return };
                    let everybody = guests.everybody(guest).into_iter();
                    let seen = everybody.filter_map(|(alias, object)| guest.seen(&share, &alias, &object?));
                    let mut texts: Vec<_> = seen.filter_map(|seen| String::from_utf8(seen).ok()).collect();
                    texts.push("LAST".to_owned());
                    texts
                }
                Some(Ok(_)) => Vec::new(),
                Some(Err(_)) | None => return,
            },
        };
        for text in texts {
            if !matches!(timeout(STALLED, socket.send(Message::text(text))).await, Ok(Ok(()))) {
                return;
            }
        }
    }
}

impl Guests {
    /// Devices of the people in the share, as guests know them.
    fn aliases(&self, guest: &Guest) -> Vec<Alias> {
        let located = self.store.latest().located();
        let seen = located.iter().filter(|(friend, ..)| guest.pass.may_see(friend));
        seen.filter_map(|(friend, ..)| Alias::of(&guest.share, friend)).collect()
    }

    /// The same, each with the newest location that is in the time of the share.
    fn everybody(&self, guest: &Guest) -> Vec<(Alias, Option<Vec<u8>>)> {
        let located = self.store.latest().located();
        let seen = located.into_iter().filter(|(friend, ..)| guest.pass.may_see(friend));
        seen.filter_map(|(friend, fix, known)| {
            let alias = Alias::of(&guest.share, &friend)?;
            let in_time = view::is_in_time(&guest.share, fix.time_s, now_s());
            let newest =
                if in_time { Some(fix.object.to_vec()) } else { self.newest_in_range(guest, &friend) };
            Some((alias, newest.map(|object| known.with_card(&object))))
        })
        .collect()
    }

    /// The newest location in the histories that guests may see; the newest of all may be too new for them.
    fn newest_in_range(&self, guest: &Guest, friend: &FriendId) -> Option<Vec<u8>> {
        let (after_s, before_s) = view::range(&guest.share, now_s())?;
        let mut newest = None;
        let history = self.store.history(friend, after_s, before_s).ok()?;
        let read = history.each_line(Order::NewestFirst, |line| {
            let time_s = time_of(line.json).unwrap_or(line.time_s);
            let fits = line.is_location && view::is_in_time(&guest.share, time_s, now_s());
            if fits && json::is_object(line.json) {
                newest = Some(line.json.to_vec());
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        read.ok().and(newest)
    }

    /// What a guest hears of a push.
    fn pushed(&self, guest: &Guest, friend: &FriendId, object: &[u8]) -> Vec<String> {
        let Some(share) = guest.now() else { return Vec::new() };
        let in_time = time_of(object).is_some_and(|time_s| view::is_in_time(&share, time_s, now_s()));
        let alias = Alias::of(&share, friend).filter(|_| in_time);
        let seen = alias.and_then(|alias| guest.seen(&share, &alias, object));
        seen.and_then(|seen| String::from_utf8(seen).ok()).into_iter().collect()
    }
}

fn as_json(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.into()).into_response()
}
