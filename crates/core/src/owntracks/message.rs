//! What OwnTracks messages say, with names and units spelled out. No wire names here.

use std::sync::Arc;

use crate::geo::LatLon;
use crate::time::UnixSeconds;

/// One decoded message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Where a device is.
    Location(Box<Location>),
    /// A device entered or left a region.
    Transition(Transition),
    /// One region, created or edited.
    Waypoint(Waypoint),
    /// All regions of a device.
    Waypoints(Vec<Waypoint>),
    /// Name and face of a person.
    Card(Card),
    /// The broker says the device's connection was lost.
    LastWill {
        /// When the app had connected (iOS only).
        connected_at: Option<UnixSeconds>,
    },
    /// Health of the app.
    Status(Status),
    /// Step counter answer.
    Steps(Steps),
    /// A ranged Bluetooth beacon.
    Beacon,
    /// A command to a device, or the Recorder's answer to a request.
    Command,
    /// A request to the Recorder.
    Request,
    /// A configuration, or a dump of one: holds secrets, is never looked into.
    Configuration,
    /// Encrypted, and no known key opened it.
    Encrypted,
    /// Some other `_type`, kept to be counted. At most 32 characters, cleaned.
    Unknown(String),
}

/// Where a device is.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The place.
    pub position: LatLon,
    /// Time of the fix.
    pub time_s: UnixSeconds,
    /// When the app built the message, where it says so.
    pub created_at_s: Option<UnixSeconds>,
    /// Two-character label, cleaned and cut to 8 characters. Not unique.
    pub tracker_id: Option<String>,
    /// Horizontal accuracy radius in metres; 0 and negative on the wire mean unknown.
    pub accuracy_m: Option<f32>,
    /// Altitude above sea level in metres.
    pub altitude_m: Option<f32>,
    /// Vertical accuracy in metres.
    pub vertical_accuracy_m: Option<f32>,
    /// Speed in kilometres per hour.
    pub speed_kmh: Option<f32>,
    /// Course over ground in degrees, 0…360 clockwise from north.
    pub course_deg: Option<f32>,
    /// Battery charge, 0…100.
    pub battery_percent: Option<u8>,
    /// What the battery does.
    pub battery_state: Option<BatteryState>,
    /// How the phone is connected.
    pub connection: Option<Connection>,
    /// How eagerly the app reports.
    pub monitoring: Option<Monitoring>,
    /// What made the app report: the character on the wire, e.g. `p` ping, `u` by hand.
    pub trigger: Option<char>,
    /// Air pressure in kPa.
    pub pressure_kpa: Option<f32>,
    /// Names of the regions the device is in.
    pub regions: Vec<String>,
    /// What the phone thinks its person does, e.g. `walking`.
    pub motion: Vec<String>,
    /// Name of the Wi-Fi network.
    pub wifi_name: Option<String>,
    /// Address of the Wi-Fi access point.
    pub wifi_address: Option<String>,
    /// Name of a point of interest put here by the person.
    pub poi: Option<String>,
    /// Picture of that point of interest.
    pub poi_picture: Option<Picture>,
    /// The person's own tag.
    pub tag: Option<String>,
    /// Street address, added by the Recorder.
    pub address: Option<String>,
    /// Town, added by the Recorder.
    pub locality: Option<String>,
    /// Country code, added by the Recorder.
    pub country_code: Option<String>,
    /// IANA time zone of the place, added by the Recorder.
    pub time_zone: Option<String>,
    /// Name and face, merged in by the Recorder.
    pub card: Option<Card>,
    /// The time came in milliseconds and was divided.
    pub time_was_milliseconds: bool,
    /// Optional fields that were dropped because their value made no sense.
    pub dropped_fields: u16,
}

/// What the battery does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatteryState {
    /// Running on battery.
    Unplugged,
    /// Charging.
    Charging,
    /// Plugged in and full.
    Full,
}

/// How a phone is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Wi-Fi.
    Wifi,
    /// Mobile data.
    Mobile,
    /// Not connected when the message was made.
    Offline,
}

/// How eagerly the app reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monitoring {
    /// Never by itself, not even for regions.
    Quiet,
    /// Only by hand and for regions.
    Manual,
    /// On significant changes.
    Significant,
    /// Often.
    Move,
}

/// A region was entered or left.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Entered or left.
    pub crossing: Crossing,
    /// Name of the region, absent for a hidden one.
    pub region: Option<String>,
    /// When.
    pub time_s: UnixSeconds,
    /// Where.
    pub position: Option<LatLon>,
    /// Accuracy of that place in metres.
    pub accuracy_m: Option<f32>,
    /// Two-character label.
    pub tracker_id: Option<String>,
    /// `c` circular, `b` beacon, `l` computed from a location.
    pub trigger: Option<char>,
}

/// Entered or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// Into the region.
    Enter,
    /// Out of the region.
    Leave,
}

/// A region on somebody's phone.
#[derive(Clone, Debug, PartialEq)]
pub struct Waypoint {
    /// What to tell regions of one device apart by: the region id, else the creation time.
    pub key: String,
    /// Name for people, without the mode suffix (`Home|1|2` is `Home`).
    pub name: String,
    /// Creation time.
    pub created_at_s: UnixSeconds,
    /// Centre. `None` when the message takes the region away (an impossible centre on the wire), and for a beacon without
    /// a place: either way there is nothing to draw.
    pub centre: Option<LatLon>,
    /// Radius in metres, at most 100 km; `None` for a region without a circle.
    pub radius_m: Option<f32>,
    /// A moving helper region (name starts with `+`), hidden by default.
    pub follows: bool,
    /// The region is a beacon.
    pub beacon: bool,
}

/// Name and face of a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Display name, cleaned, at most 64 characters.
    pub name: Option<String>,
    /// Face, checked.
    pub face: Option<Picture>,
    /// A face was there and was refused (no PNG or JPEG, too big, not base64).
    pub face_refused: bool,
    /// Two-character label.
    pub tracker_id: Option<String>,
}

/// A picture whose bytes were seen to be a PNG or a JPEG of at most 512 KiB and 16 megapixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// `data:image/png;base64,…` or `data:image/jpeg;base64,…`, assembled here from the checked bytes.
    pub data_url: Arc<str>,
}

impl std::fmt::Debug for Picture {
    /// The kind and length only: pictures of people do not belong in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} characters)", self.data_url.len())
    }
}

/// Health of the app, as far as a dashboard shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Things that keep the app from reporting, e.g. power saving.
    pub warnings: Vec<StatusWarning>,
}

/// Something that keeps the app from reporting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusWarning {
    /// Android power saving is on.
    PowerSave,
    /// Android battery optimisation applies to the app.
    BatteryOptimised,
    /// Android may hibernate the app.
    MayHibernate,
    /// The app may not locate in the background, or only coarsely.
    LocationRestricted,
    /// Background refresh is off (iOS).
    NoBackgroundRefresh,
}

/// Answer of the step counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Steps; `None` when not supported.
    pub steps: Option<u32>,
    /// Start of the period.
    pub from_s: UnixSeconds,
    /// End of the period.
    pub to_s: UnixSeconds,
}
