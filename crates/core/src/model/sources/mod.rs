//! Where the data comes from: connections, their failures and their returns.

mod live;
mod mqtt;
mod recorder;

pub(super) use live::LiveFeed;
pub(super) use mqtt::{MqttHeard, MqttSource};
pub(super) use recorder::{RecorderHeard, RecorderSource};

/// A socket that has not opened after so many milliseconds never will.
const OPEN_TIMEOUT_MS: i64 = 20_000;

/// A connection that lived so many milliseconds was a good one: the next reconnect starts with short delays again.
const PROVED_GOOD_AFTER_MS: i64 = 10_000;

/// Whether browsers refuse this plain URL on a page that came by `https:`. Loopback is exempt: it counts as safe.
fn is_mixed_content(url: &str, page_is_secure: bool) -> bool {
    let Some(rest) = url.strip_prefix("ws://").or_else(|| url.strip_prefix("http://")) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let loopback = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host == *name || host.strip_prefix(name).is_some_and(|port| port.starts_with(':')));
    page_is_secure && !loopback
}
