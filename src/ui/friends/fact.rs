//! One thing known about a friend.

use leptos::prelude::*;

/// A label and a value; nothing while the value is unknown.
#[component]
pub fn Fact(
    /// What it is.
    label: &'static str,
    /// What it says.
    #[prop(into)]
    value: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        value.get().map(|value| {
            view! {
                <div class="fact">
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
    }
}
