//! What the model wants done outside, in the imperative.

use std::fmt;
use std::ops::Deref;

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::owntracks::recorder::Month;
use crate::time::{TimeRange, UnixMillis, UnixSeconds};
use crate::track::{PointKey, Row, Splitting};

use super::config::{Credentials, Settings};
use super::secrets::Passphrases;

/// Tells one attempt to connect from the next; events of an older one are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u32);

/// Tells one request from the next; answers to a forgotten one are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// One or more whole MQTT packets. Their `Debug` shows the length only: CONNECT holds the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Packets(pub Vec<u8>);

impl Deref for Packets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Packets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packets({} bytes)", self.0.len())
    }
}

/// Something wanted from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open a WebSocket with sub-protocol `mqtt`. Answered by `MqttOpened`, `MqttReceived`…, `MqttClosed`.
    MqttOpen {
        /// Id of the attempt.
        connection: ConnectionId,
        /// Absolute `ws:`/`wss:` URL without secrets.
        url: String,
    },
    /// Send bytes on that socket.
    MqttTransmit {
        /// Id of the attempt.
        connection: ConnectionId,
        /// What to send.
        bytes: Packets,
    },
    /// Close that socket. No event is wanted for it any more.
    MqttClose {
        /// Id of the attempt.
        connection: ConnectionId,
    },
    /// Open the Recorder's WebSocket, without sub-protocol. Answered by `LiveOpened`, `LiveReceived`…, `LiveClosed`.
    LiveOpen {
        /// Id of the attempt.
        connection: ConnectionId,
        /// Absolute `ws:`/`wss:` URL.
        url: String,
    },
    /// Send a text frame on that socket.
    LiveTransmit {
        /// Id of the attempt.
        connection: ConnectionId,
        /// The text.
        text: String,
    },
    /// Close that socket.
    LiveClose {
        /// Id of the attempt.
        connection: ConnectionId,
    },
    /// GET a small JSON answer (`version`, `list`, `last`). Answered by `Answered` or `RequestFailed`.
    Get {
        /// Id of the request.
        request: RequestId,
        /// Absolute URL.
        url: String,
        /// Give up after so many milliseconds.
        timeout_ms: u32,
    },
    /// Forget that request and stop its transfer.
    CancelGet {
        /// Id of the request.
        request: RequestId,
    },
    /// Tell the track worker whose histories it has from now on. Points of any other home are forgotten, those at hand
    /// included; those kept on this device stay there under their own home.
    OpenHistory(Option<HistoryHome>),
    /// Ask the worker what it has at hand of a friend without asking anybody. Answered by `FoundAtHand`.
    LookAtHand {
        /// Id of the question.
        request: RequestId,
        /// Whose.
        friend: FriendId,
        /// Of which time.
        range: TimeRange,
    },
    /// Have the worker set these points aside, which are about to be shown no longer, so that they need not be loaded
    /// again soon. Between these seconds all is known.
    SetAside {
        /// Whose.
        friend: FriendId,
        /// Which seconds.
        ranges: Vec<TimeRange>,
    },
    /// Forget all histories kept on this device, of every home. Answered by `KeptMeasured`.
    ForgetKept,
    /// Have the track worker load one slice of history and keep its points. Answered by `SliceProgressed`…, then
    /// `SliceLoaded`, `SliceUnchanged` or `SliceFailed`.
    LoadSlice(HistorySlice),
    /// Stop loading that slice. Its points so far are forgotten.
    CancelSlice {
        /// Id of the slice.
        request: RequestId,
    },
    /// Tell the worker which tracks are shown and how they are cut; points of other friends or outside the range are
    /// forgotten. Answered by `TracksChanged`.
    ShowTracks {
        /// Whose.
        friends: Vec<FriendId>,
        /// Which time. A range that grows is told to reach a day further than now, so that live fixes lie inside.
        range: TimeRange,
        /// Where lines are split and which points are left out.
        splitting: Splitting,
    },
    /// Add a live fix to a shown track. Answered by `TracksChanged`.
    AppendRow {
        /// Whose.
        friend: FriendId,
        /// The fix.
        row: Row,
    },
    /// Ask the worker for a point of the shown tracks. Answered by `PointFound`.
    FindPoint(PointQuestion),
    /// Whether the worker is to find the places where people stayed. Answered by `StaysFound` whenever they change.
    FindStays(bool),
    /// Send [`super::Event::Woke`] at this moment (or as soon as the tab may). Replaces an earlier wish.
    WakeAt(UnixMillis),
    /// Move the map. The map never moves otherwise.
    MoveMap(MapMove),
    /// Tell the page around where the map came to rest.
    TellMapMoved(super::event::MapView),
    /// Keep the person's settings on this device.
    SaveSettings(Box<Settings>),
    /// Keep secrets for an endpoint: in the tab, or on this device when the person asked to be remembered.
    SaveCredentials {
        /// The endpoint's URL: secrets are stored under it and never sent elsewhere.
        endpoint: String,
        /// The secrets; `None` forgets them.
        credentials: Option<Credentials>,
        /// Remember on this device.
        remember: bool,
    },
    /// Keep the passphrases that open encrypted messages: in the tab, or on this device when the person asked to be
    /// remembered. They stay in the browser and are sent nowhere.
    SaveKeys {
        /// All of them; none forgets those kept before.
        keys: Passphrases,
        /// Remember on this device.
        remember: bool,
    },
    /// Forget what is kept of connections, in the tab and on this device: the secrets of every endpoint, the passphrases,
    /// and the endpoints the person typed.
    ForgetConnections,
    /// Keep the endpoints the person typed on this device (no secrets).
    SaveEndpoints(super::config::Endpoints),
    /// Show this query string in the address bar without a history entry.
    ReplaceQuery(String),
}

/// One piece of one friend's history to load.
#[derive(Clone, Debug, PartialEq)]
pub struct HistorySlice {
    /// Id of the slice.
    pub request: RequestId,
    /// Whose.
    pub friend: FriendId,
    /// Which seconds to keep, both ends included.
    pub range: TimeRange,
    /// Where from.
    pub source: SliceSource,
    /// Keep this on this device. More than `range` is asked for then: the source holds all of it.
    pub keep: Option<Keep>,
    /// Give up when nothing arrived for so many milliseconds.
    pub timeout_ms: u32,
}

impl HistorySlice {
    /// Which seconds its source holds: of what is to be kept more than is shown.
    pub fn asked(&self) -> TimeRange {
        self.keep.map_or(self.range, |keep| keep.asked(self.range))
    }
}

/// Where a slice comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum SliceSource {
    /// A Recorder's `/api/0/locations` in JSON; the URL is complete and its bounds are already widened.
    RecorderJson {
        /// Absolute URL.
        url: String,
    },
    /// Our server's `/api/0/history`.
    Compact {
        /// Absolute URL.
        url: String,
        /// Only if it is no longer what is kept of that month.
        if_changed: bool,
    },
    /// What was set aside.
    Aside,
    /// What is kept on this device of a month.
    Kept {
        /// Which.
        month: Month,
    },
}

/// What of a month is to be kept on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Which month. It is asked for from its beginning on.
    pub month: Month,
    /// The last second from which nothing more is expected to come.
    pub sure_to_s: UnixSeconds,
}

impl Keep {
    /// What is asked for when `shown` is to be shown: the month from its beginning on, to its end when it is over.
    pub fn asked(self, shown: TimeRange) -> TimeRange {
        let month = self.month.range();
        let is_over = self.sure_to_s >= month.to_s;
        TimeRange { from_s: month.from_s, to_s: if is_over { month.to_s } else { shown.to_s } }
    }
}

/// Whose histories the worker has. Those of one home are never shown or kept as those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryHome {
    /// Base URL of the Recorder.
    pub endpoint: String,
    /// The person's name there, empty when nobody gave one.
    pub account: String,
    /// Whether histories may be kept on this device: not for somebody who does not want to be remembered.
    pub keeps: bool,
}

/// A question for one point of the shown tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct PointQuestion {
    /// Id of the question.
    pub request: RequestId,
    /// Which point.
    pub wish: PointWish,
}

/// Which point is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum PointWish {
    /// The one that is nearest on screen.
    Near {
        /// Where was pointed at.
        place: LatLon,
        /// Zoom of the map, 0…24.
        zoom: f64,
        /// Farthest distance in CSS pixels.
        max_px: f64,
    },
    /// The one so many points after another, before it when negative, or that one itself.
    Step {
        /// Whose.
        friend: FriendId,
        /// The other.
        from: PointKey,
        /// Points.
        by: i32,
    },
    /// The first or the last one.
    End {
        /// Whose.
        friend: FriendId,
        /// The last.
        last: bool,
    },
}

/// A move of the map that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum MapMove {
    /// Show all of these places, no closer than zoom `max_zoom`.
    Fit {
        /// Places.
        places: Vec<LatLon>,
        /// Closest zoom.
        max_zoom: f64,
        /// Jump instead of gliding (at the start).
        at_once: bool,
    },
    /// Show exactly this, whatever panels cover: a view from a link or the configuration would drift with every reload
    /// otherwise.
    View {
        /// Centre of the map.
        centre: LatLon,
        /// Zoom.
        zoom: f64,
    },
    /// Show everything the shown tracks cover (the worker knows the bounds).
    FitTracks {
        /// Jump instead of gliding (at the start).
        at_once: bool,
    },
    /// Centre on a place without changing the zoom, unless it is very far out.
    CentreOn(LatLon),
}
