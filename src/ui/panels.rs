//! In place of the panels: while they are on their way, and when they did not come.

use web_sys::{Element, HtmlElement};

use super::text::first_words;
use crate::platform::listener::Listener;
use crate::platform::page;

/// Shows the shape of the panels to come.
pub fn show_waiting(place: &HtmlElement) {
    let shape = element("div", "over waiting", "");
    let panel = element("div", "panel side", "");
    let rows = element("div", "skeletons", "");
    for _ in 0..3 {
        append(&rows, &element("span", "", ""));
    }
    append(&panel, &rows);
    append(&shape, &panel);
    show(place, &shape);
}

/// Says that the panels did not come, with a button to try again.
pub fn show_missing(place: &HtmlElement, retry: impl Fn() + 'static) {
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
    show(place, &message);
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
