//! URLs of a Recorder's API below a base URL of any path, with or without a slash at its end.
//!
//! Requests are GETs without headers of their own, so that they work across origins; only verbs written here are ever
//! asked for, since the Recorder deletes data on a GET as well (`kill`).

use crate::owntracks::{FriendId, percent};
use crate::time::{TimeRange, UnixSeconds, format_rfc3339};

use super::month::Month;

/// The fields of a history that are asked for: about a fifth of the bytes of all fields.
pub const HISTORY_FIELDS: &str = "tst,lat,lon,acc,alt,vel,batt";

/// Which version the Recorder is.
pub fn version_url(base: &str) -> String {
    api_url(base, "version")
}

/// Which users it knows.
pub fn users_url(base: &str) -> String {
    api_url(base, "list")
}

/// Which devices of a user it knows.
pub fn devices_url(base: &str, user: &str) -> String {
    format!("{}?user={}", api_url(base, "list"), percent::encode(user))
}

/// Which months of history of a friend it has.
pub fn months_url(base: &str, friend: &FriendId) -> String {
    format!("{}?{}", api_url(base, "list"), who(friend))
}

/// Everybody's last location.
pub fn last_url(base: &str) -> String {
    api_url(base, "last")
}

/// The history of `friend` within `range`, both ends included.
///
/// The Recorder's bounds are exclusive and its times are UTC without zone, so the range is widened by a second at both
/// ends; the reader keeps what is inside. Without `from` it would serve six hours only, whatever else is asked.
pub fn locations_url(base: &str, friend: &FriendId, range: TimeRange) -> String {
    let from = bound(range.from_s.saturating_sub(1));
    let to = bound(range.to_s.saturating_add(1));
    let who = who(friend);
    format!("{}?{who}&from={from}&to={to}&format=json&fields={HISTORY_FIELDS}", api_url(base, "locations"))
}

/// The history of `friend` within `range`, both ends included, in the compact form of our server
/// (`docs/compact-history.md`).
pub fn compact_url(base: &str, friend: &FriendId, range: TimeRange) -> String {
    let who = who(friend);
    format!("{}?{who}&from={}&to={}", api_url(base, "history"), range.from_s.max(0), range.to_s.max(0))
}

/// The history of `friend` in `month`, likewise. The answer keeps its `ETag` as long as the month does not change.
pub fn compact_month_url(base: &str, friend: &FriendId, month: Month) -> String {
    format!("{}?{}&month={month}", api_url(base, "history"), who(friend))
}

/// The Recorder's WebSocket. To be opened without sub-protocol: it never answers one, and browsers then give up.
pub fn live_url(base: &str) -> String {
    let base = root(base);
    let (scheme, rest) = match base.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("wss", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("ws", rest),
        _ => return format!("{base}/ws/last"),
    };
    format!("{scheme}:{rest}/ws/last")
}

fn api_url(base: &str, verb: &str) -> String {
    format!("{}/api/0/{verb}", root(base))
}

/// `base` without query, fragment and slashes at its end.
pub(super) fn root(base: &str) -> &str {
    let path = base.split(['?', '#']).next().unwrap_or(base);
    path.trim_end_matches('/')
}

fn who(friend: &FriendId) -> String {
    format!("user={}&device={}", percent::encode(friend.user()), percent::encode(friend.device()))
}

/// `YYYY-MM-DDTHH:MM:SS`; the Recorder ignores a zone, and refuses numbers.
pub(super) fn bound(time_s: UnixSeconds) -> String {
    let mut bound = format_rfc3339(time_s);
    bound.pop();
    bound
}
