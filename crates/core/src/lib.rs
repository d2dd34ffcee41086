//! The pure middle of the OwnTracks dashboard.
//!
//! Data in, data out: `core` knows no browser, socket, file, thread, clock or randomness. The current time is an
//! argument, and everything wanted from outside leaves as a value. That is what lets nearly everything worth testing be
//! tested natively in milliseconds.
//!
//! The rooms, each importing only from those above it:
//!
//! * [`time`]: points in time and ranges.
//! * [`geo`]: positions on the globe and on the map. Knows nothing of OwnTracks.
//! * [`mqtt`]: an MQTT 3.1.1 client session without I/O.
//! * [`owntracks`]: the only place that knows OwnTracks JSON, topics and the Recorder.
//! * [`track`]: one device's history as columns.
//! * [`model`]: the only mutable state of the page: events in, commands and views out.

mod decimal;
pub mod ordered;

pub mod time;

pub mod geo;

pub mod mqtt;

pub mod owntracks;

pub mod track;

pub mod model;
