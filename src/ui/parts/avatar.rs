//! A face, or initials, in a round of the friend's colour.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::palette;

/// A friend's face or initials.
#[component]
pub fn Avatar(
    /// Checked `data:` URL.
    #[prop(into)]
    face: Signal<Option<Arc<str>>>,
    /// One or two characters.
    #[prop(into)]
    initials: Signal<String>,
    /// Palette index.
    #[prop(into)]
    colour: Signal<u8>,
) -> impl IntoView {
    view! {
        <span class="avatar" aria-hidden="true" style:--friend=move || palette::variable(colour.get())>
            {move || match face.get() {
                Some(face) => view! { <img src=face.to_string() alt="" draggable="false" /> }.into_any(),
                None => view! { <span>{move || initials.get()}</span> }.into_any(),
            }}
        </span>
    }
}
