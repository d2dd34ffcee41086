//! What the person sees around the map: components that read views and dispatch events.
//!
//! Three kinds of files: the panels, each with a folder or a file of its own; `parts`, which know nothing of friends;
//! and `text`, which holds every word. Nothing here touches the map: the two meet in the store.

mod clipboard;
pub mod connect;
mod dashboard;
mod friends;
mod guest;
mod happenings;
mod history;
mod keyboard;
mod later;
mod layers;
mod layout;
mod legend;
mod notices;
pub mod palette;
pub mod panels;
mod parts;
mod point;
mod root;
mod sealed;
mod settings;
mod side;
mod sources;
mod strip;
pub mod text;
mod views;

pub use dashboard::Dashboard;
pub use root::Root;
