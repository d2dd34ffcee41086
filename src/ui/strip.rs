//! The little there is beside the map inside another page, or on a wall.

use dashboard_core::model::view::FriendView;
use dashboard_core::owntracks::FriendId;
use leptos::prelude::*;

use super::friends::{AgeText, Face, of_friend, toggle_selected};
use super::text::clock::{Detail, moment};
use super::text::words;
use crate::store::Store;

/// Faces with ages in one line, for a frame in another page.
#[component]
pub fn PeopleStrip(store: Store) -> impl IntoView {
    let shown = Memo::new(move |_| {
        store.friends.with(|view| {
            let shown = |friend: &FriendView| (friend.fix.is_some() || friend.private) && !friend.hidden;
            let placed = view.friends.iter().filter(|friend| shown(friend));
            placed.map(|friend| friend.id.clone()).collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="strip" aria-label=words().panel_people>
            <For each=move || shown.get() key=Clone::clone let:id>
                <StripFriend store id />
            </For>
        </ul>
    }
}

#[component]
fn StripFriend(store: Store, id: FriendId) -> impl IntoView {
    let name = of_friend(store, &id, |friend| friend.name.clone());
    let private = of_friend(store, &id, |friend| friend.private);
    let selected = of_friend(store, &id, |friend| friend.selected);
    let key = id.to_string();
    let select = {
        let id = id.clone();
        move |_| {
            toggle_selected(store, &id);
        }
    };
    view! {
        <li data-friend-row=key>
            <button
                type="button"
                class="strip-friend"
                aria-current=move || selected.get().then_some("true")
                on:click=select
            >
                <Face store id=id.clone() />
                <span class="strip-text">
                    <span class="row-name">{name}</span>
                    {move || {
                        private.get().then(|| view! { <span class="age">{words().in_private_place}</span> })
                    }}
                    <AgeText store id />
                </span>
            </button>
        </li>
    }
}

/// The time, for a page nobody touches.
#[component]
pub fn Clock(store: Store) -> impl IntoView {
    let text = Memo::new(move |_| store.now.with(|now| moment(now.seconds(), Detail::Clock, None)));
    view! { <p class="clock">{text}</p> }
}
