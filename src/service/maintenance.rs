//! Maintenance while the server runs: what has expired is collected, the keyring reloaded now and then, and the store's canary
//! looked after.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Keys;
use super::limits::RateLimits;
use crate::domain::Clock;
use crate::store::{self, Store};

/// Between two sweeps when nothing was left over.
const PAUSE: Duration = Duration::from_secs(30);
/// Between two steps of one sweep, so that the store serves callers in between.
const BREATH: Duration = Duration::from_millis(5);
/// Things collected in one step (ADR 0035: more would hold the writer).
const STEP: usize = 128;

/// What keeps a store, and what is remembered of callers, in order.
#[derive(Debug)]
pub struct Maintenance {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Arc<RateLimits>,
    pub(super) keys: Arc<Keys>,
}

impl Maintenance {
    /// Collects what expired, in small steps, then what limits remember in vain, reloads the keyring and looks after the canary,
    /// until `stop`.
    pub async fn run_until(&self, stop: CancellationToken) {
        loop {
            let swept = pause_after(self.store.sweep(self.clock.now(), STEP).await, "sweeping failed");
            // Whatever clocks say: what goes there was deleted by somebody.
            let tidied = pause_after(self.store.tidy_lists(STEP).await, "lists could not be tidied");
            let pause = swept.min(tidied);
            if pause == PAUSE {
                self.limits.sweep(self.clock.now()).await;
                self.keys.reload_quietly().await; // an instance that nobody told must not write under an old key for long
                self.keys.watch_canary().await;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Closes the store in good order.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

/// How long to wait after a step that collected so many things, or failed.
fn pause_after(step: store::Result<usize>, failed: &str) -> Duration {
    match step {
        Ok(STEP..) => BREATH,
        Ok(_) => PAUSE,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "{failed}");
            PAUSE
        }
    }
}
