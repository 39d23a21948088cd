//! Readiness: whether this instance can do its work, found out by doing some (ADR 0047).
//!
//! Anybody may ask, as often as they like, and a look costs a durable write as large as the largest share. So there is one look
//! at a time and one a second, whose result is everybody's who asks meanwhile; and it is its own task, or those who hang up early
//! could have one each.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::deadline;
use super::limits::RateLimits;
use crate::metrics::Metrics;
use crate::store::Store;

/// From the begin of one look to that of the next, at least.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// What a stored share is longer than its value, at most: its sealing, its receipt, an entry of a list.
const AROUND_A_VALUE: usize = 1024;

/// Whether the store takes work.
#[derive(Debug)]
pub struct Readiness {
    store: Arc<dyn Store>,
    /// What a look writes, in bytes.
    bytes: usize,
    limits: Arc<RateLimits>,
    metrics: Metrics,
    /// Locked while somebody looks.
    last: Arc<Mutex<Option<Look>>>,
}

/// What a look came to.
#[derive(Clone, Copy, Debug)]
struct Look {
    began: Instant,
    ended: Instant,
    ready: bool,
}

impl Readiness {
    /// Readiness of a store that takes values of so many bytes.
    pub(super) fn new(
        store: Arc<dyn Store>,
        largest: usize,
        limits: Arc<RateLimits>,
        metrics: Metrics,
    ) -> Self {
        Self { store, bytes: largest + AROUND_A_VALUE, limits, metrics, last: Arc::default() }
    }

    /// Whether the store takes work: looks, or answers what a look of this second saw. Why it does not is logged, and nobody is
    /// told. Answers within the deadline of a request, whatever the store does.
    pub async fn is_ready(&self) -> bool {
        let asked = Instant::now();
        let mut last = Arc::clone(&self.last).lock_owned().await;
        if let Some(look) = &*last
            && (look.ended >= asked || look.began.elapsed() < GOOD_FOR)
        {
            return look.ready;
        }
        let (store, bytes) = (Arc::clone(&self.store), self.bytes);
        let (limits, metrics) = (Arc::clone(&self.limits), self.metrics.clone());
        let looking = tokio::spawn(async move {
            let began = Instant::now();
            let seen = deadline::for_read(async {
                // Not even tried: what is left is for those who read and burn. Has been logged.
                if limits.is_disk_short().await {
                    return Ok(false);
                }
                store.ready(bytes).await?;
                Ok(true)
            })
            .await;
            if let Err(error) = &seen {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "not ready: the store takes no work"
                );
            }
            let ready = seen.unwrap_or(false);
            metrics.set_store_up(ready);
            *last = Some(Look { began, ended: Instant::now(), ready });
            ready
        });
        looking.await.unwrap_or(false)
    }
}
