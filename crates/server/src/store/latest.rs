//! What each device said last, and the cards: small enough for memory.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use dashboard_core::owntracks::{FriendId, Topic};
use dashboard_core::time::UnixSeconds;

use super::entry::{self, Entry, Keep};
use super::from_end::each_from_end;
use super::layout::{Layout, none_if_missing};
use crate::intake::{Door, Publish};
use crate::json;

/// A time further ahead of the present than this comes from a wrong clock.
const FUTURE_S: UnixSeconds = 600;

/// How many of the last lines of a history are looked at where the newest location is missing on disk.
const HEAL_LINES: usize = 200;

/// Everybody who ever sent a location or a card.
pub struct Latest(RwLock<BTreeMap<FriendId, Known>>);

/// What is known of one device.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Newest location.
    pub fix: Option<Fix>,
    /// Card, one compact JSON object.
    pub card: Option<Bytes>,
}

/// A location as the Recorder keeps the newest one.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Time of the fix.
    pub time_s: UnixSeconds,
    /// Compact JSON object with `topic`, `username`, `device` and `ghash`.
    pub object: Bytes,
}

impl Fix {
    /// Whether this one takes the place of `older`: newer wins, and a fix from the future never blocks saner ones.
    pub fn replaces(&self, older: Option<&Self>, now_s: UnixSeconds) -> bool {
        let Some(older) = older else { return true };
        let sane = self.time_s <= now_s.saturating_add(FUTURE_S);
        let older_is_sane = older.time_s <= now_s.saturating_add(FUTURE_S);
        self.time_s > older.time_s || (sane && !older_is_sane)
    }
}

impl Known {
    /// `object` with the members of the card it does not have itself, as the Recorder shows it.
    pub fn with_card(&self, object: &[u8]) -> Vec<u8> {
        let mut whole = json::Builder::from_object(object);
        for (key, value) in json::members(self.card.as_deref().unwrap_or_default()) {
            if key != b"_type" && !json::members(object).any(|(own, _)| own == key) {
                whole.raw(key, value);
            }
        }
        whole.finish()
    }
}

impl Latest {
    /// Reads what is on disk. A newest location that is missing, damaged or older than the end of the history (a power
    /// cut may leave it behind) is taken from the history instead.
    ///
    /// # Errors
    /// When folders or files cannot be read.
    pub fn load(layout: &Layout, now_s: UnixSeconds) -> io::Result<Self> {
        let mut all = BTreeMap::new();
        for friend in layout.friends()? {
            let mut fix = read_fix(&layout.last(&friend))?;
            for recorded in newest_recorded(layout, &friend, now_s)? {
                if recorded.replaces(fix.as_ref(), now_s) {
                    fix = Some(recorded);
                }
            }
            let mut card = read_object(&layout.card(&friend))?;
            if card.is_none() {
                card = read_object(&layout.card_of_user(friend.user()))?;
            }
            all.insert(friend, Known { fix, card });
        }
        Ok(Self(RwLock::new(all)))
    }

    /// Everybody with a location, sorted by name.
    pub fn located(&self) -> Vec<(FriendId, Fix, Known)> {
        let all = self.read();
        all.iter().filter_map(|(f, known)| Some((f.clone(), known.fix.clone()?, known.clone()))).collect()
    }

    /// Topics and payloads that a broker should retain again after a restart: newest locations and cards.
    pub fn retained(&self) -> Vec<(String, Bytes)> {
        let mut retained = Vec::new();
        for (friend, Known { fix, card }) in self.read().iter() {
            let named = fix.as_ref().and_then(|fix| json::member(&fix.object, "topic"));
            let topic = named.and_then(|topic| serde_json::from_slice(topic).ok());
            let topic = topic.unwrap_or_else(|| format!("owntracks/{friend}"));
            if let (Some(card), Some(topic)) = (card, Topic::parse(&topic)) {
                retained.push((format!("{}/info", topic.friend_topic()), card.clone()));
            }
            if let Some(fix) = fix {
                let sent = json::without(&fix.object, &["topic", "username", "device", "ghash"]);
                retained.push((topic, sent.into()));
            }
        }
        retained
    }

    /// The topic of the newest location of `friend`, in the original spelling where that is known.
    pub fn topic(&self, friend: &FriendId) -> String {
        let all = self.read();
        let fix = all.get(friend).and_then(|known| known.fix.as_ref());
        let topic = fix.and_then(|fix| serde_json::from_slice(json::member(&fix.object, "topic")?).ok());
        topic.unwrap_or_else(|| format!("owntracks/{friend}"))
    }

    /// What is known of `friend`.
    pub fn of(&self, friend: &FriendId) -> Known {
        self.read().get(friend).cloned().unwrap_or_default()
    }

    /// Takes `fix` in if it is newer; whether it was.
    pub(super) fn take_fix(&self, friend: &FriendId, fix: Fix, now_s: UnixSeconds) -> bool {
        let mut all = self.write();
        let known = all.entry(friend.clone()).or_default();
        let replaces = fix.replaces(known.fix.as_ref(), now_s);
        if replaces {
            known.fix = Some(fix);
        }
        replaces
    }

    /// Takes `card` in: the newest one wins as a whole.
    pub(super) fn take_card(&self, friend: &FriendId, card: Bytes) {
        self.write().entry(friend.clone()).or_default().card = Some(card);
    }

    // Nothing in here panics while it holds the lock, and a map cannot be left half changed.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<FriendId, Known>> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<FriendId, Known>> {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The newest location in a file; `None` when the file is missing or damaged.
///
/// # Errors
/// When it cannot be read.
pub fn read_fix(path: &std::path::Path) -> io::Result<Option<Fix>> {
    Ok(read_object(path)?.and_then(|object| {
        let location = entry::location(&object)?;
        Some(Fix { time_s: location.time_s, object })
    }))
}

/// The object in a file; `None` when the file is missing or damaged.
///
/// # Errors
/// When it cannot be read.
pub fn read_object(path: &std::path::Path) -> io::Result<Option<Bytes>> {
    let bytes = none_if_missing(fs::read(path))?;
    Ok(json::compact_object(&bytes).map(Bytes::from))
}

/// The locations among the last lines of the newest month of `friend`.
fn newest_recorded(layout: &Layout, friend: &FriendId, now_s: UnixSeconds) -> io::Result<Vec<Fix>> {
    let mut fixes = Vec::new();
    let Some(month) = none_if_missing(layout.months(friend))?.pop() else { return Ok(fixes) };
    let mut left = HEAL_LINES;
    each_from_end(&layout.month(friend, month), |line| {
        let publish = Publish {
            topic: format!("owntracks/{friend}"),
            payload: Bytes::copy_from_slice(line.json),
            retain: false,
            door: Door::Mqtt,
        };
        for entry in Entry::from_publish(&publish, now_s).into_iter().flatten() {
            if let Keep::Latest(fix) = entry.keep {
                fixes.push(fix);
            }
        }
        left -= 1;
        if left == 0 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    })?;
    Ok(fixes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_wins_and_the_future_never_blocks() {
        let fix = |time_s| Fix { time_s, object: Bytes::new() };
        let now_s = 1_000_000;
        assert!(fix(5).replaces(None, now_s));
        assert!(fix(6).replaces(Some(&fix(5)), now_s));
        assert!(!fix(5).replaces(Some(&fix(5)), now_s));
        assert!(!fix(4).replaces(Some(&fix(5)), now_s));
        assert!(fix(2_000_000).replaces(Some(&fix(5)), now_s));
        assert!(fix(5).replaces(Some(&fix(2_000_000)), now_s));
        assert!(!fix(1_500_000).replaces(Some(&fix(2_000_000)), now_s));
    }

    #[test]
    fn a_card_fills_in_what_is_missing() {
        let known = Known {
            fix: None,
            card: Some(Bytes::from_static(br#"{"_type":"card","tid":"XX","name":"100%"}"#)),
        };
        let whole = known.with_card(br#"{"_type":"location","tid":"AP"}"#);
        assert_eq!(whole, br#"{"_type":"location","tid":"AP","name":"100%"}"#);
    }
}
