//! Settings and endpoints to local storage and back.

use dashboard_core::model::{
    Credentials, Density, Endpoints, LayerSet, LineColour, MqttEndpoint, RecorderEndpoint, Settings, SortBy,
    Theme, Thresholds, Units, endpoints_from_json, endpoints_to_json, settings_from_json, settings_to_json,
};
use dashboard_core::owntracks::FriendId;
use proptest::prelude::*;

fn unusual_settings() -> Settings {
    Settings {
        theme: Theme::Dark,
        language: "de".into(),
        units: Units::Imperial,
        time_zone: "Europe/Zurich".into(),
        layers: LayerSet { heat: true, ..LayerSet::NONE },
        line_colour: LineColour::Battery,
        sort_by: SortBy::Distance,
        density: Density::Compact,
        tile_source: Some("Relief \"é\"".into()),
        thresholds: Thresholds {
            stale_after_s: 1,
            old_after_s: 2,
            gap_s: 3,
            gap_m: 4,
            max_accuracy_m: 5,
            trail_s: u32::MAX,
        },
        hidden: [("bob", "Pixel 8"), ("eve", "x")]
            .into_iter()
            .filter_map(|(user, device)| FriendId::new(user, device))
            .collect(),
    }
}

#[test]
fn settings_come_back() {
    for settings in
        [Settings::default(), unusual_settings(), Settings { layers: LayerSet::NONE, ..Settings::default() }]
    {
        // Read over other settings, so that every field has to come from the text.
        let base = if settings.theme == Theme::Dark { Settings::default() } else { unusual_settings() };
        let read = settings_from_json(&settings_to_json(&settings), base.clone());
        let expected =
            Settings { tile_source: settings.tile_source.clone().or(base.tile_source), ..settings };
        assert_eq!(read, expected);
    }
}

#[test]
fn damaged_and_foreign_fields_leave_the_rest() {
    let text = r#"{"theme": "dark", "lang": 5, "units": "feet", "tz": "", "layers": [], "colour": null, "sort": "luck",
        "density": true, "tiles": 7, "thresholds": {"stale_after_s": 60, "gap_s": -1, "gap_m": 1e99, "trail_s": "x",
        "old_after_s": 4294967296}, "hidden": [7, "nobody", "ann/a", "a/b/c"], "from the future": {}}"#;
    let expected = Settings {
        theme: Theme::Dark,
        thresholds: Thresholds { stale_after_s: 60, ..Thresholds::default() },
        hidden: FriendId::parse("ann/a").into_iter().collect(),
        ..Settings::default()
    };
    assert_eq!(settings_from_json(text, Settings::default()), expected);
    for text in ["", "null", "[]", "{", "{\"thresholds\": 1}"] {
        assert_eq!(settings_from_json(text, unusual_settings()), unusual_settings(), "{text}");
    }
}

#[test]
fn endpoints_come_back_without_secrets() {
    let mqtt = MqttEndpoint {
        url: "wss://h.example/mqtt".into(),
        topics: vec!["owntracks/+/+".into()],
        credentials: Some(Credentials { username: "jane-the-user".into(), password: "open-sesame".into() }),
    };
    let recorder = RecorderEndpoint { url: "https://h.example/r/".into() };
    let both = Endpoints { mqtt: Some(mqtt.clone()), recorder: Some(recorder) };
    let text = endpoints_to_json(&both);
    assert!(!text.contains("jane-the-user") && !text.contains("open-sesame"), "{text}");
    let without_secrets = Some(MqttEndpoint { credentials: None, ..mqtt });
    assert_eq!(endpoints_from_json(&text), Endpoints { mqtt: without_secrets, ..both });

    let none = Endpoints::default();
    assert_eq!(endpoints_from_json(&endpoints_to_json(&none)), none);
}

#[test]
fn stored_endpoints_are_not_trusted() {
    for text in [
        "",
        "7",
        r#"{"mqtt": {"url": "javascript:alert(1)"}, "recorder": {"url": "../"}}"#,
        r#"{"mqtt": {"url": 1, "topics": 5}, "recorder": []}"#,
    ] {
        assert_eq!(endpoints_from_json(text), Endpoints::default(), "{text}");
    }
    let odd =
        r#"{"mqtt": {"url": "http://u:p@h:9001", "username": "u", "password": "p", "topics": ["a", 1]}}"#;
    let mqtt = MqttEndpoint { url: "ws://h:9001/".into(), topics: vec!["a".into()], credentials: None };
    assert_eq!(endpoints_from_json(odd), Endpoints { mqtt: Some(mqtt), recorder: None });
}

proptest! {
    #[test]
    fn any_text_may_be_stored(text in "\\PC{0,60}") {
        prop_assert_eq!(settings_from_json(&text, Settings::default()), Settings::default());
        prop_assert_eq!(endpoints_from_json(&text), Endpoints::default());
    }
}
