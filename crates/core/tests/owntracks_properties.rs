//! What holds for every decoder of this room, whatever the bytes: none panics, the order of keys means nothing, and what
//! comes out can be shared between threads.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "owntracks_support/fixtures.rs"]
mod fixtures;

use std::fs;
use std::sync::LazyLock;

use dashboard_core::owntracks::otrc::{OtrcSettings, read_otrc};
use dashboard_core::owntracks::rec::RecLine;
use dashboard_core::owntracks::recorder::{
    LastAnswer, LiveFrame, read_devices, read_last, read_live_frame, read_months, read_users, read_version,
};
use dashboard_core::owntracks::{Decoded, FriendId, Keyring, Topic, decode};
use fixtures::{fixture, fixtures};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

/// Every file of both fixture folders that is not too large to be changed thousands of times.
static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut corpus = Vec::new();
    for folder in ["samples", "samples/bad", "samples/recorder", "recorder"] {
        for entry in fs::read_dir(fixtures().join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                corpus.push(fixture(&format!("{folder}/{}", entry.file_name().to_str().unwrap())));
            }
        }
    }
    corpus.retain(|bytes| !bytes.is_empty() && bytes.len() < 10_000);
    corpus
});

/// Samples that are one object without repeated keys.
static OBJECTS: LazyLock<Vec<Vec<(String, Value)>>> = LazyLock::new(|| {
    let object = |bytes: &Vec<u8>| match serde_json::from_slice(bytes) {
        Ok(Value::Object(members)) => Some(members.into_iter().collect()),
        _ => None,
    };
    CORPUS.iter().filter_map(object).collect()
});

proptest! {
    #[test]
    fn any_bytes_are_safe(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn changed_samples_are_safe(
        which in any::<Index>(),
        edits in proptest::collection::vec((any::<Index>(), any::<u8>()), 0..8),
        cut in any::<Index>(),
    ) {
        let mut bytes = which.get(&CORPUS).clone();
        for (at, byte) in edits {
            *at.get_mut(&mut bytes) = byte;
        }
        read_all(&bytes);
        read_all(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn the_order_of_keys_means_nothing(
        (members, shuffled) in any::<Index>()
            .prop_map(|which| which.get(&OBJECTS).clone())
            .prop_flat_map(|members| (Just(members.clone()), Just(members).prop_shuffle()))
    ) {
        let keys = Keyring::from_passphrases(["s3cr3t-Key"]);
        prop_assert_eq!(decode(&object(&shuffled), &keys), decode(&object(&members), &keys));
    }

    #[test]
    fn unknown_keys_mean_nothing(which in any::<Index>(), key in "_[a-z]{3,9}", at in any::<Index>()) {
        let members = which.get(&OBJECTS);
        let mut more = members.clone();
        more.insert(at.index(members.len() + 1), (format!("x{key}"), Value::from(vec![1, 2])));
        let keys = Keyring::default();
        prop_assert_eq!(decode(&object(&more), &keys), decode(&object(members), &keys));
    }
}

#[test]
fn results_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Decoded>();
    shared::<Keyring>();
    shared::<FriendId>();
    shared::<Topic<'static>>();
    shared::<LastAnswer>();
    shared::<LiveFrame>();
    shared::<RecLine<'static>>();
    shared::<OtrcSettings>();
}

fn read_all(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = decode(bytes, &Keyring::from_passphrases(["s3cr3t-Key"]));
    let _ =
        (read_version(bytes), read_users(bytes), read_devices(bytes), read_months(bytes), read_last(bytes));
    let _ = (read_live_frame(&text), read_otrc(&text), RecLine::parse(bytes));
    let _ = Topic::parse(&text).map(|topic| (topic.friend(), topic.names()));
}

fn object(members: &[(String, Value)]) -> Vec<u8> {
    let members: Vec<String> =
        members.iter().map(|(key, value)| format!("{}:{value}", Value::from(&**key))).collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}
