//! What friends are called.

use std::collections::BTreeMap;

use crate::owntracks::FriendId;

/// The name for the list: the friend's own, or `user/device`.
pub(super) fn base_name(own_name: Option<&str>, id: &FriendId) -> String {
    own_name.map_or_else(|| id.to_string(), str::to_owned)
}

/// Makes equal names distinct: by the device where that is enough (`Jane (tablet)`), else by user and device. Order of
/// the answer is that of `named`.
pub(super) fn distinct(named: &[(&FriendId, String)]) -> Vec<String> {
    let mut namesakes: BTreeMap<String, Vec<&FriendId>> = BTreeMap::new();
    for (id, name) in named {
        namesakes.entry(name.to_lowercase()).or_default().push(id);
    }
    named
        .iter()
        .map(|(id, name)| {
            let same = &namesakes[&name.to_lowercase()];
            if same.len() == 1 {
                name.clone()
            } else if same.iter().filter(|other| other.device() == id.device()).count() == 1 {
                format!("{name} ({})", id.device())
            } else {
                format!("{name} ({id})")
            }
        })
        .collect()
}

/// One or two characters for a marker: the first letters of the first two words, or the start of a single short word
/// such as a tracker id; without a name, those of user and device.
pub(super) fn initials(own_name: Option<&str>, id: &FriendId) -> String {
    let first = |text: &str| text.chars().find(|c| c.is_alphanumeric());
    let letters: String = match own_name {
        Some(name) => {
            let mut words = name.split_whitespace().filter_map(first);
            match (words.next(), words.next()) {
                (Some(one), Some(other)) => [one, other].iter().collect(),
                _ if name.chars().count() <= 2 => name.chars().collect(),
                (one, _) => one.iter().collect(),
            }
        }
        None => [first(id.user()), first(id.device())].into_iter().flatten().collect(),
    };
    let upper: String = letters.to_uppercase().chars().take(2).collect();
    if upper.trim().is_empty() { "?".to_owned() } else { upper }
}
