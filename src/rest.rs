//! What comes after people are on the map: histories and panels. A part of the module of its own, so that nobody waits for
//! dialogs to see where people are.

use std::cell::Cell;
use std::rc::Rc;

use dashboard_core::model::{Calendar, Event};
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use wasm_bindgen_futures::spawn_local;

use crate::map::{self, Chart, TrackTexts};
use crate::platform::calendar::BrowserCalendar;
use crate::platform::clock;
use crate::platform::timer::{self, Timer};
use crate::store::Store;
use crate::ui::text::{point_lines, stay_lines, view_label, words};
use crate::ui::{Dashboard, Root, panels};
use crate::viewing::OpenView;

/// So much later than asked for, the panels are missed.
const MISSED_AFTER_MS: i64 = 150;

/// Panels wait for the first friends, but no longer than this.
const PANELS_AFTER_MS: i32 = 250;

/// So do histories.
const TRACKS_AFTER_MS: i32 = 400;

/// Fetches the rest and builds it; says so when it does not come, and tries again when the person wants.
pub async fn load(store: Store, root: Root, map: Option<Chart>) {
    let place = root.panels.clone();
    let missed = Timer::after(MISSED_AFTER_MS, {
        let place = place.clone();
        move || panels::show_waiting(&place)
    });
    let built = build(store, root.clone(), map.clone()).await;
    drop(missed);
    if built.is_err() {
        panels::show_missing(&place, move || spawn_local(load(store, root.clone(), map.clone())));
    }
}

/// Only what nobody else calls is in this part: see ARCHITECTURE.md.
#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(rest, fallible, wasm_split_path = ::leptos::wasm_split)
)]
fn build_rest(store: Store, root: Root, map: Option<Chart>) -> Result<(), SplitLoaderError> {
    let place = root.panels.clone();
    mount_to(root.panels.clone(), move || {
        let viewing = OpenView::watch(store);
        // The track worker would take processor time from what is seen first.
        after_friends(store, TRACKS_AFTER_MS, Box::new(move || store.outside().tracks.start(store)));
        let build_panels = move || {
            place.set_text_content(None);
            mount_to(place, move || view! { <Dashboard store root viewing /> }).forget();
        };
        after_friends(store, PANELS_AFTER_MS, Box::new(build_panels));
        watch_days(store);
        if let Some(map) = map {
            map::show_tracks(store, &map, TrackTexts { point_lines, stay_lines });
            map::show_viewer(store, &map, || words().you_are_here);
            map::show_view(store, &map, viewing.view, view_label);
        }
    })
    .forget();
    Ok(())
}

/// Without the feature `split`, as in tests, the module is whole.
#[cfg(not(feature = "split"))]
async fn build(store: Store, root: Root, map: Option<Chart>) -> Result<(), SplitLoaderError> {
    build_rest(store, root, map)
}

#[cfg(feature = "split")]
use build_rest as build;

/// Calls `begin` in a task of its own when friends are on the map or nobody knows where to look for them, and at the latest
/// `most_ms` from now.
fn after_friends(store: Store, most_ms: i32, begin: Box<dyn FnOnce()>) {
    let begin = Rc::new(Cell::new(Some(begin)));
    let begin_after = move |delay_ms| {
        let begin = begin.clone();
        spawn_local(async move {
            timer::sleep(delay_ms).await;
            if let Some(begin) = begin.take() {
                begin();
            }
        });
    };
    begin_after(most_ms);
    let is_time = Memo::new(move |_| {
        store.friends.with(|friends| friends.with_place > 0)
            || store.sources.with(|sources| sources.ask_where)
    });
    Effect::new(move |_| {
        if is_time.get() {
            // Friends are drawn in the frame of this change, and time-outs come after it.
            begin_after(0);
        }
    });
}

/// Tells the model when another day has begun. The clock stands while the tab is hidden, so this happens at midnight or
/// when somebody looks again.
fn watch_days(store: Store) {
    let day = Memo::new(move |_| {
        let local = BrowserCalendar.to_local(store.now.with(|now| now.seconds()));
        (local.year, local.month, local.day)
    });
    Effect::new(move |before: Option<(i32, u8, u8)>| {
        let today = day.get();
        if before.is_some_and(|before| before != today) {
            let choice = store.history.with_untracked(|history| history.choice.clone());
            let range = choice.resolve(clock::now().seconds(), &BrowserCalendar);
            store.dispatch(Event::DayBegan { choice, range });
        }
        today
    });
}
