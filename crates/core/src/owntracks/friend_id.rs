//! Who a message is about.

use std::fmt;

/// A person's device: user and device, folded as the Recorder folds names (see [`FriendId::new`]).
///
/// Never a tracker id, which collides, and never a display name, which changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FriendId {
    user: String,
    device: String,
}

impl FriendId {
    /// Folds `user` and `device` as the Recorder does for its store: each byte that is not an ASCII letter or digit
    /// becomes `-`, letters become lower case. `None` when either is empty.
    pub fn new(user: &str, device: &str) -> Option<Self> {
        (!user.is_empty() && !device.is_empty()).then(|| Self { user: fold(user), device: fold(device) })
    }

    /// Reads `user/device`, in links and settings; `None` without exactly one slash between two names.
    pub fn parse(text: &str) -> Option<Self> {
        let (user, device) = text.split_once('/')?;
        if device.contains('/') { None } else { Self::new(user, device) }
    }

    /// Folded user name: `a`–`z`, `0`–`9` and `-` only, so it is safe in URLs and as a folder name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Folded device name, safe as [`Self::user`] is.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Whether this is ping/ping, nobody's phone but the health check of the Recorder's container.
    pub fn is_ping(&self) -> bool {
        self.user == "ping" && self.device == "ping"
    }
}

impl fmt::Display for FriendId {
    /// `user/device`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.user, self.device)
    }
}

fn fold(name: &str) -> String {
    name.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { b.to_ascii_lowercase() as char } else { '-' })
        .collect()
}
