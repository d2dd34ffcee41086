//! A button that puts a text into the clipboard.

use leptos::prelude::*;

use super::button::{Button, Look};
use super::icon::Sign;
use crate::ui::clipboard;
use crate::ui::text::words;

/// Copies, and says so when the browser let it.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
) -> impl IntoView {
    let is_done = RwSignal::new(false);
    let copy = Callback::new(move |()| {
        clipboard::copy(&text, move || {
            // The button may be gone meanwhile.
            is_done.try_set(true);
        });
    });
    let label = Signal::derive(move || if is_done.get() { words().copied } else { words().copy }.to_owned());
    view! { <Button label look=Look::Quiet sign=Sign::Copy on_press=copy /> }
}
