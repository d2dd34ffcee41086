//! A map and a set as sorted vectors, and a sort, for the hundreds of things a page has.
//!
//! They do what `BTreeMap` and `BTreeSet` do, by the same names, in a tenth of the code: each pair of types given to those
//! costs the page's module several kilobytes, and building one from an iterator costs a whole sorting algorithm. Inserting
//! moves what comes after it, so this is not for bulk.

use std::cmp::Ordering;
use std::mem;

/// Sorts in place, in time n log n whatever the order was (heap sort). Equal items may change places. A quarter of the code of
/// the standard library's, and half as fast.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let len = items.len();
    // First makes a heap, whose parents are never less than their children, then takes the greatest off it, again and again.
    for step in (0..len + len / 2).rev() {
        let (end, mut parent) = if step >= len {
            (len, step - len)
        } else {
            items.swap(0, step);
            (step, 0)
        };
        loop {
            let mut child = 2 * parent + 1;
            if child >= end {
                break;
            }
            if child + 1 < end && compare(&items[child], &items[child + 1]) == Ordering::Less {
                child += 1;
            }
            if compare(&items[parent], &items[child]) != Ordering::Less {
                break;
            }
            items.swap(parent, child);
            parent = child;
        }
    }
}

/// Values by key, in the order of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedMap<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for OrderedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> OrderedMap<K, V> {
    /// Without entries.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Keeps only the entries for which `keep` is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }

    /// Removes the entry with the smallest key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.entries.is_empty()).then(|| self.entries.remove(0))
    }

    /// All entries.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// All entries, to change their values.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// All values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// All values, to change them.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.entries.iter_mut().map(|(_, value)| value)
    }
}

impl<K: Ord, V> OrderedMap<K, V> {
    /// Where the key is, or where it would go.
    fn find(&self, key: &K) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.cmp(key))
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|index| &self.entries[index].1)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|index| &mut self.entries[index].1)
    }

    /// Whether there is an entry with this key.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Puts a value in; answers what was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(index) => Some(mem::replace(&mut self.entries[index].1, value)),
            Err(index) => {
                self.entries.insert(index, (key, value));
                None
            }
        }
    }

    /// The value of a key; first puts in what `make` gives when there is none.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let index = match self.find(&key) {
            Ok(index) => index,
            Err(index) => {
                self.entries.insert(index, (key, make()));
                index
            }
        };
        &mut self.entries[index].1
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.find(key).ok().map(|index| self.entries.remove(index).1)
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for OrderedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

/// Things in order, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedSet<T> {
    members: OrderedMap<T, ()>,
}

impl<T> Default for OrderedSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> OrderedSet<T> {
    /// Without members.
    pub const fn new() -> Self {
        Self { members: OrderedMap::new() }
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Removes all members.
    pub fn clear(&mut self) {
        self.members.clear();
    }

    /// All members.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.members.keys()
    }
}

impl<T: Ord> OrderedSet<T> {
    /// Whether it is a member.
    pub fn contains(&self, member: &T) -> bool {
        self.members.contains_key(member)
    }

    /// Makes it a member; `false` when it was one.
    pub fn insert(&mut self, member: T) -> bool {
        self.members.insert(member, ()).is_none()
    }

    /// Takes a member out; `false` when it was none.
    pub fn remove(&mut self, member: &T) -> bool {
        self.members.remove(member).is_some()
    }
}

impl<T: Ord> FromIterator<T> for OrderedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        Self { members: members.into_iter().map(|member| (member, ())).collect() }
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for OrderedSet<T> {
    fn from(members: [T; N]) -> Self {
        members.into_iter().collect()
    }
}

impl<T> IntoIterator for OrderedSet<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.entries.into_iter().map(|(member, ())| member)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts(mut items in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut expected = items.clone();
            expected.sort_unstable();
            sort_by(&mut items, u8::cmp);
            prop_assert_eq!(items, expected);
        }

        /// Whatever is done, it holds what a `BTreeMap` holds.
        #[test]
        fn it_is_a_map(acts in prop::collection::vec((0..6u8, 0..12u8, any::<u8>()), 0..80)) {
            let (mut ours, mut theirs) = (OrderedMap::new(), BTreeMap::new());
            for (act, key, value) in acts {
                match act {
                    0 | 1 => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    2 => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    3 => prop_assert_eq!(ours.get_or_insert_with(key, || value), theirs.entry(key).or_insert(value)),
                    4 => prop_assert_eq!(ours.pop_first(), theirs.pop_first()),
                    _ => {
                        ours.retain(|known, _| *known != key);
                        theirs.retain(|known, _| *known != key);
                    }
                }
                prop_assert_eq!(ours.get(&key), theirs.get(&key));
                prop_assert!(ours.iter().eq(theirs.iter()));
            }
            let again: OrderedMap<u8, u8> = theirs.into_iter().rev().collect();
            prop_assert_eq!(again, ours);
        }
    }
}
