//! Every word the page says, in every language it speaks.
//!
//! [`words`] gives the catalogue, a plain struct per language: a message that is missing in one of them does not
//! compile. Numbers, dates, ages and plurals of units come from the browser's `Intl` by way of [`measures`] and
//! [`clock`]. There is one language at a time, set by [`speak`]; what is on screen is built anew when it changes.

pub mod clock;
mod english;
mod failures;
mod german;
pub mod intl;
pub mod measures;
mod messages;
mod places;
mod points;
mod stays;
mod views;
mod voice;

pub use failures::failure_reason;
pub use places::{full_address, marker_label, whereabouts};
pub use points::{point_in_words, point_lines};
pub use stays::{stay_lines, stay_visits, stay_when};
pub use views::view_label;
pub use voice::{Tastes, first_words, languages, speak, words};
