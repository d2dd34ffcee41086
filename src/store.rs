//! Owns the model: takes events in, runs the commands that come out, publishes what is shown.
//!
//! Events travel by call ([`Store::dispatch`]), are queued, and reach the model in order, never re-entered. State
//! travels by signal: a component reads the view it needs and is woken only when that view differs.

use dashboard_core::model::view::{
    ChromeView, FriendsView, HappeningView, HistoryView, NoticeView, PlacesView, SourcesView,
};
use dashboard_core::model::{Event, Person};
use dashboard_core::time::UnixMillis;
use leptos::prelude::*;

/// A signal that stays on this thread, as views hold `Rc`s.
pub type View<T> = ReadSignal<T, LocalStorage>;

/// The page's state, handed to every component by value.
#[derive(Clone, Copy)]
pub struct Store {
    /// Everybody.
    pub friends: View<FriendsView>,
    /// State of MQTT and Recorder.
    pub sources: View<SourcesView>,
    /// The shown history.
    pub history: View<HistoryView>,
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
}

impl Store {
    /// An empty page.
    pub fn new() -> Self {
        Self {
            friends: signal_local(FriendsView::default()).0,
            sources: signal_local(SourcesView::default()).0,
            history: signal_local(HistoryView::default()).0,
            places: signal_local(PlacesView::default()).0,
            happenings: signal_local(Vec::new()).0,
            notices: signal_local(Vec::new()).0,
            chrome: signal_local(ChromeView::default()).0,
            now: signal_local(UnixMillis::default()).0,
        }
    }

    /// Takes in what happened.
    pub fn dispatch(self, event: Event) {
        let _ = (self, event);
    }

    /// Takes in what the person did.
    pub fn did(self, act: Person) {
        self.dispatch(Event::Did(act));
    }
}
