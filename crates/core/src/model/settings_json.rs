//! A person's settings and typed endpoints as JSON, for the browser's local storage. There are never secrets in it.
//!
//! What an older or newer version wrote is read as far as it makes sense.

use crate::owntracks::FriendId;
use crate::owntracks::json::{self, Object, ObjectWriter, Value};

use super::config::{
    Density, Endpoints, LayerSet, LineColour, MAX_HIDDEN, MqttEndpoint, RecorderEndpoint, Settings, SortBy,
    Theme, Thresholds, Units,
};
use super::text::{Url, is_language, is_time_zone};

/// Writes all settings.
pub fn settings_to_json(settings: &Settings) -> String {
    let thresholds = &settings.thresholds;
    let written = ObjectWriter::new()
        .text("theme", settings.theme.word())
        .text("lang", &settings.language)
        .text("units", settings.units.word())
        .text("tz", &settings.time_zone)
        .text("layers", &settings.layers.words())
        .text("colour", settings.line_colour.word())
        .text("sort", settings.sort_by.word())
        .text("density", settings.density.word());
    let written = match &settings.tile_source {
        Some(name) => written.text("tiles", name),
        None => written,
    };
    let thresholds = ObjectWriter::new()
        .number("stale_after_s", thresholds.stale_after_s)
        .number("old_after_s", thresholds.old_after_s)
        .number("gap_s", thresholds.gap_s)
        .number("gap_m", thresholds.gap_m)
        .number("max_accuracy_m", thresholds.max_accuracy_m)
        .number("trail_s", thresholds.trail_s);
    let hidden: Vec<String> = settings.hidden.iter().map(FriendId::to_string).collect();
    written.texts("hidden", &hidden).object("thresholds", thresholds).finish()
}

/// Reads settings; what is missing or makes no sense stays as in `base`.
pub fn settings_from_json(text: &str, base: Settings) -> Settings {
    let Ok(Value::Object(object)) = json::read(text, json::MESSAGE) else { return base };
    let word = |name: &str| object.text(name);
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
        thresholds: match object.object("thresholds") {
            Some(thresholds) => thresholds_from_json(thresholds, base.thresholds),
            None => base.thresholds,
        },
        hidden: match object.get("hidden") {
            Some(Value::Array(hidden)) => {
                let ids = hidden.iter().filter_map(Value::text).filter_map(FriendId::parse);
                ids.take(MAX_HIDDEN).collect()
            }
            _ => base.hidden,
        },
    }
}

/// Writes the URLs and topics of endpoints, without credentials.
pub fn endpoints_to_json(endpoints: &Endpoints) -> String {
    let mut written = ObjectWriter::new();
    if let Some(mqtt) = &endpoints.mqtt {
        written =
            written.object("mqtt", ObjectWriter::new().text("url", &mqtt.url).texts("topics", &mqtt.topics));
    }
    if let Some(recorder) = &endpoints.recorder {
        written = written.object("recorder", ObjectWriter::new().text("url", &recorder.url));
    }
    written.finish()
}

/// Reads endpoints; one whose URL makes no sense is left out. Credentials are never read from here.
pub fn endpoints_from_json(text: &str) -> Endpoints {
    let Ok(Value::Object(object)) = json::read(text, json::MESSAGE) else { return Endpoints::default() };
    let url = |source: &str| Url::parse(object.object(source)?.text("url")?);
    let topics = match object.object("mqtt").and_then(|mqtt| mqtt.get("topics")) {
        Some(Value::Array(topics)) => topics.as_slice(),
        _ => &[],
    };
    let topics = topics.iter().filter_map(Value::text).map(str::to_owned);
    Endpoints {
        mqtt: url("mqtt").map(|url| MqttEndpoint {
            url: url.for_web_socket().to_string(),
            topics: topics.collect(),
            credentials: None,
        }),
        recorder: url("recorder").map(|url| RecorderEndpoint { url: url.for_http_folder().to_string() }),
    }
}

fn thresholds_from_json(object: &Object<'_>, base: Thresholds) -> Thresholds {
    let number = |name: &str, base: u32| object.get(name).and_then(Value::whole).unwrap_or(base);
    Thresholds {
        stale_after_s: number("stale_after_s", base.stale_after_s),
        old_after_s: number("old_after_s", base.old_after_s),
        gap_s: number("gap_s", base.gap_s),
        gap_m: number("gap_m", base.gap_m),
        max_accuracy_m: number("max_accuracy_m", base.max_accuracy_m),
        trail_s: number("trail_s", base.trail_s),
    }
}
