//! Opening a view by its link.

use dashboard_core::model::viewing::NotAView;
use leptos::prelude::*;

use crate::ui::layout::Layout;
use crate::ui::parts::{Dialog, DialogForm, Field, FieldKind};
use crate::ui::text::words;

/// Asks for the link.
#[component]
pub fn OpenViewDialog(on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let viewing = Layout::of_page().viewing;
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<(NotAView, String)>);
    let send = Callback::new(move |()| {
        let link = text.get_untracked();
        match viewing.open(&link) {
            Ok(()) => on_close.run(()),
            Err(error) => problem.set(Some((error, link))),
        }
    });
    // Nothing is wrong any more with what was changed since.
    let problem = move || problem.get().filter(|(_, link)| *link == text.get()).map(|(error, _)| error);
    view! {
        <Dialog title=t.view_open_title on_close>
            <DialogForm
                window="open-view"
                submit=t.link_open
                problem=Signal::derive(move || problem().map(t.view_not_one))
                on_submit=send
                on_cancel=on_close
            >
                <p class="muted">{t.view_open_intro}</p>
                <Field
                    typed=text
                    label=t.view_link
                    kind=FieldKind { input: "url", name: "view", ..FieldKind::default() }
                    placeholder="https://…/view/…"
                    read=|text| text
                />
            </DialogForm>
        </Dialog>
    }
}
