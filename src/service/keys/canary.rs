//! The canary: by it the keyring is known to be the store's, and the store to be the one that it was.

use super::Keys;
use crate::service::Error;
use crate::store;
use crate::vault::CanaryError;

/// Why a server with this keyring must not serve from this store.
#[derive(Debug, thiserror::Error)]
pub enum CanaryCheckError {
    /// The keyring is not this store's.
    #[error(transparent)]
    Wrong(#[from] CanaryError),
    /// The store did not answer.
    #[error("the store did not answer")]
    Store(#[from] store::Error),
}

impl Keys {
    /// Has the vault open the store's canary, or leaves one in a new store. Must be done before anything is served:
    /// a wrong keyring must not cost anyone a secret.
    pub async fn check_canary(&self) -> Result<(), CanaryCheckError> {
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

    /// Looks after the canary while the server runs. A store without it is not the one that was opened: it came back empty, which
    /// is told, and gets a canary, or an instance with another keyring could begin to use it.
    pub(in crate::service) async fn watch_canary(&self) {
        // A store that does not answer is told of by whoever needs it.
        let Ok(stored) = self.store.canary(None).await else { return };
        if stored.is_none() {
            self.metrics.store_emptied();
            tracing::error!(
                hint = "was it flushed, or restarted without persistence? restore a backup if there is one (docs/backup.md)",
                "the store came back empty: every secret, receipt and account that was in it is lost"
            );
        }
        if let Err(error) = self.check_canary().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                hint =
                    "is another installation using this store? every instance on it needs the same keyring",
                "the store is not known to be this keyring's any more"
            );
        }
    }
}
