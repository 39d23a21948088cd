//! Upkeep: the canary at start; the sweep, and a glance at the keyring, while running.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Error, Service, deadline};
use crate::vault::CanaryError;

/// Between two sweeps when nothing was left over.
const PAUSE: Duration = Duration::from_secs(30);
/// Between two steps of one sweep, so that the store serves callers in between.
const BREATH: Duration = Duration::from_millis(5);
/// Things collected in one step (performance.md: more would hold the writer).
const STEP: usize = 128;

/// Why a server with this keyring must not serve from this store.
#[derive(Debug, thiserror::Error)]
pub enum CanaryTrouble {
    /// The keyring is not this store's.
    #[error(transparent)]
    Wrong(#[from] CanaryError),
    /// The store did not answer.
    #[error("the store did not answer")]
    Store(#[from] crate::store::Error),
}

impl Service {
    /// Has the vault open the store's canary, or leaves one in a new store. Must be done before anything is served:
    /// a wrong keyring must not cost anyone a secret.
    pub async fn check_canary(&self) -> Result<(), CanaryTrouble> {
        let stored = match self.store.canary(None).await? {
            Some(stored) => Some(stored),
            None => self.store.canary(Some(self.vault.seal_canary())).await?,
        };
        if let Some(stored) = stored {
            self.vault.check_canary(&stored)?;
        }
        Ok(())
    }

    /// Seals the canary under the writing key, after a rotation.
    pub async fn renew_canary(&self) -> Result<(), Error> {
        Ok(self.store.replace_canary(self.vault.seal_canary()).await?)
    }

    /// Whether the store can be reached and written to.
    pub async fn ready(&self) -> Result<(), Error> {
        deadline::looking(async { Ok(self.store.ready().await?) }).await
    }

    /// Collects what expired, in small steps, then what limits remember in vain, and glances at the keyring, until `stop`.
    pub async fn sweep_until(&self, stop: CancellationToken) {
        loop {
            let pause = match self.store.sweep(self.clock.now(), STEP).await {
                Ok(STEP..) => BREATH,
                Ok(_) => PAUSE,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "sweeping failed");
                    PAUSE
                }
            };
            if pause == PAUSE {
                self.gate.sweep(self.clock.now()).await;
                self.glance_at_keys().await; // an instance that nobody told must not write under an old key for long
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Ends in good order.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
