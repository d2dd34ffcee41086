//! The side panel: what the page is, how the sources are, and one of its panels. On a phone, the sheet.

use leptos::prelude::*;

use super::friends::{FriendsPanel, Search};
use super::guest::TimeLeft;
use super::happenings::HappeningsPanel;
use super::history::HistoryPanel;
use super::later::after_tasks;
use super::layers::MapOptions;
use super::layout::{Layout, Panel, Popover, Window};
use super::parts::{Button, Icon, Look, Sheet, Sign};
use super::sources::{SourcesDetails, SourcesPill};
use super::text::words;
use super::views::ViewPanel;
use crate::store::Store;

/// Search, status, and the panels.
#[component]
pub fn SidePanel(store: Store) -> impl IntoView {
    let t = words();
    let layout = Layout::of_page();
    let is_guests = layout.share.is_guests();
    let tabs = [
        (Panel::People, Sign::People, t.panel_people),
        (Panel::History, Sign::History, t.panel_history),
        (Panel::Activity, Sign::Activity, t.panel_activity),
    ];
    let offered: Vec<_> = tabs.into_iter().filter(|(panel, ..)| layout.offers(*panel)).collect();
    let content_is_due = after_tasks(1);
    let options_open = Signal::derive(move || layout.popover.get() == Some(Popover::MapOptions));
    view! {
        <Sheet class="side" label=t.panels height=layout.sheet>
            <header class="side-head">
                <div class="side-title">
                    <h1>{if is_guests { t.guest_title } else { t.title }}</h1>
                    {(!is_guests).then(|| view! { <SourcesPill store /> })}
                    <span class="side-buttons">
                        <Button
                            label=t.map_options
                            look=Look::Bare
                            sign=Sign::Layers
                            expanded=options_open
                            on_press=Callback::new(move |()| layout.toggle(Popover::MapOptions))
                        />
                        <Button
                            label=t.settings
                            look=Look::Bare
                            sign=Sign::Settings
                            on_press=Callback::new(move |()| layout.window.set(Some(Window::Settings)))
                        />
                    </span>
                </div>
                {is_guests.then(|| view! { <TimeLeft store /> })}
                <Search store />
            </header>
            {move || match layout.popover.get() {
                Some(Popover::Sources) => view! { <SourcesDetails store /> }.into_any(),
                Some(Popover::MapOptions) => view! { <MapOptions store /> }.into_any(),
                None => ().into_any(),
            }}
            <ViewPanel store />
            {(offered.len() > 1)
                .then(|| {
                    let tabs = offered
                        .into_iter()
                        .map(|(panel, sign, label)| view! { <PanelTab panel sign label /> });
                    view! {
                        <nav class="tabs" aria-label=t.panels>
                            {tabs.collect_view()}
                        </nav>
                    }
                })}
            <div class="side-scroll">
                {move || match layout.panel.get() {
                    _ if !content_is_due.get() => ().into_any(),
                    Panel::People => view! { <FriendsPanel store /> }.into_any(),
                    Panel::History => view! { <HistoryPanel store /> }.into_any(),
                    Panel::Activity => view! { <HappeningsPanel store /> }.into_any(),
                }}
            </div>
        </Sheet>
    }
}

#[component]
fn PanelTab(panel: Panel, sign: Sign, label: &'static str) -> impl IntoView {
    let layout = Layout::of_page();
    view! {
        <button
            type="button"
            class="tab"
            aria-current=move || (layout.panel.get() == panel).then_some("true")
            on:click=move |_| layout.open(panel)
        >
            <Icon sign />
            <span>{label}</span>
        </button>
    }
}
