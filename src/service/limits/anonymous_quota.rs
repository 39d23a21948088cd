//! Per-network quota (count and bytes) of unread anonymous secrets; per instance, in memory.
//!
//! What is counted is the value, in bytes of UTF-8. An entry ends when its secret's lifetime has passed since it was shared,
//! by the time since the machine started, which nobody can set, or when this instance gives it out or
//! burns it; what another instance ends stays counted here until it expires, and a restart forgets everything: this is
//! a bound on abuse, not an account of the store.
//!
//! A trap that the order of steps avoids: room is taken *before* the secret is stored, or requests sent together would all
//! find the same room free.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{ClientNetwork, StoredReceipt, Uptime};

/// Expired entries that one step collects, so that none holds the lock for long.
const STEP: usize = 256;

/// The unread secrets of every network.
pub(super) struct AnonymousQuota {
    /// Secrets of one network; 0 is no limit.
    secrets: u32,
    /// Bytes of one network; 0 is no limit.
    bytes: u64,
    /// Entries at most, of all networks together.
    most: usize,
    unread: Mutex<Unread>,
}

/// No room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Full;

#[derive(Default)]
struct Unread {
    /// In the order in which they end.
    entries: BTreeMap<Place, Entry>,
    /// When each of them ends.
    ends: HashMap<Id, Uptime>,
    /// Only networks that have an entry.
    networks: HashMap<ClientNetwork, Usage>,
}

/// The beginning of a secret's id, which is enough: ids are hashes of keys that are drawn here.
type Id = [u8; 8];
/// When an entry ends, and of which secret it is.
type Place = (Uptime, Id);

#[derive(Clone, Copy)]
struct Entry {
    network: ClientNetwork,
    bytes: u32,
}

#[derive(Clone, Copy, Default)]
struct Usage {
    secrets: u32,
    bytes: u64,
}

impl AnonymousQuota {
    /// `secrets` and `bytes` for each network; `most` entries in all, or as many as one network may have.
    pub(super) fn new(secrets: u32, bytes: u64, most: usize) -> Self {
        let most = most.max(usize::try_from(secrets).unwrap_or(most)).max(1);
        Self { secrets, bytes, most, unread: Mutex::default() }
    }

    /// Takes room for a new secret of `bytes` bytes.
    ///
    /// When all entries are in use, a network that has its fair share of them is refused; for others, the entry that would
    /// end soonest is forgotten. So a few networks can neither shut the rest out nor get around their own limit.
    pub(super) fn take(
        &self,
        network: ClientNetwork,
        secret: &StoredReceipt,
        bytes: usize,
        now: Uptime,
    ) -> Result<(), Full> {
        if self.is_off() {
            return Ok(());
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let mut unread = self.unread();
        unread.forget_ended(now, STEP);
        let usage = unread.networks.get(&network).copied().unwrap_or_default();
        if self.is_over(usage, bytes) {
            return Err(Full);
        }
        if unread.entries.len() >= self.most {
            let share = self.most / unread.networks.len().max(1);
            if self.secrets > 0 && usize::try_from(usage.secrets).is_ok_and(|secrets| secrets >= share) {
                return Err(Full);
            }
            unread.forget_soonest();
        }
        unread.add((now.plus(secret.ttl.into()), id(secret)), Entry { network, bytes });
        Ok(())
    }

    /// Frees the room of a secret that was never stored, or is gone.
    pub(super) fn free(&self, secret: &StoredReceipt) {
        if !self.is_off() {
            self.unread().remove(id(secret));
        }
    }

    /// Collects what has ended, and lets others work between two steps.
    pub(super) async fn sweep(&self, now: Uptime) {
        while self.unread().forget_ended(now, STEP) == STEP {
            tokio::task::yield_now().await;
        }
        self.unread().give_memory_back();
    }

    fn is_off(&self) -> bool {
        self.secrets == 0 && self.bytes == 0
    }

    fn is_over(&self, usage: Usage, bytes: u32) -> bool {
        (self.secrets > 0 && usage.secrets >= self.secrets)
            || (self.bytes > 0 && usage.bytes + u64::from(bytes) > self.bytes)
    }

    fn unread(&self) -> MutexGuard<'_, Unread> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(secret: &StoredReceipt) -> Id {
    let mut id = [0; 8];
    id.copy_from_slice(&secret.sid.0[..8]);
    id
}

impl Unread {
    fn add(&mut self, place: Place, entry: Entry) {
        let (end, id) = place;
        self.remove(id);
        self.entries.insert(place, entry);
        self.ends.insert(id, end);
        let usage = self.networks.entry(entry.network).or_default();
        usage.secrets += 1;
        usage.bytes += u64::from(entry.bytes);
    }

    fn remove(&mut self, id: Id) {
        let Some(end) = self.ends.remove(&id) else { return };
        if let Some(entry) = self.entries.remove(&(end, id)) {
            self.uncount(entry);
        }
    }

    fn forget_soonest(&mut self) {
        if let Some(((_, id), entry)) = self.entries.pop_first() {
            self.ends.remove(&id);
            self.uncount(entry);
        }
    }

    /// How many it was, at most `limit`.
    fn forget_ended(&mut self, now: Uptime, limit: usize) -> usize {
        for forgotten in 0..limit {
            match self.entries.first_key_value() {
                Some(((end, _), _)) if *end <= now => self.forget_soonest(),
                _ => return forgotten,
            }
        }
        limit
    }

    /// What a rush has left of the maps; the tree shrinks by itself.
    fn give_memory_back(&mut self) {
        if self.ends.capacity() / 4 > self.ends.len() {
            self.ends.shrink_to(2 * self.ends.len());
        }
        if self.networks.capacity() / 4 > self.networks.len() {
            self.networks.shrink_to(2 * self.networks.len());
        }
    }

    fn uncount(&mut self, entry: Entry) {
        let Some(usage) = self.networks.get_mut(&entry.network) else { return };
        usage.secrets -= 1;
        usage.bytes -= u64::from(entry.bytes);
        if usage.secrets == 0 {
            self.networks.remove(&entry.network);
        }
    }
}

impl fmt::Debug for AnonymousQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unread = self.unread();
        write!(f, "AnonymousQuota[{} secrets of {} networks]", unread.entries.len(), unread.networks.len())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::{ReceiptId, SecretId, SecretKey, State, Timestamp};

    const NOW: Uptime = Uptime(86_400);

    fn network(n: u32) -> ClientNetwork {
        ClientNetwork::of(Ipv4Addr::from(n).into())
    }

    fn secret(id: u32, ttl: u32) -> StoredReceipt {
        let mut sid = [0; 32];
        sid[..4].copy_from_slice(&id.to_be_bytes());
        StoredReceipt {
            tag: SecretKey::parse(&"a".repeat(31)).unwrap().tag(),
            sid: SecretId(sid),
            mid: ReceiptId(sid),
            state: State::New,
            created: Timestamp(1_795_248_429),
            updated: Timestamp(1_795_248_429),
            ttl,
            owner: None,
            recipient: String::new(),
            share_domain: String::new(),
            protected: false,
            sealed: Vec::new(),
        }
    }

    fn secrets_of(quota: &AnonymousQuota, n: u32) -> u32 {
        quota.unread().networks.get(&network(n)).map_or(0, |usage| usage.secrets)
    }

    #[test]
    fn each_limit_holds_by_itself() {
        let by_count = AnonymousQuota::new(2, 0, 100);
        assert_eq!(
            [1, 2, 3].map(|id| by_count.take(network(1), &secret(id, 60), 1_000_000, NOW)),
            [Ok(()), Ok(()), Err(Full)]
        );
        assert_eq!(by_count.take(network(2), &secret(4, 60), 1, NOW), Ok(()));
        let by_bytes = AnonymousQuota::new(0, 10, 100);
        assert_eq!(by_bytes.take(network(1), &secret(1, 60), 7, NOW), Ok(()));
        assert_eq!(by_bytes.take(network(1), &secret(2, 60), 4, NOW), Err(Full));
        assert_eq!(by_bytes.take(network(1), &secret(3, 60), 3, NOW), Ok(()));
        by_bytes.free(&secret(1, 60));
        assert_eq!(by_bytes.take(network(1), &secret(4, 60), 8, NOW), Err(Full));
        assert_eq!(by_bytes.take(network(1), &secret(5, 60), 7, NOW), Ok(()));
    }

    #[test]
    fn off_counts_nothing() {
        let quota = AnonymousQuota::new(0, 0, 1);
        (0..100).for_each(|id| assert_eq!(quota.take(network(1), &secret(id, 60), 9, NOW), Ok(())));
        assert_eq!(quota.unread().entries.len(), 0);
    }

    #[test]
    fn an_entry_ends_at_the_second_its_secret_does() {
        let quota = AnonymousQuota::new(1, 0, 100);
        assert_eq!(quota.take(network(1), &secret(1, 60), 1, NOW), Ok(()));
        assert_eq!(quota.take(network(1), &secret(2, 60), 1, NOW.plus(59)), Err(Full));
        assert_eq!(quota.take(network(1), &secret(2, 60), 1, NOW.plus(60)), Ok(()));
    }

    #[tokio::test]
    async fn a_sweep_collects_everything_that_expired_and_nothing_else() {
        let quota = AnonymousQuota::new(10_000, 0, 10_000);
        for id in 0..3000 {
            assert_eq!(quota.take(network(id), &secret(id, 60 + id % 2), 1, NOW), Ok(()));
        }
        quota.sweep(NOW.plus(60)).await;
        assert_eq!(quota.unread().entries.len(), 1500);
        assert_eq!(quota.unread().networks.len(), 1500);
        quota.sweep(NOW.plus(61)).await;
        assert!(quota.unread().entries.is_empty());
        assert!(quota.unread().networks.capacity() < 100);
    }

    #[test]
    fn at_the_cap_big_users_wait_and_others_do_not() {
        let quota = AnonymousQuota::new(60, 0, 100);
        for id in 0..100 {
            assert_eq!(quota.take(network(id % 2), &secret(id, 100 + id), 1, NOW), Ok(()));
        }
        assert_eq!(
            quota.take(network(0), &secret(100, 500), 1, NOW),
            Err(Full),
            "half of it all is a fair share"
        );
        for id in 101..105 {
            assert_eq!(quota.take(network(id), &secret(id, 500), 1, NOW), Ok(()), "newcomer {id}");
        }
        assert_eq!(quota.unread().entries.len(), 100);
        assert_eq!((secrets_of(&quota, 0), secrets_of(&quota, 1)), (48, 48), "their soonest were forgotten");
        assert_eq!(
            quota.take(network(1), &secret(200, 500), 1, NOW),
            Err(Full),
            "and that opens no room for them"
        );
        quota.free(&secret(0, 100));
        assert_eq!(secrets_of(&quota, 0), 48, "what was forgotten is not freed again");
    }

    #[test]
    fn a_single_network_gets_all_it_may_have() {
        let quota = AnonymousQuota::new(50, 0, 10);
        let taken = (0..100).filter(|id| quota.take(network(1), &secret(*id, 60), 1, NOW).is_ok()).count();
        assert_eq!(taken, 50);
    }

    proptest! {
        #[test]
        fn the_sums_are_right_and_the_entries_are_bounded(
            limits in (0_u32..6, 0_u64..40),
            steps in prop::collection::vec((any::<bool>(), 0_u32..5, 0_u32..40, 0_u64..30), 1..200),
        ) {
            let quota = AnonymousQuota::new(limits.0, limits.1, 12);
            let mut now = NOW;
            for (takes, who, id, n) in steps {
                let secret = secret(id, 60);
                if takes {
                    let bytes = usize::try_from(n).unwrap();
                    let _ = quota.take(network(who), &secret, bytes, now);
                } else {
                    quota.free(&secret);
                    now = now.plus(n);
                }
                let unread = quota.unread();
                prop_assert!(unread.entries.len() <= 12);
                let ends: Vec<_> = unread.entries.keys().map(|(end, id)| (*id, *end)).collect();
                prop_assert_eq!(ends.into_iter().collect::<HashMap<_, _>>(), unread.ends.clone());
                let mut sums: HashMap<ClientNetwork, (u32, u64)> = HashMap::new();
                for entry in unread.entries.values() {
                    let sum = sums.entry(entry.network).or_default();
                    *sum = (sum.0 + 1, sum.1 + u64::from(entry.bytes));
                }
                prop_assert_eq!(sums.len(), unread.networks.len());
                for (network, usage) in &unread.networks {
                    prop_assert_eq!(sums.get(network), Some(&(usage.secrets, usage.bytes)));
                    prop_assert!(limits.0 == 0 || usage.secrets <= limits.0);
                    prop_assert!(limits.1 == 0 || usage.bytes <= limits.1);
                }
            }
        }
    }
}
