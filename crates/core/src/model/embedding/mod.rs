//! What a page that has this one in a frame says to it and hears from it (docs/embedding.md).
//!
//! Messages are JSON objects with the protocol's version under [`VERSION_KEY`], so that they are told from those of
//! others. Any text is a message: what is not understood is said in words, and changes nothing. The shell sees to it
//! that only origins from the configuration are heard and told.

mod act;
mod tell;

pub use tell::{friends, moved, not_understood, notice, ready, selected};

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::owntracks::json::{self, Object, Value};
use crate::time::{TimeRange, UnixSeconds};

use super::config::{LayerSet, LineColour, Theme};
use super::range::{Calendar, RangeChoice};
use super::text::{friend_id, friend_pattern};

/// Every message has the version under this name.
pub const VERSION_KEY: &str = "owntracks-dashboard";

/// The version spoken here.
pub const VERSION: u32 = 1;

/// Longest message that is read, in bytes.
const LIMITS: json::Limits = json::Limits { bytes: 1 << 16, values: 1 << 12 };

/// What the page around this one wishes.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// To be told how things are: it came late, or its frame was loaded anew.
    Hello,
    /// To see this place at this zoom, 0…24.
    View(LatLon, f64),
    /// To see all friends.
    FitFriends,
    /// To see all of the shown history.
    FitHistory,
    /// That the map follows somebody, or nobody.
    Follow(Option<FriendId>),
    /// To see who somebody is, or nobody.
    Select(Option<FriendId>),
    /// Another history: whose (patterns), and which time with the seconds it means now.
    History {
        /// Whose; `None` as before.
        friends: Option<Vec<(String, String)>>,
        /// Which time; `None` as before.
        range: Option<(RangeChoice, TimeRange)>,
    },
    /// Other layers, or another meaning of the line's colour.
    Layers {
        /// What the map shows; `None` as before.
        layers: Option<LayerSet>,
        /// What colours mean; `None` as before.
        colour: Option<LineColour>,
    },
    /// Light or dark.
    Theme(Theme),
}

/// Why a message is no wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWish {
    /// Somebody else's message: no word about it.
    NotOurs,
    /// A sentence for whoever writes the page around.
    Odd(String),
}

/// Reads a message. Names of time are resolved at `now_s` in the person's `calendar`.
pub fn read(text: &str, now_s: UnixSeconds, calendar: &dyn Calendar) -> Result<Wish, NoWish> {
    let Ok(Value::Object(message)) = json::read(text, LIMITS) else { return Err(NoWish::NotOurs) };
    let odd = |what: String| Err(NoWish::Odd(what));
    match message.get(VERSION_KEY) {
        None => return Err(NoWish::NotOurs),
        Some(version) if version.whole() == Some(VERSION) => {}
        Some(_) => return odd(format!("only version {VERSION} is understood")),
    }
    let kind = message.text("type").unwrap_or_default();
    let wish = match kind {
        "hello" => Some(Wish::Hello),
        "view" => view(&message),
        "follow" => somebody(&message).map(Wish::Follow),
        "select" => somebody(&message).map(Wish::Select),
        "history" => history(&message, now_s, calendar),
        "layers" => layers(&message),
        "theme" => message.text("theme").and_then(Theme::from_word).map(Wish::Theme),
        _ => return odd(format!("there is no message of type \"{}\"", clean(kind))),
    };
    wish.map_or_else(|| odd(format!("the message of type \"{kind}\" makes no sense")), Ok)
}

fn view(message: &Object<'_>) -> Option<Wish> {
    match message.text("fit") {
        Some("friends") => return Some(Wish::FitFriends),
        Some("history") => return Some(Wish::FitHistory),
        Some(_) => return None,
        None => {}
    }
    let number = |key| match message.get(key)? {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let place = LatLon::new(number("lat")?, number("lon")?)?;
    Some(Wish::View(place, number("zoom")?.clamp(0.0, 24.0)))
}

/// `friend`: `"user/device"`, or `null` for nobody.
fn somebody(message: &Object<'_>) -> Option<Option<FriendId>> {
    match message.get("friend") {
        None => Some(None),
        Some(Value::Text(text)) => friend_id(text).map(Some),
        Some(_) => None,
    }
}

fn history(message: &Object<'_>, now_s: UnixSeconds, calendar: &dyn Calendar) -> Option<Wish> {
    let friends = match message.get("friends") {
        None => None,
        Some(Value::Array(names)) => {
            Some(names.iter().map(|name| friend_pattern(name.text()?)).collect::<Option<_>>()?)
        }
        Some(_) => return None,
    };
    let range = match (message.text("from"), message.text("to")) {
        (None, None) => None,
        (from, to) => {
            let choice = RangeChoice::from_bounds(from?, to)?;
            let range = choice.resolve(now_s, calendar);
            Some((choice, range))
        }
    };
    (friends.is_some() || range.is_some()).then_some(Wish::History { friends, range })
}

fn layers(message: &Object<'_>) -> Option<Wish> {
    let layers = match message.get("layers") {
        None => None,
        Some(Value::Text(words)) => Some(LayerSet::from_words(words)?),
        Some(Value::Array(words)) => {
            let words: Vec<&str> = words.iter().filter_map(Value::text).collect();
            // An empty list is no layer at all.
            Some(if words.is_empty() { LayerSet::NONE } else { LayerSet::from_words(&words.join(","))? })
        }
        Some(_) => return None,
    };
    let colour = match message.get("colour") {
        None => None,
        Some(colour) => Some(LineColour::from_word(colour.text()?)?),
    };
    (layers.is_some() || colour.is_some()).then_some(Wish::Layers { layers, colour })
}

/// What comes back in an answer is short and has nothing odd in it.
fn clean(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() && *c != '"').take(32).collect()
}
