//! Topics, which say who a message is about. What it is about is said by the message itself.

use super::friend_id::FriendId;
use super::text;

/// A topic `base/user/device[/suffix…]`, taken apart as the Recorder does: after an optional leading slash, level 0 is
/// any base, level 1 the user, level 2 the device.
///
/// The parts are as they came and may hold anything: show [`Topic::names`], key on [`Topic::friend`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic<'a> {
    user: &'a str,
    device: &'a str,
    suffix: &'a str,
    friend_topic: &'a str,
}

/// Longest user or device name in bytes: as long as a folder name in the Recorder's store can be.
const MAX_NAME_BYTES: usize = 255;

impl<'a> Topic<'a> {
    /// Takes `topic` apart. `None` with fewer than three levels, or a user or device that is empty or longer than 255
    /// bytes.
    pub fn parse(topic: &'a str) -> Option<Self> {
        let levels = topic.strip_prefix('/').unwrap_or(topic);
        let (_base, rest) = levels.split_once('/')?;
        let (user, rest) = rest.split_once('/')?;
        let (device, suffix) =
            rest.split_once('/').map_or((rest, None), |(device, suffix)| (device, Some(suffix)));
        let usable = |name: &str| (1..=MAX_NAME_BYTES).contains(&name.len());
        let friend_bytes = topic.len() - suffix.map_or(0, |suffix| suffix.len() + 1);
        (usable(user) && usable(device)).then(|| Self {
            user,
            device,
            suffix: suffix.unwrap_or(""),
            friend_topic: &topic[..friend_bytes],
        })
    }

    /// Whose topic it is.
    pub fn friend(&self) -> FriendId {
        // The constructor refuses empty names, the only ones that `FriendId::new` refuses.
        FriendId::new(self.user, self.device).expect("user and device are not empty")
    }

    /// User and device for people.
    pub fn names(&self) -> Names {
        Names::new(self.user, self.device)
    }

    /// User as it came.
    pub fn user(&self) -> &'a str {
        self.user
    }

    /// Device as it came.
    pub fn device(&self) -> &'a str {
        self.device
    }

    /// What follows the device: `""` for locations, `event`, `info`, `waypoint`…
    pub fn suffix(&self) -> &'a str {
        self.suffix
    }

    /// The topic up to and with the device: where the device's locations are.
    pub fn friend_topic(&self) -> &'a str {
        self.friend_topic
    }
}

/// User and device in their original case, cleaned for people to read. Never a key: two friends may look the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// User, at most 64 characters.
    pub user: String,
    /// Device, at most 64 characters.
    pub device: String,
}

impl Names {
    /// Cleans and cuts both names; what is left empty by that becomes `?`.
    pub fn new(user: &str, device: &str) -> Self {
        let shown = |name| text::clean_some(name, text::NAME_CHARS).unwrap_or_else(|| "?".to_owned());
        Self { user: shown(user), device: shown(device) }
    }
}
