//! The query string of the page's address: bookmarks, links and frames (docs/url.md).
//!
//! Any text is a query: what makes no sense is passed over, what is not ours is kept. Links made for the official
//! OwnTracks frontend (`user device start end lat lng zoom layers`) are understood and written in the newer form.
//! There is no parameter for secrets.

use crate::geo::LatLon;
use crate::owntracks::FriendId;

use super::config::{Interface, KioskRound, KioskRule, LayerSet, LineColour, Parts, Theme, Units};
use super::range::RangeChoice;
use super::text::{
    decode, encode, friend_id, friend_pattern, is_language, is_time_zone, map_view, map_view_of,
    map_view_text,
};

/// Names the view of a Recorder that is open. It is read by [`super::viewing::linked_view`], later than the others, and kept among
/// the `unknown`.
pub(super) const VIEW_PARAMETER: &str = "view";

/// What a query string says. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// `friends`: whose history; folded, a device `*` means all of the user's devices.
    pub friends: Vec<(String, String)>,
    /// `from`, `to`: which time.
    pub range: Option<RangeChoice>,
    /// `layers`: what the map shows.
    pub layers: Option<LayerSet>,
    /// `colour`: what the line's colour means.
    pub line_colour: Option<LineColour>,
    /// `map`: centre and zoom, 0…24.
    pub map: Option<(LatLon, f64)>,
    /// `follow`: the friend the map follows.
    pub follow: Option<FriendId>,
    /// `ui`: how much of the interface is shown.
    pub interface: Option<Interface>,
    /// `parts`: what is seen beside the map in a frame or on a wall.
    pub parts: Option<Parts>,
    /// `kiosk`: how the map moves by itself with `ui=kiosk`.
    pub kiosk: Option<KioskRule>,
    /// `every`: a step of that each so many seconds, within [`KioskRound::EVERY_S`].
    pub every_s: Option<u32>,
    /// `theme`.
    pub theme: Option<Theme>,
    /// `lang`: a language tag or `auto`.
    pub language: Option<String>,
    /// `units`.
    pub units: Option<Units>,
    /// `tz`: `local`, `place`, or an IANA name.
    pub time_zone: Option<String>,
    /// `mqtt`: the broker to connect to, as written, perhaps relative to the page.
    pub mqtt: Option<String>,
    /// `recorder`: the Recorder to ask, as written, perhaps relative to the page.
    pub recorder: Option<String>,
    /// Names and values that are not ours, in their order.
    pub unknown: Vec<(String, String)>,
}

impl Query {
    /// Reads a query string, with or without its `?`. Where a parameter comes twice, the last
    /// sensible one counts; `friends` add up.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut bounds = Bounds::default();
        let mut old = OldParameters::default();
        let text = text.strip_prefix('?').unwrap_or(text);
        for pair in text.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name), decode(value));
            let is_ours = query.take(&name, &value) || bounds.take(&name, &value) || old.take(&name, &value);
            if !is_ours && !name.is_empty() {
                query.unknown.push((name, value));
            }
        }
        query.range = bounds.range();
        old.fill_in(&mut query);
        query
    }

    /// Writes the query string, without `?`, in a stable order and escaping only what has to be.
    pub fn to_query_string(&self) -> String {
        let friends: Vec<String> =
            self.friends.iter().map(|(user, device)| format!("{user}/{device}")).collect();
        let (from, to) = self.range.as_ref().map(RangeChoice::bounds).unzip();
        let ours = [
            ("friends", (!friends.is_empty()).then(|| friends.join(","))),
            ("from", from),
            ("to", to.flatten()),
            ("layers", self.layers.map(LayerSet::words)),
            ("colour", self.line_colour.map(|colour| colour.word().into())),
            ("map", self.map.map(map_view_text)),
            ("follow", self.follow.as_ref().map(FriendId::to_string)),
            ("ui", self.interface.map(|interface| interface.word().into())),
            ("parts", self.parts.map(|parts| parts.words(","))),
            ("kiosk", self.kiosk.map(|rule| rule.word().into())),
            ("every", self.every_s.map(|every_s| every_s.to_string())),
            ("theme", self.theme.map(|theme| theme.word().into())),
            ("lang", self.language.clone()),
            ("units", self.units.map(|units| units.word().into())),
            ("tz", self.time_zone.clone()),
            ("mqtt", self.mqtt.clone()),
            ("recorder", self.recorder.clone()),
        ];
        let ours = ours.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let unknown = self.unknown.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<String> =
            ours.chain(unknown).map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        pairs.join("&")
    }

    /// Takes one parameter of today's form; `false` when the name is not one of them.
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "friends" => {
                for friend in value.split(',').filter_map(friend_pattern) {
                    if !self.friends.contains(&friend) {
                        self.friends.push(friend);
                    }
                }
            }
            "layers" => replace(&mut self.layers, LayerSet::from_words(value)),
            "colour" => replace(&mut self.line_colour, LineColour::from_word(value)),
            "map" => replace(&mut self.map, map_view(value)),
            "follow" => replace(&mut self.follow, friend_id(value)),
            "ui" => replace(&mut self.interface, Interface::from_word(value)),
            "parts" => replace(&mut self.parts, Parts::from_words(value)),
            "kiosk" => replace(&mut self.kiosk, KioskRule::from_word(value)),
            "every" => replace(&mut self.every_s, seconds(value)),
            "theme" => replace(&mut self.theme, Theme::from_word(value)),
            "lang" => replace(&mut self.language, text_if(is_language, value)),
            "units" => replace(&mut self.units, Units::from_word(value)),
            // Some zones are called `Etc/GMT+1`, and links turn a bare `+` into a blank.
            "tz" => replace(&mut self.time_zone, text_if(is_time_zone, &value.replace(' ', "+"))),
            "mqtt" => replace(&mut self.mqtt, text_if(|url| !url.is_empty(), value)),
            "recorder" => replace(&mut self.recorder, text_if(|url| !url.is_empty(), value)),
            _ => return false,
        }
        true
    }
}

/// `from` and `to`, which only make sense together.
#[derive(Default)]
struct Bounds {
    from: Option<String>,
    to: Option<String>,
}

impl Bounds {
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "from" => self.from = Some(value.into()),
            "to" => self.to = Some(value.into()),
            _ => return false,
        }
        true
    }

    fn range(&self) -> Option<RangeChoice> {
        RangeChoice::from_bounds(self.from.as_deref()?, self.to.as_deref())
    }
}

/// What links made for the official frontend say.
#[derive(Default)]
struct OldParameters {
    user: String,
    device: String,
    start: String,
    end: Option<String>,
    lat: String,
    lng: String,
    zoom: Option<String>,
}

impl OldParameters {
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "user" => self.user = value.into(),
            "device" => self.device = value.into(),
            "start" => self.start = value.into(),
            "end" => self.end = Some(value.into()),
            "lat" => self.lat = value.into(),
            "lng" => self.lng = value.into(),
            "zoom" => self.zoom = Some(value.into()),
            _ => return false,
        }
        true
    }

    /// Fills in what today's parameters left open.
    fn fill_in(&self, query: &mut Query) {
        if query.friends.is_empty() {
            let device = if self.device.is_empty() { "*" } else { &self.device };
            query.friends.extend(friend_pattern(&format!("{}/{device}", self.user)));
        }
        if query.range.is_none() {
            query.range = RangeChoice::from_utc_bounds(&self.start, self.end.as_deref());
        }
        if query.map.is_none() {
            query.map = map_view_of(&self.lat, &self.lng, self.zoom.as_deref());
        }
    }
}

fn replace<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

/// Seconds, with or without an `s`, moved into what is allowed.
fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let seconds: u32 = text.strip_suffix('s').unwrap_or(text).parse().ok()?;
    Some(seconds.clamp(*KioskRound::EVERY_S.start(), *KioskRound::EVERY_S.end()))
}

fn text_if(is_sensible: impl Fn(&str) -> bool, text: &str) -> Option<String> {
    let text = text.trim();
    is_sensible(text).then(|| text.into())
}
