//! Where somebody stayed longest, as a list.

use dashboard_core::model::Person;
use dashboard_core::model::view::FriendStaysView;
use dashboard_core::track::stays::StayPlace;
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::palette;
use crate::ui::text::{measures, stay_visits, stay_when, words};

/// So many places of each friend are listed.
const LISTED: usize = 5;

/// The places of every shown friend, while the map shows stays.
#[component]
pub fn StayPlaces(store: Store) -> impl IntoView {
    move || {
        let stays = store.stays.get();
        (!stays.friends.is_empty()).then(|| {
            view! {
                <h2 class="label">{words().places}</h2>
                <ul class="tracks">
                    {stays.friends.into_iter().map(|friend| of_friend(store, &friend)).collect_view()}
                </ul>
            }
        })
    }
}

fn of_friend(store: Store, friend: &FriendStaysView) -> impl IntoView + use<> {
    let id = friend.friend.clone();
    let region_of = move |place: StayPlace| {
        store.places.with(|places| places.region_at(&id, place.centre).map(str::to_owned))
    };
    let places: Vec<StayPlace> = friend.places.iter().take(LISTED).copied().collect();
    view! {
        <li class="track" style:--friend=palette::variable(friend.colour)>
            <p class="track-head">
                <span class="swatch" aria-hidden="true"></span>
                <strong>{friend.name.clone()}</strong>
            </p>
            <ul class="stays">
                {places
                    .into_iter()
                    .map(|place| {
                        view! {
                            <li>
                                <button
                                    type="button"
                                    class="stay"
                                    on:click=move |_| store.did(Person::WentToPlace(place.centre))
                                >
                                    {region_of(place)
                                        .map(|region| view! { <span class="stay-name">{region}</span> })}
                                    <span>
                                        <strong>{measures::duration(place.total_s)}</strong>
                                        " · "
                                        {stay_visits(place.visits)}
                                    </span>
                                    <span class="muted">{stay_when(&place)}</span>
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </li>
    }
}
