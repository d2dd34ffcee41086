//! The page's root element, which index.html holds, and the attributes on it that automation relies on.

use dashboard_core::model::Density;
use leptos::prelude::With;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::platform::page;
use crate::store::{Store, follow};

/// The elements that index.html holds.
#[derive(Clone)]
pub struct Root {
    /// `#dashboard`.
    element: HtmlElement,
    /// Where the map goes.
    pub map: HtmlElement,
    /// Where the panels go.
    pub panels: HtmlElement,
}

impl Root {
    /// `None` in a page that is not ours.
    pub fn find() -> Option<Self> {
        let element = |id: &str| page::document().get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
        Some(Self { element: element("dashboard")?, map: element("map")?, panels: element("panels")? })
    }

    /// Keeps the attributes as the views are, for as long as the reactive owner lives.
    pub fn describe(&self, store: Store) {
        let root = self.clone();
        follow(move || {
            store.sources.with(|sources| {
                root.set("data-mqtt", sources.mqtt.state.word());
                root.set("data-recorder", sources.recorder.state.word());
            });
        });
        let root = self.clone();
        follow(move || {
            store.friends.with(|view| {
                root.set("data-friends", &view.with_place.to_string());
                let is_pinned =
                    store.inspection.with(|view| view.point.as_ref().is_some_and(|point| point.pinned));
                let is_selected = view.friends.iter().any(|friend| friend.selected);
                root.set_flag("data-selected", is_pinned || is_selected);
            });
        });
        let root = self.clone();
        follow(move || {
            store.history.with(|history| {
                root.set("data-history", history.state.word());
                root.set("data-history-points", &history.points.to_string());
                root.set("data-history-drawn", &history.drawn.to_string());
            });
        });
        let root = self.clone();
        follow(move || {
            store.chrome.with(|chrome| {
                root.set("data-ui", chrome.interface.word());
                root.set("data-parts", &chrome.parts.words(" "));
                root.set("data-density", density_word(chrome.settings.density));
            });
        });
    }

    /// Writes an attribute, unless it has that value: each write makes the browser look at the style anew.
    pub fn set(&self, name: &str, value: &str) {
        if self.element.get_attribute(name).as_deref() != Some(value) {
            // Fails only for names that are no attribute names.
            let _ = self.element.set_attribute(name, value);
        }
    }

    fn set_flag(&self, name: &str, on: bool) {
        if on {
            self.set(name, "");
        } else {
            // As above.
            let _ = self.element.remove_attribute(name);
        }
    }
}

fn density_word(density: Density) -> &'static str {
    match density {
        Density::Comfortable => "comfortable",
        Density::Compact => "compact",
    }
}
