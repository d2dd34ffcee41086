//! Any text is a query and any bytes are a configuration: read, written and read again they are the same, and no URL
//! comes out that a page cannot connect to.

#![no_main]

use dashboard_core::model::{
    ConfigFile, Query, Settings, endpoints_from_json, endpoints_to_json, settings_from_json, settings_to_json,
};
use libfuzzer_sys::fuzz_target;

const PAGE: &str = "https://home.example/dashboard/index.html";

fuzz_target!(|bytes: &[u8]| {
    let file = ConfigFile::read(bytes, PAGE);
    assert!(file.mqtt.is_none_or(|mqtt| mqtt.url.starts_with("ws")));
    assert!(
        file.recorder.is_none_or(|recorder| recorder.url.starts_with("http") && recorder.url.ends_with('/'))
    );
    assert!(file.tiles.iter().all(|tiles| tiles.url.starts_with("http")));

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let written = Query::parse(text).to_query_string();
    assert_eq!(Query::parse(&written).to_query_string(), written);

    let settings = settings_from_json(text, Settings::default());
    assert_eq!(settings_from_json(&settings_to_json(&settings), Settings::default()), settings);
    let endpoints = endpoints_from_json(text);
    assert_eq!(endpoints_from_json(&endpoints_to_json(&endpoints)), endpoints);
});
