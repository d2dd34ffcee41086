//! Standing in front of an existing Recorder or broker: signatures first.
//!
//! ```text
//! /// `/api/0/*`, `/ws/last`, `/pub` from the Recorder at `url` (http, https; may have a path).
//! pub fn recorder(url: &str, origin_allowed: OriginCheck) -> Result<axum::Router, FrontError>;
//! /// `/mqtt`, byte for byte to the broker at `url` (mqtt, mqtts, ws, wss).
//! pub fn mqtt(url: &str, origin_allowed: OriginCheck) -> Result<axum::Router, FrontError>;
//! ```
