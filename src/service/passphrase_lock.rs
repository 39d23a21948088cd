//! The passphrase lock: of the requests of a network that present a passphrase for one secret, an instance works on one at a
//! time.
//!
//! A try is counted before its passphrase is verified, or guesses in parallel would be free. But then the right one, sent
//! eight times at once, uses up the tries of its own network, and late comers would hear "limited" where the contract
//! (v1-contract.md §7.4) says "Unknown secret". So they wait for the one before: by then the secret is gone, and the store
//! says so without counting. Guessing is no slower for it, as wrong ones are counted all the same.
//!
//! Other networks do not wait: they have tries of their own, and one that knows the link could make the recipient wait in
//! vain, for as long as its tries find no core and are given back.
//!
//! This is courtesy, not safety. N instances on one store, or N networks, have N tries under way, and what holds then is the
//! store's promise alone: one claim wins, and no try goes uncounted.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

use super::Error;
use crate::domain::{ClientNetwork, SlotTag};

/// Locks. Secrets that share one wait for each other, which costs time only.
const STRIPES: usize = 1024;
/// The longest wait, as long as for a core; nothing has been counted by then.
const MAX_WAIT: Duration = Duration::from_secs(3);
/// When to come back after that: a guess, a few hashes long.
const RETRY: Duration = Duration::from_secs(2);

/// A striped lock, by the tag of the secret and the network.
pub(super) struct PassphraseLock {
    stripes: Box<[Mutex<()>]>,
    /// Seeded afresh in every process, so that nobody can pick secrets that share a stripe.
    hasher: RandomState,
    refused: AtomicU64,
}

impl PassphraseLock {
    /// Waits for the lock, which is held until the guard is dropped. By the tag, since reveal and burn know no other name
    /// in common.
    pub(super) async fn acquire(
        &self,
        tag: SlotTag,
        network: ClientNetwork,
    ) -> Result<MutexGuard<'_, ()>, Error> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash are as good as others")]
        let stripe = self.hasher.hash_one((tag, network)) as usize % STRIPES;
        let guard = tokio::time::timeout(MAX_WAIT, self.stripes[stripe].lock()).await;
        guard.map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            Error::Busy { retry_after: RETRY }
        })
    }

    /// How many have waited in vain.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Default for PassphraseLock {
    fn default() -> Self {
        Self {
            stripes: (0..STRIPES).map(|_| Mutex::new(())).collect(),
            hasher: RandomState::new(),
            refused: AtomicU64::new(0),
        }
    }
}

impl fmt::Debug for PassphraseLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassphraseLock[..]")
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::domain::key::generate_pair;

    #[tokio::test]
    async fn a_network_waits_for_itself_and_for_no_other() {
        let lock = PassphraseLock::default();
        let [one, other] = [1, 2].map(|last| ClientNetwork::of([192, 0, 2, last].into()));
        let is_free = |tag, network| {
            let mut acquired = Box::pin(lock.acquire(tag, network));
            matches!(acquired.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(_)))
        };
        let mut free = 0;
        for _ in 0..8 {
            let tag = generate_pair().0.tag();
            let _guard = lock.acquire(tag, one).await.unwrap();
            assert!(!is_free(tag, one), "at once");
            free += usize::from(is_free(tag, other));
        }
        assert!(free > 4, "{free} of 8: two of a thousand stripes are hardly ever the same");
    }
}
