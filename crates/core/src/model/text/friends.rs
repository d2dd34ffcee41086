//! Whose, as in `friends=alice/phone,bob/*`.

use crate::owntracks::FriendId;

/// The device that stands for all devices of a user.
const ANY_DEVICE: &str = "*";

/// Reads `user/device`, `user/*` or just `user` (which means the same). Names are folded like those of a [`FriendId`].
/// `None` when a name is empty or the user is `*`.
pub fn friend_pattern(text: &str) -> Option<(String, String)> {
    let (user, device) = text.trim().split_once('/').unwrap_or((text.trim(), ANY_DEVICE));
    if user == "*" {
        return None;
    }
    let folded = FriendId::new(user, device)?;
    let device = if device == ANY_DEVICE { ANY_DEVICE } else { folded.device() };
    Some((folded.user().to_owned(), device.to_owned()))
}

/// Reads `user/device`.
pub fn friend_id(text: &str) -> Option<FriendId> {
    let (user, device) = text.trim().split_once('/')?;
    FriendId::new(user, device)
}

/// Whether a pattern means this friend.
pub fn matches_friend((user, device): &(String, String), friend: &FriendId) -> bool {
    user == friend.user() && (device == ANY_DEVICE || device == friend.device())
}
