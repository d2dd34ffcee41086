//! The view of a Recorder that is open: what `dashboard_core::model::viewing` decides, carried out. In the second part of the
//! module.

use std::cell::RefCell;

use dashboard_core::geo::LatLon;
use dashboard_core::model::view::SourceState;
use dashboard_core::model::viewing::{
    NotAView, ViewAddress, Viewing, ViewingCommand, ViewingEvent, ViewingView, linked_view,
};
use dashboard_core::model::{Command, MapMove, Person, Query, RequestId};
use dashboard_core::owntracks::recorder::is_view_id;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::platform::http::Transfer;
use crate::platform::{clock, page};
use crate::store::{Store, View};

/// A Recorder reads all files of a view's time before it answers.
const TIMEOUT_MS: u32 = 30_000;

/// No closer than this when a line is looked at: a street, not a doorstep.
const FIT_MAX_ZOOM: f64 = 16.0;

/// The view that is open, if one is; handed to components by value.
#[derive(Clone, Copy)]
pub struct OpenView {
    /// What is shown of it.
    pub view: View<ViewingView>,
    store: Store,
    inner: StoredValue<&'static Inner, LocalStorage>,
}

/// One for each page, as long as the page lives.
struct Inner {
    viewing: RefCell<Viewing>,
    transfers: RefCell<Vec<(RequestId, Transfer)>>,
    set: WriteSignal<ViewingView, LocalStorage>,
    /// The map goes there when it comes.
    looks: RefCell<bool>,
}

impl OpenView {
    /// None, or the one that the page's link names; looked after as long as the reactive owner lives.
    pub fn watch(store: Store) -> Self {
        let (view, set) = signal_local(ViewingView::default());
        let inner: &'static Inner = Box::leak(Box::new(Inner {
            viewing: RefCell::default(),
            transfers: RefCell::default(),
            set,
            looks: RefCell::new(true),
        }));
        let open = Self { view, store, inner: StoredValue::new_local(inner) };
        open.open_linked();
        let is_open = Memo::new(move |_| view.with(|view| view.address.is_some()));
        Effect::new(move |_| {
            if is_open.get() {
                // Stands still while nobody looks.
                store.now.get();
                open.take(ViewingEvent::Looked);
            }
        });
        open
    }

    /// Opens the view that `text` names: a link, or the id of a view of this page's Recorder.
    pub fn open(self, text: &str) -> Result<(), NotAView> {
        let recorder = self.store.sources.with_untracked(|sources| sources.connection.recorder_url.clone());
        let recorder = Some(recorder.as_str()).filter(|url| !url.is_empty());
        self.show(ViewAddress::find(text, &page::url(), recorder)?);
        Ok(())
    }

    /// Opens this view.
    pub fn show(self, address: ViewAddress) {
        self.stop_transfers();
        self.inner.get_value().looks.replace(true);
        self.store.did(Person::OpenedView(Some(address.relative_to(&page::url()))));
        self.take(ViewingEvent::Opened(address));
    }

    /// Closes it.
    pub fn close(self) {
        self.stop_transfers();
        self.store.did(Person::OpenedView(None));
        self.take(ViewingEvent::Closed);
    }

    /// Asks again now.
    pub fn retry(self) {
        self.take(ViewingEvent::Retried);
    }

    /// Has the map show all of it.
    pub fn look(self) {
        let places = self.view.with_untracked(|view| {
            let place = view.person.as_ref().map(|person| person.shared.location.position);
            view.line.iter().copied().chain(place).collect::<Vec<_>>()
        });
        self.look_at(places, FIT_MAX_ZOOM);
    }

    /// Opens what the page's link names, once it is known what an id without an address belongs to.
    fn open_linked(self) {
        let query = Query::parse(&page::query());
        let Some(linked) = linked_view(&query).map(str::to_owned) else { return };
        let map_is_given = query.map.is_some();
        let store = self.store;
        let is_settled = Memo::new(move |_| {
            store.sources.with(|sources| {
                sources.ask_where
                    || !matches!(sources.recorder.state, SourceState::Off | SourceState::Connecting)
            })
        });
        let is_id = is_view_id(&linked);
        Effect::new(move |done: Option<bool>| {
            let is_due = !is_id || is_settled.get();
            if is_due && done != Some(true) && self.open(&linked).is_ok() {
                self.inner.get_value().looks.replace(!map_is_given);
            }
            is_due
        });
    }

    fn take(self, event: ViewingEvent) {
        let inner = self.inner.get_value();
        let commands = inner.viewing.borrow_mut().update(event, clock::now());
        let view = inner.viewing.borrow().view().clone();
        if self.view.with_untracked(|shown| *shown != view) {
            inner.set.set(view);
        }
        for command in commands {
            match command {
                ViewingCommand::Get { request, url } => self.get(request, url),
                ViewingCommand::LookAt { places, zoom } => {
                    if inner.looks.replace(true) {
                        self.look_at(places, zoom);
                    }
                }
            }
        }
    }

    fn get(self, request: RequestId, url: String) {
        let transfer = Transfer::new(TIMEOUT_MS);
        self.inner.get_value().transfers.borrow_mut().push((request, transfer.clone()));
        spawn_local(async move {
            let answer = transfer.get(&url).await;
            let inner = self.inner.get_value();
            inner.transfers.borrow_mut().retain(|(other, _)| *other != request);
            self.take(ViewingEvent::Answered { request, answer });
        });
    }

    fn stop_transfers(self) {
        let transfers = std::mem::take(&mut *self.inner.get_value().transfers.borrow_mut());
        transfers.into_iter().for_each(|(_, transfer)| transfer.stop());
    }

    /// `zoom` is for a lone place.
    fn look_at(self, places: Vec<LatLon>, zoom: f64) {
        let Some(last) = places.last().copied() else { return };
        // The person asked for this: nothing else moves the map from here, neither the first look nor following somebody.
        self.store.did(Person::WentToPlace(last));
        let map_move = if places.len() > 1 {
            MapMove::Fit { places, max_zoom: FIT_MAX_ZOOM, at_once: true }
        } else {
            MapMove::View { centre: last, zoom }
        };
        self.store.outside().run(self.store, Command::MoveMap(map_move));
    }
}
