//! What guests see before the map: the page that opens a link, the question for a phrase, and a kind word when it is over.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::html::{e, field};
use super::text::Words;
use super::{document, notice_bad, policy};

/// Takes the secret from behind the `#` and opens the link with it.
pub fn opening(headers: &HeaderMap, framed_by: &[String]) -> Response {
    let words = Words::of(headers);
    let body = format!(
        "<p class=soft id=opening>{}</p><noscript><p class=\"notice bad\">{}</p></noscript>\
         <p class=notice id=incomplete hidden>{}</p>\
         <form method=post action=open id=open hidden><input type=hidden name=secret><input type=hidden name=view></form>",
        e(words.share_opening),
        e(words.share_scripts),
        e(words.share_over_hint),
    );
    answer(words, StatusCode::OK, words.share_title, &body, framed_by)
}

/// Asks for the phrase.
pub fn phrase(headers: &HeaderMap, framed_by: &[String], secret: &str, view: &str, wrong: bool) -> Response {
    let words = Words::of(headers);
    let notice = if wrong { notice_bad(words.share_phrase_wrong) } else { String::new() };
    let body = format!(
        "<p class=soft>{}</p>{notice}<section><form method=post action=open><input type=hidden name=secret value=\"{}\">\
         <input type=hidden name=view value=\"{}\">{}<button>{}</button></form></section>",
        e(words.share_phrase_hint),
        e(secret),
        e(view),
        field(words.share_phrase, "", "type=password name=phrase required autocomplete=off autofocus"),
        e(words.share_open),
    );
    let status = if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    answer(words, status, words.share_title, &body, framed_by)
}

/// Too many wrong phrases.
pub fn wait(headers: &HeaderMap, framed_by: &[String]) -> Response {
    let words = Words::of(headers);
    answer(words, StatusCode::TOO_MANY_REQUESTS, words.share_title, &notice_bad(words.wait), framed_by)
}

/// The share is over, or never was: nobody is told which.
pub fn over(headers: &HeaderMap, framed_by: &[String]) -> Response {
    let words = Words::of(headers);
    let body = format!("<p class=soft>{}</p>", e(words.share_over_hint));
    answer(words, StatusCode::GONE, words.share_over, &body, framed_by)
}

fn answer(words: &Words, status: StatusCode, title: &str, body: &str, framed_by: &[String]) -> Response {
    let html = document(words, title, "", body, true);
    let framed_by = [&["'self'".to_owned()], framed_by].concat();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy(&framed_by)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (status, headers, html).into_response()
}
