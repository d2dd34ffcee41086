//! Talks with the page that has this one in a frame, if the configuration names its origin (docs/embedding.md). What is
//! said and understood is decided in `dashboard_core::model::embedding`.

use dashboard_core::model::embedding::{self, NoWish, Wish};
use dashboard_core::model::{Event, MapView};
use dashboard_core::owntracks::FriendId;
use js_sys::{JSON, Object};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Url, Window};

use crate::platform::calendar::BrowserCalendar;
use crate::platform::listener::Listener;
use crate::platform::{clock, page};
use crate::store::Store;

/// Where people are is told at most this often.
const FRIENDS_EVERY_MS: f64 = 1000.0;

/// The page around this one, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
struct Embedder {
    window: Window,
    origin: String,
    /// How often it greeted: after each time it is told everything.
    greetings: u32,
}

/// Begins to listen and tell, when this page is in a frame and its configuration is known.
pub fn begin_when_started(store: Store) {
    let Some(around) = page::embedder() else { return };
    // They change once, when the page starts: its own origin is always among them. What `begin` sets up belongs to that
    // one run.
    let origins = Memo::new(move |_| store.chrome.with(|chrome| chrome.embed_origins.clone()));
    Effect::new(move |_| {
        let origins = origins.get();
        if !origins.is_empty() {
            begin(store, around.clone(), origins);
        }
    });
}

fn begin(store: Store, around: Window, origins: Vec<String>) {
    let embedder = RwSignal::new_local(None::<Embedder>);
    // Whoever came first is known by where the frame was opened from, where the browser says so.
    let referrer = Url::new(&page::document().referrer()).map(|url| url.origin()).unwrap_or_default();
    if origins.contains(&referrer) {
        embedder.set(Some(Embedder { window: around.clone(), origin: referrer, greetings: 0 }));
        store.dispatch(Event::EmbedderWished(Wish::Hello));
    }
    Listener::new(&page::window(), "message", move |event| {
        let event: &MessageEvent = event.unchecked_ref();
        let is_around = event.source().is_some_and(|source| Object::is(&source, &around));
        if is_around && origins.contains(&event.origin()) {
            let speaker = Embedder { window: around.clone(), origin: event.origin(), greetings: 0 };
            take_in(store, embedder, speaker, &event.data());
        }
    })
    .keep();
    tell_changes(store, embedder);
}

fn take_in(
    store: Store,
    embedder: RwSignal<Option<Embedder>, LocalStorage>,
    speaker: Embedder,
    data: &JsValue,
) {
    // Objects are what pages send; text is as good.
    let text = data.as_string().or_else(|| JSON::stringify(data).ok().and_then(|text| text.as_string()));
    match embedding::read(&text.unwrap_or_default(), clock::now().seconds(), &BrowserCalendar) {
        Ok(wish) => {
            let known =
                embedder.read_untracked().as_ref().filter(|known| known.origin == speaker.origin).cloned();
            let mut known_now = known.clone().unwrap_or(speaker);
            known_now.greetings += u32::from(wish == Wish::Hello);
            if known.as_ref() != Some(&known_now) {
                embedder.set(Some(known_now));
            }
            store.dispatch(Event::EmbedderWished(wish));
        }
        Err(NoWish::Odd(why)) => speaker.tell(&embedding::not_understood(&why)),
        Err(NoWish::NotOurs) => {}
    }
}

/// Tells what is so now, and whatever changes.
fn tell_changes(store: Store, embedder: RwSignal<Option<Embedder>, LocalStorage>) {
    let tell = move |text: String| {
        if let Some(embedder) = &*embedder.read_untracked() {
            embedder.tell(&text);
        }
    };
    Effect::new(move || {
        embedder.track();
        tell(embedding::ready(store.chrome.with_untracked(|chrome| chrome.interface)));
    });
    // Ages change by themselves; the tick of the clock is often enough for everything.
    let turn = Memo::new(move |_| (store.now.get().0 as f64 / FRIENDS_EVERY_MS) as i64);
    Effect::new(move |before: Option<(Option<Embedder>, String)>| {
        // Read, not only tracked: a memo that nobody reads never runs.
        turn.get();
        let told = (embedder.get(), store.friends.with_untracked(embedding::friends));
        if before.as_ref() != Some(&told) {
            tell(told.1.clone());
        }
        told
    });
    let selected = Memo::new(move |_| {
        store.friends.with(|view| {
            let selected = view.friends.iter().find(|friend| friend.selected);
            selected.map(|friend| friend.id.clone())
        })
    });
    Effect::new(move |_| {
        embedder.track();
        selected.with(|id: &Option<FriendId>| tell(embedding::selected(id.as_ref())));
    });
    Effect::new(move |told: Option<Vec<u32>>| {
        store.notices.with(|notices| {
            let is_new = |id: u32| told.as_ref().is_none_or(|told| !told.contains(&id));
            notices.iter().filter(|notice| is_new(notice.id)).for_each(|new| tell(embedding::notice(new)));
            notices.iter().map(|notice| notice.id).collect()
        })
    });
    store.outside().on_map_rest(Box::new(move |view: &MapView| tell(embedding::moved(view))));
}

impl Embedder {
    fn tell(&self, text: &str) {
        // What we write is JSON; a window that is gone hears nothing.
        if let Ok(message) = JSON::parse(text) {
            let _ = self.window.post_message(&message, &self.origin);
        }
    }
}
