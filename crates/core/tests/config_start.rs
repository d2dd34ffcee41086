//! What the page starts from: config.json, then settings, then the link.

use dashboard_core::geo::LatLon;
use dashboard_core::model::{
    Calendar, Credentials, DEFAULT_TOPICS, Interface, Kept, LayerSet, LocalDateTime, Passphrases, Query,
    RangeChoice, Start, StartInputs, Theme, TileSource, Units, start,
};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::{CivilTime, TimeRange, UnixMillis, UnixSeconds, civil_from_unix, unix_from_civil};

const PAGE: &str = "https://home.example/tools/dashboard/index.html";
/// 2024-06-01T08:00:00Z, ten o'clock for [`TwoHoursEast`].
const NOW_S: UnixSeconds = 1_717_228_800;

struct TwoHoursEast;

impl Calendar for TwoHoursEast {
    fn to_unix(&self, local: LocalDateTime) -> UnixSeconds {
        let LocalDateTime { year, month, day, hour, minute, second } = local;
        let civil = CivilTime { year: year.into(), month, day, hour, minute, second };
        unix_from_civil(civil).expect("a date that exists") - 7200
    }

    fn to_local(&self, at: UnixSeconds) -> LocalDateTime {
        let CivilTime { year, month, day, hour, minute, second } = civil_from_unix(at + 7200);
        LocalDateTime { year: year as i32, month, day, hour, minute, second }
    }
}

fn inputs() -> StartInputs<'static> {
    StartInputs {
        config_json: None,
        settings_json: None,
        endpoints_json: None,
        keys: None,
        query: "",
        page_url: PAGE,
        random_id: "0123abcd".into(),
        random_unit: 0.5,
        now: UnixMillis::from_seconds(NOW_S),
    }
}

fn started(inputs: StartInputs<'_>) -> Start {
    start(inputs, &TwoHoursEast, &|_| None)
}

/// As found in the storage of the tab.
fn in_tab<T>(secret: T) -> Kept<T> {
    Kept { secret, on_device: false }
}

fn credentials(username: &str) -> Credentials {
    Credentials { username: username.into(), password: format!("{username}'s password") }
}

#[test]
fn with_nothing_at_all_the_recorder_is_looked_for() {
    let start = started(inputs());
    assert_eq!(
        start.recorder_candidates,
        ["https://home.example/tools/dashboard/", "https://home.example/tools/", "https://home.example/"]
    );
    assert_eq!(start.page_origin, "https://home.example");
    assert!(start.page_is_secure);
    assert_eq!((start.random_id.as_str(), start.random_unit), ("0123abcd", 0.5));
    assert_eq!(start.config_error, None);
    assert_eq!(start.config.hide_friends, [("ping".to_owned(), "ping".to_owned())]);
    let tiles = TileSource {
        name: "OpenStreetMap".into(),
        url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png".into(),
        attribution: "© OpenStreetMap contributors".into(),
        max_zoom: 19,
    };
    assert_eq!(start.config.map.tiles, [tiles]);
    // Today begins at local midnight.
    assert_eq!(start.config.history.range, RangeChoice::Today);
    assert_eq!(Some(start.range), TimeRange::new(NOW_S - 10 * 3600, NOW_S));
}

#[test]
fn a_page_without_a_server_has_no_candidates() {
    let start = started(StartInputs { page_url: "file:///home/jane/index.html", ..inputs() });
    assert!(start.recorder_candidates.is_empty());
    assert!(!start.page_is_secure);
    assert_eq!(start.page_origin, "");
}

#[test]
fn any_endpoint_ends_the_search_for_one() {
    let by_file = StartInputs { config_json: Some(Ok(br#"{"mqtt": {"url": "/mqtt"}}"#)), ..inputs() };
    let by_person =
        StartInputs { endpoints_json: Some(r#"{"recorder": {"url": "http://pi/"}}"#), ..inputs() };
    let by_link = StartInputs { query: "recorder=../", ..inputs() };
    for inputs in [by_file, by_person, by_link] {
        assert!(started(inputs.clone()).recorder_candidates.is_empty(), "{inputs:?}");
    }
    let empty = StartInputs {
        config_json: Some(Ok(br#"{"mqtt": {}, "recorder": {"url": ""}}"#)),
        endpoints_json: Some(r#"{"mqtt": null, "recorder": null}"#),
        query: "recorder=javascript:x",
        ..inputs()
    };
    assert_eq!(started(empty).recorder_candidates.len(), 3);
}

#[test]
fn the_link_overrides_the_settings_and_these_the_file() {
    let config = br#"{"theme": "dark", "lang": "de", "units": "metric", "map": {"view": "1,2,3"},
        "history": {"range": "7d"}, "friends": {"hide": ["eve"]}}"#;
    let file_only = StartInputs { config_json: Some(Ok(config)), ..inputs() };
    let with_settings =
        StartInputs { settings_json: Some(r#"{"theme": "light", "lang": "en"}"#), ..file_only.clone() };
    let with_link = StartInputs {
        query: "theme=auto&layers=heat&map=4,5,6&from=24h&friends=bob&follow=bob/phone&ui=embed&tz=place",
        ..with_settings.clone()
    };

    let file = started(file_only).config;
    assert_eq!((file.settings.theme, file.settings.language.as_str()), (Theme::Dark, "de"));
    assert_eq!(file.map.view, LatLon::new(1.0, 2.0).map(|centre| (centre, 3.0)));
    assert_eq!(file.history.range, RangeChoice::Last { seconds: 7 * 86_400 });
    assert_eq!(file.hide_friends, [("eve".to_owned(), "*".to_owned())]);

    let settings = started(with_settings).config.settings;
    assert_eq!(
        (settings.theme, settings.language.as_str(), settings.units),
        (Theme::Light, "en", Units::Metric)
    );

    let start = started(with_link);
    assert_eq!(Some(start.range), TimeRange::new(NOW_S - 86_400, NOW_S));
    let link = start.config;
    assert_eq!((link.settings.theme, link.settings.language.as_str()), (Theme::Auto, "en"));
    assert_eq!(link.settings.layers, LayerSet { heat: true, ..LayerSet::NONE });
    assert_eq!(link.settings.time_zone, "place");
    assert_eq!(link.map.view, LatLon::new(4.0, 5.0).map(|centre| (centre, 6.0)));
    assert_eq!(link.history.friends, [("bob".to_owned(), "*".to_owned())]);
    assert_eq!(link.follow, FriendId::new("bob", "phone"));
    assert_eq!(link.interface, Interface::Embed);
}

#[test]
fn typed_endpoints_replace_those_of_the_file_as_a_whole() {
    let start = started(StartInputs {
        config_json: Some(Ok(br#"{"mqtt": {"url": "/mqtt"}, "recorder": {"url": "/"}}"#)),
        endpoints_json: Some(r#"{"recorder": {"url": "http://pi:8083/"}}"#),
        ..inputs()
    });
    assert_eq!(start.config.endpoints.mqtt, None);
    assert_eq!(
        start.config.endpoints.recorder.map(|recorder| recorder.url).as_deref(),
        Some("http://pi:8083/")
    );
}

#[test]
fn topics_belong_to_their_broker() {
    let topics = |query| {
        let start = started(StartInputs {
            config_json: Some(Ok(br#"{"mqtt": {"url": "/mqtt", "topics": ["mine/#"]}}"#)),
            query,
            ..inputs()
        });
        start.config.endpoints.mqtt.expect("a broker").topics
    };
    assert_eq!(topics(""), ["mine/#"]);
    assert_eq!(topics("mqtt=wss://home.example/mqtt"), ["mine/#"]);
    assert_eq!(topics("mqtt=wss://other.example/mqtt"), DEFAULT_TOPICS);
}

#[test]
fn secrets_go_to_their_own_endpoint_only() {
    let config = br#"{"mqtt": {"url": "/mqtt", "username": "file", "password": "file's password"}}"#;
    let typed = r#"{"mqtt": {"url": "wss://typed.example/mqtt"}}"#;
    let stored = |url: &str| (url == "wss://typed.example/mqtt").then(|| in_tab(credentials("typed")));
    for (endpoints_json, query, url, expected) in [
        (None, "", "wss://home.example/mqtt", Some("file")),
        (None, "mqtt=/mqtt", "wss://home.example/mqtt", Some("file")),
        (None, "mqtt=//evil.example/mqtt", "wss://evil.example/mqtt", None),
        (None, "mqtt=wss://home.example/mqtt2", "wss://home.example/mqtt2", None),
        (None, "mqtt=ws://home.example/mqtt", "ws://home.example/mqtt", None),
        (Some(typed), "", "wss://typed.example/mqtt", Some("typed")),
        (Some(typed), "mqtt=wss://typed.example/mqtt", "wss://typed.example/mqtt", Some("typed")),
        (Some(typed), "mqtt=wss://evil.example/mqtt", "wss://evil.example/mqtt", None),
        (Some(typed), "mqtt=wss://u:p@evil.example/mqtt", "wss://evil.example/mqtt", None),
        (Some(typed), "mqtt=/mqtt", "wss://home.example/mqtt", Some("file")),
    ] {
        let inputs = StartInputs { config_json: Some(Ok(config)), endpoints_json, query, ..inputs() };
        let mqtt = start(inputs, &TwoHoursEast, &stored).config.endpoints.mqtt.expect("a broker");
        assert_eq!(mqtt.url, url, "{query}");
        assert_eq!(mqtt.credentials, expected.map(credentials), "{query}");
    }
}

#[test]
fn what_the_person_typed_beats_the_file_for_the_same_endpoint() {
    let config = br#"{"mqtt": {"url": "/mqtt", "username": "file", "password": "old"}}"#;
    let inputs = StartInputs { config_json: Some(Ok(config)), ..inputs() };
    let mqtt = start(inputs, &TwoHoursEast, &|_| Some(in_tab(credentials("typed")))).config.endpoints.mqtt;
    assert_eq!(mqtt.and_then(|mqtt| mqtt.credentials), Some(credentials("typed")));
}

#[test]
fn kept_passphrases_come_back_and_whoever_was_remembered_stays_so() {
    let passphrases = Passphrases::new(["open sesame".to_owned()]);
    let keys = |on_device| Some(Kept { secret: passphrases.clone(), on_device });
    let broker = StartInputs { config_json: Some(Ok(br#"{"mqtt": {"url": "/mqtt"}}"#)), ..inputs() };
    for (keys_on_device, login_on_device, remembered) in [
        (None, None, false),
        (Some(false), Some(false), false),
        (Some(true), None, true),
        (Some(false), Some(true), true),
    ] {
        let inputs = StartInputs { keys: keys_on_device.and_then(keys), ..broker.clone() };
        let login =
            |_: &str| login_on_device.map(|on_device| Kept { secret: credentials("jane"), on_device });
        let start = start(inputs, &TwoHoursEast, &login);
        assert_eq!(start.remembered, remembered, "{keys_on_device:?} {login_on_device:?}");
        assert_eq!(start.keys, keys_on_device.map(|_| passphrases.clone()).unwrap_or_default());
    }
}

#[test]
fn a_broker_that_only_the_link_names_is_known_as_such() {
    let config = br#"{"mqtt": {"url": "/mqtt"}}"#;
    let typed = r#"{"mqtt": {"url": "wss://typed.example/mqtt"}}"#;
    for (query, from_link) in [
        ("", false),
        ("mqtt=/mqtt", false),
        ("mqtt=wss://typed.example/mqtt", false),
        ("mqtt=wss://elsewhere.example/mqtt", true),
        ("mqtt=javascript:x", false),
        ("recorder=https://elsewhere.example/", false),
    ] {
        let inputs =
            StartInputs { config_json: Some(Ok(config)), endpoints_json: Some(typed), query, ..inputs() };
        assert_eq!(started(inputs).mqtt_from_link, from_link, "{query}");
    }
}

#[test]
fn problems_of_the_file_are_told_and_the_page_starts() {
    let damaged = started(StartInputs { config_json: Some(Ok(b"{")), ..inputs() });
    assert!(damaged.config_error.is_some_and(|error| error.starts_with("not JSON")));
    assert_eq!(damaged.recorder_candidates.len(), 3);

    let unreadable = started(StartInputs { config_json: Some(Err("status 500".into())), ..inputs() });
    assert_eq!(unreadable.config_error.as_deref(), Some("status 500"));

    let two = started(StartInputs { config_json: Some(Ok(br#"{"a": 1, "b": 2}"#)), ..inputs() });
    assert_eq!(two.config_error.as_deref(), Some("a is not known; b is not known"));
}

#[test]
fn relative_ends_are_seconds_of_now() {
    let day_s = 86_400;
    // 2026-05-10, 14:00 on that clock.
    let now_s = 1_778_414_400;
    let midnight_s = now_s - 14 * 3600;
    for (text, from_s, to_s, grows) in [
        ("from=yesterday&to=today", midnight_s - day_s, now_s, true),
        ("from=30d&to=7d", now_s - 30 * day_s, now_s - 7 * day_s, false),
        ("from=7d&to=30d", now_s - 30 * day_s, now_s - 7 * day_s, false),
        ("from=2026-05-01&to=yesterday", midnight_s - 9 * day_s, midnight_s - 1, false),
        ("from=2026-05-01&to=24h", midnight_s - 9 * day_s, now_s - day_s, false),
        ("from=yesterday&to=2026-05-01", midnight_s - 9 * day_s, midnight_s - 1, false),
        ("from=2026-05-02&to=2026-05-01", midnight_s - 9 * day_s, midnight_s - 7 * day_s - 1, false),
        ("from=2026-05-01&to=now", midnight_s - 9 * day_s, now_s, true),
    ] {
        let choice = Query::parse(text).range.unwrap();
        assert_eq!(
            (choice.resolve(now_s, &TwoHoursEast), choice.grows()),
            (TimeRange { from_s, to_s }, grows),
            "{text}"
        );
    }
}

#[test]
fn a_guest_has_what_was_shared_and_nothing_of_somebody_elses() {
    let config = br#"{"recorder":{"url":"./"},"share":{"url":"share.json"}}"#;
    let endpoints =
        r#"{"mqtt":{"url":"wss://other.example/mqtt"},"recorder":{"url":"https://other.example/"}}"#;
    assert!(
        started(StartInputs { endpoints_json: Some(endpoints), ..inputs() }).config.endpoints.mqtt.is_some()
    );
    let guest = StartInputs {
        config_json: Some(Ok(config)),
        settings_json: Some(r#"{"theme":"dark","hidden":["alice/phone"]}"#),
        endpoints_json: Some(endpoints),
        keys: Some(in_tab(Passphrases::new(["secret".to_owned()]))),
        query: "mqtt=wss://evil.example/&recorder=https://evil.example/&ui=embed",
        page_url: "https://home.example/s/abc/",
        ..inputs()
    };
    let start = start(guest, &TwoHoursEast, &|_| Some(in_tab(credentials("jane"))));
    let recorder = start.config.endpoints.recorder.unwrap();
    assert_eq!((recorder.url.as_str(), start.config.endpoints.mqtt), ("https://home.example/s/abc/", None));
    assert!(start.keys.is_empty() && !start.mqtt_from_link);
    assert_eq!((start.config.settings.theme, start.config.settings.hidden.len()), (Theme::Auto, 0));
    assert_eq!(start.config.interface, Interface::Embed);
    assert_eq!(start.config.share.unwrap().url, "https://home.example/s/abc/share.json");
}
