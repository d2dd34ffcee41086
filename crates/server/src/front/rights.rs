//! What of a Recorder goes through once people have rights. The doors have judged whom a question is about already; here it
//! is put anew, so that the Recorder reads nothing into it that was not judged, and its answers are judged as well.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use dashboard_core::owntracks::{FriendId, Topic};
use serde_json::Value;

use crate::api::{Parameters, as_friend};
use crate::people::Pass;
use crate::store::Known;

/// Parameters that a Recorder reads and the page needs.
const PARAMETERS: [&str; 5] = ["from", "to", "limit", "format", "fields"];

/// Largest list of people or newest locations, with faces, in bytes.
const MAX_ANSWER_BYTES: usize = 32 << 20;

/// The same question with nothing in it but what was judged, and without our passwords and cookies.
pub fn asked_anew(request: &Request) -> Request {
    let parameters = Parameters::read(request.headers(), request.uri().query(), b"");
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(user) = parameters.user() {
        query.append_pair("user", &user);
    }
    if let Some(device) = parameters.device() {
        query.append_pair("device", &device);
    }
    for name in PARAMETERS {
        if let Some(value) = parameters.get(name) {
            query.append_pair(name, value);
        }
    }
    let mut anew = Request::new(Body::empty());
    let address = format!("{}?{}", request.uri().path(), query.finish());
    *anew.uri_mut() = address.parse().unwrap_or(Uri::from_static("/")); // a path that came, and an escaped query
    anew
}

/// The answer at `path` without those who may not be seen. The question was about `one` person or about all.
pub async fn answered(path: &str, one: bool, answer: Response, pass: &Pass) -> Response {
    let filter: fn(Value, &Pass) -> Value = match path {
        "/api/0/last" => only_seen,
        "/api/0/list" if !one => only_listed,
        _ => return answer, // one person's, who was judged
    };
    if !answer.status().is_success() {
        return answer;
    }
    match whole(answer).await {
        Some(value) => as_json(&filter(value, pass)),
        None => (StatusCode::BAD_GATEWAY, "the Recorder's answer makes no sense\n").into_response(),
    }
}

/// The friends for somebody who published by HTTP, out of the newest locations of all.
pub async fn friends(all: Response, pass: &Pass, sender: Option<&FriendId>) -> Response {
    let mut friends = Vec::new();
    if let Some(Value::Array(all)) = whole(all).await {
        for object in all.iter().filter(|object| seen(object, pass)) {
            if about(object).first() != sender {
                let object = object.to_string();
                // The Recorder shows the members of the card with the location.
                let card = Some(object.clone().into());
                friends.extend(as_friend(object.as_bytes(), &Known { fix: None, card }));
            }
        }
    }
    let body = [&b"["[..], &friends.join(&b','), b"]"].concat();
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// Whether a push of the Recorder may go to this listener: one about somebody who may be seen, or a word that it echoes.
pub fn may_hear(text: &[u8], pass: &Pass) -> bool {
    match serde_json::from_slice::<Value>(text) {
        Ok(object @ Value::Object(_)) => seen(&object, pass),
        Ok(_) => false,
        Err(_) => text == b"LAST" || text.is_empty(),
    }
}

fn only_seen(answer: Value, pass: &Pass) -> Value {
    match answer {
        Value::Array(objects) => objects.into_iter().filter(|object| seen(object, pass)).collect(),
        _ => Value::Object(serde_json::Map::new()), // as when nothing is known
    }
}

/// Without a user the answer lists people.
fn only_listed(mut answer: Value, pass: &Pass) -> Value {
    if let Some(Value::Array(names)) = answer.get_mut("results") {
        names.retain(|name| name.as_str().is_some_and(|name| pass.may_see_user(name)));
    }
    answer
}

/// Whether everybody whom an object is about may be seen, and it is about somebody.
fn seen(object: &Value, pass: &Pass) -> bool {
    let about = about(object);
    !about.is_empty() && about.iter().all(|friend| pass.may_see(friend))
}

/// Whom an object is about, by what the Recorder adds to it and by its topic.
fn about(object: &Value) -> Vec<FriendId> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let named = text("username").and_then(|user| FriendId::new(user, text("device").unwrap_or(user)));
    let topic = text("topic").and_then(Topic::parse).map(|topic| topic.friend());
    named.into_iter().chain(topic).collect()
}

async fn whole(answer: Response) -> Option<Value> {
    let bytes = to_bytes(answer.into_body(), MAX_ANSWER_BYTES).await.ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn as_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], value.to_string()).into_response()
}
