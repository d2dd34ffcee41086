//! Buttons, icons and dialogs. They know nothing of friends and maps.

mod avatar;
mod button;
mod dialog;
mod empty;
mod icon;
mod place;
mod sheet;

pub use avatar::Avatar;
pub use button::{Button, Look};
pub use dialog::Dialog;
pub use empty::Empty;
pub use icon::{Icon, IconSprite, Sign};
pub use place::Place;
pub use sheet::{Sheet, SheetHeight};
