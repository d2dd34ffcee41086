//! Settings of the OwnTracks apps, to connect with: an `.otrc` file, or a link `owntracks:///config?inline=…`.

use std::fmt;

use super::fields::{boolean, number};
use super::json::{self, JsonError, Object, Value};
use super::{base64_text, percent, text};

/// What a dashboard can use of an app's settings. Its `Debug` shows no secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OtrcSettings {
    /// The broker; absent in HTTP mode.
    pub mqtt: Option<OtrcBroker>,
    /// User name, for the broker in MQTT mode and for the Recorder in HTTP mode.
    pub username: Option<String>,
    /// Password, as [`Self::username`].
    pub password: Option<String>,
    /// Topic filters that hold friends, without the phone's own commands; empty when the settings say nothing.
    pub topics: Vec<String>,
    /// Passphrase of encrypted messages.
    pub encryption_key: Option<String>,
    /// Where a Recorder may be, ending in `/`: guessed from where the app posts to in HTTP mode.
    pub recorder_url: Option<String>,
    /// Where the app has its map tiles from (iOS).
    pub tiles: Option<OtrcTiles>,
}

impl fmt::Debug for OtrcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |secret: &Option<String>| secret.as_ref().map(|_| "…");
        f.debug_struct("OtrcSettings")
            .field("mqtt", &self.mqtt)
            .field("username", &hidden(&self.username))
            .field("password", &hidden(&self.password))
            .field("topics", &self.topics)
            .field("encryption_key", &hidden(&self.encryption_key))
            .field("recorder_url", &self.recorder_url)
            .field("tiles", &self.tiles)
            .finish()
    }
}

/// The broker of an app's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtrcBroker {
    /// Host name or address.
    pub host: String,
    /// Port; that of the WebSocket only when [`Self::websocket`].
    pub port: Option<u16>,
    /// Encrypted connection.
    pub tls: bool,
    /// The app itself connects by WebSocket.
    pub websocket: bool,
}

impl OtrcBroker {
    /// A WebSocket URL to try or to edit. Exact in host, scheme and port when the app connects by WebSocket itself (with
    /// an empty path); else the usual place behind a proxy, since the port is that of plain MQTT.
    pub fn url_guess(&self) -> String {
        let scheme = if self.tls { "wss" } else { "ws" };
        // An IPv6 address needs brackets.
        let host = if self.host.contains(':') && !self.host.starts_with('[') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match self.port {
            Some(port) if self.websocket => format!("{scheme}://{host}:{port}/"),
            _ if self.websocket => format!("{scheme}://{host}/"),
            _ => format!("{scheme}://{host}/mqtt"),
        }
    }
}

/// Map tiles of an app's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtrcTiles {
    /// URL with `{z}`, `{x}`, `{y}`.
    pub url: String,
    /// Whom the map's rights belong to, cleaned.
    pub attribution: String,
}

/// Why settings could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadOtrc {
    /// Neither JSON nor a link.
    NotJson,
    /// More than 1 MiB, or nested too deeply.
    TooLarge,
    /// JSON, but no `configuration` of the apps; `.otrw` files hold regions only.
    NotConfiguration,
    /// A link that says where the settings are (`url=`) instead of holding them, which is not followed.
    LinkElsewhere,
    /// A link without `inline=`, or whose content is no base64 text.
    DamagedLink,
}

impl fmt::Display for BadOtrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotJson => "expected an .otrc file or an owntracks:/// link, found something else",
            Self::TooLarge => "the settings are too large",
            Self::NotConfiguration => "expected settings of the OwnTracks app, found other JSON",
            Self::LinkElsewhere => {
                "the link holds no settings but says where to fetch them; open that address and load the file"
            }
            Self::DamagedLink => "the link holds no readable settings",
        })
    }
}

impl std::error::Error for BadOtrc {}

/// Reads the content of an `.otrc` file, or an `owntracks:///config?inline=…` link.
pub fn read_otrc(content: &str) -> Result<OtrcSettings, BadOtrc> {
    let content = content.trim_start_matches('\u{FEFF}').trim();
    let scheme = "owntracks:";
    match content.split_at_checked(scheme.len()) {
        Some((start, link)) if start.eq_ignore_ascii_case(scheme) => read_configuration(&unpack_link(link)?),
        _ => read_configuration(content),
    }
}

fn unpack_link(link: &str) -> Result<String, BadOtrc> {
    let (_, query) = link.split_once('?').ok_or(BadOtrc::DamagedLink)?;
    let query = query.split('#').next().unwrap_or(query);
    let parameter = |name: &str| {
        let value = |pair: &'_ str| {
            pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        query.split('&').find_map(value)
    };
    let Some(inline) = parameter("inline") else {
        return Err(if parameter("url").is_some() { BadOtrc::LinkElsewhere } else { BadOtrc::DamagedLink });
    };
    // Careless writers do not encode `+`, which other programs on the way turn into blanks.
    let encoded = percent::decode(&inline).ok_or(BadOtrc::DamagedLink)?.replace(' ', "+");
    let bytes = base64_text::decode(&encoded).ok_or(BadOtrc::DamagedLink)?;
    String::from_utf8(bytes).map_err(|_| BadOtrc::DamagedLink)
}

fn read_configuration(json: &str) -> Result<OtrcSettings, BadOtrc> {
    let value = json::read(json, json::MESSAGE).map_err(|error| match error {
        JsonError::NotJson { .. } => BadOtrc::NotJson,
        JsonError::TooLarge | JsonError::TooDeep => BadOtrc::TooLarge,
    })?;
    match &value {
        Value::Object(object) if object.text("_type") == Some("configuration") => Ok(settings(object)),
        _ => Err(BadOtrc::NotConfiguration),
    }
}

fn settings(object: &Object<'_>) -> OtrcSettings {
    let said = |key| object.text(key).map(str::trim).filter(|text| !text.is_empty());
    let secret = |key| object.text(key).filter(|text| !text.is_empty()).map(str::to_owned);
    let flag = |key| object.get(key).and_then(boolean);
    let http_mode = object.get("mode").and_then(number) == Some(HTTP_MODE);
    let host = said("host").filter(|host| !http_mode && is_host(host));
    // `auth` off means that the app sends neither, whatever is left in the fields.
    let authenticates = flag("auth") != Some(false);
    OtrcSettings {
        mqtt: host.map(|host| OtrcBroker {
            host: host.to_owned(),
            port: object.get("port").and_then(number).and_then(port),
            tls: flag("tls").unwrap_or(true),
            websocket: flag("ws").unwrap_or(false),
        }),
        username: secret("username").filter(|_| authenticates),
        password: secret("password").filter(|_| authenticates && flag("usePassword") != Some(false)),
        topics: topics(said("subTopic"), said("pubTopicBase")),
        encryption_key: secret("encryptionKey"),
        recorder_url: said("url").and_then(recorder_url),
        tiles: said("osmTemplate").filter(|url| is_web_url(url)).map(|url| OtrcTiles {
            url: url.to_owned(),
            attribution: text::clean(object.text("osmCopyright").unwrap_or(""), text::LABEL_CHARS),
        }),
    }
}

/// The filters the app subscribes to, less its own commands; else those of all friends below the app's base topic, where
/// that has the usual form.
fn topics(filters: Option<&str>, base: Option<&str>) -> Vec<String> {
    if let Some(filters) = filters {
        let not_command = |filter: &&str| !filter.ends_with("/cmd");
        return filters.split_whitespace().filter(not_command).take(MAX_TOPICS).map(str::to_owned).collect();
    }
    let Some(root) = base.and_then(|base| base.strip_suffix("/%u/%d")) else { return Vec::new() };
    ["", "/event", "/info"].iter().map(|suffix| format!("{root}/+/+{suffix}")).collect()
}

/// In HTTP mode the app posts to `…/pub`, beside which the Recorder's API is.
fn recorder_url(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let base = path.strip_suffix("/pub").or_else(|| path.strip_suffix("/pub/"))?;
    is_web_url(base).then(|| format!("{base}/"))
}

fn is_web_url(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A host becomes part of a URL: it may not bring a path, a user or a blank of its own.
fn is_host(host: &str) -> bool {
    host.len() <= 255
        && !host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@\\\"<>".contains(c))
}

fn port(number: f64) -> Option<u16> {
    (number.fract() == 0.0 && (1.0..=65535.0).contains(&number)).then_some(number as u16)
}

/// `mode` of an app that posts to a URL instead of publishing to a broker.
const HTTP_MODE: f64 = 3.0;
const MAX_TOPICS: usize = 64;
