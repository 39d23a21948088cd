//! Turns: of the requests that present a passphrase for one secret, an instance works on one at a time.
//!
//! A try is counted before its passphrase is looked at, or guesses in parallel would be free. But then the right one, sent
//! eight times at once, uses up the tries of its own network, and late comers would hear "limited" where the contract
//! (§7.4) says "Unknown secret". So they wait for the one before: when their turn comes the secret is gone, and the store
//! says so without counting. Guessing is no slower for it, as wrong ones are counted all the same.
//!
//! The trap for newcomers: this is courtesy, not safety. N instances on one store have N tries under way, and what holds
//! then is the store's word alone: one claim wins, and no try goes uncounted.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

use super::Error;
use crate::domain::SlotTag;

/// Places to wait at. Secrets that share one wait for each other, which costs time only.
const PLACES: usize = 1024;
/// The longest wait, as long as for a core; nothing has been counted by then.
const PATIENCE: Duration = Duration::from_secs(3);
/// When to come back after that: a guess, a few hashes long.
const RETRY: Duration = Duration::from_secs(2);

/// Where requests wait for their turn.
pub(super) struct Turns {
    places: Box<[Mutex<()>]>,
    /// Seeded afresh in every process, so that nobody can pick secrets that share a place.
    hasher: RandomState,
    refused: AtomicU64,
}

impl Turns {
    /// Waits for a turn, which lasts until it is dropped. By the tag, since reveal and burn know no other name in common.
    pub(super) async fn wait(&self, tag: SlotTag) -> Result<MutexGuard<'_, ()>, Error> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash are as good as others")]
        let place = self.hasher.hash_one(tag) as usize % PLACES;
        let turn = tokio::time::timeout(PATIENCE, self.places[place].lock()).await;
        turn.map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            Error::Busy { retry_after: RETRY }
        })
    }

    /// How many have waited in vain.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            places: (0..PLACES).map(|_| Mutex::new(())).collect(),
            hasher: RandomState::new(),
            refused: AtomicU64::new(0),
        }
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turns[..]")
    }
}
