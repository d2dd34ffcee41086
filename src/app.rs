//! Puts the page together.

use dashboard_core::model::sealed::PREFIX as SEALED_PREFIX;
use dashboard_core::model::{
    Command, Event, HttpAnswer, HttpFailure, MapMove, StartInputs, start as merge_start,
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::map::{self, MarkerTexts};
use crate::platform::calendar::BrowserCalendar;
use crate::platform::http::Transfer;
use crate::platform::{clock, page, random, storage, theme, timer};
use crate::rest;
use crate::store::{Store, follow};
use crate::ui::Root;
use crate::ui::text::{self, Tastes, first_words, marker_label};

/// Nobody waits longer than this for a configuration that may not exist.
const CONFIG_TIMEOUT_MS: u32 = 5000;

/// The words on the map.
const MARKER_TEXTS: MarkerTexts = MarkerTexts {
    marker_label,
    zoom_in: || first_words().zoom_in.to_owned(),
    zoom_out: || first_words().zoom_out.to_owned(),
};

/// Starts the page. What it needs from elsewhere is asked for first; the map is built while that is on its way, the rest
/// after it.
pub fn start() {
    // Mounts nothing: it starts the reactive system, and owns everything for as long as the page lives.
    mount_to_body(|| {
        let store = Store::new();
        spawn_local(begin(store));
        follow(move || {
            store.chrome.with(|chrome| theme::apply(chrome.settings.theme, &chrome.settings.language));
            store.chrome.with(|chrome| text::speak(&Tastes::of(&chrome.settings)));
        });
        let Some(root) = Root::find() else { return };
        root.describe(store);
        let owner = Owner::current();
        spawn_local(async move {
            timer::next_task().await;
            let map = owner.and_then(|owner| owner.with(|| map::build(store, &root.map, MARKER_TEXTS)));
            timer::next_task().await;
            rest::load(store, root, map).await;
        });
    });
}

/// Reads what the page starts from and tells the model.
async fn begin(store: Store) {
    let is_visit = take_sealed_link(store);
    let config = Transfer::new(CONFIG_TIMEOUT_MS).get("config.json").await;
    let config = config_body(config);
    let settings = storage::settings();
    let endpoints = storage::endpoints();
    let inputs = StartInputs {
        config_json: config.as_ref().map(|body| body.as_deref().map_err(Clone::clone)),
        settings_json: settings.as_deref(),
        endpoints_json: endpoints.as_deref(),
        keys: storage::passphrases(),
        query: &page::query(),
        page_url: &page::url(),
        random_id: random::eight_hex_digits(),
        random_unit: random::unit(),
        now: clock::now(),
    };
    let mut start = merge_start(inputs, &BrowserCalendar, &storage::credentials);
    if is_visit {
        // Whoever was sent here has no business with the household's own sources, which might ask them for a password.
        (start.config.endpoints, start.recorder_candidates) = Default::default();
    }
    if let Some((centre, zoom)) = start.config.map.view {
        let look_there = MapMove::View { centre, zoom };
        store.outside().run(store, Command::MoveMap(look_there));
    }
    store.dispatch(Event::Started(Box::new(start)));
}

/// Takes a sealed link out of the address bar, where others could read it over a shoulder and the browser would remember it.
fn take_sealed_link(store: Store) -> bool {
    let fragment = page::fragment();
    let is_link = fragment.get(1..).is_some_and(|fragment| fragment.starts_with(SEALED_PREFIX));
    if is_link {
        store.outside().link.replace(Some(fragment));
        page::replace_query(&page::query());
    }
    is_link
}

/// The body of `config.json`; `None` where there is none. Servers that answer every path with a page have none, too.
fn config_body(answer: Result<HttpAnswer, HttpFailure>) -> Option<Result<Vec<u8>, String>> {
    match answer {
        Ok(answer) if matches!(answer.status, 404 | 410) => None,
        Ok(answer) if answer.status != 200 => Some(Err(format!("config.json: status {}", answer.status))),
        Ok(answer) if answer.body.trim_ascii_start().starts_with(b"<") => None,
        Ok(answer) => Some(Ok(answer.body)),
        Err(HttpFailure::TimedOut) => Some(Err("config.json: no answer".into())),
        Err(_) => Some(Err("config.json could not be fetched".into())),
    }
}
