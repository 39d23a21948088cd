//! A hash map with a hard cap, for what limits remember about clients, who are as many as they like to be.
//!
//! A full map evicts the half that has used least. So a newcomer is never refused because of others, and those who used most
//! stay limited. An attacker with that many networks gains nothing by it: each newcomer that helps to push an entry out has
//! an allowance of its own.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

/// At most `most` entries; `V` is ordered by how much was used.
pub(super) struct BoundedMap<K, V> {
    // The standard hasher is keyed: nobody can choose addresses that collide.
    entries: HashMap<K, V>,
    most: usize,
}

impl<K: Copy + Eq + Hash, V: Copy + Ord> BoundedMap<K, V> {
    /// An empty map.
    pub(super) fn of_at_most(most: usize) -> Self {
        Self { entries: HashMap::new(), most: most.max(1) }
    }

    /// What is remembered about `key`.
    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key).copied()
    }

    /// Remembers `value` about `key`.
    pub(super) fn set(&mut self, key: K, value: V) {
        if let Some(known) = self.entries.get_mut(&key) {
            *known = value;
            return;
        }
        if self.entries.len() >= self.most {
            self.forget_half();
        }
        self.entries.insert(key, value);
    }

    /// Forgets what is not worth keeping, and gives memory back that a rush has left.
    pub(super) fn keep(&mut self, is_worth: impl Fn(V) -> bool) {
        self.entries.retain(|_, value| is_worth(*value));
        if self.entries.capacity() / 4 > self.entries.len() {
            self.entries.shrink_to(2 * self.entries.len());
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// One pass over everything, made once in half a map of newcomers.
    fn forget_half(&mut self) {
        let mut values: Vec<V> = self.entries.values().copied().collect();
        let half = self.entries.len().div_ceil(2);
        let (less, limit, _) = values.select_nth_unstable(half - 1);
        let limit = *limit;
        let mut equals = half - less.iter().filter(|value| **value < limit).count();
        self.entries.retain(|_, value| {
            let goes = *value < limit || (*value == limit && equals > 0);
            equals -= usize::from(goes && *value == limit);
            !goes
        });
    }
}

impl<K, V> fmt::Debug for BoundedMap<K, V> {
    /// Its size only: addresses do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoundedMap[{} of {}]", self.entries.len(), self.most)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_map_forgets_those_who_used_least() {
        let mut map = BoundedMap::of_at_most(4);
        for (key, used) in [(1, 40), (2, 10), (3, 30), (4, 10), (5, 1)] {
            map.set(key, used);
        }
        let left = [1, 2, 3, 4, 5].map(|key| map.get(&key));
        assert_eq!(left, [Some(40), None, Some(30), None, Some(1)]);
        map.set(1, 50);
        assert_eq!(map.len(), 3, "a known key takes no room");
    }

    #[test]
    fn memory_of_a_rush_is_given_back() {
        let mut map = BoundedMap::of_at_most(10_000);
        (0..10_000).for_each(|key| map.set(key, key));
        assert!(map.entries.capacity() >= 10_000);
        map.keep(|used| used < 10);
        assert_eq!(map.len(), 10);
        assert!(map.entries.capacity() < 100, "{}", map.entries.capacity());
    }

    proptest! {
        #[test]
        fn it_stays_bounded_and_keeps_the_last(
            most in 0_usize..20,
            sets in prop::collection::vec((0_u8..100, 0_u8..5), 1..200),
        ) {
            let mut map = BoundedMap::of_at_most(most);
            let mut highest = 0;
            for (key, used) in sets {
                let before = map.len();
                map.set(key, used);
                prop_assert!(map.len() <= most.max(1));
                prop_assert!(2 * map.len() >= before, "no more than half is forgotten");
                prop_assert_eq!(map.get(&key), Some(used));
                highest = highest.max(map.len());
            }
            prop_assert!(highest > 0);
        }
    }
}
