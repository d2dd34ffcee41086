//! Opening a view by its link.

use dashboard_core::model::viewing::NotAView;
use leptos::prelude::*;
use web_sys::SubmitEvent;

use crate::ui::layout::Layout;
use crate::ui::parts::{Button, Dialog, Look};
use crate::ui::text::words;

/// Asks for the link.
#[component]
pub fn OpenViewDialog(on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let viewing = Layout::of_page().viewing;
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<NotAView>);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        match viewing.open(&text.get_untracked()) {
            Ok(()) => on_close.run(()),
            Err(error) => problem.set(Some(error)),
        }
    };
    view! {
        <Dialog title=t.view_open_title on_close>
            <form class="form" on:submit=send novalidate data-window="open-view">
                <p class="muted">{t.view_open_intro}</p>
                <label class="field">
                    <span>{t.view_link}</span>
                    <input
                        class="input"
                        name="view"
                        type="text"
                        inputmode="url"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        placeholder="https://…/view/…"
                        on:input=move |event| {
                            problem.set(None);
                            text.set(event_target_value(&event));
                        }
                    />
                </label>
                <p class="problem" role="alert">
                    {move || problem.get().map(t.view_not_one)}
                </p>
                <footer class="dialog-foot">
                    <Button label=t.cancel look=Look::Quiet on_press=on_close />
                    <button type="submit" class="button primary">
                        {t.link_open}
                    </button>
                </footer>
            </form>
        </Dialog>
    }
}
