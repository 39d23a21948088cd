//! The keyring while the server runs, and the canary by which it is known to be this store's.

use std::fmt::Debug;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::domain::Clock;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::vault::{Keyring, Vault};

mod canary;
mod reload;

pub use canary::CanaryCheckError;
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

/// The vault's keyring, and where it comes from.
#[derive(Debug)]
pub struct Keys {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    source: Option<Arc<dyn KeySource>>,
    /// Held while the source is read, so that requests which miss the same key share one reload.
    reloads: Mutex<Reloads>,
}

impl Keys {
    pub(super) fn new(
        store: Arc<dyn Store>,
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
        source: Option<Arc<dyn KeySource>>,
    ) -> Self {
        Self { store, vault, clock, metrics, source, reloads: Mutex::default() }
    }
}
