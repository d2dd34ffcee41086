//! The page's end of the line to the worker.

use std::cell::RefCell;

use dashboard_core::geo::Bounds;
use dashboard_core::model::Event;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::platform::page;
use crate::platform::timer::Timer;
use crate::store::Store;

use super::protocol::{Reply, Request, Sight, SightQuery};

/// The element whose script loads the module, in page and worker alike. The build gives it its name.
const BOOT_ELEMENT: &str = "boot";

/// The first friends come first; then the worker is started even if no history was asked for yet.
const WARM_UP_AFTER_MS: i64 = 1000;

/// Called with what is visible, and with `None` when the tracks are no longer what they were.
type Watcher = Box<dyn Fn(Option<Sight>)>;

/// The worker that owns the points; started with the first request.
#[derive(Default)]
pub struct TrackWorker {
    line: RefCell<Option<Line>>,
    watcher: RefCell<Option<Watcher>>,
    bounds: RefCell<Option<Bounds>>,
}

struct Line {
    worker: Worker,
    /// Requests made before the worker listened; `None` since it does.
    waiting: Option<Vec<Request>>,
    _message: Closure<dyn Fn(MessageEvent)>,
}

impl TrackWorker {
    /// Sends a request; starts the worker for the first one.
    pub fn send(&self, store: Store, request: &Request) {
        if self.line.borrow().is_none() {
            *self.line.borrow_mut() = Line::start(store);
        }
        if let Some(line) = &mut *self.line.borrow_mut() {
            line.send(request);
        }
    }

    /// Starts the worker soon, so that the first history need not wait for it.
    pub fn warm_up(&'static self, store: Store) {
        let start = Timer::after(WARM_UP_AFTER_MS, move || {
            if self.line.borrow().is_none() {
                *self.line.borrow_mut() = Line::start(store);
            }
        });
        // Fires once in the life of the page.
        std::mem::forget(start);
    }

    /// Asks what is visible; nothing to ask while there are no tracks.
    pub fn ask(&self, query: SightQuery) -> bool {
        let mut line = self.line.borrow_mut();
        let Some(line) = &mut *line else { return false };
        line.send(&Request::See(query));
        true
    }

    /// Calls `watcher` with every answer, and with `None` whenever it is time to ask again.
    pub fn watch(&self, watcher: Option<Watcher>) {
        *self.watcher.borrow_mut() = watcher;
    }

    /// Around everything in the tracks.
    pub fn bounds(&self) -> Option<Bounds> {
        *self.bounds.borrow()
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
            Reply::Loaded { request, report } => store.dispatch(Event::SliceLoaded { request, report }),
            Reply::Failed { request, failure } => store.dispatch(Event::SliceFailed { request, failure }),
            Reply::Changed { summaries, bounds } => {
                *self.bounds.borrow_mut() = bounds;
                store.dispatch(Event::TracksChanged(summaries));
                self.tell(None);
            }
            Reply::Seen(sight) => self.tell(Some(sight)),
        }
    }

    fn tell(&self, sight: Option<Sight>) {
        if let Some(watcher) = &*self.watcher.borrow() {
            watcher(sight);
        }
    }
}

impl Line {
    fn start(store: Store) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let script = page::document().get_element_by_id(BOOT_ELEMENT)?.get_attribute("src")?;
        let worker = Worker::new_with_options(&script, &options).ok()?;
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(reply) = Reply::from_js(&message.data()) {
                store.outside().tracks.take_in(store, reply);
            }
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        Some(Self { worker, waiting: Some(Vec::new()), _message: message })
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
