//! The only mutable state of the page.
//!
//! [`Event`] (what happened) → [`Model::update`] → [`Command`]s (what is wanted from outside) and [`view`] (what is
//! shown). `update` performs nothing; the answers to its commands come back as events that carry the request's id, and
//! answers with an id that is no longer wanted are dropped.

mod command;
mod config;
mod event;
mod range;
pub mod view;

pub use command::{Command, ConnectionId, HistorySlice, MapMove, RequestId, SliceSource};
pub use config::{
    Config, Credentials, Density, Endpoints, HistoryDefaults, Interface, LayerSet, LineColour, MapDefaults, MqttEndpoint,
    RecorderEndpoint, Settings, SortBy, Theme, Thresholds, TileSource, Units,
};
pub use event::{CloseReason, ConnectForm, Event, HttpAnswer, HttpFailure, MapView, Person, SliceReport, Start};
pub use range::{Calendar, LocalDateTime, RangeChoice, RangeEnd};
