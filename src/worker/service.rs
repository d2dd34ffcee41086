//! The worker's end of the line: takes requests in, keeps the tracks, says what changed.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use dashboard_core::model::{HistorySlice, PointQuestion, RequestId};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::platform::http::Transfer;
use crate::platform::timer::Timer;

use super::protocol::{Reply, Request};
use super::slice::{self, Stage};
use super::tracks::Tracks;

/// Changes are told at most this often: a thousand live fixes a second are one change to the eye.
const TELL_CHANGES_EVERY_MS: f64 = 100.0;

/// Takes requests in for as long as the page lives.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let service = Rc::new(Service {
        scope: scope.clone(),
        tracks: RefCell::new(Tracks::default()),
        transfers: RefCell::new(HashMap::new()),
        told_at_ms: Cell::new(0.0),
        tell_later: RefCell::new(None),
    });
    let serving = service.clone();
    let message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(request) = Request::from_js(&message.data()) {
            serving.clone().take_in(request);
        }
    });
    scope.set_onmessage(Some(message.as_ref().unchecked_ref()));
    // The worker ends with the page.
    message.forget();
    service.reply(&Reply::Ready);
}

/// What the worker has.
pub struct Service {
    scope: DedicatedWorkerGlobalScope,
    tracks: RefCell<Tracks>,
    transfers: RefCell<HashMap<RequestId, Transfer>>,
    told_at_ms: Cell<f64>,
    tell_later: RefCell<Option<Timer>>,
}

impl Service {
    fn take_in(self: Rc<Self>, request: Request) {
        match request {
            Request::Load(slice) => self.load(slice),
            Request::Cancel { request } => {
                if let Some(transfer) = self.transfers.borrow_mut().remove(&request) {
                    transfer.stop();
                }
                if self.tracks.borrow_mut().unstage(request).is_some() {
                    self.tell_changes();
                }
            }
            Request::Show { friends, range, splitting } => {
                self.tracks.borrow_mut().show(&friends, range, splitting);
                self.tell_changes();
            }
            Request::Append { friend, row } => {
                if self.tracks.borrow_mut().append(&friend, row) {
                    self.tell_changes();
                }
            }
            Request::See(query) => {
                let sight = self.tracks.borrow_mut().sight(&query);
                self.reply(&Reply::Seen(sight));
            }
            Request::Find(PointQuestion { request, wish }) => {
                let found = self.tracks.borrow().find(&wish);
                self.reply(&Reply::Found { request, found });
            }
        }
    }

    fn load(self: Rc<Self>, slice: HistorySlice) {
        let transfer = Transfer::new(slice.timeout_ms);
        let request = slice.request;
        self.transfers.borrow_mut().insert(request, transfer.clone());
        self.tracks.borrow_mut().stage(request, slice.friend.clone());
        spawn_local(async move {
            let result = slice::load(&self, &slice, &transfer).await;
            // Gone from the table: cancelled, and nobody waits.
            if self.transfers.borrow_mut().remove(&request).is_none() {
                return;
            }
            let stage = self.tracks.borrow_mut().unstage(request);
            match result {
                Ok(mut report) => {
                    let repeats = self.tracks.borrow_mut().keep(stage);
                    report.points = report.points.saturating_sub(repeats.repeats + repeats.invalid);
                    report.dropped = report.dropped.plus(repeats);
                    // What there is comes before the word that it is complete.
                    self.tell_changes_now();
                    self.reply(&Reply::Loaded { request, report });
                }
                Err(failure) => {
                    self.tell_changes_now();
                    self.reply(&Reply::Failed { request, failure });
                }
            }
        });
    }

    /// Lets `take_in` have the stage of a slice under way; nothing when it was cancelled.
    pub fn with_stage(&self, request: RequestId, take_in: impl FnOnce(&mut Stage)) {
        if let Some(stage) = self.tracks.borrow_mut().stage_of(request) {
            take_in(stage);
        }
    }

    /// Says something to the page.
    pub fn reply(&self, reply: &Reply) {
        let (message, buffers) = reply.to_js();
        // Plain values and own buffers can always be sent.
        let _ = self.scope.post_message_with_transfer(&message, &buffers);
    }

    /// Says soon that the tracks changed: at once if that was not said lately.
    pub fn tell_changes(self: &Rc<Self>) {
        if self.tell_later.borrow().is_some() {
            return;
        }
        let wait_ms = self.told_at_ms.get() + TELL_CHANGES_EVERY_MS - js_sys::Date::now();
        if wait_ms <= 0.0 {
            return self.tell_changes_now();
        }
        let weak = Rc::downgrade(self);
        let later = Timer::after(wait_ms.min(TELL_CHANGES_EVERY_MS) as i64, move || {
            if let Some(service) = weak.upgrade() {
                service.tell_changes_now();
            }
        });
        *self.tell_later.borrow_mut() = Some(later);
    }

    fn tell_changes_now(&self) {
        self.tell_later.take();
        self.told_at_ms.set(js_sys::Date::now());
        let (summaries, bounds) = self.tracks.borrow().figures();
        self.reply(&Reply::Changed { summaries, bounds });
    }
}
