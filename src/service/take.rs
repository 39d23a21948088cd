//! A claim under the keyring at hand, or else under the one that is there by now.
//!
//! **A claim is never retried**, with one exception, which is here: `UnknownKey` proves that nothing was counted and
//! nothing consumed, so once the key has been found the same claim is a first one again.

use std::sync::Arc;

use super::{Error, Service};
use crate::domain::{ReceiptKey, SecretId, SecretKey, Timestamp};
use crate::store::{Claim, Taken};
use crate::vault::{self, Keyring};

/// What a claim came to.
pub(super) struct Asked {
    pub(super) taken: Taken,
    /// Under which it was made. What was won opens under this one, though keys may be retired at this very moment.
    pub(super) ring: Arc<Keyring>,
    /// When it was made.
    pub(super) now: Timestamp,
}

impl Service {
    /// Makes a claim under the ring in use; the claim's own is ignored.
    pub(super) async fn take(&self, claim: Claim<'_>) -> Result<Asked, Error> {
        let asked = self.take_now(claim).await?;
        match asked.taken {
            Taken::UnknownKey(kid) if Box::pin(self.learn(kid)).await => Box::pin(self.take_now(claim)).await,
            _ => Ok(asked),
        }
    }

    async fn take_now(&self, claim: Claim<'_>) -> Result<Asked, Error> {
        let (ring, now) = (self.vault.ring(), self.clock.now());
        let taken = self.store.take(Claim { ring: &ring.ids(), now, ..claim }).await?;
        Ok(Asked { taken, ring, now })
    }

    /// Opens the link in a receipt, looking for its key first if need be.
    pub(super) async fn open_link(
        &self,
        receipt: &ReceiptKey,
        sid: SecretId,
        sealed: &[u8],
    ) -> Result<SecretKey, vault::Error> {
        match self.vault.open_link(receipt, sid, sealed) {
            Err(vault::Error::UnknownKey(kid)) if Box::pin(self.learn(kid)).await => {
                self.vault.open_link(receipt, sid, sealed)
            }
            opened => opened,
        }
    }
}
