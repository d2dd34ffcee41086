//! How choices are written: the same in `config.json`, in links and in what is stored on the person's device.

mod friends;
mod layers;
mod map_view;
mod parts;
mod percent;
mod range;
mod url;
mod words;

pub use friends::{friend_id, friend_pattern, matches_friend};
pub use map_view::{map_view, map_view_of, map_view_text};
pub use percent::{decode, encode};
pub use url::{Url, mqtt_url, recorder_url, resolve_url};
pub use words::{is_language, is_time_zone};
