//! What happened, in the past tense.

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::owntracks::recorder::Month;
use crate::time::TimeRange;
use crate::track::stays::StayPlace;
use crate::track::{Dropped, Legend, TrackPoint, TrackSummary};

use super::command::{ConnectionId, RequestId};
use super::config::{Config, Credentials, Endpoints, LayerSet, LineColour, MqttEndpoint, Settings, SortBy};
use super::embedding::Wish;
use super::query::Query;
use super::range::RangeChoice;
use super::secrets::Passphrases;
use super::share::ShareNews;

/// Something that happened. The shell dispatches these in order; none is ever lost.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page started and read its configuration. Once, first.
    Started(Box<Start>),
    /// The moment asked for by `WakeAt` came.
    Woke,
    /// The tab became visible again, or the network came back.
    Resumed,
    /// The network went away (the browser says so).
    WentOffline,

    /// The MQTT WebSocket opened.
    MqttOpened {
        /// Which attempt.
        connection: ConnectionId,
    },
    /// Bytes came on the MQTT WebSocket. Frames and packets have nothing to do with each other.
    MqttReceived {
        /// Which attempt.
        connection: ConnectionId,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The MQTT WebSocket closed or never opened.
    MqttClosed {
        /// Which attempt.
        connection: ConnectionId,
        /// Why, as far as browsers say.
        reason: CloseReason,
    },

    /// The Recorder's WebSocket opened.
    LiveOpened {
        /// Which attempt.
        connection: ConnectionId,
    },
    /// A text frame came on the Recorder's WebSocket.
    LiveReceived {
        /// Which attempt.
        connection: ConnectionId,
        /// The text.
        text: String,
    },
    /// The Recorder's WebSocket closed or never opened.
    LiveClosed {
        /// Which attempt.
        connection: ConnectionId,
        /// Why, as far as browsers say.
        reason: CloseReason,
    },

    /// A `Get` was answered, whatever the status.
    Answered {
        /// Which request.
        request: RequestId,
        /// The answer.
        answer: HttpAnswer,
    },
    /// A `Get` failed.
    RequestFailed {
        /// Which request.
        request: RequestId,
        /// How.
        failure: HttpFailure,
    },

    /// The worker read more of a slice.
    SliceProgressed {
        /// Which slice.
        request: RequestId,
        /// Points so far.
        points: u32,
    },
    /// A slice is complete and in its track.
    SliceLoaded {
        /// Which slice.
        request: RequestId,
        /// What was in it.
        report: SliceReport,
    },
    /// A slice was asked for only if it changed, and did not.
    SliceUnchanged {
        /// Which slice.
        request: RequestId,
    },
    /// A slice failed; its track is as it was before.
    SliceFailed {
        /// Which slice.
        request: RequestId,
        /// How.
        failure: HttpFailure,
    },
    /// What the worker has at hand of what it was asked about.
    FoundAtHand {
        /// Which question.
        request: RequestId,
        /// What, in no particular order.
        pieces: Vec<AtHand>,
    },
    /// How much room the histories kept on this device take.
    KeptMeasured {
        /// Bytes, of all homes.
        bytes: u64,
    },
    /// The browser ended the worker, and its points are gone, those being loaded included.
    TracksLost(HttpFailure),
    /// The worker's tracks changed: after a slice, a live fix, a new range.
    TracksChanged(Vec<(FriendId, TrackSummary)>),
    /// The map finished drawing everything the worker had, at the current view.
    TracksDrawn {
        /// Points in the tracks drawn.
        points: u32,
    },

    /// What the colours of lines mean is another thing than before; `None` when they are their friends'.
    LegendChanged(Option<Legend>),
    /// This browser lets no worker paint: histories cannot be shown on the map.
    CannotPaint,
    /// The worker found the point that was asked for, or none.
    PointFound {
        /// Which question.
        request: RequestId,
        /// The point.
        found: Option<FoundPoint>,
    },

    /// The worker found the places where people stayed in the shown tracks.
    StaysFound(Vec<(FriendId, Vec<StayPlace>)>),

    /// Another day began on the person's clock, also while nobody looked.
    DayBegan {
        /// The choice that was asked about.
        choice: RangeChoice,
        /// The seconds it means from now on.
        range: TimeRange,
    },

    /// Our server told how things are with the share that this guest came by.
    ShareTold(ShareNews),
    /// That share has ended.
    ShareEnded,

    /// The map came to rest somewhere.
    MapMoved(MapView),
    /// Map tiles fail to load (`true`), or load again (`false`).
    TilesFailed(bool),
    /// The browser told where the viewer is; `None` when refused.
    ViewerLocated(Option<LatLon>),

    /// The person did something.
    Did(Person),
    /// The page that has this one in a frame wishes something.
    EmbedderWished(Wish),
}

/// What the page starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Merged configuration.
    pub config: Config,
    /// Passphrases that open encrypted messages, as kept.
    pub keys: Passphrases,
    /// Some of the secrets are remembered on this device, not only in this tab.
    pub remembered: bool,
    /// The broker's password was typed in this tab and is not to be remembered: nothing else is then, either.
    pub is_guest: bool,
    /// The broker's URL came with the link alone: neither `config.json` nor the person had named it before.
    pub mqtt_from_link: bool,
    /// Recorder URLs to try when no endpoint is configured at all: the page's folder, then its parents.
    pub recorder_candidates: Vec<String>,
    /// The page itself came by `https:`, so that `ws:` and `http:` are refused by the browser.
    pub page_is_secure: bool,
    /// The page's own origin, e.g. `https://home.example`.
    pub page_origin: String,
    /// Eight random hexadecimal digits for the MQTT client id.
    pub random_id: String,
    /// A random number 0…1 for the jitter of reconnects.
    pub random_unit: f64,
    /// config.json was there and was not understood: what was wrong.
    pub config_error: Option<String>,
    /// What the link said, so that the address bar can keep what this page does not change.
    pub query: Query,
    /// The range of `config.history.range` in the person's time zone now.
    pub range: TimeRange,
}

/// Why a WebSocket closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseReason {
    /// It had been open.
    pub was_open: bool,
    /// Close code, 1006 when the browser does not say.
    pub code: u16,
    /// The browser refused to try (mixed content, bad URL).
    pub refused_by_browser: bool,
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Status code.
    pub status: u16,
    /// Body, whatever it is.
    pub body: Vec<u8>,
}

/// Why there was no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// No answer at all: server down, name unknown, or a cross-origin answer that the browser hides.
    Unreachable {
        /// The URL is of another origin, so that CORS may be the reason.
        cross_origin: bool,
        /// An `http:` URL on an `https:` page.
        mixed_content: bool,
    },
    /// Nothing came for too long.
    TimedOut,
    /// A status other than 200.
    Status {
        /// The status.
        status: u16,
        /// The start of the body, cleaned, at most 200 characters.
        text: String,
    },
    /// The body was not what a Recorder sends.
    BadAnswer {
        /// What was wrong.
        what: String,
    },
    /// The connection broke in the middle of the body.
    Broken,
}

/// What was in a slice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SliceReport {
    /// Points kept.
    pub points: u32,
    /// Points left out.
    pub dropped: Dropped,
}

/// A point of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPoint {
    /// Whose.
    pub friend: FriendId,
    /// What is known of it.
    pub point: TrackPoint,
}

/// Where to along a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stride {
    /// So many points forward, or back when negative.
    By(i32),
    /// To the first point.
    First,
    /// To the last point.
    Last,
}

/// A piece of history that the worker has at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtHand {
    /// Which seconds: between them all is known.
    pub range: TimeRange,
    /// Kept on this device, as what is known of this month; set aside if `None`.
    pub month: Option<Month>,
    /// The server can be asked cheaply whether it changed since.
    pub can_be_checked: bool,
}

/// Where the map is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapView {
    /// Centre.
    pub centre: LatLon,
    /// Zoom, 0…24.
    pub zoom: f64,
    /// A person moved it (and so ends following), not a command.
    pub by_person: bool,
}

/// Something the person did.
#[derive(Clone, Debug, PartialEq)]
pub enum Person {
    /// Sent the connect dialog.
    Connected(ConnectForm),
    /// Opened a link with a login of somebody's broker in it: connect there and nowhere else, and keep nothing of it.
    Visited(MqttEndpoint),
    /// Asked to leave: close everything, forget secrets.
    LoggedOut,
    /// Opened the view of a Recorder that has this link, or closed it: the address bar is to say so.
    OpenedView(Option<String>),
    /// Asked to forget the passphrases.
    ForgotPassphrases,
    /// Asked to try again now.
    Retried,
    /// Selected a friend, or nobody.
    Selected(Option<FriendId>),
    /// Asked the map to go to a friend.
    WentTo(FriendId),
    /// Asked the map to go to a place.
    WentToPlace(LatLon),
    /// Asked the map to follow a friend, or nobody.
    Followed(Option<FriendId>),
    /// Hid or showed a friend.
    Hid {
        /// Who.
        friend: FriendId,
        /// Hidden.
        hidden: bool,
    },
    /// Asked to see all friends.
    FittedFriends,
    /// Asked to see the whole shown history.
    FittedHistory,
    /// Typed into the search field.
    Searched(String),
    /// Chose an order of the list.
    Sorted(SortBy),
    /// Chose a range, with the seconds it means now.
    ChoseRange {
        /// As the person named it.
        choice: RangeChoice,
        /// What it means now.
        range: TimeRange,
    },
    /// Chose whose history is shown.
    ChoseHistoryFriends(Vec<FriendId>),
    /// Asked to forget the histories kept on this device.
    ForgotKeptHistory,
    /// Stopped the loading of history.
    CancelledHistory,
    /// Asked to load the failed slices again.
    RetriedHistory,
    /// Pointed at a place on the map: rested there, or tapped.
    PointedAt {
        /// Where.
        place: LatLon,
        /// Zoom of the map, 0…24.
        zoom: f64,
        /// How far off a point may be, in CSS pixels.
        max_px: f64,
        /// By a tap or a click, which also selects nobody where there is nothing.
        tapped: bool,
    },
    /// Does not rest on the map any more, or elsewhere.
    PointedAway,
    /// Stepped along the track.
    Stepped(Stride),
    /// Closed the point that was shown.
    ClosedPoint,
    /// Chose what the map shows.
    ChoseLayers(LayerSet),
    /// Chose what a line's colour means.
    ChoseLineColour(LineColour),
    /// Changed settings.
    ChangedSettings(Box<Settings>),
    /// Closed a notice.
    DismissedNotice(u32),
}

/// What the connect dialog holds. Its `Debug` shows no secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectForm {
    /// Where to connect.
    pub endpoints: Endpoints,
    /// MQTT user and password as typed. A password left empty beside the URL and the user that are known already is the
    /// known one.
    pub credentials: Option<Credentials>,
    /// Passphrases that open encrypted messages, besides those that are kept already.
    pub keys: Passphrases,
    /// Keep the secrets on this device.
    pub remember: bool,
}

impl Person {
    /// Changed settings; the box is an implementation detail of the enum's size.
    pub fn changed(settings: Settings) -> Self {
        Self::ChangedSettings(Box::new(settings))
    }
}
