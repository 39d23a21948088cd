//! Reloading the keyring: on SIGHUP, every 30 s, and when the store names a key that is not in it (ADR 0031).
//!
//! A ring that opens the store today is worth more than a new one: a keyring that cannot be read, is none, or does not
//! open the store's canary is logged and left alone.

use std::sync::Arc;

use super::{KeySource, KeySourceError, Keys};
use crate::domain::{KeyId, Timestamp};
use crate::store;
use crate::vault::CanaryError;

/// Unknown keys that are looked for in one second: there are as many as operators retired, unless somebody forges records.
const MOST_UNKNOWN: usize = 8;

/// What reloading the keyring came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reloaded {
    /// It is another one, and used from now on.
    Changed,
    /// It is the one in use.
    Unchanged,
    /// It is no good; the one in use stays. Has been logged.
    Kept,
    /// It cannot be read again while the server runs.
    Fixed,
}

/// What is remembered from one reload to the next.
#[derive(Debug, Default)]
pub(super) struct Reloads {
    /// The keys that were looked for in vain, in this second.
    missed: (Timestamp, Vec<KeyId>),
    /// What was last logged as wrong: the same is not logged twice unless somebody asked.
    logged: Option<String>,
}

impl Reloads {
    /// Whether another reload for `kid` would be one too many.
    fn in_vain(&mut self, kid: KeyId, now: Timestamp) -> bool {
        if self.missed.0 != now {
            self.missed = (now, Vec::new());
        }
        self.missed.1.contains(&kid) || self.missed.1.len() >= MOST_UNKNOWN
    }
}

/// Why a keyring is not taken over.
#[derive(Debug, thiserror::Error)]
enum ReloadError {
    #[error(transparent)]
    Source(#[from] KeySourceError),
    #[error("the reading task ended early")]
    Task(#[from] tokio::task::JoinError),
    #[error("it does not belong to this store: {0}")]
    Canary(#[from] CanaryError),
    #[error("the store cannot tell whether it belongs to it")]
    Store(#[from] store::Error),
}

impl ReloadError {
    fn hint(&self) -> &str {
        match self {
            Self::Source(error) => &error.hint,
            Self::Canary(_) => "put the right keyring back",
            Self::Task(_) | Self::Store(_) => "send SIGHUP to have it read again",
        }
    }
}

impl Keys {
    /// Reloads the keyring because somebody asked; whatever is wrong with it, or with the store's canary, is logged.
    pub async fn reload(&self) -> Reloaded {
        let reloaded = {
            let mut reloads = self.reloads.lock().await;
            reloads.logged = None;
            self.load(&mut reloads).await
        };
        self.watch_canary().await;
        reloaded
    }

    /// Reloads the keyring; does not log again what was logged before.
    pub(in crate::service) async fn reload_quietly(&self) {
        let mut reloads = self.reloads.lock().await;
        self.load(&mut reloads).await;
    }

    /// Reloads the keyring because something is sealed under `kid`, which is not in it; whether it is now. What is not
    /// there is looked for once a second at most, however many ask.
    pub(in crate::service) async fn reload_for(&self, kid: KeyId) -> bool {
        let mut reloads = self.reloads.lock().await;
        if self.vault.ring().holds(kid) {
            return true; // somebody else has reloaded it meanwhile
        }
        let now = self.clock.now();
        if reloads.in_vain(kid, now) {
            return false;
        }
        self.load(&mut reloads).await;
        let found = self.vault.ring().holds(kid);
        if !found {
            reloads.missed.1.push(kid);
        }
        found
    }

    async fn load(&self, reloads: &mut Reloads) -> Reloaded {
        let Some(source) = self.source.clone() else { return Reloaded::Fixed };
        match self.replace_from(source).await {
            Ok(changed) => {
                reloads.logged = None;
                if changed { Reloaded::Changed } else { Reloaded::Unchanged }
            }
            Err(error) => {
                let text = error.to_string();
                if reloads.logged.as_ref() != Some(&text) {
                    let (error, hint) = (&error as &dyn std::error::Error, error.hint());
                    tracing::warn!(
                        error,
                        hint,
                        "the keyring was read again and is not used; the one before stays"
                    );
                    reloads.logged = Some(text);
                }
                Reloaded::Kept
            }
        }
    }

    /// Reads the ring and takes it over if it is another one; whether it was.
    async fn replace_from(&self, source: Arc<dyn KeySource>) -> Result<bool, ReloadError> {
        let ring = tokio::task::spawn_blocking(move || source.load()).await??;
        if ring.ids() == self.vault.ring().ids() {
            return Ok(false);
        }
        if let Some(canary) = self.store.canary(None).await? {
            ring.check_canary(&canary)?;
        }
        let (writes, keys) = (ring.writer().id, ring.keys().len());
        self.vault.replace_ring(ring);
        tracing::info!(%writes, keys, "the keyring has changed");
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_keys_do_not_make_us_read_a_file_for_each() {
        let kid = |number| KeyId([number; 8]);
        let (mut reloads, now) = (Reloads::default(), Timestamp(1_000));
        for number in 0..8 {
            assert!(!reloads.in_vain(kid(number), now));
            reloads.missed.1.push(kid(number));
            assert!(reloads.in_vain(kid(number), now), "the same again");
        }
        assert!(reloads.in_vain(kid(8), now), "one more");
        assert!(!reloads.in_vain(kid(8), now.plus(1)), "the next second");
        // A clock that was put back is another second as well, or keys would not be found until it caught up.
        assert!(!reloads.in_vain(kid(8), now));
    }
}
