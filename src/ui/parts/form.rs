//! The form of a dialog: its fields, what is wrong with them, and the two ways out.

use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::button::{Button, Look};
use crate::ui::text::words;

/// A form that is the whole of a dialog.
#[component]
pub fn DialogForm(
    /// Its name in `data-window`.
    window: &'static str,
    /// What sending it does, in words.
    #[prop(into)]
    submit: Signal<&'static str>,
    /// It cannot be sent now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What is wrong, in words.
    #[prop(into)]
    problem: Signal<Option<&'static str>>,
    /// The person sent it. Never while it is disabled.
    on_submit: Callback<()>,
    /// The person does not want to.
    on_cancel: Callback<()>,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !disabled.get_untracked() {
            on_submit.run(());
        }
    };
    view! {
        <form class="form" on:submit=send novalidate data-window=window>
            {children()}
            <p class="problem" role="alert">
                {problem}
            </p>
            <footer class="dialog-foot">
                <Button label=words().cancel look=Look::Quiet on_press=on_cancel />
                <button type="submit" class="button primary" disabled=disabled>
                    {submit}
                </button>
            </footer>
        </form>
    }
}
