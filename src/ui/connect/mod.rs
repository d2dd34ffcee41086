//! Where to connect: the dialog, what is checked before anything is tried, and the settings of a phone as a shortcut.

mod dialog;
mod form;
mod import;

pub use dialog::ConnectDialog;
pub use form::FormError;
