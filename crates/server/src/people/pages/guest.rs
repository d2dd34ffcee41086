//! What guests see before the map: the page that opens a link, the question for a phrase, and a kind word when it is over.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::html::{e, field};
use super::text::Words;
use super::{CONTENT_SECURITY_POLICY, document, notice_bad};

/// Takes the secret from behind the `#` and opens the link with it.
pub fn opening(headers: &HeaderMap) -> Response {
    let words = Words::of(headers);
    let body = format!(
        "<p class=soft id=opening>{}</p><noscript><p class=\"notice bad\">{}</p></noscript>\
         <p class=notice id=incomplete hidden>{}</p>\
         <form method=post action=open id=open hidden><input type=hidden name=secret></form>",
        e(words.share_opening),
        e(words.share_scripts),
        e(words.share_over_hint),
    );
    answer(words, StatusCode::OK, words.share_title, &body)
}

/// Asks for the phrase.
pub fn phrase(headers: &HeaderMap, secret: &str, wrong: bool) -> Response {
    let words = Words::of(headers);
    let notice = if wrong { notice_bad(words.share_phrase_wrong) } else { String::new() };
    let body = format!(
        "<p class=soft>{}</p>{notice}<section><form method=post action=open><input type=hidden name=secret value=\"{}\">\
         {}<button>{}</button></form></section>",
        e(words.share_phrase_hint),
        e(secret),
        field(words.share_phrase, "", "type=password name=phrase required autocomplete=off autofocus"),
        e(words.share_open),
    );
    let status = if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    answer(words, status, words.share_title, &body)
}

/// Too many wrong phrases.
pub fn wait(headers: &HeaderMap) -> Response {
    let words = Words::of(headers);
    answer(words, StatusCode::TOO_MANY_REQUESTS, words.share_title, &notice_bad(words.wait))
}

/// The share is over, or never was: nobody is told which.
pub fn over(headers: &HeaderMap) -> Response {
    let words = Words::of(headers);
    let body = format!("<p class=soft data-forget>{}</p>", e(words.share_over_hint));
    answer(words, StatusCode::GONE, words.share_over, &body)
}

fn answer(words: &Words, status: StatusCode, title: &str, body: &str) -> Response {
    let html = document(words, title, "", body, true);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = (status, headers, html).into_response();
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
