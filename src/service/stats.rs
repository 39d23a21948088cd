//! Gauges of this instance and its store, for metrics; asked when somebody scrapes.
//!
//! Counting secrets costs the store something, and whoever may scrape may scrape as often as they like: `server::metrics`
//! leaves time between two counts. What is recorded of the instance itself is free.

use std::sync::Arc;

use super::Outbox;
use super::passphrase_lock::PassphraseLock;
use crate::domain::{Clock, Failure};
use crate::metrics::{Metrics, OutboxTrouble};
use crate::store::Store;
use crate::vault::Vault;

/// Gauges of the metrics.
#[derive(Debug)]
pub struct Stats {
    pub(super) store: Arc<dyn Store>,
    /// For its queue of passphrases to be hashed.
    pub(super) vault: Arc<Vault>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) passphrase_lock: Arc<PassphraseLock>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) metrics: Metrics,
}

impl Stats {
    /// Records the gauges of hashing and outbox.
    pub fn record_gauges(&self) {
        let pool = self.vault.hashing();
        self.metrics.set_hashing(pool.running, pool.waiting, pool.refused + self.passphrase_lock.refused());
        if let Some((depth, age_seconds)) = self.outbox.depth() {
            let trouble = self.outbox.trouble().map(|failure| match failure {
                Failure::Login | Failure::NoLogin => OutboxTrouble::Login,
                _ => OutboxTrouble::Server,
            });
            self.metrics.set_outbox(depth.waiting, depth.dead, age_seconds, trouble);
        }
    }

    /// Records how many secrets there are. May take longer than anybody waits, where there are very many. `false` when they
    /// cannot be counted: then the last number stays.
    pub async fn count_secrets(&self) -> bool {
        let counts = self.store.counts(self.clock.now()).await;
        if let Ok(counts) = &counts {
            self.metrics.set_secrets(counts.live, counts.expired, counts.counted);
        }
        counts.is_ok()
    }
}
