//! What friends are called.

use crate::ordered::OrderedMap;

use crate::owntracks::{FriendId, Names};

/// Who is to be named, and by what.
pub(in crate::model) struct Named<'a> {
    pub id: &'a FriendId,
    /// Card name or tracker id.
    pub own_name: Option<&'a str>,
    /// User and device as their owner spells them, where that tells more than the id.
    pub spelling: Option<&'a Names>,
}

impl Named<'_> {
    /// The name for the list: the friend's own, or `user/device`.
    fn base(&self) -> String {
        self.own_name.map_or_else(|| format!("{}/{}", self.user(), self.device()), str::to_owned)
    }

    fn user(&self) -> &str {
        self.spelling.map_or(self.id.user(), |spelling| spelling.user.as_str())
    }

    fn has_device_like(&self, other: &Self) -> bool {
        self.id.device() == other.id.device() || self.device().to_lowercase() == other.device().to_lowercase()
    }

    fn device(&self) -> &str {
        self.spelling.map_or(self.id.device(), |spelling| spelling.device.as_str())
    }
}

/// Names for the list, equal ones made distinct: by the device where that is enough (`Jane (tablet)`), else by the id, the
/// only thing that two friends never share. Order of the answer is that of `named`.
pub(super) fn distinct(named: &[Named<'_>]) -> Vec<String> {
    let bases: Vec<String> = named.iter().map(Named::base).collect();
    let mut namesakes: OrderedMap<String, Vec<&Named<'_>>> = OrderedMap::new();
    for (named, base) in named.iter().zip(&bases) {
        namesakes.get_or_insert_with(base.to_lowercase(), Vec::new).push(named);
    }
    let distinct = |(named, base): (&Named<'_>, String)| {
        let same = namesakes.get(&base.to_lowercase()).map_or(&[][..], Vec::as_slice);
        if same.len() < 2 {
            base
        } else if same.iter().filter(|other| named.has_device_like(other)).count() == 1 {
            format!("{base} ({})", named.device())
        } else {
            format!("{base} ({})", named.id)
        }
    };
    named.iter().zip(bases).map(distinct).collect()
}

/// One or two characters for a marker: the first letters of the first two words, or the start of a single short word
/// such as a tracker id; without a name, those of user and device.
pub(in crate::model) fn initials(named: &Named<'_>) -> String {
    let first = |text: &str| text.chars().find(|c| c.is_alphanumeric());
    let letters: String = match named.own_name {
        Some(name) => {
            let mut words = name.split_whitespace().filter_map(first);
            match (words.next(), words.next()) {
                (Some(one), Some(other)) => [one, other].iter().collect(),
                _ if name.chars().count() <= 2 => name.chars().collect(),
                (one, _) => one.iter().collect(),
            }
        }
        None => [first(named.user()), first(named.device())].into_iter().flatten().collect(),
    };
    let upper: String = letters.to_uppercase().chars().take(2).collect();
    if upper.trim().is_empty() { "?".to_owned() } else { upper }
}
