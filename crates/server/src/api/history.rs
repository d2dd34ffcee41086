//! `/api/0/history`: a history as columns, for the dashboard. See `docs/compact-history.md`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dashboard_core::owntracks::LocationFields;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::{TimeRange, UnixSeconds};
use dashboard_core::track::Row;
use dashboard_core::track::compact::{Encoder, MEDIA_TYPE, VERSION};

use super::pieces::{self, Pieces};
use super::{Api, Parameters, times};
use crate::json;
use crate::store::{History, Order, StoredLine};

/// Answers with the points of one device in a range of time.
pub async fn history(State(api): State<Api>, headers: HeaderMap, parameters: Parameters) -> Response {
    let Some(friend) = parameters.friend() else {
        return super::text(StatusCode::RANGE_NOT_SATISFIABLE, "user and device are required");
    };
    let Some(range) = range(&parameters) else {
        return super::text(StatusCode::BAD_REQUEST, "month, or from and to in Unix seconds, are required");
    };
    let opened =
        tokio::task::spawn_blocking(move || api.store.history(&friend, range.from_s - 1, range.to_s + 1));
    let history = match opened.await.unwrap_or_else(|panic| Err(io::Error::other(panic))) {
        Ok(history) => history,
        Err(error) => return super::failure(&error),
    };
    let tag = entity_tag(&history, range, headers.get(header::ACCEPT_ENCODING));
    let tagged = [(header::ETAG, tag.clone())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| names(known, &tag)) {
        return (StatusCode::NOT_MODIFIED, tagged).into_response();
    }
    let body: Body = pieces::stream(move |pieces| write(&history, range, pieces));
    (tagged, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response()
}

/// The range that was asked for, within what a proxy allows by its headers.
fn range(parameters: &Parameters) -> Option<TimeRange> {
    let seconds = |name| parameters.given(name)?.parse::<u32>().ok().map(UnixSeconds::from);
    let asked = match parameters.given("month") {
        Some(month) => Month::parse(month)?.range(),
        None => TimeRange { from_s: seconds("from")?, to_s: seconds("to")? },
    };
    // Those are in the Recorder's form, and exclusive.
    let limit = |name, missing| parameters.limit(name).map_or(Some(missing), times::time);
    let after_s = limit("from", UnixSeconds::MIN)?;
    let before_s = limit("to", UnixSeconds::MAX)?;
    Some(TimeRange {
        from_s: asked.from_s.max(after_s.saturating_add(1)),
        to_s: asked.to_s.min(before_s.saturating_sub(1)),
    })
}

/// Says which bytes an answer has, without having them. `codings` decide how it will be compressed: other bytes, which have
/// another strong tag (RFC 9110 §8.8.3.3).
fn entity_tag(history: &History, range: TimeRange, codings: Option<&HeaderValue>) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    (VERSION, range.from_s, range.to_s, codings.map(HeaderValue::as_bytes)).hash(&mut hasher);
    history.identity().hash(&mut hasher);
    // Hexadecimal digits and quotation marks may stand in a header.
    HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish())).expect("a valid header")
}

/// Whether one of the tags in `If-None-Match` is `tag`.
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    known.as_bytes().split(|byte| *byte == b',').any(|known| {
        let known = known.trim_ascii();
        known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes()
    })
}

fn write(history: &History, range: TimeRange, mut pieces: Pieces) -> io::Result<()> {
    let mut encoder = Encoder::new();
    let mut abandoned = false;
    let damaged = history.each(Order::OldestFirst, point, |point| {
        match point {
            Point::Unusable => encoder.count_invalid(1),
            Point::Row(row) if range.contains(row.time_s) => encoder.push(&row, pieces.buffer()),
            Point::Row(_) => {} // a clock that was wrong, in a store of long ago
        }
        let flow = pieces.flush_if_full();
        abandoned = flow.is_break();
        flow
    })?;
    if !abandoned {
        encoder.count_invalid(u32::try_from(damaged).unwrap_or(u32::MAX));
        encoder.finish(pieces.buffer());
        pieces.end();
    }
    Ok(())
}

/// What a line holds.
enum Point {
    Row(Row),
    /// A location without a place or a time, or damage.
    Unusable,
}

/// The point in a line; `None` when it holds something else.
fn point(line: StoredLine<'_>) -> Option<Point> {
    let mut fields = LocationFields::default();
    let mut is_location = false;
    let is_whole = json::scan(line.json, |key, value| {
        if key == b"_type" {
            is_location = value == br#""location""#; // last wills are sent to the same topic
        }
        fields.take(key, value);
    });
    match fields.row() {
        _ if !is_whole => Some(Point::Unusable),
        _ if !is_location => None,
        None => Some(Point::Unusable),
        Some(row) => Some(Point::Row(row)),
    }
}
