//! What is sealed: where the broker is, a login there, what to watch, and until when that was meant.

use std::fmt;

use crate::model::config::{Credentials, MqttEndpoint};
use crate::model::text::Url;
use crate::owntracks::json::{self, ObjectWriter, Value};
use crate::time::UnixSeconds;

/// Longest text that is sealed, in bytes.
const MAX_BYTES: usize = 4096;
/// Longest address, in bytes.
const MAX_URL_BYTES: usize = 1024;
/// Longest user name, password or topic filter, in bytes.
const MAX_TEXT_BYTES: usize = 256;
/// Most topic filters.
const MAX_TOPICS: usize = 32;
/// The text is filled up to a multiple of this, so that its length says little about what is in it.
const PADDED_TO_BYTES: usize = 256;

/// A login for guests of somebody's broker. Its `Debug` shows no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerLogin {
    /// Where, what, and by which login.
    pub endpoint: MqttEndpoint,
    /// The page does not open it from then on. The broker knows nothing of it.
    pub until_s: UnixSeconds,
}

/// Something cannot stand in a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// No `ws:` or `wss:` address.
    Url,
    /// No user, or one with line breaks in it, or too long.
    Username,
    /// No password, or too long.
    Password,
    /// None, too many, or one that MQTT does not allow.
    Topics,
    /// Not a moment.
    Until,
    /// No such text at all.
    Unreadable,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "no address of a broker's WebSocket",
            Self::Username => "no user name",
            Self::Password => "no password",
            Self::Topics => "no topics",
            Self::Until => "no end",
            Self::Unreadable => "no login",
        })
    }
}

impl BrokerLogin {
    /// Puts it together, if it may be in a link. Everything is checked the same way when it is read again: links are made by others.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn new(
        url: &str,
        username: &str,
        password: &str,
        topics: Vec<String>,
        until_s: UnixSeconds,
    ) -> Result<Self, Unfit> {
        let is_web_socket = ["ws:", "wss:"]
            .iter()
            .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let parsed = Url::parse(url).filter(|_| is_web_socket && url.len() <= MAX_URL_BYTES);
        let url = parsed.ok_or(Unfit::Url)?.for_web_socket().to_string();
        if !is_line(username) {
            return Err(Unfit::Username);
        }
        if !is_line(password) {
            return Err(Unfit::Password);
        }
        let are_filters = topics.iter().all(|topic| is_line(topic) && is_topic_filter(topic));
        if topics.is_empty() || topics.len() > MAX_TOPICS || !are_filters {
            return Err(Unfit::Topics);
        }
        let credentials = Credentials { username: username.to_owned(), password: password.to_owned() };
        Ok(Self { endpoint: MqttEndpoint { url, topics, credentials: Some(credentials) }, until_s })
    }

    /// The text to seal.
    ///
    /// # Errors
    /// [`Unfit::Topics`] when it is too long, which only topics can make it.
    pub fn to_text(&self) -> Result<String, Unfit> {
        let login = self.endpoint.credentials.clone().unwrap_or_default();
        let until = u32::try_from(self.until_s).map_err(|_| Unfit::Until)?;
        let mut text = ObjectWriter::new()
            .text("url", &self.endpoint.url)
            .text("user", &login.username)
            .text("password", &login.password)
            .texts("topics", &self.endpoint.topics)
            .number("until", until)
            .finish();
        let padded = text.len().next_multiple_of(PADDED_TO_BYTES);
        text.extend(std::iter::repeat_n(' ', padded - text.len()));
        if text.len() > MAX_BYTES { Err(Unfit::Topics) } else { Ok(text) }
    }

    /// Reads what was sealed.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.len() > MAX_BYTES {
            return Err(Unfit::Unreadable);
        }
        let Ok(Value::Object(object)) = json::read(text, json::MESSAGE) else {
            return Err(Unfit::Unreadable);
        };
        let Some(Value::Array(topics)) = object.get("topics") else { return Err(Unfit::Topics) };
        let topics = topics.iter().map(|topic| topic.text().map(str::to_owned)).collect::<Option<_>>();
        let until = object.get("until").and_then(Value::whole).ok_or(Unfit::Until)?;
        Self::new(
            object.text("url").ok_or(Unfit::Url)?,
            object.text("user").ok_or(Unfit::Username)?,
            object.text("password").ok_or(Unfit::Password)?,
            topics.ok_or(Unfit::Topics)?,
            UnixSeconds::from(until),
        )
    }

    /// Whether the time it was meant for is over.
    pub fn is_over(&self, now_s: UnixSeconds) -> bool {
        now_s >= self.until_s
    }
}

/// One line of text, which can stand in a file of a broker.
fn is_line(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TEXT_BYTES && !text.contains(char::is_control)
}

/// Whether MQTT allows this topic filter (3.1.1 §4.7.1): `+` fills a level, `#` fills the last one.
pub fn is_topic_filter(filter: &str) -> bool {
    let last = filter.split('/').count() - 1;
    !filter.is_empty()
        && filter.split('/').enumerate().all(|(index, level)| match level {
            "+" => true,
            "#" => index == last,
            level => !level.contains(['+', '#', '\0']),
        })
}
