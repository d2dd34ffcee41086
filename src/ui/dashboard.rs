//! Everything over the map.

use dashboard_core::model::Interface;
use leptos::prelude::*;

use super::connect::ConnectDialog;
use super::friends::{FriendCard, LIST};
use super::guest::{ShareOver, TimeLeft};
use super::history::HistoryBar;
use super::keyboard::{self, ShortcutsDialog};
use super::later::after_tasks;
use super::layout::{Layout, Panel, Window};
use super::legend::Legends;
use super::notices::Notices;
use super::parts::IconSprite;
use super::point::{PointCard, PointSaid};
use super::root::Root;
use super::sealed::{OpenDialog, ShareDialog};
use super::settings::SettingsDialog;
use super::side::SidePanel;
use super::strip::{Clock, PeopleStrip};
use super::text::{Tastes, speak, words};
use super::views::{OpenViewDialog, ToursDialog};
use crate::embedding;
use crate::guest::Share;
use crate::platform::page;
use crate::store::Store;
use crate::viewing::OpenView;

/// The panels, in the language that is spoken; they are built anew when that changes.
#[component]
pub fn Dashboard(store: Store, root: Root, viewing: OpenView) -> impl IntoView {
    let share = Share::watch(store);
    let layout = Layout::provide(share, viewing);
    Effect::new(move |_| root.set("data-sheet", layout.sheet.get().word()));
    let keys =
        window_event_listener(leptos::ev::keydown, move |event| keyboard::pressed(store, layout, &event));
    on_cleanup(move || keys.remove());
    embedding::begin_when_started(store);
    let over = move || layout.visit_until.get().is_some_and(|until_s| store.now.get().seconds() >= until_s);
    let over = Memo::new(move |_| over());
    Effect::new(move |_| {
        if over.get() {
            // Nothing of the visit was kept, so that nothing of it is left then.
            page::reload();
        }
    });
    let interface = Memo::new(move |_| store.chrome.with(|chrome| chrome.interface));
    let tastes = Memo::new(move |_| store.chrome.with(|chrome| Tastes::of(&chrome.settings)));
    view! {
        <IconSprite />
        // A person changes language, units or time zone once in a lifetime: everything is simply built anew.
        {move || {
            speak(&tastes.get());
            let interface = interface.get();
            share.address.get();
            let over = share.over.get();
            untrack(|| view! { <Spoken store interface over /> })
        }}
    }
}

/// Everything that has words in it.
#[component]
fn Spoken(store: Store, interface: Interface, over: bool) -> impl IntoView {
    let parts = store.chrome.with(|chrome| chrome.parts);
    if over {
        return view! {
            <div class="over" lang=words().language_tag>
                <ShareOver />
            </div>
        }
        .into_any();
    }
    let is_guests = Layout::of_page().share.is_guests();
    let panels = match interface {
        Interface::Full => view! { <FullPanels store /> }.into_any(),
        Interface::Embed | Interface::Kiosk => view! {
            {parts.clock.then(|| view! { <Clock store /> })}
            {(is_guests && parts.people).then(|| view! { <TimeLeft store /> })}
            {parts.people.then(|| view! { <PeopleStrip store /> })}
        }
        .into_any(),
    };
    let legends = (interface == Interface::Full || parts.legend).then(|| view! { <Legends store /> });
    let notices = (interface == Interface::Full || parts.notices).then(|| view! { <Notices store /> });
    view! {
        <div class="over" lang=words().language_tag>
            {panels} <PointSaid store /> {legends} {notices}
        </div>
    }
    .into_any()
}

#[component]
fn FullPanels(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    // What the side panel holds comes before.
    let (side_is_there, cards_are_there) = (after_tasks(2), after_tasks(3));
    let ask_where = Memo::new(move |_| store.sources.with(|sources| sources.ask_where));
    Effect::new(move |_| {
        // Whoever came for a view has no use for that question.
        let came_for_a_view = layout.viewing.view.with_untracked(|view| view.address.is_some());
        if ask_where.get() && !came_for_a_view {
            let is_visit = store.outside().link.borrow().is_some();
            layout.window.set(Some(if is_visit { Window::Sealed } else { Window::Connect }));
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
        {move || {
            side_is_there
                .get()
                .then(|| {
                    view! {
                        <FriendCard store />
                        <PointCard store />
                        <Windows store />
                    }
                })
        }}
        {move || {
            (cards_are_there.get() && layout.offers(Panel::History)).then(|| view! { <HistoryBar store /> })
        }}
    }
}

/// The dialog over everything, if one is open.
#[component]
fn Windows(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    move || {
        let open = layout.window.get();
        // The browser tells of a closing later, when another window may be open that is not meant.
        let on_close = Callback::new(move |()| {
            if layout.window.get_untracked() == open {
                layout.window.set(None);
            }
        });
        match open {
            Some(Window::Connect) => view! { <ConnectDialog store on_close /> }.into_any(),
            Some(Window::Sealed) => view! { <OpenDialog store on_close /> }.into_any(),
            Some(Window::Share) => view! { <ShareDialog store on_close /> }.into_any(),
            Some(Window::OpenView) => view! { <OpenViewDialog on_close /> }.into_any(),
            Some(Window::Tours) => view! { <ToursDialog store on_close /> }.into_any(),
            Some(Window::Settings) => view! { <SettingsDialog store on_close /> }.into_any(),
            Some(Window::Shortcuts) => view! { <ShortcutsDialog on_close /> }.into_any(),
            None => ().into_any(),
        }
    }
}
