//! The list of people, with search and order.

use dashboard_core::model::view::SourceState;
use dashboard_core::model::{Person, Settings, SortBy};
use dashboard_core::owntracks::FriendId;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::row::FriendRow;
use crate::store::Store;
use crate::ui::layout::{Layout, Window};
use crate::ui::parts::{Button, Empty, Look, Sign};
use crate::ui::text::{measures, words};

/// Id of the search field, for the `/` key.
pub const SEARCH_FIELD: &str = "friends-search";
/// Id of the list, for the skip link.
pub const LIST: &str = "friends-list";

/// Everybody, or why there is nobody.
#[component]
pub fn FriendsPanel(store: Store) -> impl IntoView {
    let known = Memo::new(move |_| store.friends.with(|view| view.friends.len()));
    let found = Memo::new(move |_| {
        store.friends.with(|view| {
            view.friends
                .iter()
                .filter(|friend| friend.found)
                .map(|friend| friend.id.clone())
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="people">
            {move || (known.get() > 1).then(|| view! { <ListHead store known /> })}
            {move || {
                if known.get() == 0 {
                    view! { <Nobody store /> }.into_any()
                } else if found.with(Vec::is_empty) {
                    let text = store.friends.with(|view| view.search.clone());
                    view! { <p class="muted nothing" role="status">{(words().nothing_found)(&text)}</p> }.into_any()
                } else {
                    ().into_any()
                }
            }}
            <Rows store found />
        </div>
    }
}

/// The search field; above the panels, so that it is there on every one of them.
#[component]
pub fn Search(store: Store) -> impl IntoView {
    let text = Memo::new(move |_| store.friends.with(|view| view.search.clone()));
    let field = NodeRef::<html::Input>::new();
    view! {
        <search class="search">
            <crate::ui::parts::Icon sign=Sign::Search />
            <input
                node_ref=field
                id=SEARCH_FIELD
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=words().search
                aria-label=words().search
                prop:value=text
                on:input=move |event| store.did(Person::Searched(event_target_value(&event)))
            />
        </search>
    }
}

#[component]
fn ListHead(store: Store, known: Memo<usize>) -> impl IntoView {
    let count = move || {
        let count = u32::try_from(known.get()).unwrap_or(u32::MAX);
        (words().people_count)(count, &measures::count(count))
    };
    let sort_by = Memo::new(move |_| store.chrome.with(|chrome| chrome.settings.sort_by));
    let sort = move |sort_by: SortBy| {
        // The browser asks for the viewer's place only now that somebody wants distances.
        if sort_by == SortBy::Distance {
            store.locate_viewer();
        }
        store.did(Person::Sorted(sort_by));
    };
    if sort_by.get_untracked() == SortBy::Distance {
        // Chosen in an earlier visit.
        store.locate_viewer();
    }
    let refused = Memo::new(move |_| {
        sort_by.get() == SortBy::Distance && store.friends.with(|view| view.viewer_refused)
    });
    view! {
        <div class="list-head">
            <span class="muted">{count}</span>
            <select
                class="select small"
                aria-label=words().sort_by
                prop:value=move || sort_word(sort_by.get())
                on:change=move |event| sort(sort_from_word(&event_target_value(&event)))
            >
                <option value="name">{words().sort_name}</option>
                <option value="age">{words().sort_age}</option>
                <option value="distance">{words().sort_distance}</option>
            </select>
            <Button
                label=words().fit_all
                look=Look::Bare
                sign=Sign::Fit
                on_press=Callback::new(move |()| store.did(Person::FittedFriends))
            />
        </div>
        <p class="list-note muted" role="status">
            {move || refused.get().then_some(words().viewer_refused)}
        </p>
    }
}

fn sort_word(sort_by: SortBy) -> &'static str {
    match sort_by {
        SortBy::Name => "name",
        SortBy::Age => "age",
        SortBy::Distance => "distance",
    }
}

fn sort_from_word(word: &str) -> SortBy {
    match word {
        "age" => SortBy::Age,
        "distance" => SortBy::Distance,
        _ => Settings::default().sort_by,
    }
}

#[component]
fn Rows(store: Store, found: Memo<Vec<FriendId>>) -> impl IntoView {
    view! {
        <ul id=LIST class="rows" tabindex="-1" aria-label=words().panel_people on:keydown=move_focus>
            <For each=move || found.get() key=Clone::clone let:id>
                <FriendRow store id />
            </For>
        </ul>
    }
}

/// Arrow keys move between the rows; Tab goes through the buttons of one.
fn move_focus(event: KeyboardEvent) {
    let (Some(list), Some(target)) = (
        event.current_target().and_then(|list| list.dyn_into::<HtmlElement>().ok()),
        event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()),
    ) else {
        return;
    };
    let row = target.closest(".row").ok().flatten();
    let next = match event.key().as_str() {
        "ArrowDown" => row.and_then(|row| row.next_element_sibling()).or_else(|| list.first_element_child()),
        "ArrowUp" => row.and_then(|row| row.previous_element_sibling()).or_else(|| list.last_element_child()),
        "Home" => list.first_element_child(),
        "End" => list.last_element_child(),
        _ => return,
    };
    event.prevent_default();
    let button = next.and_then(|row| row.query_selector(".row-main").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        // Focusing an element of this page cannot fail.
        let _ = button.focus();
    }
}

/// Why there is nobody, by what the sources do.
#[component]
fn Nobody(store: Store) -> impl IntoView {
    let situation = Memo::new(move |_| {
        store.sources.with(|sources| {
            let states = [sources.mqtt.state, sources.recorder.state];
            if states.contains(&SourceState::Connecting) {
                Situation::Looking
            } else if states.contains(&SourceState::Live) {
                Situation::Waiting
            } else if states == [SourceState::Off; 2] {
                Situation::Unconnected
            } else {
                Situation::Troubled
            }
        })
    });
    move || match situation.get() {
        Situation::Looking => view! {
            <div class="skeletons" role="status" aria-label=words().loading_people>
                <span></span>
                <span></span>
                <span></span>
            </div>
        }
        .into_any(),
        Situation::Waiting => view! {
            <Empty sign=Sign::People title=words().nobody_title hint=words().nobody_waiting />
        }
        .into_any(),
        Situation::Unconnected => view! { <Connectable hint=words().nobody_unconnected /> }.into_any(),
        Situation::Troubled => view! { <Connectable hint=words().nobody_troubled /> }.into_any(),
    }
}

/// Nobody, and what could be done about it is in the connect dialog.
#[component]
fn Connectable(hint: &'static str) -> impl IntoView {
    let layout = Layout::of_page();
    view! {
        <Empty sign=Sign::People title=words().nobody_title hint>
            <Button
                label=words().connect
                look=Look::Primary
                sign=Sign::Plug
                on_press=Callback::new(move |()| layout.window.set(Some(Window::Connect)))
            />
        </Empty>
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Situation {
    Looking,
    Waiting,
    Unconnected,
    Troubled,
}
