//! The whole page: the map, and the panels over it.

use dashboard_core::model::{Density, Interface};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::connect::ConnectDialog;
use super::friends::{FriendCard, LIST};
use super::history::HistoryBar;
use super::keyboard::{self, ShortcutsDialog};
use super::layout::{Layout, Panel, Window};
use super::notices::Notices;
use super::parts::IconSprite;
use super::point::{PointCard, PointSaid};
use super::settings::SettingsDialog;
use super::side::SidePanel;
use super::strip::{Clock, PeopleStrip};
use super::text::{Tastes, marker_label, point_lines, speak, words};
use crate::map::{MapIsland, MarkerTexts};
use crate::platform::timer;
use crate::store::Store;

/// The words on the map.
const MARKER_TEXTS: MarkerTexts = MarkerTexts {
    marker_label,
    point_lines,
    zoom_in: || words().zoom_in.to_owned(),
    zoom_out: || words().zoom_out.to_owned(),
};

/// The whole page. Its root carries the attributes automation relies on.
#[component]
pub fn Dashboard(store: Store) -> impl IntoView {
    let layout = Layout::provide();
    let keys =
        window_event_listener(leptos::ev::keydown, move |event| keyboard::pressed(store, layout, &event));
    on_cleanup(move || keys.remove());
    let mqtt = Memo::new(move |_| store.sources.with(|sources| sources.mqtt.state));
    let recorder = Memo::new(move |_| store.sources.with(|sources| sources.recorder.state));
    let friends = Memo::new(move |_| store.friends.with(|view| view.with_place));
    let history = Memo::new(move |_| store.history.with(|history| history.state));
    let points = Memo::new(move |_| store.history.with(|history| history.points));
    let drawn = Memo::new(move |_| store.history.with(|history| history.drawn));
    let density = Memo::new(move |_| store.chrome.with(|chrome| chrome.settings.density));
    let interface = Memo::new(move |_| store.chrome.with(|chrome| chrome.interface));
    let tastes = Memo::new(move |_| store.chrome.with(|chrome| Tastes::of(&chrome.settings)));
    let selected =
        Memo::new(move |_| store.friends.with(|view| view.friends.iter().any(|friend| friend.selected)));
    let pinned = Memo::new(move |_| {
        store.inspection.with(|view| view.point.as_ref().is_some_and(|point| point.pinned))
    });
    // The map and the panels are built in tasks of their own, so that neither is long.
    let map_is_there = RwSignal::new(false);
    spawn_local(async move {
        timer::next_task().await;
        map_is_there.set(true);
    });
    view! {
        <main
            id="dashboard"
            data-mqtt=move || mqtt.get().word()
            data-recorder=move || recorder.get().word()
            data-friends=friends
            data-history=move || history.get().word()
            data-history-points=points
            data-history-drawn=drawn
            data-ui=move || interface_word(interface.get())
            data-density=move || if density.get() == Density::Compact { "compact" } else { "comfortable" }
            data-selected=move || (selected.get() || pinned.get()).then_some("")
            data-sheet=move || layout.sheet.get().word()
        >
            <IconSprite />
            <MapIsland store texts=MARKER_TEXTS />
            // A person changes language, units or time zone once in a lifetime: everything is simply built anew.
            {move || {
                speak(&tastes.get());
                let interface = interface.get();
                map_is_there.get().then(|| untrack(|| view! { <Spoken store interface /> }))
            }}
        </main>
    }
}

fn interface_word(interface: Interface) -> &'static str {
    match interface {
        Interface::Full => "full",
        Interface::Embed => "embed",
        Interface::Kiosk => "kiosk",
    }
}

/// Everything that has words in it.
#[component]
fn Spoken(store: Store, interface: Interface) -> impl IntoView {
    let panels = match interface {
        Interface::Full => view! { <FullPanels store /> }.into_any(),
        Interface::Embed => view! { <PeopleStrip store /> }.into_any(),
        Interface::Kiosk => view! {
            <Clock store />
            <PeopleStrip store />
        }
        .into_any(),
    };
    view! {
        <div class="over" lang=words().language_tag>
            {panels} <PointSaid store /> <Notices store />
        </div>
    }
}

#[component]
fn FullPanels(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    let ask_where = Memo::new(move |_| store.sources.with(|sources| sources.ask_where));
    Effect::new(move |_| {
        if ask_where.get() {
            layout.window.set(Some(Window::Connect));
        }
    });
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        layout.open(Panel::People);
        keyboard::focus_soon(LIST);
    };
    view! {
        <a class="skip" href=format!("#{LIST}") on:click=skip>
            {words().skip_to_list}
        </a>
        <SidePanel store />
        <FriendCard store />
        <PointCard store />
        <HistoryBar store />
        <Windows store />
    }
}

/// The dialog over everything, if one is open.
#[component]
fn Windows(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    let on_close = Callback::new(move |()| layout.window.set(None));
    move || match layout.window.get() {
        Some(Window::Connect) => view! { <ConnectDialog store on_close /> }.into_any(),
        Some(Window::Settings) => view! { <SettingsDialog store on_close /> }.into_any(),
        Some(Window::Shortcuts) => view! { <ShortcutsDialog on_close /> }.into_any(),
        None => ().into_any(),
    }
}
