//! The only mutable state of the page.
//!
//! [`Event`] (what happened) → [`Model::update`] → [`Command`]s (what is wanted from outside) and [`view`] (what is
//! shown). `update` performs nothing; the answers to its commands come back as events that carry the request's id, and
//! answers with an id that is no longer wanted are dropped.

mod command;
mod config;
mod config_file;
mod event;
mod query;
mod range;
mod settings_json;
mod start;
mod text;
pub mod view;

pub use command::{Command, ConnectionId, HistorySlice, MapMove, RequestId, SliceSource};
pub use config::{
    Config, Credentials, Density, Endpoints, HistoryDefaults, Interface, LayerSet, LineColour, MapDefaults,
    MqttEndpoint, RecorderEndpoint, Settings, SortBy, Theme, Thresholds, TileSource, Units,
};
pub use config_file::ConfigFile;
pub use event::{
    CloseReason, ConnectForm, Event, HttpAnswer, HttpFailure, MapView, Person, SliceReport, Start,
};
pub use query::Query;
pub use range::{Calendar, LocalDateTime, RangeChoice, RangeEnd};
pub use settings_json::{endpoints_from_json, endpoints_to_json, settings_from_json, settings_to_json};
pub use start::{DEFAULT_TOPICS, StartInputs, start};
pub use text::{matches_friend, mqtt_url, recorder_url, resolve_url};

use crate::time::UnixMillis;

/// Everything the page knows. Changed only by [`Model::update`].
#[derive(Debug, Default)]
pub struct Model {}

/// Which views are no longer what they were when [`Model::take_changes`] was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// [`Model::friends`].
    pub friends: bool,
    /// [`Model::sources`].
    pub sources: bool,
    /// [`Model::history`].
    pub history: bool,
    /// [`Model::places`].
    pub places: bool,
    /// [`Model::happenings`].
    pub happenings: bool,
    /// [`Model::notices`].
    pub notices: bool,
    /// [`Model::chrome`].
    pub chrome: bool,
}

impl Model {
    /// A page that has not started yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what happened at `now` and says what is wanted from outside. Performs nothing.
    pub fn update(&mut self, event: Event, now: UnixMillis) -> Vec<Command> {
        let _ = (event, now);
        Vec::new()
    }

    /// Which views changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        Changes::default()
    }

    /// Everybody known, with ages as of `now`.
    pub fn friends(&self, now: UnixMillis) -> view::FriendsView {
        let _ = now;
        view::FriendsView::default()
    }

    /// State of the sources.
    pub fn sources(&self) -> view::SourcesView {
        view::SourcesView::default()
    }

    /// The shown history.
    pub fn history(&self) -> view::HistoryView {
        view::HistoryView::default()
    }

    /// Regions and points of interest.
    pub fn places(&self) -> view::PlacesView {
        view::PlacesView::default()
    }

    /// Regions entered and left, newest first, at most 200.
    pub fn happenings(&self) -> Vec<view::HappeningView> {
        Vec::new()
    }

    /// Messages to the person, most severe first.
    pub fn notices(&self) -> Vec<view::NoticeView> {
        Vec::new()
    }

    /// Settings, layers and the rest of what the interface needs.
    pub fn chrome(&self) -> view::ChromeView {
        view::ChromeView::default()
    }
}
