//! What the keys do, everywhere in the page.

use dashboard_core::model::{Person, Stride};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::friends::SEARCH_FIELD;
use super::layout::{Layout, Panel, Window};
use super::parts::Dialog;
use super::point::LONG_STEP;
use super::text::words;
use crate::platform::page;
use crate::store::Store;

/// Does what a key pressed anywhere in the page means.
pub fn pressed(store: Store, layout: Layout, event: &KeyboardEvent) {
    // The browser's own shortcuts are the browser's, and a dialog closes itself.
    if event.ctrl_key() || event.meta_key() || event.alt_key() || layout.window.get_untracked().is_some() {
        return;
    }
    let typing = is_typing(event);
    match event.key().as_str() {
        "Escape" => escape(store, layout, event),
        _ if typing => return,
        "/" => {
            layout.open(Panel::People);
            focus_soon(SEARCH_FIELD);
        }
        "?" => layout.window.set(Some(Window::Shortcuts)),
        "n" => store.did(Person::Stepped(Stride::By(1))),
        "p" => store.did(Person::Stepped(Stride::By(-1))),
        "N" => store.did(Person::Stepped(Stride::By(LONG_STEP))),
        "P" => store.did(Person::Stepped(Stride::By(-LONG_STEP))),
        "Home" if is_point_shown(store) => store.did(Person::Stepped(Stride::First)),
        "End" if is_point_shown(store) => store.did(Person::Stepped(Stride::Last)),
        "f" => store.did(Person::FittedFriends),
        "h" => layout.open(if layout.panel.get_untracked() == Panel::History {
            Panel::People
        } else {
            Panel::History
        }),
        _ => return,
    }
    event.prevent_default();
}

/// Closes the innermost thing that is open.
fn escape(store: Store, layout: Layout, event: &KeyboardEvent) {
    if layout.popover.get_untracked().is_some() {
        layout.popover.set(None);
    } else if is_typing(event) {
        store.did(Person::Searched(String::new()));
        if let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            // Blurring an element of this page cannot fail.
            let _ = field.blur();
        }
    } else if is_point_shown(store) {
        store.did(Person::ClosedPoint);
    } else {
        store.did(Person::Selected(None));
    }
}

fn is_point_shown(store: Store) -> bool {
    store.inspection.with_untracked(|view| view.point.is_some())
}

/// A letter belongs to the field it is typed into.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Moves the focus to the element with this id once what was just asked for is in the page.
pub fn focus_soon(id: &'static str) {
    request_animation_frame(move || focus(id));
}

/// Moves the focus to the element with this id, if it is there.
fn focus(id: &str) {
    let element =
        page::document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // Focusing an element of this page cannot fail.
        let _ = element.focus();
    }
}

/// The list of keys.
#[component]
pub fn ShortcutsDialog(on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let keys = [
        ("/", t.key_search),
        ("↑ ↓", t.key_arrows),
        ("f", t.key_fit),
        ("h", t.key_history),
        ("n p", t.key_steps),
        ("N P", t.key_long_steps),
        ("Home End", t.key_ends),
        ("Esc", t.key_escape),
        ("?", t.key_shortcuts),
    ];
    let rows = keys.into_iter().map(|(key, meaning)| {
        view! {
            <div class="shortcut">
                <dt>
                    <kbd>{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
            </div>
        }
    });
    view! {
        <Dialog title=t.shortcuts on_close>
            <dl class="shortcuts">{rows.collect_view()}</dl>
        </Dialog>
    }
}
