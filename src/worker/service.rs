//! The worker's end of the line: takes requests in, keeps the tracks, says what changed.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use dashboard_core::model::{HistorySlice, HttpFailure, PointQuestion, RequestId, SliceReport, SliceSource};
use dashboard_core::track::Dropped;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::platform::http::Transfer;
use crate::platform::soon::{Soon, Turns};
use crate::platform::timer::Timer;

use super::cache::Cache;
use super::painter::{Next, Painter};
use super::protocol::{Reply, Request};
use super::slice::{self, Loaded};
use super::stage::Stage;
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
        cache: Rc::default(),
        taking: Cell::new(0),
        told_at_ms: Cell::new(0.0),
        tell_later: RefCell::new(None),
        painter: RefCell::new(Painter::default()),
        turns: Turns::new(),
        paint_soon: RefCell::new(None),
        paint_later: RefCell::new(None),
    });
    let weak = Rc::downgrade(&service);
    *service.paint_soon.borrow_mut() = Soon::new(move || {
        if let Some(service) = weak.upgrade() {
            service.paint();
        }
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
    cache: Rc<Cache>,
    /// Months that are being read from this device.
    taking: Cell<u32>,
    told_at_ms: Cell<f64>,
    tell_later: RefCell<Option<Timer>>,
    painter: RefCell<Painter>,
    turns: Option<Turns>,
    paint_soon: RefCell<Option<Soon>>,
    paint_later: RefCell<Option<Timer>>,
}

impl Service {
    fn take_in(self: Rc<Self>, request: Request) {
        match request {
            Request::Open(home) => {
                self.transfers.borrow_mut().drain().for_each(|(_, transfer)| transfer.stop());
                self.tracks.borrow_mut().start_over();
                self.cache.enter(home);
                self.tell_changes();
                self.tell_kept();
            }
            Request::Find { request, friend, range } => {
                let mut pieces = self.tracks.borrow_mut().look_aside(&friend, range, js_sys::Date::now());
                spawn_local(async move {
                    pieces.extend(self.cache.look(&friend, range).await);
                    self.reply(&Reply::Found { request, pieces });
                });
            }
            Request::SetAside { friend, ranges } => {
                self.tracks.borrow_mut().set_aside(&friend, &ranges, js_sys::Date::now());
            }
            Request::Forget => {
                spawn_local(async move {
                    self.cache.forget().await;
                    self.tell_kept();
                });
            }
            Request::Load(slice) => match slice.source {
                SliceSource::Aside => self.take_aside(&slice),
                SliceSource::Kept { .. } => self.take_kept(slice),
                SliceSource::RecorderJson { .. } | SliceSource::Compact { .. } => self.load(slice),
            },
            Request::Cancel { request } => {
                if let Some(transfer) = self.transfers.borrow_mut().remove(&request) {
                    transfer.stop();
                }
                if self.tracks.borrow_mut().unstage(request).is_some() {
                    self.tell_changes();
                }
            }
            Request::Show { friends, range, splitting } => {
                if self.tracks.borrow_mut().show(&friends, range, splitting) {
                    self.painter.borrow_mut().forget_scale();
                }
                self.tell_changes();
            }
            Request::Append { friend, row } => {
                if self.tracks.borrow_mut().append(&friend, row) {
                    self.tell_changes();
                }
            }
            Request::Look(look) => {
                self.painter.borrow_mut().set_look(look);
                self.paint_soon();
            }
            Request::View(frame) => {
                self.painter.borrow_mut().set_frame(frame);
                self.paint_soon();
            }
            Request::Stays { wanted } => {
                self.tracks.borrow_mut().want_stays(wanted);
                self.tell_stays();
            }
            Request::Point(PointQuestion { request, wish }) => {
                let found = self.tracks.borrow().point(&wish);
                self.reply(&Reply::Pointed { request, found });
            }
        }
    }

    fn take_aside(self: Rc<Self>, slice: &HistorySlice) {
        let taken = self.tracks.borrow_mut().take_aside(&slice.friend, slice.range);
        let report = taken.map(|points| SliceReport { points, ..SliceReport::default() });
        self.answer_taken(slice.request, report);
    }

    fn take_kept(self: Rc<Self>, slice: HistorySlice) {
        let SliceSource::Kept { month } = slice.source else { return };
        let request = slice.request;
        self.transfers.borrow_mut().insert(request, Transfer::new(slice.timeout_ms));
        self.taking.set(self.taking.get() + 1);
        spawn_local(async move {
            let kept = self.cache.take(&slice.friend, month).await;
            self.taking.set(self.taking.get() - 1);
            let is_wanted = self.transfers.borrow_mut().remove(&request).is_some();
            let taken = kept.filter(|_| is_wanted).map(|(mut track, dropped)| {
                track.retain_range(slice.range);
                let points = self.tracks.borrow_mut().join(&slice.friend, track);
                SliceReport { points, dropped }
            });
            if is_wanted {
                self.answer_taken(request, taken);
            }
        });
    }

    /// Tells what came of taking back what was at hand.
    fn answer_taken(self: &Rc<Self>, request: RequestId, taken: Option<SliceReport>) {
        // A year is twelve months that come in one go.
        if self.taking.get() > 0 {
            self.tell_changes();
        } else {
            self.tell_changes_now();
        }
        self.reply(&match taken {
            Some(report) => Reply::Loaded { request, report },
            None => Reply::Failed { request, failure: HttpFailure::Broken },
        });
    }

    fn load(self: Rc<Self>, slice: HistorySlice) {
        let transfer = Transfer::new(slice.timeout_ms);
        let request = slice.request;
        let is_check = matches!(slice.source, SliceSource::Compact { if_changed: true, .. });
        let etag =
            slice.keep.filter(|_| is_check).and_then(|keep| self.cache.etag(&slice.friend, keep.month));
        self.transfers.borrow_mut().insert(request, transfer.clone());
        self.tracks.borrow_mut().stage(&slice, !is_check);
        spawn_local(async move {
            let result = slice::load(&self, &slice, etag, &transfer).await;
            // Gone from the table: cancelled, and nobody waits.
            if self.transfers.borrow_mut().remove(&request).is_none() {
                return;
            }
            let stage = self.tracks.borrow_mut().unstage(request);
            let reply = match (result, stage) {
                (Ok(Loaded::Whole { report, etag, server_ms }), Some(stage)) => {
                    let report = self.finish(&slice, stage, report, etag, server_ms, is_check);
                    Reply::Loaded { request, report }
                }
                (Ok(Loaded::Unchanged), _) => Reply::Unchanged { request },
                (Ok(_), None) => return,
                (Err(failure), _) => {
                    if is_check && is_forbidden(&failure) {
                        self.forget_month(&slice);
                    }
                    Reply::Failed { request, failure }
                }
            };
            // What there is comes before the word that it is complete; nothing is drawn anew for what stays as it was.
            if !matches!(reply, Reply::Unchanged { .. }) {
                self.tell_changes_now();
            }
            self.reply(&reply);
        });
    }

    /// A slice is whole: it joins its track, and is kept if it is to be.
    fn finish(
        self: &Rc<Self>,
        slice: &HistorySlice,
        mut stage: Stage,
        report: SliceReport,
        etag: Option<String>,
        server_ms: Option<f64>,
        is_check: bool,
    ) -> SliceReport {
        stage.settle();
        let dropped = report.dropped.plus(stage.dropped());
        // The clock of this device may be ahead: then the month is not over yet where it is told.
        let is_sure = |sure_to_s: i64| server_ms.is_none_or(|ms| ms / 1000.0 > sure_to_s as f64);
        if let Some(keep) = slice.keep.filter(|keep| is_sure(keep.sure_to_s)) {
            let (service, friend, snapshot) = (self.clone(), slice.friend.clone(), stage.snapshot());
            spawn_local(async move {
                service.cache.keep(&friend, keep, etag, (snapshot, dropped)).await;
                service.tell_kept();
            });
        }
        let mut tracks = self.tracks.borrow_mut();
        if is_check {
            tracks.remove(&slice.friend, slice.range);
        }
        let shown = stage.track.len() as u32;
        let points = tracks.join(&slice.friend, stage.track);
        let repeats = Dropped { repeats: shown - points, ..Dropped::default() };
        SliceReport { points, dropped: dropped.plus(repeats) }
    }

    /// What is kept of a month is not for whoever asks now, or not there any more.
    fn forget_month(self: &Rc<Self>, slice: &HistorySlice) {
        self.tracks.borrow_mut().remove(&slice.friend, slice.range);
        let (service, friend, keep) = (self.clone(), slice.friend.clone(), slice.keep);
        spawn_local(async move {
            if let Some(keep) = keep {
                service.cache.drop_month(&friend, keep.month).await;
                service.tell_kept();
            }
        });
    }

    /// Says how much is kept on this device.
    fn tell_kept(self: &Rc<Self>) {
        let service = self.clone();
        spawn_local(async move {
            let bytes = service.cache.bytes().await;
            service.reply(&Reply::Kept { bytes });
        });
    }

    /// Lets `take_in` have the stage of a slice under way; nothing when it was cancelled.
    pub fn with_stage(&self, request: RequestId, take_in: impl FnOnce(&mut Stage)) {
        if let Some(stage) = self.tracks.borrow_mut().stage_of(request) {
            take_in(stage);
        }
    }

    /// Lets requests, time-outs and painting have their turn. A stream that has more at hand would never end its task.
    pub async fn give_way(&self) {
        if let Some(turns) = &self.turns {
            turns.next().await;
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

    fn tell_stays(&self) {
        let stays = self.tracks.borrow_mut().new_stays();
        if let Some(stays) = stays {
            self.reply(&Reply::Stays(stays));
        }
    }

    /// Says now that the tracks changed.
    pub fn tell_changes_now(&self) {
        self.tell_later.take();
        self.told_at_ms.set(js_sys::Date::now());
        let (summaries, bounds) = self.tracks.borrow().figures();
        self.reply(&Reply::Changed { summaries, bounds });
        self.tell_stays();
        self.painter.borrow_mut().note_change();
        self.paint_soon();
    }

    fn paint_soon(&self) {
        if let Some(soon) = &*self.paint_soon.borrow() {
            soon.request();
        }
    }

    /// Paints for one turn.
    fn paint(self: &Rc<Self>) {
        self.paint_later.take();
        let is_loading = !self.transfers.borrow().is_empty() || self.taking.get() > 0;
        let next = self
            .painter
            .borrow_mut()
            .take_turn(&self.tracks.borrow(), is_loading, &mut |said| self.reply(&said));
        match next {
            Next::Soon => self.paint_soon(),
            Next::After(wait_ms) => {
                let weak = Rc::downgrade(self);
                let later = Timer::after(wait_ms.ceil() as i64, move || {
                    if let Some(service) = weak.upgrade() {
                        service.paint();
                    }
                });
                *self.paint_later.borrow_mut() = Some(later);
            }
            Next::Never => {}
        }
    }
}

/// Whether a server says that something is not for whoever asks, or does not exist.
const fn is_forbidden(failure: &HttpFailure) -> bool {
    matches!(failure, HttpFailure::Status { status: 401 | 403 | 404 | 410, .. })
}
