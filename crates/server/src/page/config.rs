//! The `config.json` that is served when the person wrote none.

use serde_json::{Map, Value, json};

/// What there is to connect to. Addresses are relative to the page, so that they hold behind any proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The Recorder's interface is served here.
    pub recorder: bool,
    /// MQTT over WebSocket is served here.
    pub mqtt: bool,
    /// The demo household lives in a made-up town with tiles of its own.
    pub demo: bool,
}

impl Sources {
    /// The text of a `config.json` that names them.
    pub fn to_config(self) -> String {
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
        Value::Object(config).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_named() {
        let sources = Sources { recorder: true, mqtt: true, demo: false };
        assert_eq!(sources.to_config(), r#"{"mqtt":{"url":"mqtt"},"recorder":{"url":"./"}}"#);
        assert_eq!(Sources { recorder: false, mqtt: false, demo: false }.to_config(), "{}");
    }
}
