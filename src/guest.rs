//! What a guest's page is told of its share by our server: until when it lasts, and who is in a private place. In the second
//! part of the module.

use dashboard_core::model::{Event, HttpAnswer, ShareAddress, ShareNews};
use dashboard_core::time::UnixMillis;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::platform::clock;
use crate::platform::http::Transfer;
use crate::store::Store;

/// It is asked how things are this often while somebody looks, and besides whenever the connection comes or goes.
const ASK_EVERY_MS: i64 = 15_000;

const TIMEOUT_MS: u32 = 10_000;

/// Whole seconds come from the server: an end that differs by less than this is the same.
const SAME_END_MS: u64 = 2_000;

/// The share that a guest came by; of any other page there is none.
#[derive(Clone, Copy)]
pub struct Share {
    /// Where to ask; `None` in a page that is not a guest's.
    pub address: Memo<Option<ShareAddress>>,
    /// When it ends, once that is known, by the clock of this device; `None` for until it is revoked.
    pub ends_at: RwSignal<Option<UnixMillis>>,
    /// It has ended.
    pub over: RwSignal<bool>,
    /// The question under way, counted: answers to earlier ones are dropped.
    question: StoredValue<u32>,
}

impl Share {
    /// Asks for as long as the reactive owner lives, once the configuration says that there is a share.
    pub fn watch(store: Store) -> Self {
        let address = Memo::new(move |_| store.chrome.with(|chrome| chrome.share.clone()));
        let share = Self {
            address,
            ends_at: RwSignal::new(None),
            over: RwSignal::new(false),
            question: StoredValue::new(0),
        };
        let turn = Memo::new(move |_| store.now.get().0 / ASK_EVERY_MS);
        let connected =
            Memo::new(move |_| store.sources.with(|sources| (sources.recorder.state, sources.recorder_live)));
        let is_due =
            Memo::new(move |_| share.ends_at.get().is_some_and(|ends_at| ends_at <= store.now.get()));
        Effect::new(move |_| {
            turn.get();
            connected.get();
            let is_due = is_due.get();
            if let Some(address) = address.get().filter(|_| !share.over.get_untracked()) {
                spawn_local(share.ask(store, address.url, is_due));
            }
        });
        share
    }

    /// The page is a guest's.
    pub fn is_guests(self) -> bool {
        self.address.with_untracked(Option::is_some)
    }

    /// Histories are to be seen here: always, but for guests whose share has none.
    pub fn has_histories(self) -> bool {
        self.address.with_untracked(|address| address.as_ref().is_none_or(|address| address.histories))
    }

    async fn ask(self, store: Store, url: String, is_due: bool) {
        let question = self.question.get_value().wrapping_add(1);
        self.question.set_value(question);
        let answer = Transfer::new(TIMEOUT_MS).get(&url).await;
        if self.question.try_get_value() != Some(question) || self.over.get_untracked() {
            return;
        }
        match answer {
            Ok(HttpAnswer { status: 200, body }) => {
                if let Some(news) = ShareNews::read(&body) {
                    self.take(store, news);
                }
            }
            Ok(HttpAnswer { status: 401 | 403 | 404 | 410, .. }) => self.end(store),
            // Without a network nobody tells that the time is over.
            _ if is_due => self.end(store),
            _ => {}
        }
    }

    fn take(self, store: Store, news: ShareNews) {
        let told = news.left_s.map(|left_s| clock::now().plus_ms(i64::from(left_s) * 1000));
        let same = match (self.ends_at.get_untracked(), told) {
            (Some(known), Some(told)) => known.ms_since(told).unsigned_abs() < SAME_END_MS,
            (known, told) => known == told,
        };
        if !same {
            self.ends_at.set(told);
        }
        store.dispatch(Event::ShareTold(news));
    }

    fn end(self, store: Store) {
        self.over.set(true);
        store.dispatch(Event::ShareEnded);
    }
}
