//! A modal window: the browser's own `<dialog>`, which keeps the focus inside and closes on Escape.

use leptos::html;
use leptos::prelude::*;

use super::button::{Button, Look};
use super::icon::Sign;
use crate::ui::text::words;

/// A dialog that is open as long as it is in the page.
#[component]
pub fn Dialog(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// The person closed it.
    on_close: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        }
    });
    // Closed before it leaves the page, so that the browser gives the focus back to where it was.
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    // The browser tells of the closing later, when whoever opened the dialog may be gone.
    let closed = move || {
        let _ = on_close.try_run(());
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="dialog-title"
            on:close=move |_| closed()
            on:click=move |event| {
                // A click beside the content hits the dialog element itself, as its backdrop.
                if event.target() == event.current_target() {
                    closed();
                }
            }
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id="dialog-title" tabindex="-1" autofocus>
                        {title}
                    </h2>
                    <Button label=words().close look=Look::Bare sign=Sign::Close on_press=on_close />
                </header>
                {children()}
            </div>
        </dialog>
    }
}
