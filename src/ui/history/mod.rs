//! Where everybody has been: which time, whose, how far it has loaded, and what it says.

mod bar;
mod choice;
mod exact;
mod panel;
mod people;
mod progress;
mod ranges;
mod stays;

pub use bar::HistoryBar;
pub use panel::HistoryPanel;
