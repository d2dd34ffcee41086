//! Text into the clipboard.

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::platform::page;

/// Puts `text` into the clipboard; `done` is called when the browser let it. Pages that came by plain `http:` from
/// another machine have no clipboard: there nothing happens, and the text is there to be marked by hand.
pub fn copy(text: &str, done: impl FnOnce() + 'static) {
    let navigator = page::window().navigator();
    if js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| clipboard.is_object())
    {
        let written = JsFuture::from(navigator.clipboard().write_text(text));
        spawn_local(async move {
            if written.await.is_ok() {
                done();
            }
        });
    }
}
