//! What the page starts from: `config.json`, then the person's own settings, then the link, merged.

use crate::time::UnixMillis;

use super::config::{
    Config, Credentials, Endpoints, HistoryDefaults, KioskRound, MapDefaults, MqttEndpoint, Parts,
    RecorderEndpoint, Settings, TileSource,
};
use super::config_file::ConfigFile;
use super::event::Start;
use super::query::Query;
use super::range::Calendar;
use super::secrets::{Kept, Passphrases};
use super::settings_json::{endpoints_from_json, settings_from_json};
use super::text::{Url, mqtt_url, recorder_url};

/// Topics watched when nobody names any: locations, transitions, cards, and waypoints for the regions. The default rights
/// of an OwnTracks quicksetup broker keep the last two from other people; a broker that refuses them is no error.
/// Not `owntracks/#`: that would bring floods of beacon messages, and dumps with secrets.
pub const DEFAULT_TOPICS: [&str; 5] = [
    "owntracks/+/+",
    "owntracks/+/+/event",
    "owntracks/+/+/info",
    "owntracks/+/+/waypoint",
    "owntracks/+/+/waypoints",
];

/// Everything the shell found when the page was opened.
#[derive(Clone, Debug)]
pub struct StartInputs<'a> {
    /// Body of `config.json`; `None` when there is none, or in words why it could not be fetched.
    pub config_json: Option<Result<&'a [u8], String>>,
    /// Stored settings.
    pub settings_json: Option<&'a str>,
    /// Stored endpoints.
    pub endpoints_json: Option<&'a str>,
    /// Stored passphrases.
    pub keys: Option<Kept<Passphrases>>,
    /// Query string of the page, with or without `?`.
    pub query: &'a str,
    /// Address of the page.
    pub page_url: &'a str,
    /// Eight random hexadecimal digits.
    pub random_id: String,
    /// A random number 0…1.
    pub random_unit: f64,
    /// The present.
    pub now: UnixMillis,
}

/// Merges what the page starts from. `stored_credentials` looks up what the person had remembered for exactly one
/// endpoint's URL; the secrets of one endpoint never come to another, whatever a link says.
pub fn start(
    inputs: StartInputs<'_>,
    calendar: &dyn Calendar,
    stored_credentials: &dyn Fn(&str) -> Option<Kept<Credentials>>,
) -> Start {
    let file = match &inputs.config_json {
        Some(Ok(bytes)) => ConfigFile::read(bytes, inputs.page_url),
        Some(Err(problem)) => ConfigFile { problems: vec![problem.clone()], ..ConfigFile::default() },
        None => ConfigFile::default(),
    };
    let mut query = Query::parse(inputs.query);
    let own = file.share.is_none();
    if !own {
        // A guest has what was shared: neither a link leads elsewhere, nor what somebody else keeps in this browser.
        (query.mqtt, query.recorder) = (None, None);
    }
    let settings = merge_settings(&file, inputs.settings_json.filter(|_| own), &query);

    let typed = inputs.endpoints_json.filter(|_| own).map(endpoints_from_json).unwrap_or_default();
    let (mut endpoints, mqtt_from_link) = merge_endpoints(&file, typed, &query, inputs.page_url);
    let stored = endpoints.mqtt.as_ref().filter(|_| own).and_then(|mqtt| stored_credentials(&mqtt.url));
    let keys = inputs.keys.filter(|_| own).unwrap_or_default();
    let remembered = keys.on_device || stored.as_ref().is_some_and(|stored| stored.on_device);
    let is_guest = stored.as_ref().is_some_and(|stored| !stored.on_device);
    endpoints.mqtt = endpoints.mqtt.map(|mqtt| complete(mqtt, &file, stored.map(|stored| stored.secret)));
    let is_unconfigured = endpoints.mqtt.is_none() && endpoints.recorder.is_none();
    let page = Url::parse(inputs.page_url);

    let interface = query.interface.unwrap_or_default();
    let usual = KioskRound::default();
    let round = KioskRound {
        rule: query.kiosk.unwrap_or(usual.rule),
        every_s: query.every_s.unwrap_or(usual.every_s),
    };
    let mut embed_origins = file.embed_origins;
    // Whoever runs in the page's own origin can read all of it anyway.
    embed_origins.extend(page.as_ref().map(Url::origin));
    let range = query.range.clone().or(file.range).unwrap_or_default();
    Start {
        query: query.clone(),
        range: range.resolve(inputs.now.seconds(), calendar),
        config: Config {
            endpoints,
            map: MapDefaults {
                tiles: if file.tiles.is_empty() { vec![openstreetmap()] } else { file.tiles },
                view: query.map.or(file.view),
            },
            history: HistoryDefaults { range, friends: query.friends },
            // The Recorder's own test traffic calls itself ping/ping.
            hide_friends: file.hide_friends.unwrap_or_else(|| vec![("ping".into(), "ping".into())]),
            follow: query.follow,
            interface,
            parts: query.parts.unwrap_or(Parts::of(interface)),
            round,
            embed_origins,
            account: file.account,
            share: file.share,
            settings,
        },
        keys: keys.secret,
        remembered,
        is_guest,
        mqtt_from_link,
        recorder_candidates: match &page {
            Some(page) if is_unconfigured => page.folders(),
            _ => Vec::new(),
        },
        page_is_secure: page.as_ref().is_some_and(Url::is_secure),
        page_origin: page.as_ref().map(Url::origin).unwrap_or_default(),
        random_id: inputs.random_id,
        random_unit: inputs.random_unit,
        config_error: (!file.problems.is_empty()).then(|| file.problems.join("; ")),
    }
}

fn merge_settings(file: &ConfigFile, stored: Option<&str>, query: &Query) -> Settings {
    let defaults = Settings::default();
    let configured = Settings {
        theme: file.theme.unwrap_or(defaults.theme),
        language: file.language.clone().unwrap_or(defaults.language),
        units: file.units.unwrap_or(defaults.units),
        ..defaults
    };
    let own = match stored {
        Some(text) => settings_from_json(text, configured),
        None => configured,
    };
    Settings {
        theme: query.theme.unwrap_or(own.theme),
        language: query.language.clone().unwrap_or(own.language),
        units: query.units.unwrap_or(own.units),
        time_zone: query.time_zone.clone().unwrap_or(own.time_zone),
        layers: query.layers.unwrap_or(own.layers),
        line_colour: query.line_colour.unwrap_or(own.line_colour),
        ..own
    }
}

/// Endpoints the person typed replace those of the file as a whole, because they were chosen together; a link replaces
/// only what it names. The second value says whether the broker is named by the link alone.
fn merge_endpoints(file: &ConfigFile, typed: Endpoints, query: &Query, page_url: &str) -> (Endpoints, bool) {
    let configured = Endpoints { mqtt: file.mqtt.clone(), recorder: file.recorder.clone() };
    let is_typed = typed.mqtt.is_some() || typed.recorder.is_some();
    let own = if is_typed { typed } else { configured };

    let linked_mqtt = query.mqtt.as_deref().and_then(|text| mqtt_url(page_url, text));
    let (mqtt, mqtt_from_link) = match linked_mqtt {
        Some(url) => {
            let known = [own.mqtt, file.mqtt.clone()].into_iter().flatten().find(|known| known.url == url);
            let is_new = known.is_none();
            (Some(known.unwrap_or(MqttEndpoint { url, topics: Vec::new(), credentials: None })), is_new)
        }
        None => (own.mqtt, false),
    };
    let linked_recorder = query.recorder.as_deref().and_then(|text| recorder_url(page_url, text));
    let recorder = linked_recorder.map(|url| RecorderEndpoint { url }).or(own.recorder);
    (Endpoints { mqtt, recorder }, mqtt_from_link)
}

/// Adds what is not kept beside a URL: the usual topics, and the secrets of this URL and no other (`stored`, else those of
/// the file).
fn complete(mqtt: MqttEndpoint, file: &ConfigFile, stored: Option<Credentials>) -> MqttEndpoint {
    let configured = file.mqtt.as_ref().filter(|configured| configured.url == mqtt.url);
    let credentials = stored.or_else(|| configured.and_then(|configured| configured.credentials.clone()));
    let topics =
        if mqtt.topics.is_empty() { DEFAULT_TOPICS.map(str::to_owned).to_vec() } else { mqtt.topics };
    MqttEndpoint { url: mqtt.url, topics, credentials }
}

fn openstreetmap() -> TileSource {
    TileSource {
        name: "OpenStreetMap".into(),
        url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png".into(),
        attribution: "© OpenStreetMap contributors".into(),
        max_zoom: 19,
    }
}
