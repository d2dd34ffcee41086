//! The page's end of the line to the worker.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use dashboard_core::geo::Bounds;
use dashboard_core::model::{Event, HttpFailure, RequestId};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::platform::listener::Listener;
use crate::platform::page;
use crate::store::Store;

use super::drawing::Painted;
use super::protocol::{Reply, Request};

/// The element that started the page, and its attribute that names the worker's script, which only the build knows.
const BOOT_ELEMENT: &str = "boot";
const WORKER_ATTRIBUTE: &str = "data-tracks";

/// Takes pictures in.
type Watcher = Box<dyn Fn(Painted)>;

type Deliver = fn(Store, &Request);

/// The worker that owns the points; started when the page lets it, and anew after it broke down.
#[derive(Default)]
pub struct TrackWorker {
    /// How requests get to the worker, as soon as the page has processor time to spare. A pointer, so that the first part of
    /// the page's module does not hold the whole line to the worker.
    deliver: Cell<Option<Deliver>>,
    /// Requests made before that.
    early: RefCell<Vec<Request>>,
    line: RefCell<Option<Line>>,
    /// What a new worker has to be told first: from where tracks come, which there are, how they look, and which part of
    /// the map is painted.
    opened: RefCell<Option<Request>>,
    shown: RefCell<Option<Request>>,
    stays: RefCell<Option<Request>>,
    look: RefCell<Option<Request>>,
    view: RefCell<Option<Request>>,
    /// The question for a point that somebody waits for.
    pointing: Cell<Option<RequestId>>,
    /// Questions about what is at hand that somebody waits for.
    looking: RefCell<HashSet<RequestId>>,
    watcher: RefCell<Option<Watcher>>,
    bounds: RefCell<Option<Bounds>>,
}

struct Line {
    worker: Worker,
    /// Requests made before the worker listened; `None` since it does.
    waiting: Option<Vec<Request>>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _broken: Listener,
}

impl TrackWorker {
    /// Sends a request; starts the worker when there is none. Before [`Self::start`] requests wait.
    pub fn send(&self, store: Store, request: &Request) {
        match request {
            Request::Open(_) => *self.opened.borrow_mut() = Some(request.clone()),
            Request::Show { .. } => *self.shown.borrow_mut() = Some(request.clone()),
            Request::Find { request, .. } => drop(self.looking.borrow_mut().insert(*request)),
            Request::Stays { .. } => *self.stays.borrow_mut() = Some(request.clone()),
            // Of two questions only the newer one is waited for.
            Request::Point(question) => self.pointing.set(Some(question.request)),
            Request::Load(_)
            | Request::Cancel { .. }
            | Request::SetAside { .. }
            | Request::Forget
            | Request::Append { .. }
            | Request::Look(_)
            | Request::View(_) => {}
        }
        match self.deliver.get() {
            Some(deliver) => deliver(store, request),
            None => self.early.borrow_mut().push(request.clone()),
        }
    }

    /// Starts the worker, also when no history was asked for yet: the first one need not wait for it then.
    pub fn start(&self, store: Store) {
        if self.deliver.replace(Some(deliver)).is_some() {
            return;
        }
        self.start_if_needed(store);
        for request in self.early.take() {
            self.send(store, &request);
        }
    }

    /// Has the tracks painted like this, or this part of the map: now, or once there is a worker.
    pub fn paint(&self, request: Request) {
        if let Some(line) = &mut *self.line.borrow_mut() {
            line.send(&request);
        }
        let slot = if matches!(request, Request::Look(_)) { &self.look } else { &self.view };
        *slot.borrow_mut() = Some(request);
    }

    /// Hands all pictures to `watcher` from now on.
    pub fn watch(&self, watcher: Option<Watcher>) {
        *self.watcher.borrow_mut() = watcher;
    }

    /// Around everything in the tracks.
    pub fn bounds(&self) -> Option<Bounds> {
        *self.bounds.borrow()
    }

    fn start_if_needed(&self, store: Store) {
        if self.line.borrow().is_some() {
            return;
        }
        let mut line = Line::start(store);
        if let Some(line) = &mut line {
            for told in [&self.opened, &self.shown, &self.stays, &self.look, &self.view] {
                told.borrow().iter().for_each(|request| line.send(request));
            }
        }
        *self.line.borrow_mut() = line;
    }

    /// The worker could not be started, or ended in the middle. What it had is lost, and so are the slices under way.
    fn break_down(&self, store: Store) {
        if let Some(request) = self.pointing.take() {
            store.dispatch(Event::PointFound { request, found: None });
        }
        for request in self.looking.take() {
            store.dispatch(Event::FoundAtHand { request, pieces: Vec::new() });
        }
        let what = "the browser ended the track worker".to_owned();
        store.dispatch(Event::TracksLost(HttpFailure::BadAnswer { what }));
    }

    fn take_in(&self, store: Store, reply: Reply) {
        match reply {
            Reply::Ready => {
                if let Some(line) = &mut *self.line.borrow_mut() {
                    line.is_ready();
                }
            }
            Reply::Progressed { request, points } => {
                store.dispatch(Event::SliceProgressed { request, points });
            }
            Reply::Loaded { request, report } => {
                store.dispatch(Event::SliceLoaded { request, report });
            }
            Reply::Unchanged { request } => {
                store.dispatch(Event::SliceUnchanged { request });
            }
            Reply::Found { request, pieces } => {
                self.looking.borrow_mut().remove(&request);
                store.dispatch(Event::FoundAtHand { request, pieces });
            }
            Reply::Kept { bytes } => store.dispatch(Event::KeptMeasured { bytes }),
            Reply::Failed { request, failure } => {
                store.dispatch(Event::SliceFailed { request, failure });
            }
            Reply::Changed { summaries, bounds } => {
                *self.bounds.borrow_mut() = bounds;
                store.dispatch(Event::TracksChanged(summaries));
            }
            Reply::Stays(found) => store.dispatch(Event::StaysFound(found)),
            Reply::Pointed { request, found } => {
                store.dispatch(Event::PointFound { request, found });
            }
            Reply::Painted(painted) => {
                if let Some(watcher) = &*self.watcher.borrow() {
                    watcher(painted);
                }
            }
            Reply::Legend(legend) => store.dispatch(Event::LegendChanged(legend)),
        }
    }
}

fn deliver(store: Store, request: &Request) {
    let tracks = &store.outside().tracks;
    tracks.start_if_needed(store);
    match &mut *tracks.line.borrow_mut() {
        Some(line) => line.send(request),
        None => tracks.break_down(store),
    }
}

impl Line {
    fn start(store: Store) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let script = page::document().get_element_by_id(BOOT_ELEMENT)?.get_attribute(WORKER_ATTRIBUTE)?;
        let worker = Worker::new_with_options(&script, &options).ok()?;
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(reply) = Reply::from_js(&message.data()) {
                store.outside().tracks.take_in(store, reply);
            }
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        let broken = Listener::new(&worker, "error", move |_| {
            let tracks = &store.outside().tracks;
            tracks.line.take();
            tracks.break_down(store);
        });
        Some(Self { worker, waiting: Some(Vec::new()), _message: message, _broken: broken })
    }

    fn send(&mut self, request: &Request) {
        match &mut self.waiting {
            Some(waiting) => waiting.push(request.clone()),
            // Plain values can always be cloned into the worker.
            None => drop(self.worker.post_message(&request.to_js())),
        }
    }

    fn is_ready(&mut self) {
        for request in self.waiting.take().into_iter().flatten() {
            self.send(&request);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
