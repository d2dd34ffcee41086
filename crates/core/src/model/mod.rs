//! The only mutable state of the page.
//!
//! [`Event`] (what happened) → [`Model::update`] → [`Command`]s (what is wanted from outside) and [`view`] (what is
//! shown). `update` performs nothing; the answers to its commands come back as events that carry the request's id, and
//! answers with an id that is no longer wanted are dropped.

mod command;
mod config;
mod config_file;
pub mod embedding;
mod event;
mod query;
mod range;
pub mod sealed;
mod secrets;
mod settings_json;
mod share;
mod start;
mod text;
pub mod touring;
pub mod view;
pub mod viewing;

mod page;

mod inbox;
mod person;

mod address_bar;
mod friends;
mod gaze;
mod happenings;
mod history;
mod inspection;
mod notices;
mod palette;
mod places;
mod round;
mod sources;
mod stays;
mod turn;

pub use command::{
    Command, ConnectionId, HistoryHome, HistorySlice, Keep, MapMove, Packets, PointQuestion, PointWish,
    RequestId, SliceSource,
};
pub use config::{
    Config, Credentials, Density, Endpoints, HistoryDefaults, Interface, KioskRound, KioskRule, LayerSet,
    LineColour, MapDefaults, MqttEndpoint, Parts, RecorderEndpoint, Settings, ShareAddress, SortBy, Theme,
    Thresholds, TileSource, Units,
};
pub use config_file::ConfigFile;
pub use event::{
    AtHand, CloseReason, ConnectForm, Event, FoundPoint, HttpAnswer, HttpFailure, MapView, Person,
    SliceReport, Start, Stride,
};
pub use query::Query;
pub use range::{Calendar, LocalDateTime, RangeChoice, RangeEnd};
pub use secrets::{Kept, Passphrases};
pub use settings_json::{endpoints_from_json, endpoints_to_json, settings_from_json, settings_to_json};
pub use share::{ShareNews, SharedPerson};
pub use start::{DEFAULT_TOPICS, StartInputs, start};
pub use text::{matches_friend, mqtt_url, recorder_url, resolve_url};

use crate::time::UnixMillis;

use notices::Notices;
use page::Page;
use turn::{Supply, Turn};

/// Everything the page knows. Changed only by [`Model::update`].
///
/// Its state lies in parts that each own one purpose and do not know each other; `page.rs` is the table that says which
/// event concerns which part.
#[derive(Debug, Default)]
pub struct Model {
    page: Page,
    notices: Notices,
    supply: Supply,
    /// The sources as they were when changes were last asked for.
    last_sources: view::SourcesView,
}

/// Which views are no longer what they were when [`Model::take_changes`] was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// [`Model::friends`].
    pub friends: bool,
    /// [`Model::sources`].
    pub sources: bool,
    /// [`Model::history`].
    pub history: bool,
    /// [`Model::inspection`].
    pub inspection: bool,
    /// [`Model::stays`].
    pub stays: bool,
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
        let (notices, supply) = (&mut self.notices, &mut self.supply);
        let mut turn = Turn { now, commands: Vec::new(), notices, supply };
        self.page.take_in(event, &mut turn);
        turn.commands
    }

    /// Which views changed since the last call. Those that did not are still the same.
    pub fn take_changes(&mut self) -> Changes {
        let page = &mut self.page;
        let sources = page.sources_view();
        let sources_changed = sources != self.last_sources;
        if sources_changed {
            self.last_sources = sources;
        }
        Changes {
            friends: page.friends.take_changed(),
            sources: sources_changed,
            history: page.history.take_changed(),
            inspection: page.inspection.take_changed(),
            stays: page.stays.take_changed(),
            places: page.places.take_changed(),
            happenings: page.happenings.take_changed(),
            notices: self.notices.take_changed(),
            chrome: std::mem::take(&mut page.chrome_changed),
        }
    }

    /// Everybody known, with ages as of `now`. Friends that did not change are the same pointers as before.
    pub fn friends(&mut self, now: UnixMillis) -> view::FriendsView {
        self.page.friends.view(now)
    }

    /// State of the sources.
    pub fn sources(&self) -> view::SourcesView {
        self.page.sources_view()
    }

    /// The shown history.
    pub fn history(&self) -> view::HistoryView {
        self.page.history.view(&self.page.friends)
    }

    /// The point of the history that is looked at.
    pub fn inspection(&self) -> view::InspectionView {
        self.page.inspection.view(&self.page.friends)
    }

    /// The places where people stayed, while the map shows them.
    pub fn stays(&self) -> view::StaysView {
        self.page.stays.view(&self.page.friends)
    }

    /// Regions and points of interest.
    pub fn places(&self) -> view::PlacesView {
        self.page.places.view(&self.page.friends)
    }

    /// Regions entered and left, newest first, at most 200.
    pub fn happenings(&self) -> Vec<view::HappeningView> {
        self.page.happenings.view(&self.page.friends)
    }

    /// Messages to the person, most severe first.
    pub fn notices(&self) -> Vec<view::NoticeView> {
        self.notices.view()
    }

    /// Settings, layers and the rest of what the interface needs.
    pub fn chrome(&self) -> view::ChromeView {
        self.page.chrome_view()
    }
}
