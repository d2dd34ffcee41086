//! The page itself: its address, its query, whether it is seen and online.

use wasm_bindgen::JsValue;
use web_sys::{Document, VisibilityState, Window};

use super::listener::Listener;

/// The window. Only the page calls this, never the worker.
pub fn window() -> Window {
    web_sys::window().expect("the page has a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window of a page has a document")
}

/// Address of the page, without query and fragment.
pub fn url() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// The window of the page that has this one in a frame.
pub fn embedder() -> Option<Window> {
    let window = window();
    window.parent().ok().flatten().filter(|parent| *parent != window)
}

/// Query string, with its `?`, or empty.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// What stands behind the `#`, with it, or empty.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// Opens the page anew, as its address now says.
pub fn reload() {
    // Nothing is lost when the browser refuses: everything goes on.
    let _ = window().location().reload();
}

/// Shows another query in the address bar, without an entry in the tab's history.
pub fn replace_query(query: &str) {
    let query = query.trim_start_matches('?');
    let url = if query.is_empty() { url() } else { format!("{}?{query}", url()) };
    // Browsers throw when it is done too often (100 times in 30 s in Safari); the next change brings it up to date.
    let _ =
        window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&url)));
}

/// Whether workers can paint pictures, as all browsers since 2023 let them.
pub fn can_paint_in_workers() -> bool {
    // Fails only on what is no object.
    js_sys::Reflect::has(&js_sys::global(), &"OffscreenCanvas".into()).unwrap_or(false)
}

/// Whether the tab is in the background.
pub fn is_hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

/// Calls `shown` whenever the tab comes to the front (`true`) or goes to the back (`false`), as long as the page lives.
pub fn on_visibility(shown: impl Fn(bool) + 'static) {
    Listener::new(&document(), "visibilitychange", move |_| shown(!is_hidden())).keep();
}

/// Calls `online` whenever the network comes (`true`) or goes (`false`), as long as the page lives.
pub fn on_network(online: impl Fn(bool) + Clone + 'static) {
    let window = window();
    let gone = online.clone();
    Listener::new(&window, "online", move |_| online(true)).keep();
    Listener::new(&window, "offline", move |_| gone(false)).keep();
}
