//! `config.json`, which lies beside the page (docs/config.md).
//!
//! It is written by hand, so one bad field costs that field, and everything odd is told in words.

use crate::geo::LatLon;
use crate::owntracks::json::{self, JsonError, Object, Value};

use super::config::{Credentials, MqttEndpoint, RecorderEndpoint, ShareAddress, Theme, TileSource, Units};
use super::range::RangeChoice;
use super::text::{Url, friend_pattern, is_language, map_view, mqtt_url, recorder_url, resolve_url};

/// Longest file that is read, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// Highest zoom of a tile source that does not say.
const USUAL_MAX_ZOOM: u8 = 19;

/// Highest zoom any tile source has.
const HIGHEST_MAX_ZOOM: u32 = 24;

/// What `config.json` says. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigFile {
    /// `mqtt`, its URL resolved against the page. The topics are empty when the file names none.
    pub mqtt: Option<MqttEndpoint>,
    /// `recorder`, its URL resolved against the page.
    pub recorder: Option<RecorderEndpoint>,
    /// `map.tiles`.
    pub tiles: Vec<TileSource>,
    /// `map.view`: centre and zoom.
    pub view: Option<(LatLon, f64)>,
    /// `history.range`.
    pub range: Option<RangeChoice>,
    /// `friends.hide`: folded, a device `*` means all of the user's devices.
    pub hide_friends: Option<Vec<(String, String)>>,
    /// `embed.origins`: who may talk with the page when it is in a frame, as browsers write origins.
    pub embed_origins: Vec<String>,
    /// `account`: who is logged in. Our server writes it.
    pub account: Option<String>,
    /// `share`: the page is a guest's. Our server writes it.
    pub share: Option<ShareAddress>,
    /// `theme`.
    pub theme: Option<Theme>,
    /// `lang`.
    pub language: Option<String>,
    /// `units`.
    pub units: Option<Units>,
    /// What was not understood, a sentence each.
    pub problems: Vec<String>,
}

impl ConfigFile {
    /// Reads the file for the page at `page_url`. Never fails: what is not understood is among the problems.
    ///
    /// HTML counts as no file: some servers answer with the page itself where there is nothing.
    pub fn read(bytes: &[u8], page_url: &str) -> Self {
        // Some Windows editors begin every file with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.trim_ascii_start().starts_with(b"<") {
            return Self::default();
        }
        if bytes.len() > MAX_LENGTH {
            return Self::unreadable(format!("longer than {MAX_LENGTH} bytes"));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::unreadable("not JSON: not UTF-8".into());
        };
        match json::read(text, json::MESSAGE) {
            Ok(Value::Object(object)) => Reading::new(page_url).file(&object),
            Ok(_) => Self::unreadable("not an object in braces".into()),
            Err(JsonError::NotJson { at }) => Self::unreadable(not_json(text, at)),
            Err(JsonError::TooDeep | JsonError::TooLarge) => {
                Self::unreadable("nested too deeply, or too much".into())
            }
        }
    }

    fn unreadable(problem: String) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }
}

/// What stands where JSON ends, which is at byte `at`, and in which line.
fn not_json(text: &str, at: usize) -> String {
    let (before, rest) = text.split_at(at);
    let line = before.split('\n').count();
    match rest.chars().next() {
        Some(found) => format!("not JSON: unexpected {found} in line {line}"),
        None => "not JSON: the end is missing".into(),
    }
}

/// Walks through the file and collects problems on the way.
struct Reading<'a> {
    page_url: &'a str,
    problems: Vec<String>,
}

impl<'a> Reading<'a> {
    fn new(page_url: &'a str) -> Self {
        Self { page_url, problems: Vec::new() }
    }

    fn file(mut self, file: &Object<'_>) -> ConfigFile {
        self.report_unknown(
            "",
            file,
            &[
                "recorder", "mqtt", "map", "history", "friends", "embed", "account", "share", "theme",
                "lang", "units",
            ],
        );
        let recorder = self.object(file, "recorder", &["url"]).and_then(|object| self.recorder(object));
        let mqtt = self
            .object(file, "mqtt", &["url", "username", "password", "topics"])
            .and_then(|object| self.mqtt(object));
        let map = self.object(file, "map", &["tiles", "view"]);
        let history = self.object(file, "history", &["range"]);
        let friends = self.object(file, "friends", &["hide"]);
        let embed = self.object(file, "embed", &["origins"]);
        let share = self.object(file, "share", &["url", "histories"]);
        let range_form = "a range like \"today\", \"7d\" or \"2026-05-01/2026-05-31\"";
        ConfigFile {
            recorder,
            mqtt,
            tiles: map.map(|map| self.tiles(map)).unwrap_or_default(),
            view: map.and_then(|map| self.text_as(map, "map.view", "\"lat,lon,zoom\"", map_view)),
            range: history.and_then(|history| {
                self.text_as(history, "history.range", range_form, RangeChoice::from_word)
            }),
            hide_friends: friends.and_then(|friends| self.hidden(friends)),
            embed_origins: embed.map(|embed| self.origins(embed)).unwrap_or_default(),
            account: self.text_as(file, "account", "text", |text| Some(text.to_owned())),
            share: share.and_then(|share| self.share(share)),
            theme: self.text_as(file, "theme", "\"auto\", \"light\" or \"dark\"", Theme::from_word),
            language: self.text_as(file, "lang", "a language tag like \"en\"", |text| {
                is_language(text).then(|| text.into())
            }),
            units: self.text_as(file, "units", "\"auto\", \"metric\" or \"imperial\"", Units::from_word),
            problems: self.problems,
        }
    }

    fn recorder(&mut self, object: &Object<'_>) -> Option<RecorderEndpoint> {
        let page_url = self.page_url;
        let url = self.text_as(object, "recorder.url", "a URL", |text| recorder_url(page_url, text))?;
        Some(RecorderEndpoint { url })
    }

    fn mqtt(&mut self, object: &Object<'_>) -> Option<MqttEndpoint> {
        let page_url = self.page_url;
        let url_form = "a WebSocket URL like \"wss://host/mqtt\"";
        let url = self.text_as(object, "mqtt.url", url_form, |text| mqtt_url(page_url, text));
        let topics = self.texts(object, "mqtt.topics").unwrap_or_default();
        let mut secret = |path| self.text_as(object, path, "text", |text| Some(text.to_owned()));
        let (username, password) = (secret("mqtt.username"), secret("mqtt.password"));
        let credentials = (username.is_some() || password.is_some()).then(|| Credentials {
            username: username.unwrap_or_default(),
            password: password.unwrap_or_default(),
        });
        Some(MqttEndpoint { url: url?, topics, credentials })
    }

    fn share(&mut self, object: &Object<'_>) -> Option<ShareAddress> {
        let page_url = self.page_url;
        let url = self.text_as(object, "share.url", "a URL", |text| resolve_url(page_url, text))?;
        Some(ShareAddress { url, histories: matches!(object.get("histories"), Some(Value::Bool(true))) })
    }

    fn tiles(&mut self, map: &Object<'_>) -> Vec<TileSource> {
        let Some(entries) = self.array(map, "map.tiles") else { return Vec::new() };
        entries.iter().filter_map(|entry| self.tile_source(entry)).collect()
    }

    fn tile_source(&mut self, entry: &Value<'_>) -> Option<TileSource> {
        let Value::Object(object) = entry else {
            self.problems.push("an entry of map.tiles is not an object".into());
            return None;
        };
        self.report_unknown("map.tiles.", object, &["name", "url", "attribution", "maxZoom"]);
        let page_url = self.page_url;
        let url_form = "a URL with {z}, {x} and {y}";
        let url = self.text_as(object, "map.tiles.url", url_form, |text| tile_url(page_url, text));
        let mut text = |path| self.text_as(object, path, "text", |text| Some(text.to_owned()));
        let (name, attribution) = (text("map.tiles.name"), text("map.tiles.attribution"));
        let max_zoom = match object.get("maxZoom") {
            None => USUAL_MAX_ZOOM,
            Some(value) => match value.whole().filter(|zoom| *zoom <= HIGHEST_MAX_ZOOM) {
                Some(zoom) => zoom as u8,
                None => {
                    self.expected("map.tiles.maxZoom", "a whole number from 0 to 24");
                    USUAL_MAX_ZOOM
                }
            },
        };
        let Some(url) = url else {
            self.problems.push("an entry of map.tiles has no usable url".into());
            return None;
        };
        Some(TileSource {
            name: name.unwrap_or_else(|| "Map".into()),
            url,
            attribution: attribution.as_deref().map(plain_text).unwrap_or_default(),
            max_zoom,
        })
    }

    fn hidden(&mut self, friends: &Object<'_>) -> Option<Vec<(String, String)>> {
        let texts = self.texts(friends, "friends.hide")?;
        let mut hidden = Vec::with_capacity(texts.len());
        for text in texts {
            match friend_pattern(&text) {
                Some(pattern) => hidden.push(pattern),
                None => self.expected("each of friends.hide", "\"user/device\" or \"user/*\""),
            }
        }
        Some(hidden)
    }

    /// Never a wildcard: whoever is told where people are is named.
    fn origins(&mut self, embed: &Object<'_>) -> Vec<String> {
        let mut origins = Vec::new();
        for text in self.texts(embed, "embed.origins").unwrap_or_default() {
            match Url::parse(&text).filter(Url::is_only_origin) {
                Some(url) => origins.push(url.origin()),
                None => self.expected("each of embed.origins", "an origin like \"https://home.example\""),
            }
        }
        origins
    }

    /// The field that `path` ends in, read as text; empty text and `null` count as missing.
    fn text_as<T>(
        &mut self,
        object: &Object<'_>,
        path: &str,
        form: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = match present(object, path)? {
            Value::Text(text) if text.is_empty() => return None,
            Value::Text(text) => read(text),
            _ => None,
        };
        if value.is_none() {
            self.expected(path, form);
        }
        value
    }

    /// The field that `path` ends in, an array of texts; other entries are left out.
    fn texts(&mut self, object: &Object<'_>, path: &str) -> Option<Vec<String>> {
        let entries = self.array(object, path)?;
        let texts: Vec<String> = entries.iter().filter_map(|entry| Some(entry.text()?.to_owned())).collect();
        if texts.len() < entries.len() {
            self.expected(&format!("each of {path}"), "text");
        }
        Some(texts)
    }

    fn array<'v>(&mut self, object: &'v Object<'v>, path: &str) -> Option<&'v [Value<'v>]> {
        if let Value::Array(array) = present(object, path)? {
            return Some(array);
        }
        self.expected(path, "a list in square brackets");
        None
    }

    fn object<'v>(&mut self, file: &'v Object<'v>, path: &str, known: &[&str]) -> Option<&'v Object<'v>> {
        if let Value::Object(object) = present(file, path)? {
            self.report_unknown(&format!("{path}."), object, known);
            return Some(object);
        }
        self.expected(path, "an object in braces");
        None
    }

    /// Misspelt names would otherwise be a riddle. Names that begin with `_` or `$` are comments and schemas.
    fn report_unknown(&mut self, prefix: &str, object: &Object<'_>, known: &[&str]) {
        let odd = |name: &&str| !known.contains(name) && !name.starts_with(['_', '$']);
        self.problems.extend(object.keys().filter(odd).map(|name| format!("{prefix}{name} is not known")));
    }

    fn expected(&mut self, path: &str, form: &str) {
        self.problems.push(format!("{path} should be {form}"));
    }
}

/// The field that a path like `map.view` ends in, unless it is `null`.
fn present<'v>(object: &'v Object<'v>, path: &str) -> Option<&'v Value<'v>> {
    let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
    object.get(name)
}

fn tile_url(page_url: &str, text: &str) -> Option<String> {
    let has_all =
        text.contains("{z}") && text.contains("{x}") && (text.contains("{y}") || text.contains("{-y}"));
    let url = if has_all { resolve_url(page_url, text) } else { None };
    url.filter(|url| url.starts_with("http"))
}

/// Attributions are often copied from examples as HTML; here they are shown as text, so tags go and the usual entities
/// become what they stand for.
fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => text.push(c),
        }
    }
    text.replace("&copy;", "©").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
