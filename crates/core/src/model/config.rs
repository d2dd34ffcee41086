//! What can be configured: by `config.json`, by the person's own settings, by the URL, in that order.

use crate::ordered::OrderedSet;
use std::fmt;

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::track::Quantity;

use super::range::RangeChoice;

/// Everything the page starts from, already merged (config.json, then settings, then URL).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Where the data comes from.
    pub endpoints: Endpoints,
    /// How the map starts.
    pub map: MapDefaults,
    /// Which history is shown at the start.
    pub history: HistoryDefaults,
    /// Friends never shown, e.g. `ping/ping`. A device `*` means all of the user's devices.
    pub hide_friends: Vec<(String, String)>,
    /// Friend to follow from the start.
    pub follow: Option<FriendId>,
    /// How much of the interface is shown.
    pub interface: Interface,
    /// What is seen beside the map where that is not all of the interface.
    pub parts: Parts,
    /// How the map of a kiosk moves by itself.
    pub round: KioskRound,
    /// Who may talk with the page by `postMessage` when it is in a frame: origins as browsers write them, besides the
    /// page's own.
    pub embed_origins: Vec<String>,
    /// Who is logged in at the server that the page comes from, where it has accounts.
    pub account: Option<String>,
    /// The page is a guest's.
    pub share: Option<ShareAddress>,
    /// The person's tastes.
    pub settings: Settings,
}

/// Where a guest's page learns how things are with its share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareAddress {
    /// Absolute URL, answered as [`super::ShareNews`] says.
    pub url: String,
    /// Histories are shared, not only where people are now.
    pub histories: bool,
}

/// Where the data comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoints {
    /// The MQTT broker.
    pub mqtt: Option<MqttEndpoint>,
    /// The Recorder.
    pub recorder: Option<RecorderEndpoint>,
}

/// An MQTT broker reached by WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MqttEndpoint {
    /// Absolute `ws:` or `wss:` URL, without user or password.
    pub url: String,
    /// Topic filters to subscribe to.
    pub topics: Vec<String>,
    /// User and password, where the broker wants them.
    pub credentials: Option<Credentials>,
}

/// A user name and a password. Its `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// An OwnTracks Recorder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecorderEndpoint {
    /// Absolute `http:` or `https:` URL ending in `/`; `api/0/…` and `ws/last` are below it.
    pub url: String,
}

/// How the map starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapDefaults {
    /// Tile sources to choose from; the first is used.
    pub tiles: Vec<TileSource>,
    /// Centre and zoom. When given, nothing re-fits the map.
    pub view: Option<(LatLon, f64)>,
}

/// Where map tiles come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileSource {
    /// Name for people.
    pub name: String,
    /// URL with `{z}`, `{x}`, `{y}` and optionally `{s}`, `{r}`.
    pub url: String,
    /// Whom the map's rights belong to; plain text.
    pub attribution: String,
    /// Highest zoom the source has, 0…24.
    pub max_zoom: u8,
}

/// Which history is shown at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryDefaults {
    /// The range.
    pub range: RangeChoice,
    /// Whose history: patterns of user and device (folded; device `*` is all of the user's devices). Empty means
    /// everybody, as long as they are few.
    pub friends: Vec<(String, String)>,
}

impl Default for HistoryDefaults {
    fn default() -> Self {
        Self { range: RangeChoice::Today, friends: Vec::new() }
    }
}

/// How much of the interface is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interface {
    /// Everything.
    #[default]
    Full,
    /// Map and a compact strip, for a frame in another page.
    Embed,
    /// Full screen, never a dialog.
    Kiosk,
}

/// What is seen beside the map in a frame or on a wall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The strip of people.
    pub people: bool,
    /// The time.
    pub clock: bool,
    /// The buttons that zoom.
    pub zoom: bool,
    /// The scale.
    pub scale: bool,
    /// What the colours of lines mean.
    pub legend: bool,
    /// Messages to the person.
    pub notices: bool,
}

impl Parts {
    /// What an interface shows when nobody says otherwise.
    pub const fn of(interface: Interface) -> Self {
        let all = Self { people: true, clock: true, zoom: true, scale: true, legend: true, notices: true };
        match interface {
            Interface::Full => all,
            Interface::Embed => Self { clock: false, ..all },
            // Nobody stands before it with a mouse.
            Interface::Kiosk => Self { zoom: false, ..all },
        }
    }
}

/// How the map of a kiosk moves by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KioskRound {
    /// What it shows.
    pub rule: KioskRule,
    /// A step each so many seconds, 5…3,600.
    pub every_s: u32,
}

impl KioskRound {
    /// Seconds between steps.
    pub const EVERY_S: std::ops::RangeInclusive<u32> = 5..=3600;
}

impl Default for KioskRound {
    fn default() -> Self {
        Self { rule: KioskRule::Fit, every_s: 20 }
    }
}

/// What the map of a kiosk shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KioskRule {
    /// Always everybody.
    #[default]
    Fit,
    /// One friend after the other, then everybody.
    Cycle,
    /// What it showed first, or was told to.
    Still,
}

/// A person's tastes, kept on their device.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Light, dark or as the system has it.
    pub theme: Theme,
    /// Language tag (`en`, `de`), or `auto`.
    pub language: String,
    /// Kilometres or miles.
    pub units: Units,
    /// `local`, `place`, or an IANA name.
    pub time_zone: String,
    /// What the map shows.
    pub layers: LayerSet,
    /// What the line's colour means.
    pub line_colour: LineColour,
    /// Order of the friends list.
    pub sort_by: SortBy,
    /// How close together the interface stands.
    pub density: Density,
    /// Name of the chosen tile source; the first when unknown.
    pub tile_source: Option<String>,
    /// When things count as old, far or vague.
    pub thresholds: Thresholds,
    /// Friends hidden on the map, at most 500.
    pub hidden: OrderedSet<FriendId>,
}

/// As many friends can be hidden as can be known.
pub(super) const MAX_HIDDEN: usize = 500;

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::Auto,
            language: "auto".into(),
            units: Units::Auto,
            time_zone: "local".into(),
            layers: LayerSet::default(),
            line_colour: LineColour::Friend,
            sort_by: SortBy::Name,
            density: Density::Comfortable,
            tile_source: None,
            thresholds: Thresholds::default(),
            hidden: OrderedSet::new(),
        }
    }
}

/// Limits a person can move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// A fix older than this is stale (seconds).
    pub stale_after_s: u32,
    /// A fix older than this is old (seconds).
    pub old_after_s: u32,
    /// A line is split where two fixes are further apart in time (seconds).
    pub gap_s: u32,
    /// A line is split where two fixes are further apart in place (metres).
    pub gap_m: u32,
    /// Fixes vaguer than this are left out of lines (metres); 0 keeps all.
    pub max_accuracy_m: u32,
    /// Length of the live trail behind each friend (seconds).
    pub trail_s: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            stale_after_s: 3600,
            old_after_s: 24 * 3600,
            gap_s: 3 * 3600,
            gap_m: 50_000,
            max_accuracy_m: 0,
            trail_s: 30 * 60,
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Units of length and speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Units {
    /// By the person's region.
    #[default]
    Auto,
    /// Metres and kilometres.
    Metric,
    /// Feet and miles.
    Imperial,
}

/// What the map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerSet {
    /// Friends where they are now.
    pub live: bool,
    /// Histories as lines.
    pub line: bool,
    /// Histories as points.
    pub points: bool,
    /// Histories as a heat map.
    pub heat: bool,
    /// Where people stayed.
    pub stays: bool,
    /// Regions of the phones.
    pub regions: bool,
    /// Points of interest.
    pub poi: bool,
}

impl Default for LayerSet {
    fn default() -> Self {
        Self { live: true, line: true, points: false, heat: false, stays: false, regions: false, poi: true }
    }
}

/// What a history line's colour means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineColour {
    /// Whose line it is.
    #[default]
    Friend,
    /// Speed.
    Speed,
    /// Altitude.
    Altitude,
    /// Accuracy.
    Accuracy,
    /// Battery charge.
    Battery,
    /// Time within the range.
    Time,
}

impl LineColour {
    /// The quantity it stands for; `None` for friends.
    pub const fn quantity(self) -> Option<Quantity> {
        Some(match self {
            Self::Friend => return None,
            Self::Speed => Quantity::Speed,
            Self::Altitude => Quantity::Altitude,
            Self::Accuracy => Quantity::Accuracy,
            Self::Battery => Quantity::Battery,
            Self::Time => Quantity::Time,
        })
    }
}

/// Order of the friends list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// By name.
    #[default]
    Name,
    /// Newest first.
    Age,
    /// Nearest to the viewer first.
    Distance,
}

/// How close together the interface stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Room for fingers.
    #[default]
    Comfortable,
    /// More on the screen.
    Compact,
}
