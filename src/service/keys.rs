//! The keyring while the server runs: it is read again when somebody says so, now and then, and when the store names a
//! key that is not in it (decisions §5).
//!
//! The trap for newcomers: a ring that opens the store today is worth more than a new one. A keyring that cannot be read,
//! is none, or does not open the store's canary is told of and left alone.

use std::fmt::Debug;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Service;
use crate::domain::{KeyId, Timestamp};
use crate::store;
use crate::vault::{CanaryError, Keyring};

/// Unknown keys that are looked for in one second: there are as many as operators retired, unless somebody forges records.
const MOST_UNKNOWN: usize = 8;

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

/// What another look at the keyring came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// It is another one, and used from now on.
    Changed,
    /// It is the one in use.
    Unchanged,
    /// It is no good; the one in use stays. Has been logged.
    Kept,
    /// It cannot be read again while the server runs.
    Fixed,
}

/// The source, and what came of asking it.
#[derive(Debug, Default)]
pub(super) struct Keys {
    source: Option<Arc<dyn KeySource>>,
    /// Held while the source is read, so that requests which miss the same key share one look.
    looks: Mutex<Looks>,
}

#[derive(Debug, Default)]
struct Looks {
    /// The keys that were looked for in vain, in this second.
    missed: (Timestamp, Vec<KeyId>),
    /// What was last complained about: the same is not told twice unless somebody asked.
    complaint: Option<String>,
}

impl Looks {
    /// Whether another look for `kid` would be one too many.
    fn in_vain(&mut self, kid: KeyId, now: Timestamp) -> bool {
        if self.missed.0 != now {
            self.missed = (now, Vec::new());
        }
        self.missed.1.contains(&kid) || self.missed.1.len() >= MOST_UNKNOWN
    }
}

/// Why a keyring is not taken over.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error(transparent)]
    Source(#[from] KeySourceError),
    #[error("the reading task ended early")]
    Task(#[from] tokio::task::JoinError),
    #[error("it does not belong to this store: {0}")]
    Canary(#[from] CanaryError),
    #[error("the store cannot tell whether it belongs to it")]
    Store(#[from] store::Error),
}

impl Unfit {
    fn hint(&self) -> &str {
        match self {
            Self::Source(error) => &error.hint,
            Self::Canary(_) => "put the right keyring back",
            Self::Task(_) | Self::Store(_) => "send SIGHUP to have it read again",
        }
    }
}

impl Service {
    /// The same service, which reads its keyring again from `source`. Without one, the ring it has is all it ever has.
    #[must_use]
    pub fn with_key_source(mut self, source: Arc<dyn KeySource>) -> Self {
        self.keys.source = Some(source);
        self
    }

    /// Reads the keyring again because somebody asked; whatever is wrong with it is logged.
    pub async fn follow_keys(&self) -> Followed {
        let mut looks = self.keys.looks.lock().await;
        looks.complaint = None;
        self.look(&mut looks).await
    }

    /// Reads the keyring again; says nothing of what was said before.
    pub(super) async fn glance_at_keys(&self) {
        let mut looks = self.keys.looks.lock().await;
        self.look(&mut looks).await;
    }

    /// Reads the keyring again because something is sealed under `kid`, which is not in it; whether it is now. What is not
    /// there is looked for once a second at most, however many ask.
    pub(super) async fn learn(&self, kid: KeyId) -> bool {
        let mut looks = self.keys.looks.lock().await;
        if self.vault.ring().holds(kid) {
            return true; // somebody else has looked meanwhile
        }
        let now = self.clock.now();
        if looks.in_vain(kid, now) {
            return false;
        }
        self.look(&mut looks).await;
        let found = self.vault.ring().holds(kid);
        if !found {
            looks.missed.1.push(kid);
        }
        found
    }

    async fn look(&self, looks: &mut Looks) -> Followed {
        let Some(source) = self.keys.source.clone() else { return Followed::Fixed };
        match self.read_keys(source).await {
            Ok(changed) => {
                looks.complaint = None;
                if changed { Followed::Changed } else { Followed::Unchanged }
            }
            Err(unfit) => {
                let text = unfit.to_string();
                if looks.complaint.as_ref() != Some(&text) {
                    let (error, hint) = (&unfit as &dyn std::error::Error, unfit.hint());
                    tracing::warn!(
                        error,
                        hint,
                        "the keyring was read again and is not used; the one before stays"
                    );
                    looks.complaint = Some(text);
                }
                Followed::Kept
            }
        }
    }

    /// Reads the ring and takes it over if it is another one; whether it was.
    async fn read_keys(&self, source: Arc<dyn KeySource>) -> Result<bool, Unfit> {
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
        let (mut looks, now) = (Looks::default(), Timestamp(1_000));
        for number in 0..8 {
            assert!(!looks.in_vain(kid(number), now));
            looks.missed.1.push(kid(number));
            assert!(looks.in_vain(kid(number), now), "the same again");
        }
        assert!(looks.in_vain(kid(8), now), "one more");
        assert!(!looks.in_vain(kid(8), now.plus(1)), "the next second");
        // A clock that was put back is another second as well, or keys would not be found until it caught up.
        assert!(!looks.in_vain(kid(8), now));
    }
}
