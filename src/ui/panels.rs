//! The way to the panels. They are a part of the module of their own, fetched when the map is there: nobody waits for dialogs
//! to see where people are.

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

use super::dashboard::Dashboard;
use super::root::Root;
use super::text::first_words;
use crate::platform::listener::Listener;
use crate::platform::page;
use crate::platform::timer::Timer;
use crate::store::Store;

/// So much later than asked for, the panels are missed.
const MISSED_AFTER_MS: i64 = 150;

/// Fetches the panels and builds them; says so when they do not come, and tries again when the person wants.
pub async fn load(store: Store, root: Root) {
    let place = root.panels.clone();
    let missed = Timer::after(MISSED_AFTER_MS, {
        let place = place.clone();
        move || show(&place, &waiting())
    });
    let built = build(store, root.clone()).await;
    drop(missed);
    if built.is_err() {
        show(&place, &missing(move || spawn_local(load(store, root.clone()))));
    }
}

#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(panels, fallible, wasm_split_path = ::leptos::wasm_split)
)]
fn build_panels(store: Store, root: Root) -> Result<(), SplitLoaderError> {
    root.panels.set_text_content(None);
    mount_to(root.panels.clone(), move || view! { <Dashboard store root /> }).forget();
    Ok(())
}

/// Without the feature `split`, as in tests, the module is whole.
#[cfg(not(feature = "split"))]
async fn build(store: Store, root: Root) -> Result<(), SplitLoaderError> {
    build_panels(store, root)
}

#[cfg(feature = "split")]
use build_panels as build;

/// The shape of the panels to come.
fn waiting() -> Element {
    let shape = element("div", "over waiting", "");
    let panel = element("div", "panel side", "");
    let rows = element("div", "skeletons", "");
    for _ in 0..3 {
        append(&rows, &element("span", "", ""));
    }
    append(&panel, &rows);
    append(&shape, &panel);
    shape
}

/// That the panels did not come, and a button to try again.
fn missing(retry: impl Fn() + 'static) -> Element {
    let words = first_words();
    let message = element("div", "panels-missing", "");
    for (name, value) in [("role", "alert"), ("data-notice", "panels-missing")] {
        // Fails only for names that are no attribute names.
        let _ = message.set_attribute(name, value);
    }
    let button = element("button", "button primary", words.panels_retry);
    Listener::new(&button, "click", move |_| retry()).keep();
    append(&message, &element("p", "", words.panels_missing));
    append(&message, &button);
    message
}

fn show(place: &HtmlElement, content: &Element) {
    place.set_text_content(None);
    append(place, content);
}

fn append(parent: &Element, child: &Element) {
    // Appending a fresh element cannot fail.
    let _ = parent.append_child(child);
}

fn element(tag: &str, class: &str, text: &str) -> Element {
    let element = page::document().create_element(tag).expect("the tag is a valid name");
    element.set_class_name(class);
    element.set_text_content((!text.is_empty()).then_some(text));
    element
}
