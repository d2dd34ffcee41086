//! What is shown. Plain values, compared to find out what to redraw.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use crate::geo::{LatLon, distance_m};
use crate::owntracks::{BatteryState, Connection, Crossing, FriendId, Monitoring};
use crate::time::{TimeRange, UnixMillis, UnixSeconds};
use crate::track::stays::StayPlace;
use crate::track::{Dropped, Legend, TrackPoint, TrackSummary};

use super::config::{Interface, LayerSet, LineColour, Parts, Settings};
use super::range::RangeChoice;

/// Number of colours for friends; [`FriendView::colour`] is below it. Which colours they are is the style sheet's choice.
pub const PALETTE_SIZE: u8 = 12;

/// Everybody known, in the order of the list (search and hiding do not remove anybody here; see the flags).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FriendsView {
    /// Friends in list order. An `Rc` that is the same pointer as before has not changed.
    pub friends: Vec<Rc<FriendView>>,
    /// Number with a valid place (`data-friends`).
    pub with_place: u32,
    /// What was typed into the search field.
    pub search: String,
    /// The browser was asked where the viewer is and did not tell, so that there are no distances.
    pub viewer_refused: bool,
}

/// One friend.
#[derive(Clone, Debug, PartialEq)]
pub struct FriendView {
    /// Who.
    pub id: FriendId,
    /// Card name, else tracker id, else `user/device` as their owner spells it; made distinct by the device when two
    /// friends share it.
    pub name: String,
    /// One or two characters for a marker without a face.
    pub initials: String,
    /// Face as a checked `data:` URL.
    pub face: Option<Arc<str>>,
    /// Index into the palette, stable for this friend on every device (derived from the id, collisions resolved in
    /// order of the ids).
    pub colour: u8,
    /// Where and how; `None` while nothing but a name is known.
    pub fix: Option<FixView>,
    /// Age class now.
    pub age: Age,
    /// Selected.
    pub selected: bool,
    /// The map follows this friend.
    pub followed: bool,
    /// Hidden by the person.
    pub hidden: bool,
    /// Fits the search.
    pub found: bool,
    /// Their history is shown.
    pub in_history: bool,
    /// Metres to the viewer, when the viewer's place is known.
    pub distance_m: Option<f64>,
    /// The broker said the connection was lost, and nothing came since.
    pub lost_connection: bool,
    /// Sends encrypted messages that no known key opens.
    pub encrypted: bool,
    /// The fix claims to be from the future (more than ten minutes ahead).
    pub from_future: bool,
    /// Messages of this friend that made no sense.
    pub bad_messages: u32,
    /// Live trail of the last minutes, oldest first.
    pub trail: Rc<[LatLon]>,
}

/// A friend's newest fix.
#[derive(Clone, Debug, PartialEq)]
pub struct FixView {
    /// Where.
    pub position: LatLon,
    /// When.
    pub time_s: UnixSeconds,
    /// When the app built the message.
    pub created_at_s: Option<UnixSeconds>,
    /// Accuracy in metres.
    pub accuracy_m: Option<f32>,
    /// Altitude in metres.
    pub altitude_m: Option<f32>,
    /// Vertical accuracy in metres.
    pub vertical_accuracy_m: Option<f32>,
    /// Speed in km/h.
    pub speed_kmh: Option<f32>,
    /// Course in degrees.
    pub course_deg: Option<f32>,
    /// Speed says the friend is moving, so that the course means something.
    pub moving: bool,
    /// Battery, 0…100.
    pub battery_percent: Option<u8>,
    /// What the battery does.
    pub battery_state: Option<BatteryState>,
    /// How the phone is connected.
    pub connection: Option<Connection>,
    /// How eagerly the app reports.
    pub monitoring: Option<Monitoring>,
    /// Trigger character.
    pub trigger: Option<char>,
    /// Air pressure in kPa.
    pub pressure_kpa: Option<f32>,
    /// Regions the friend is in.
    pub regions: Vec<String>,
    /// What the person seems to do.
    pub motion: Vec<String>,
    /// Wi-Fi name.
    pub wifi_name: Option<String>,
    /// Wi-Fi access point.
    pub wifi_address: Option<String>,
    /// Address, when the Recorder knows one.
    pub address: Option<String>,
    /// Town, when the Recorder knows it.
    pub locality: Option<String>,
    /// IANA time zone of the place.
    pub time_zone: Option<String>,
    /// Tag.
    pub tag: Option<String>,
    /// Point of interest named in this fix.
    pub poi: Option<String>,
}

/// How old a fix is, by the person's thresholds (`data-age`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Age {
    /// New enough to believe.
    Fresh,
    /// Older than the first threshold.
    Stale,
    /// Older than the second threshold, or unknown.
    #[default]
    Old,
}

/// State of both sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcesView {
    /// MQTT.
    pub mqtt: SourceView,
    /// Recorder.
    pub recorder: SourceView,
    /// The Recorder's WebSocket delivers live messages.
    pub recorder_live: bool,
    /// Nothing is configured and nothing was found: ask the person where to connect.
    pub ask_where: bool,
    /// What the connect dialog starts from.
    pub connection: ConnectionView,
    /// Messages that made no sense, of everybody.
    pub bad_messages: u32,
    /// Messages of unknown kinds, counted and ignored.
    pub unknown_messages: u32,
    /// Messages understood.
    pub messages: u64,
}

/// What is configured, without secrets, for the connect dialog to start from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionView {
    /// URL of the Recorder, empty for none.
    pub recorder_url: String,
    /// URL of the broker, empty for none.
    pub mqtt_url: String,
    /// The broker's URL came with the link and nobody here named it before: to be looked at before a password is typed.
    pub mqtt_from_link: bool,
    /// Topic filters.
    pub topics: Vec<String>,
    /// User name at the broker.
    pub username: String,
    /// A password is kept for it.
    pub has_password: bool,
    /// How many passphrases are kept.
    pub passphrases: u32,
    /// Secrets are remembered on this device.
    pub remembered: bool,
}

/// State of one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceView {
    /// In one word.
    pub state: SourceState,
    /// Where (no secrets).
    pub url: String,
    /// When it will be tried again, while waiting.
    pub retry_at: Option<UnixMillis>,
    /// Version text of the Recorder.
    pub version: Option<String>,
    /// Filters the broker refused.
    pub refused_topics: Vec<String>,
    /// When something last came.
    pub last_message: Option<UnixMillis>,
}

/// State of a source in one word (`data-mqtt`, `data-recorder`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceState {
    /// Not configured.
    #[default]
    Off,
    /// On the way.
    Connecting,
    /// Working.
    Live,
    /// Lost; will be tried again.
    Waiting,
    /// Refused: needs the person.
    Refused,
    /// Failed for good: needs the person.
    Failed,
}

impl SourceState {
    /// The word used in the automation attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The shown history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryView {
    /// In one word.
    pub state: HistoryState,
    /// As the person named it.
    pub choice: RangeChoice,
    /// The seconds meant.
    pub range: TimeRange,
    /// Whose.
    pub friends: Vec<HistoryFriendView>,
    /// Points kept in all loaded tracks (`data-history-points`).
    pub points: u32,
    /// Points in the tracks that were drawn completely at the current view (`data-history-drawn`).
    pub drawn: u32,
    /// What the colours of lines mean; `None` when they are their friends'.
    pub legend: Option<Legend>,
    /// Points read of slices that are still loading, and in no track yet.
    pub loading_points: u32,
    /// Slices finished, of all slices.
    pub slices_done: u32,
    /// All slices.
    pub slices: u32,
    /// Points that were left out, and why.
    pub dropped: Dropped,
    /// Nobody was chosen, and there are too many to show all.
    pub choose_someone: bool,
    /// Room that histories take on this device, in bytes.
    pub kept_bytes: u64,
}

/// State of the history in one word (`data-history`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryState {
    /// Nothing asked for, or no Recorder.
    #[default]
    None,
    /// On the way.
    Loading,
    /// All there.
    Ready,
    /// Some slices failed or were cancelled, the rest is there.
    Partial,
    /// Nothing could be loaded.
    Failed,
}

impl HistoryState {
    /// The word used in the automation attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}

/// One friend's part in the history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryFriendView {
    /// Who.
    pub id: FriendId,
    /// Name as in the list.
    pub name: String,
    /// Palette index.
    pub colour: u8,
    /// State of this friend's slices.
    pub state: HistoryState,
    /// What the track says.
    pub summary: TrackSummary,
    /// Failed slices: which time, and why in words of the Recorder or the browser.
    pub failed: Vec<(TimeRange, super::event::HttpFailure)>,
}

/// The point of a history that is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InspectionView {
    /// The point, if any.
    pub point: Option<PointView>,
    /// Grows whenever the person reached a point by a tap or a step: then it is said aloud and the map moves just so far
    /// that it is in sight, and not whenever a track grows.
    pub reached: u32,
}

/// A point of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct PointView {
    /// Whose.
    pub friend: FriendId,
    /// Name as in the list.
    pub name: String,
    /// Palette index.
    pub colour: u8,
    /// What is known of it.
    pub point: TrackPoint,
    /// It stays until it is closed, not only as long as the mouse rests there.
    pub pinned: bool,
}

/// The places where people stayed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StaysView {
    /// Friend by friend, those with any.
    pub friends: Vec<FriendStaysView>,
}

/// The places where a friend stayed.
#[derive(Clone, Debug, PartialEq)]
pub struct FriendStaysView {
    /// Who.
    pub friend: FriendId,
    /// Name as in the list.
    pub name: String,
    /// Palette index.
    pub colour: u8,
    /// Where they stayed longest first.
    pub places: Rc<[StayPlace]>,
}

/// A region on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionView {
    /// Whose phone it is on.
    pub friend: FriendId,
    /// Key within that phone.
    pub key: String,
    /// Name.
    pub name: String,
    /// Centre.
    pub centre: LatLon,
    /// Radius in metres.
    pub radius_m: f32,
    /// Palette index of the friend.
    pub colour: u8,
}

/// A point of interest on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct PoiView {
    /// Who put it there.
    pub friend: FriendId,
    /// Name.
    pub name: String,
    /// Where.
    pub position: LatLon,
    /// When.
    pub time_s: UnixSeconds,
    /// Picture as a checked `data:` URL.
    pub picture: Option<Arc<str>>,
    /// Palette index of the friend.
    pub colour: u8,
}

/// Regions and points of interest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacesView {
    /// Regions.
    pub regions: Vec<RegionView>,
    /// Points of interest.
    pub poi: Vec<PoiView>,
}

impl PlacesView {
    /// Name of the region around a place: a friend's own before those of others, the smallest first. What has no name is
    /// no answer.
    pub fn region_at(&self, friend: &FriendId, place: LatLon) -> Option<&str> {
        self.regions
            .iter()
            .filter(|region| !region.name.is_empty())
            .filter(|region| distance_m(region.centre, place) <= f64::from(region.radius_m))
            .min_by(|one, other| {
                let rank = |region: &RegionView| (region.friend != *friend, region.radius_m);
                rank(one).partial_cmp(&rank(other)).unwrap_or(Ordering::Equal)
            })
            .map(|region| region.name.as_str())
    }
}

/// Something that happened to a friend, for the log.
#[derive(Clone, Debug, PartialEq)]
pub struct HappeningView {
    /// Who.
    pub friend: FriendId,
    /// Name as in the list.
    pub name: String,
    /// Palette index.
    pub colour: u8,
    /// Entered or left.
    pub crossing: Crossing,
    /// Region; `None` for a hidden one.
    pub region: Option<String>,
    /// When.
    pub time_s: UnixSeconds,
}

/// A message to the person.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeView {
    /// To dismiss it by.
    pub id: u32,
    /// What it says; the catalogue has the words.
    pub kind: NoticeKind,
    /// How it is meant.
    pub severity: Severity,
    /// A detail from outside (text only), e.g. a host or a refusal.
    pub detail: String,
    /// How many times.
    pub count: u32,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// For information.
    Info,
    /// Something is incomplete.
    Warning,
    /// Something does not work.
    Error,
}

/// What a notice says (`data-notice`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// The broker refused user or password, or the client.
    MqttRefused,
    /// The socket opened, but nothing answers CONNECT: no MQTT there, or the wrong path.
    MqttNoAnswer,
    /// Connected and subscribed, but nothing arrives: rights?
    MqttSilent,
    /// The connection was lost or could not be made.
    MqttLost,
    /// The Recorder (or the proxy before it) wants a login, or forbids.
    RecorderRefused,
    /// The Recorder does not answer.
    RecorderUnreachable,
    /// Something answers that is no Recorder.
    RecorderBadAnswer,
    /// The Recorder answers but knows nobody.
    RecorderEmpty,
    /// `ws:` or `http:` from an `https:` page.
    MixedContent,
    /// The browser hides answers of another origin.
    CrossOrigin,
    /// Encrypted messages that no key opens.
    Encrypted,
    /// No points in the range.
    HistoryEmpty,
    /// Some slices failed.
    HistoryPartial,
    /// A phone's clock, or this computer's, is wrong.
    Clock,
    /// config.json is damaged.
    ConfigBad,
    /// Map tiles do not load.
    TilesFailed,
    /// The browser cannot paint histories.
    CannotPaint,
}

impl NoticeKind {
    /// The word used in `data-notice`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MqttRefused => "mqtt-refused",
            Self::MqttNoAnswer => "mqtt-no-answer",
            Self::MqttSilent => "mqtt-silent",
            Self::MqttLost => "mqtt-lost",
            Self::RecorderRefused => "recorder-refused",
            Self::RecorderUnreachable => "recorder-unreachable",
            Self::RecorderBadAnswer => "recorder-bad-answer",
            Self::RecorderEmpty => "recorder-empty",
            Self::MixedContent => "mixed-content",
            Self::CrossOrigin => "cross-origin",
            Self::Encrypted => "encrypted",
            Self::HistoryEmpty => "history-empty",
            Self::HistoryPartial => "history-partial",
            Self::Clock => "clock",
            Self::ConfigBad => "config-bad",
            Self::TilesFailed => "tiles-failed",
            Self::CannotPaint => "cannot-paint",
        }
    }
}

/// Settings and the rest of what the interface needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChromeView {
    /// The person's settings.
    pub settings: Settings,
    /// Layers shown.
    pub layers: LayerSet,
    /// What the line's colour means.
    pub line_colour: LineColour,
    /// How much interface.
    pub interface: Interface,
    /// What is seen beside the map where that is not all of the interface.
    pub parts: Parts,
    /// Who may talk with the page when it is in a frame: origins as browsers write them. Empty until the page started.
    pub embed_origins: Vec<String>,
    /// Tile sources to choose from.
    pub tiles: Vec<super::config::TileSource>,
    /// Tiles fail: show the built-in coastlines.
    pub tiles_failed: bool,
}
