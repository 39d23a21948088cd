//! When a root key can be removed: once nothing sealed under it is left (ADR 0031).
//!
//! The trap: secrets end after their lifetime, but the link in a receipt lives twice as long.

use super::Keyring;
use crate::domain::{KeyId, Timestamp};

/// When a key can be removed from the ring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retirement {
    /// Not now: it is the active key.
    Writes,
    /// At any time: it has never been active.
    NeverWrote,
    /// From this time on: everything sealed under it has expired.
    From(Timestamp),
    /// Unknown: when it stopped being active was not recorded.
    NotNoted,
}

impl Keyring {
    /// When the key `id` can be removed, if receipts live `lifetime` seconds at most; `None` when there is no such key.
    #[must_use]
    pub fn retirement(&self, id: KeyId, lifetime: u64) -> Option<Retirement> {
        let key = self.keys().iter().find(|key| key.id == id)?;
        Some(match (key.added, key.since, key.until) {
            _ if id == self.writer().id => Retirement::Writes,
            (_, _, Some(until)) => Retirement::From(until.plus(lifetime)),
            (Some(_), None, None) => Retirement::NeverWrote,
            _ => Retirement::NotNoted,
        })
    }

    /// The ring without the key `id`; `None` when there is no such key, or it is the active one.
    #[must_use]
    pub fn without(&self, id: KeyId) -> Option<Self> {
        if id == self.writer().id || !self.holds(id) {
            return None;
        }
        Self::new(self.keys().iter().filter(|key| key.id != id).cloned().collect()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RingKey, RootKey};
    use super::*;

    const LIFETIME: u64 = 100;

    #[test]
    fn a_key_may_go_when_nothing_it_sealed_is_left() {
        let first = Keyring::generate(Timestamp(1));
        let added = first.with_added(RootKey::generate(), Timestamp(5)).unwrap();
        let (old, new) = (added.keys()[0].id, added.keys()[1].id);
        assert_eq!(added.retirement(old, LIFETIME), Some(Retirement::Writes));
        assert_eq!(added.retirement(new, LIFETIME), Some(Retirement::NeverWrote));

        let rotated = added.rotated(Timestamp(9)).unwrap();
        assert_eq!(rotated.retirement(new, LIFETIME), Some(Retirement::Writes));
        assert_eq!(rotated.retirement(old, LIFETIME), Some(Retirement::From(Timestamp(109))));
        assert_eq!(rotated.retirement(RootKey::generate().id(), LIFETIME), None);
    }

    #[test]
    fn what_was_not_noted_is_not_guessed() {
        let by_hand = |since, until| RingKey { since, until, ..RingKey::new(RootKey::generate()) };
        let keys = vec![by_hand(None, None), by_hand(None, None), by_hand(Some(Timestamp(3)), None)];
        let ring = Keyring::new(keys).unwrap();
        assert_eq!(ring.retirement(ring.keys()[0].id, LIFETIME), Some(Retirement::Writes));
        for key in &ring.keys()[1..] {
            assert_eq!(ring.retirement(key.id, LIFETIME), Some(Retirement::NotNoted));
        }
        // A first key without dates is dated by the rotation that ends it.
        let rotated = ring.rotated(Timestamp(7)).unwrap();
        assert_eq!(rotated.retirement(ring.writer().id, LIFETIME), Some(Retirement::From(Timestamp(107))));
    }

    #[test]
    fn the_writing_key_never_goes() {
        let ring = Keyring::generate(Timestamp(1)).with_added(RootKey::generate(), Timestamp(5)).unwrap();
        let (writer, other) = (ring.keys()[0].id, ring.keys()[1].id);
        assert!(ring.without(writer).is_none());
        assert!(ring.without(RootKey::generate().id()).is_none());
        assert_eq!(*ring.without(other).unwrap().ids(), [writer]);
    }
}
