//! What is kept on this device or in this tab. Storage may be full, forbidden or absent; then nothing is kept, and the
//! page works on.

use dashboard_core::model::Credentials;
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

use super::page;

const SETTINGS: &str = "owntracks-dashboard.settings";
const ENDPOINTS: &str = "owntracks-dashboard.endpoints";
const CREDENTIALS: &str = "owntracks-dashboard.credentials ";

/// The person's settings, as written by [`save_settings`].
pub fn settings() -> Option<String> {
    read(device(), SETTINGS)
}

/// Keeps the person's settings on this device.
pub fn save_settings(json: &str) {
    write(device(), SETTINGS, json);
}

/// The endpoints the person typed, as written by [`save_endpoints`].
pub fn endpoints() -> Option<String> {
    read(device(), ENDPOINTS)
}

/// Keeps the endpoints the person typed on this device.
pub fn save_endpoints(json: &str) {
    write(device(), ENDPOINTS, json);
}

/// The secrets kept for exactly this endpoint; those of the tab come before those of the device.
pub fn credentials(endpoint: &str) -> Option<Credentials> {
    let key = format!("{CREDENTIALS}{endpoint}");
    let text = read(tab(), &key).or_else(|| read(device(), &key))?;
    let pair: Array = JSON::parse(&text).ok()?.dyn_into().ok()?;
    Some(Credentials { username: pair.get(0).as_string()?, password: pair.get(1).as_string()? })
}

/// Keeps secrets for an endpoint: in the tab, or on the device when `remember`. `None` forgets them in both.
pub fn save_credentials(endpoint: &str, credentials: Option<&Credentials>, remember: bool) {
    let key = format!("{CREDENTIALS}{endpoint}");
    remove(tab(), &key);
    remove(device(), &key);
    let Some(credentials) = credentials else { return };
    let pair =
        Array::of2(&JsValue::from_str(&credentials.username), &JsValue::from_str(&credentials.password));
    if let Some(text) = JSON::stringify(&pair).ok().and_then(|text| text.as_string()) {
        write(if remember { device() } else { tab() }, &key, &text);
    }
}

fn device() -> Option<Storage> {
    page::window().local_storage().ok().flatten()
}

fn tab() -> Option<Storage> {
    page::window().session_storage().ok().flatten()
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok().flatten()
}

fn write(storage: Option<Storage>, key: &str, value: &str) {
    if let Some(storage) = storage {
        let _ = storage.set_item(key, value);
    }
}

fn remove(storage: Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        let _ = storage.remove_item(key);
    }
}
