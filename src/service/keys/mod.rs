//! The keyring while the server runs, and the canary by which it is known to be this store's.

use std::fmt::Debug;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Error;
use crate::domain::Clock;
use crate::store::{self, Store};
use crate::vault::{CanaryError, Keyring, Vault};

mod reload;

pub use reload::Reloaded;

use reload::Reloads;

/// Where the keyring comes from, to be read again.
pub trait KeySource: Send + Sync + Debug {
    /// Reads the keyring. May block: it is called off the async threads.
    fn load(&self) -> Result<Keyring, KeySourceError>;
}

/// Why there is no keyring to be had. Shows nothing of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct KeySourceError {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

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

/// The vault's keyring, and where it comes from.
#[derive(Debug)]
pub struct Keys {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    source: Option<Arc<dyn KeySource>>,
    /// Held while the source is read, so that requests which miss the same key share one reload.
    reloads: Mutex<Reloads>,
}

impl Keys {
    pub(super) fn new(
        store: Arc<dyn Store>,
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        source: Option<Arc<dyn KeySource>>,
    ) -> Self {
        Self { store, vault, clock, source, reloads: Mutex::default() }
    }

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
}
