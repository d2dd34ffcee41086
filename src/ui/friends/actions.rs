//! What a person can do with a friend, wherever the button for it stands.

use dashboard_core::model::Person;
use dashboard_core::owntracks::FriendId;
use leptos::prelude::*;

use crate::store::Store;

/// Adds a friend to the shown histories, or takes them out.
pub fn toggle_history(store: Store, id: &FriendId) {
    let mut shown: Vec<FriendId> = store.friends.with_untracked(|view| {
        view.friends.iter().filter(|friend| friend.in_history).map(|friend| friend.id.clone()).collect()
    });
    if let Some(index) = shown.iter().position(|other| other == id) {
        shown.remove(index);
    } else {
        shown.push(id.clone());
    }
    store.did(Person::ChoseHistoryFriends(shown));
}

/// Follows a friend, or stops.
pub fn toggle_follow(store: Store, id: &FriendId, followed: bool) {
    store.did(Person::Followed((!followed).then(|| id.clone())));
}

/// Hides a friend on the map, or shows them again.
pub fn toggle_hidden(store: Store, id: &FriendId, hidden: bool) {
    store.did(Person::Hid { friend: id.clone(), hidden: !hidden });
}

/// Selects a friend and goes to them, or lets go of them if they were selected. Whether they are selected now.
pub fn toggle_selected(store: Store, id: &FriendId) -> bool {
    let was = store.friends.with_untracked(|view| view.friends.iter().any(|it| it.id == *id && it.selected));
    if !was {
        store.did(Person::WentTo(id.clone()));
    }
    store.did(Person::Selected((!was).then(|| id.clone())));
    !was
}
