//! A person's settings and typed endpoints as JSON, for the browser's local storage. There are never secrets in it.
//!
//! What an older or newer version wrote is read as far as it makes sense.

use serde_json::{Map, Value, json};

use crate::owntracks::FriendId;

use super::config::{
    Density, Endpoints, LayerSet, LineColour, MAX_HIDDEN, MqttEndpoint, RecorderEndpoint, Settings, SortBy,
    Theme, Thresholds, Units,
};
use super::text::{Url, is_language, is_time_zone};

/// Writes all settings.
pub fn settings_to_json(settings: &Settings) -> String {
    let thresholds = &settings.thresholds;
    json!({
        "theme": settings.theme.word(),
        "lang": settings.language,
        "units": settings.units.word(),
        "tz": settings.time_zone,
        "layers": settings.layers.words(),
        "colour": settings.line_colour.word(),
        "sort": settings.sort_by.word(),
        "density": settings.density.word(),
        "tiles": settings.tile_source,
        "hidden": settings.hidden.iter().map(FriendId::to_string).collect::<Vec<_>>(),
        "thresholds": {
            "stale_after_s": thresholds.stale_after_s,
            "old_after_s": thresholds.old_after_s,
            "gap_s": thresholds.gap_s,
            "gap_m": thresholds.gap_m,
            "max_accuracy_m": thresholds.max_accuracy_m,
            "trail_s": thresholds.trail_s,
        },
    })
    .to_string()
}

/// Reads settings; what is missing or makes no sense stays as in `base`.
pub fn settings_from_json(text: &str, base: Settings) -> Settings {
    let Ok(Value::Object(object)) = serde_json::from_str(text) else { return base };
    let word = |name: &str| object.get(name).and_then(Value::as_str);
    Settings {
        theme: word("theme").and_then(Theme::from_word).unwrap_or(base.theme),
        language: word("lang").filter(|text| is_language(text)).map_or(base.language, str::to_owned),
        units: word("units").and_then(Units::from_word).unwrap_or(base.units),
        time_zone: word("tz").filter(|text| is_time_zone(text)).map_or(base.time_zone, str::to_owned),
        layers: word("layers").and_then(LayerSet::from_words).unwrap_or(base.layers),
        line_colour: word("colour").and_then(LineColour::from_word).unwrap_or(base.line_colour),
        sort_by: word("sort").and_then(SortBy::from_word).unwrap_or(base.sort_by),
        density: word("density").and_then(Density::from_word).unwrap_or(base.density),
        tile_source: word("tiles").map(str::to_owned).or(base.tile_source),
        thresholds: match object.get("thresholds") {
            Some(Value::Object(thresholds)) => thresholds_from_json(thresholds, base.thresholds),
            _ => base.thresholds,
        },
        hidden: match object.get("hidden") {
            Some(Value::Array(hidden)) => {
                let ids = hidden.iter().filter_map(Value::as_str).filter_map(FriendId::parse);
                ids.take(MAX_HIDDEN).collect()
            }
            _ => base.hidden,
        },
    }
}

/// Writes the URLs and topics of endpoints, without credentials.
pub fn endpoints_to_json(endpoints: &Endpoints) -> String {
    let mqtt = endpoints.mqtt.as_ref().map(|mqtt| json!({ "url": mqtt.url, "topics": mqtt.topics }));
    let recorder = endpoints.recorder.as_ref().map(|recorder| json!({ "url": recorder.url }));
    json!({ "mqtt": mqtt, "recorder": recorder }).to_string()
}

/// Reads endpoints; one whose URL makes no sense is left out. Credentials are never read from here.
pub fn endpoints_from_json(text: &str) -> Endpoints {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let url = |source: &str| value.get(source)?.get("url")?.as_str().and_then(Url::parse);
    let topics = value.pointer("/mqtt/topics").and_then(Value::as_array);
    let topics = topics.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Endpoints {
        mqtt: url("mqtt").map(|url| MqttEndpoint {
            url: url.for_web_socket().to_string(),
            topics: topics.collect(),
            credentials: None,
        }),
        recorder: url("recorder").map(|url| RecorderEndpoint { url: url.for_http_folder().to_string() }),
    }
}

fn thresholds_from_json(object: &Map<String, Value>, base: Thresholds) -> Thresholds {
    let number = |name: &str, base: u32| {
        let number = object.get(name).and_then(Value::as_u64);
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or(base)
    };
    Thresholds {
        stale_after_s: number("stale_after_s", base.stale_after_s),
        old_after_s: number("old_after_s", base.old_after_s),
        gap_s: number("gap_s", base.gap_s),
        gap_m: number("gap_m", base.gap_m),
        max_accuracy_m: number("max_accuracy_m", base.max_accuracy_m),
        trail_s: number("trail_s", base.trail_s),
    }
}
