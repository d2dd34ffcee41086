//! Parts of one friend's view, so that a row is woken only by what it shows.

use dashboard_core::model::view::{FixView, FriendView};
use dashboard_core::owntracks::FriendId;
use leptos::prelude::*;

use crate::store::Store;

/// What `read` says of a friend; the default while nobody has this id.
pub fn of_friend<T>(store: Store, id: &FriendId, read: fn(&FriendView) -> T) -> Memo<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    let id = id.clone();
    Memo::new(move |_| {
        store.friends.with(|view| {
            view.friends.iter().find(|friend| friend.id == id).map(|friend| read(friend)).unwrap_or_default()
        })
    })
}

/// What `read` says of a friend's newest fix; the default while there is none.
pub fn of_fix<T>(store: Store, id: &FriendId, read: fn(&FixView) -> T) -> Memo<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    let id = id.clone();
    Memo::new(move |_| {
        store.friends.with(|view| {
            let friend = view.friends.iter().find(|friend| friend.id == id);
            friend.and_then(|friend| friend.fix.as_ref()).map(read).unwrap_or_default()
        })
    })
}
