//! What is kept on this device or in this tab. Storage may be full, forbidden or absent; then nothing is kept, and the
//! page works on.

use dashboard_core::model::{Credentials, Kept, Passphrases};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

use super::page;

const SETTINGS: &str = "owntracks-dashboard.settings";
const ENDPOINTS: &str = "owntracks-dashboard.endpoints";
const CREDENTIALS: &str = "owntracks-dashboard.credentials ";
const PASSPHRASES: &str = "owntracks-dashboard.passphrases";

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
pub fn credentials(endpoint: &str) -> Option<Kept<Credentials>> {
    let pair = read_secret(&format!("{CREDENTIALS}{endpoint}"))?;
    let text = |index| pair.secret.get(index).as_string();
    let secret = Credentials { username: text(0)?, password: text(1)? };
    Some(Kept { secret, on_device: pair.on_device })
}

/// Keeps secrets for an endpoint: in the tab, or on the device when `remember`. `None` forgets them in both.
pub fn save_credentials(endpoint: &str, credentials: Option<&Credentials>, remember: bool) {
    let texts = credentials.map(|known| [known.username.as_str(), known.password.as_str()]);
    write_secret(&format!("{CREDENTIALS}{endpoint}"), texts.as_ref().map_or(&[], |texts| texts), remember);
}

/// The passphrases that are kept; those of the tab come before those of the device.
pub fn passphrases() -> Option<Kept<Passphrases>> {
    let kept = read_secret(PASSPHRASES)?;
    let texts = kept.secret.iter().filter_map(|text| text.as_string());
    Some(Kept { secret: Passphrases::new(texts), on_device: kept.on_device })
}

/// Keeps passphrases: in the tab, or on the device when `remember`. None forgets them in both.
pub fn save_passphrases(passphrases: &Passphrases, remember: bool) {
    let texts: Vec<&str> = passphrases.as_slice().iter().map(String::as_str).collect();
    write_secret(PASSPHRASES, &texts, remember);
}

/// Forgets the secrets of all endpoints, the passphrases, and the endpoints the person typed, in tab and device.
pub fn forget_connections() {
    for storage in [tab(), device()].into_iter().flatten() {
        let count = storage.length().unwrap_or(0);
        let names: Vec<String> = (0..count).filter_map(|index| storage.key(index).ok().flatten()).collect();
        for name in names {
            if name == ENDPOINTS || name == PASSPHRASES || name.starts_with(CREDENTIALS) {
                remove(Some(storage.clone()), &name);
            }
        }
    }
}

/// Texts kept together under one name.
fn read_secret(key: &str) -> Option<Kept<Array>> {
    let in_tab = read(tab(), key).map(|text| (text, false));
    let (text, on_device) = in_tab.or_else(|| read(device(), key).map(|text| (text, true)))?;
    let secret: Array = JSON::parse(&text).ok()?.dyn_into().ok()?;
    Some(Kept { secret, on_device })
}

/// Keeps texts together in one place only, so that nothing stays behind where it was kept before.
fn write_secret(key: &str, texts: &[&str], remember: bool) {
    remove(tab(), key);
    remove(device(), key);
    if texts.is_empty() {
        return;
    }
    let array: Array = texts.iter().map(|text| JsValue::from_str(text)).collect();
    if let Some(text) = JSON::stringify(&array).ok().and_then(|text| text.as_string()) {
        write(if remember { device() } else { tab() }, key, &text);
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

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const BROKER: &str = "wss://home.example/mqtt";

    #[wasm_bindgen_test]
    fn secrets_lie_in_one_place_until_they_are_forgotten() {
        let login = Credentials { username: "jane".into(), password: "\"s3cr3t\"".into() };
        let passphrases_typed = Passphrases::new(["open sesame".to_owned(), "ünï".to_owned()]);
        for on_device in [true, false] {
            save_credentials(BROKER, Some(&login), on_device);
            save_passphrases(&passphrases_typed, on_device);
            assert_eq!(credentials(BROKER), Some(Kept { secret: login.clone(), on_device }));
            assert_eq!(passphrases(), Some(Kept { secret: passphrases_typed.clone(), on_device }));
            assert_eq!(credentials("wss://evil.example/mqtt"), None);
        }
        assert_eq!(read(device(), PASSPHRASES), None, "moved from the device to the tab");
        save_passphrases(&Passphrases::default(), true);
        assert_eq!(passphrases(), None);
        save_credentials("wss://other.example/", Some(&login), true);
        save_endpoints("{}");
        save_settings("{}");
        forget_connections();
        assert_eq!((credentials(BROKER), credentials("wss://other.example/")), (None, None));
        assert_eq!((endpoints(), settings().as_deref()), (None, Some("{}")));
    }
}
