//! Views and tours of a Recorder: opening one that somebody shared, and what is seen of it; one's own tours.

mod open;
mod panel;
mod tours;

pub use open::OpenViewDialog;
pub use panel::ViewPanel;
pub use tours::ToursDialog;
