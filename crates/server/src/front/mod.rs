//! Standing in front of an existing Recorder or broker, so that the page has one origin to talk to.
//!
//! Nothing is kept here. While there are no accounts, requests and bytes go through as they are, with the page's own
//! credentials. Once there are, the household's rights hold here too: questions are put anew, answers and messages are
//! taken apart as far as whom they are about. Only what the dashboard needs is passed on; above all never the Recorder's
//! `kill`, which deletes a device with a plain GET.
//! Pages of other sites are kept out by the layer that guards all routes of the server.

mod filter;
mod mqtt;
mod recorder;
mod rights;
mod upstream;

pub use self::filter::BrokerLogin;
pub use self::mqtt::mqtt;
pub use self::recorder::recorder;
pub use self::upstream::FrontError;
pub(crate) use self::upstream::{HTTP_SCHEMES, Upstream};
