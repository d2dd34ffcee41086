//! Everybody: the list, and the card of the one who is selected.

mod actions;
mod card;
mod fact;
mod list;
mod row;
mod slice;

pub use actions::{toggle_history, toggle_selected};
pub use card::FriendCard;
pub use fact::Fact;
pub use list::{FriendsPanel, LIST, SEARCH_FIELD, Search};
pub use row::{AgeText, Face};
pub use slice::of_friend;
