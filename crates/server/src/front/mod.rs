//! Standing in front of an existing Recorder or broker, so that the page has one origin to talk to.
//!
//! Nothing is kept or understood here: requests and bytes go through as they are. Only what the dashboard needs is passed
//! on; above all never the Recorder's `kill`, which deletes a device with a plain GET. Credentials are the page's own.
//! Pages of other sites are kept out by the layer that guards all routes of the server.

mod mqtt;
mod recorder;
mod upstream;

pub use self::mqtt::mqtt;
pub use self::recorder::recorder;
pub use self::upstream::FrontError;
