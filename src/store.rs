//! Owns the model: takes events in, runs the commands that come out, publishes what is shown.
//!
//! Events travel by call ([`Store::dispatch`]), are queued, and reach the model in order, never re-entered. State
//! travels by signal: a component reads the view it needs and is woken only when that view differs.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use dashboard_core::model::view::{
    ChromeView, FriendsView, HappeningView, HistoryView, InspectionView, NoticeView, PlacesView, SourcesView,
    StaysView,
};
use dashboard_core::model::{Changes, Event, Model, Person};
use dashboard_core::time::UnixMillis;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::outside::Outside;
use crate::platform::frame::PerFrame;
use crate::platform::timer::{self, Interval};
use crate::platform::{clock, geolocation, page};

/// A signal that stays on this thread, as views hold `Rc`s.
pub type View<T> = ReadSignal<T, LocalStorage>;

type SetView<T> = WriteSignal<T, LocalStorage>;

/// The page's state, handed to every component by value.
#[derive(Clone, Copy)]
pub struct Store {
    /// Everybody.
    pub friends: View<FriendsView>,
    /// State of MQTT and Recorder.
    pub sources: View<SourcesView>,
    /// The shown history.
    pub history: View<HistoryView>,
    /// The point of the history that is looked at.
    pub inspection: View<InspectionView>,
    /// The places where people stayed, while the map shows them.
    pub stays: View<StaysView>,
    /// Regions and points of interest.
    pub places: View<PlacesView>,
    /// Regions entered and left.
    pub happenings: View<Vec<HappeningView>>,
    /// Messages to the person.
    pub notices: View<Vec<NoticeView>>,
    /// Settings, layers, interface.
    pub chrome: View<ChromeView>,
    /// The present, ticking once a second while the tab is visible; for ages in words.
    pub now: View<UnixMillis>,
    inner: StoredValue<&'static Inner, LocalStorage>,
}

/// What stands behind the signals. One for each page, as long as the page lives.
struct Inner {
    model: RefCell<Model>,
    queue: RefCell<VecDeque<Event>>,
    /// What happens before the page started waits until it did: `Started` comes first.
    started: Cell<bool>,
    draining: Cell<bool>,
    outside: Outside,
    publish: RefCell<Option<PerFrame>>,
    ticking: RefCell<Option<Interval>>,
    /// The browser tells where the viewer is, or was asked to.
    locating: Cell<bool>,
    set: SetViews,
}

struct SetViews {
    friends: SetView<FriendsView>,
    sources: SetView<SourcesView>,
    history: SetView<HistoryView>,
    inspection: SetView<InspectionView>,
    stays: SetView<StaysView>,
    places: SetView<PlacesView>,
    happenings: SetView<Vec<HappeningView>>,
    notices: SetView<Vec<NoticeView>>,
    chrome: SetView<ChromeView>,
    now: SetView<UnixMillis>,
}

const TICK_MS: i32 = 1000;

impl Store {
    /// A page that has not started yet. It lives as long as the tab.
    pub fn new() -> Self {
        let (friends, set_friends) = signal_local(FriendsView::default());
        let (sources, set_sources) = signal_local(SourcesView::default());
        let (history, set_history) = signal_local(HistoryView::default());
        let (inspection, set_inspection) = signal_local(InspectionView::default());
        let (stays, set_stays) = signal_local(StaysView::default());
        let (places, set_places) = signal_local(PlacesView::default());
        let (happenings, set_happenings) = signal_local(Vec::new());
        let (notices, set_notices) = signal_local(Vec::new());
        let (chrome, set_chrome) = signal_local(ChromeView::default());
        let (now, set_now) = signal_local(clock::now());
        let inner: &'static Inner = Box::leak(Box::new(Inner {
            model: RefCell::new(Model::new()),
            queue: RefCell::new(VecDeque::new()),
            started: Cell::new(false),
            draining: Cell::new(false),
            outside: Outside::default(),
            publish: RefCell::new(None),
            ticking: RefCell::new(None),
            locating: Cell::new(false),
            set: SetViews {
                friends: set_friends,
                sources: set_sources,
                history: set_history,
                inspection: set_inspection,
                stays: set_stays,
                places: set_places,
                happenings: set_happenings,
                notices: set_notices,
                chrome: set_chrome,
                now: set_now,
            },
        }));
        let store = Self {
            friends,
            sources,
            history,
            inspection,
            stays,
            places,
            happenings,
            notices,
            chrome,
            now,
            inner: StoredValue::new_local(inner),
        };
        *inner.publish.borrow_mut() = Some(PerFrame::new(move || inner.publish_changes()));
        store.watch_page();
        store
    }

    /// Takes in what happened. Events of one call are carried out in order before the next is looked at; a call from
    /// within a command only queues.
    pub fn dispatch(self, event: Event) {
        let inner = self.inner.get_value();
        let is_start = matches!(event, Event::Started(_));
        if is_start {
            inner.started.set(true);
            inner.queue.borrow_mut().push_front(event);
        } else {
            inner.queue.borrow_mut().push_back(event);
        }
        if !inner.started.get() || inner.draining.replace(true) {
            return;
        }
        loop {
            let next = inner.queue.borrow_mut().pop_front();
            let Some(event) = next else { break };
            let commands = inner.model.borrow_mut().update(event, clock::now());
            for command in commands {
                inner.outside.run(self, command);
            }
        }
        inner.draining.set(false);
        if is_start {
            // Answers may be here before the next frame, and the map's first look goes by what the link leaves free of it.
            inner.publish_changes();
        }
        if let Some(publish) = &*inner.publish.borrow() {
            publish.request();
        }
    }

    /// Takes in what the person did.
    pub fn did(self, act: Person) {
        self.dispatch(Event::Did(act));
    }

    /// Asks the browser where the viewer is, unless it tells already; answered by an event whenever that is another place.
    pub fn locate_viewer(self) {
        if !self.inner.get_value().locating.replace(true) {
            geolocation::watch(move |place| {
                // Whoever refused may be asked again.
                self.inner.get_value().locating.set(place.is_some());
                self.dispatch(Event::ViewerLocated(place));
            });
        }
    }

    /// What the page has open towards the outside; for the map and for answers on their way back.
    pub(crate) fn outside(self) -> &'static Outside {
        &self.inner.get_value().outside
    }

    fn watch_page(self) {
        let inner = self.inner.get_value();
        let tick = move || {
            let ticking = (!page::is_hidden()).then(|| {
                inner.set.now.set(clock::now());
                Interval::every(TICK_MS, move || inner.set.now.set(clock::now()))
            });
            *inner.ticking.borrow_mut() = ticking;
        };
        tick();
        page::on_visibility(move |visible| {
            tick();
            if visible {
                self.dispatch(Event::Resumed);
            } else {
                // The frame that was asked for would come only when somebody looks again.
                inner.publish_changes();
            }
        });
        page::on_network(move |online| {
            self.dispatch(if online { Event::Resumed } else { Event::WentOffline });
        });
    }
}

impl Inner {
    /// Sets the signals of the views that differ: friends at once, the rest in a task of its own, as each makes work.
    fn publish_changes(&'static self) {
        let Ok(mut model) = self.model.try_borrow_mut() else { return };
        let changes = model.take_changes();
        let friends = changes.friends.then(|| model.friends(clock::now()));
        let chrome = changes.chrome.then(|| model.chrome());
        // Effects run after this and may dispatch.
        drop(model);
        // Settings first: the rest is shown in their terms.
        set_if_different(self.set.chrome, chrome);
        set_if_different(self.set.friends, friends);
        if page::is_hidden() {
            // Nothing else is to be drawn, and time-outs are rare.
            return self.publish_rest(changes);
        }
        spawn_local(async move {
            timer::next_task().await;
            self.publish_rest(changes);
        });
    }

    fn publish_rest(&self, changes: Changes) {
        let model = self.model.borrow();
        let sources = changes.sources.then(|| model.sources());
        let history = changes.history.then(|| model.history());
        let inspection = changes.inspection.then(|| model.inspection());
        let stays = changes.stays.then(|| model.stays());
        let places = changes.places.then(|| model.places());
        let happenings = changes.happenings.then(|| model.happenings());
        let notices = changes.notices.then(|| model.notices());
        drop(model);
        set_if_different(self.set.sources, sources);
        set_if_different(self.set.history, history);
        set_if_different(self.set.inspection, inspection);
        set_if_different(self.set.stays, stays);
        set_if_different(self.set.places, places);
        set_if_different(self.set.happenings, happenings);
        set_if_different(self.set.notices, notices);
    }
}

/// Runs `react` in a moment, and again whenever a signal it read differs, for as long as the reactive owner lives. There is
/// one effect for all of them, because each closure given to `Effect::new` costs 2 to 6 kB of the module.
pub fn follow(react: impl Fn() + 'static) {
    let react: Box<dyn Fn()> = Box::new(react);
    Effect::new(move |_| react());
}

fn set_if_different<T: PartialEq + 'static>(signal: SetView<T>, new: Option<T>) {
    let Some(new) = new else { return };
    signal.maybe_update(|old| {
        let differs = *old != new;
        if differs {
            *old = new;
        }
        differs
    });
}
