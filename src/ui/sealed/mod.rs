//! Links with a read-only login of the person's own broker in them: making one, and opening one.

mod make;
mod open;

pub use make::ShareDialog;
pub use open::OpenDialog;

use dashboard_core::model::sealed::Unfit;

/// What is wrong with a link, or with what was typed for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// Something in it cannot be.
    Unfit(Unfit),
    /// `ws:` from a page that came by `https:`.
    MixedContent,
    /// A phrase that is guessed too easily.
    ShortPhrase,
    /// No cryptography in this browser, as the page came by plain `http:`.
    NotHere,
    /// Another phrase, or a changed link.
    WrongPhrase,
    /// The link is damaged.
    Damaged,
    /// The link was made by a newer version.
    Newer,
    /// Its time is over.
    Over,
}
