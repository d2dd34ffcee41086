//! The OwnTracks dashboard as one binary: page, broker and recorder.
//!
//! In the order a message meets them:
//!
//! * [`args`], [`settings`]: what was typed, and what the program needs.
//! * [`broker`]: the MQTT doors. [`api`]: the HTTP doors, and the Recorder's interface for readers.
//! * [`intake`]: the seam between the doors and the store.
//! * [`store`]: everything received, on disk in the Recorder's own layout.
//! * [`page`]: the dashboard itself and its configuration.
//! * [`front`]: standing in front of an existing Recorder or broker instead.
//! * [`demo`]: a made-up household, to see all of it alive.
//! * [`people`]: who belongs to the household, who is logged in, who sees whom.
//! * [`guard`]: what every request passes first. [`http`], [`tls`]: its connections.
//! * [`server`]: all of it put together. [`log`]: what is written of it. [`health`]: asking it from outside.

pub mod args;
pub mod settings;

pub mod broker;

pub mod api;

pub mod intake;

pub mod store;

pub mod page;

pub mod front;

pub mod demo;

pub mod people;

pub mod guard;

pub mod http;

pub mod tls;

pub mod server;

pub mod log;

pub mod health;

mod clock;
mod geohash;
mod json;
