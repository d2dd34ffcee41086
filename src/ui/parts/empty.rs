//! A place where something will be: what is missing, why, and what to do.

use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// An empty state; `children` are what can be done about it.
#[component]
pub fn Empty(
    /// What kind of thing is missing.
    sign: Sign,
    /// What is the matter.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(into)]
    hint: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-sign"><Icon sign /></span>
            <p class="empty-title">{title}</p>
            <p class="empty-hint">{hint}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
