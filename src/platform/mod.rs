//! The browser's capabilities, one file each, with Rust types at the seam. Nothing here knows the model's state.

pub mod calendar;
pub mod clock;
pub mod database;
pub mod frame;
pub mod geolocation;
pub mod http;
pub mod listener;
pub mod motion;
pub mod page;
pub mod random;
pub mod seal;
pub mod soon;
pub mod storage;
pub mod theme;
pub mod timer;
pub mod websocket;
