//! The `config.json` that is served when the person wrote none.

use serde_json::{Map, Value, json};

/// What there is to connect to. Addresses are relative to the page, so that they hold behind any proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The Recorder's interface is served here.
    pub recorder: bool,
    /// MQTT over WebSocket is served here.
    pub mqtt: bool,
    /// The demo household lives in a made-up town with tiles of its own.
    pub demo: bool,
    /// Pages of these origins may have the dashboard in a frame, and talk with it.
    pub embed_origins: Vec<String>,
}

impl Sources {
    /// The text of a `config.json` that names them.
    pub fn to_config(&self) -> String {
        let mut config = Map::new();
        if self.recorder {
            config.insert("recorder".into(), json!({ "url": "./" }));
        }
        if self.mqtt {
            config.insert("mqtt".into(), json!({ "url": "mqtt" }));
        }
        if self.demo {
            let tiles = json!([{ "name": "Demo town", "url": "tiles/{z}/{x}/{y}.png", "attribution": "Made-up town", "maxZoom": 19 }]);
            config.insert("map".into(), json!({ "tiles": tiles }));
        }
        if !self.embed_origins.is_empty() {
            config.insert("embed".into(), json!({ "origins": self.embed_origins }));
        }
        Value::Object(config).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_named() {
        let sources = Sources { recorder: true, mqtt: true, demo: false, embed_origins: Vec::new() };
        assert_eq!(sources.to_config(), r#"{"mqtt":{"url":"mqtt"},"recorder":{"url":"./"}}"#);
        let embedded = Sources {
            recorder: false,
            mqtt: false,
            demo: false,
            embed_origins: vec!["https://home.example".into()],
        };
        assert_eq!(embedded.to_config(), r#"{"embed":{"origins":["https://home.example"]}}"#);
    }
}
