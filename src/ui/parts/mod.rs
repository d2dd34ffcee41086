//! Buttons, icons, fields and dialogs. They know nothing of friends and maps.

mod avatar;
mod button;
mod copy;
mod dialog;
mod empty;
mod field;
mod form;
mod icon;
mod place;
mod sheet;

pub use avatar::Avatar;
pub use button::{Button, Look};
pub use copy::CopyButton;
pub use dialog::Dialog;
pub use empty::Empty;
pub use field::{Field, FieldKind};
pub use form::DialogForm;
pub use icon::{Icon, IconSprite, Sign};
pub use place::Place;
pub use sheet::{Sheet, SheetHeight};
