//! What the model wants done outside, in the imperative.

use std::fmt;
use std::ops::Deref;

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::time::{TimeRange, UnixMillis};
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
    /// Have the track worker fetch and parse one slice of history and keep its points. Answered by `SliceProgressed`…,
    /// then `SliceLoaded` or `SliceFailed`.
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
    /// Send [`super::Event::Woke`] at this moment (or as soon as the tab may). Replaces an earlier wish.
    WakeAt(UnixMillis),
    /// Move the map. The map never moves otherwise.
    MoveMap(MapMove),
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
    /// Give up when nothing arrived for so many milliseconds.
    pub timeout_ms: u32,
}

/// Where a slice comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum SliceSource {
    /// A Recorder's `/api/0/locations` in JSON; the URL is complete and its bounds are already widened.
    RecorderJson {
        /// Absolute URL.
        url: String,
    },
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
    /// Show everything the shown tracks cover (the worker knows the bounds).
    FitTracks,
    /// Centre on a place without changing the zoom, unless it is very far out.
    CentreOn(LatLon),
}
