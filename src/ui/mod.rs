//! What the person sees around the map: components that read views and dispatch events.

use leptos::prelude::*;

use crate::store::Store;

/// The whole page.
#[component]
pub fn Dashboard(store: Store) -> impl IntoView {
    view! { <div id="dashboard" on:click=move |_| store.did(dashboard_core::model::Person::FittedFriends)></div> }
}
