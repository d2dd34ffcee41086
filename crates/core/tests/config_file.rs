//! `config.json`: whole, damaged field by field, and garbage.

use dashboard_core::geo::LatLon;
use dashboard_core::model::{
    ConfigFile, Credentials, MqttEndpoint, RangeChoice, RecorderEndpoint, ShareAddress, Theme, TileSource,
    Units,
};
use proptest::prelude::*;

const PAGE: &str = "https://home.example/owntracks/dashboard/";

fn read(text: &str) -> ConfigFile {
    ConfigFile::read(text.as_bytes(), PAGE)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(first, second)| ((*first).into(), (*second).into())).collect()
}

#[test]
fn every_field() {
    let file = read(
        r#"{
          "$schema": "x", "_comment": "ours",
          "recorder": { "url": "../" },
          "mqtt": { "url": "/mqtt", "username": "jane", "password": "secret", "topics": ["owntracks/+/+", "x/#"] },
          "map": {
            "tiles": [
              { "name": "Relief", "url": "https://{s}.tiles.example/{z}/{x}/{y}{r}.png",
                "attribution": "&copy; <a href=\"https://a.example\">A &amp; B</a>", "maxZoom": 17 },
              { "url": "tiles/{z}/{x}/{-y}.png" }
            ],
            "view": "47.37,8.54,12"
          },
          "history": { "range": "7d" },
          "friends": { "hide": ["ping/ping", "Bob/*", "eve"] },
          "embed": { "origins": ["https://Home.example:443", "http://10.0.0.5:8123/"] },
          "account": "jane", "share": { "url": "share.json", "histories": true },
          "theme": "dark", "lang": "de", "units": "imperial"
        }"#,
    );
    let expected = ConfigFile {
        mqtt: Some(MqttEndpoint {
            url: "wss://home.example/mqtt".into(),
            topics: vec!["owntracks/+/+".into(), "x/#".into()],
            credentials: Some(Credentials { username: "jane".into(), password: "secret".into() }),
        }),
        recorder: Some(RecorderEndpoint { url: "https://home.example/owntracks/".into() }),
        tiles: vec![
            TileSource {
                name: "Relief".into(),
                url: "https://{s}.tiles.example/{z}/{x}/{y}{r}.png".into(),
                attribution: "© A & B".into(),
                max_zoom: 17,
            },
            TileSource {
                name: "Map".into(),
                url: "https://home.example/owntracks/dashboard/tiles/{z}/{x}/{-y}.png".into(),
                attribution: String::new(),
                max_zoom: 19,
            },
        ],
        view: LatLon::new(47.37, 8.54).map(|centre| (centre, 12.0)),
        range: Some(RangeChoice::Last { seconds: 7 * 86_400 }),
        embed_origins: vec!["https://home.example".into(), "http://10.0.0.5:8123".into()],
        hide_friends: Some(pairs(&[("ping", "ping"), ("bob", "*"), ("eve", "*")])),
        account: Some("jane".into()),
        share: Some(ShareAddress {
            url: "https://home.example/owntracks/dashboard/share.json".into(),
            histories: true,
        }),
        theme: Some(Theme::Dark),
        language: Some("de".into()),
        units: Some(Units::Imperial),
        problems: vec![],
    };
    assert_eq!(file, expected);
}

#[test]
fn empty_fields_say_nothing() {
    for text in [
        "{}",
        r#"{"mqtt": null, "recorder": {"url": ""}, "map": {"tiles": [], "view": ""}, "theme": "", "lang": null}"#,
        r#"{"mqtt": {"url": "", "username": "", "password": ""}, "history": {}, "friends": {}}"#,
        // A server that answers with the page where there is no file.
        "\n <!doctype html><html></html>",
    ] {
        assert_eq!(read(text), ConfigFile::default(), "{text}");
    }
    assert_eq!(read(r#"{"friends": {"hide": []}}"#).hide_friends, Some(vec![]));
}

#[test]
fn a_byte_order_mark_is_no_problem() {
    assert_eq!(read("\u{feff}{\"theme\": \"dark\"}").theme, Some(Theme::Dark));
}

#[test]
fn a_bad_field_costs_only_itself_and_is_told() {
    for (field, problem) in [
        (r#""mqtt": "wss://h/mqtt""#, "mqtt should be an object in braces"),
        (r#""mqtt": {"url": "mqtt://h"}"#, r#"mqtt.url should be a WebSocket URL like "wss://host/mqtt""#),
        (r#""mqtt": {"url": 5}"#, r#"mqtt.url should be a WebSocket URL like "wss://host/mqtt""#),
        (r#""mqtt": {"url": "/m", "topics": "x"}"#, "mqtt.topics should be a list in square brackets"),
        (r#""mqtt": {"url": "/m", "topics": ["x", 1]}"#, "each of mqtt.topics should be text"),
        (r#""mqtt": {"url": "/m", "password": 1234}"#, "mqtt.password should be text"),
        (r#""mqtt": {"url": "/m", "user": "x"}"#, "mqtt.user is not known"),
        (r#""recorder": {"url": "javascript:x"}"#, "recorder.url should be a URL"),
        (r#""recoder": {}"#, "recoder is not known"),
        (r#""map": {"view": "here"}"#, r#"map.view should be "lat,lon,zoom""#),
        (r#""map": {"tiles": {}}"#, "map.tiles should be a list in square brackets"),
        (r#""map": {"tiles": [1]}"#, "an entry of map.tiles is not an object"),
        (r#""map": {"tiles": [{}]}"#, "an entry of map.tiles has no usable url"),
        (
            r#""map": {"tiles": [{"url": "/{z}/{x}/{y}", "maxZoom": 40}]}"#,
            "map.tiles.maxZoom should be a whole number from 0 to 24",
        ),
        (
            r#""history": {"range": "soon"}"#,
            r#"history.range should be a range like "today", "7d" or "2026-05-01/2026-05-31""#,
        ),
        (r#""friends": {"hide": ["/x"]}"#, r#"each of friends.hide should be "user/device" or "user/*""#),
        (r#""lang": "<b>""#, r#"lang should be a language tag like "en""#),
        (r#""units": "feet""#, r#"units should be "auto", "metric" or "imperial""#),
    ] {
        let file = read(&format!(r#"{{ {field}, "theme": "light" }}"#));
        assert_eq!(file.problems, [problem], "{field}");
        assert_eq!(file.theme, Some(Theme::Light), "{field}");
    }
}

#[test]
fn a_bad_neighbour_costs_nothing() {
    let file = read(r#"{"mqtt": {"url": "/m", "topics": ["x", 1], "username": {}, "password": "p"}}"#);
    let mqtt = file.mqtt.expect("its URL is good");
    assert_eq!(mqtt.topics, ["x"]);
    assert_eq!(mqtt.credentials.expect("a password").password, "p");
    let file = read(r#"{"map": {"tiles": [{"url": "x"}, {"url": "/{z}/{x}/{y}"}], "view": "1,2,3"}}"#);
    assert_eq!(file.tiles.len(), 1);
    assert!(file.view.is_some());
}

#[test]
fn what_is_no_json_object_is_told() {
    for (bytes, start) in [
        (&b""[..], "not JSON: the end"),
        (b"{\n  \"theme\": \"dark\",\n}", "not JSON: unexpected } in line 3"),
        (b"// mine\n{}", "not JSON: "),
        (b"{\"theme\": \"\xff\"}", "not JSON: "),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (&[b'['; 100_000], "nested too deeply"),
        (&[b' '; (1 << 20) + 1], "longer than"),
    ] {
        let problems = ConfigFile::read(bytes, PAGE).problems;
        assert!(matches!(&problems[..], [one] if one.starts_with(start)), "{start}: {problems:?}");
    }
}

/// JSON values of any shape, with the names of the file strewn in.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "[a-z0-9:/.,{}é<> -]{0,20}".prop_map(Into::into),
    ];
    let names = prop::sample::select(vec![
        "recorder",
        "mqtt",
        "map",
        "history",
        "friends",
        "theme",
        "lang",
        "units",
        "url",
        "username",
        "password",
        "topics",
        "tiles",
        "view",
        "range",
        "hide",
        "name",
        "attribution",
        "maxZoom",
        "other",
    ]);
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::vec((names.clone().prop_map(String::from), inner), 0..8)
                .prop_map(|fields| fields.into_iter().collect::<serde_json::Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read(value in json()) {
        let file = read(&value.to_string());
        let urls = [file.mqtt.map(|mqtt| mqtt.url), file.recorder.map(|recorder| recorder.url)];
        for url in urls.into_iter().flatten() {
            prop_assert!(url.starts_with("http") || url.starts_with("ws"), "{}", url);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let file = ConfigFile::read(&bytes, PAGE);
        prop_assert!(file.mqtt.is_none() && file.tiles.is_empty());
    }
}

#[test]
fn whoever_may_talk_with_the_page_is_named_exactly() {
    for odd in
        ["*", "https://*.example", "home.example", "https://home.example/map", "wss://home.example", ""]
    {
        let file = read(&format!(r#"{{ "embed": {{ "origins": ["{odd}", "https://a.example"] }} }}"#));
        assert_eq!(file.embed_origins, ["https://a.example"], "{odd}");
        assert_eq!(file.problems.len(), 1, "{odd}: {:?}", file.problems);
    }
}
