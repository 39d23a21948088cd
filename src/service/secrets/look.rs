//! Look: what the holder of a link may know of a secret before it is read. Looking changes nothing (ADR 0072).

use super::Secrets;
use crate::domain::{Account, SecretKey, StoredReceipt, Timestamp};
use crate::service::{Caller, Error, ReadPermit, deadline};
use crate::vault::secret_id;

/// A secret by its link: times and whether it takes a passphrase. Never its receipt's key, nor who shared it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecretView {
    /// When it was shared.
    pub created: Timestamp,
    /// The lifetime it was granted, seconds.
    pub ttl: u32,
    /// Seconds left of it.
    pub left: u64,
    /// Whether reading takes a passphrase.
    pub protected: bool,
    /// Whether the caller's account shared it.
    pub is_own: bool,
}

impl SecretView {
    /// What `caller` sees at `now` of the secret with this receipt.
    pub(super) fn of(receipt: &StoredReceipt, caller: &Caller, now: Timestamp) -> Self {
        let is_own = |account: &Account| receipt.owner.as_deref() == Some(account.email.as_str());
        Self {
            created: receipt.created,
            ttl: receipt.ttl,
            left: now.until(receipt.secret_expires()),
            protected: receipt.protected,
            is_own: caller.account().is_some_and(is_own),
        }
    }
}

impl Secrets {
    /// Looks at a secret that can be read; [`Error::UnknownSecret`] when it never was, was read or burned, or has expired.
    pub async fn look(&self, permit: &ReadPermit, key: &SecretKey) -> Result<SecretView, Error> {
        let found = deadline::for_read(self.find(permit, key)).await?;
        found.ok_or(Error::UnknownSecret)
    }

    /// The same of several, one after the other, in the time that one has; those that are not there are left out.
    pub async fn look_at_each(
        &self,
        permit: &ReadPermit,
        keys: Vec<SecretKey>,
    ) -> Result<Vec<(SecretKey, SecretView)>, Error> {
        deadline::for_read(async {
            let mut found = Vec::new();
            for key in keys {
                if let Some(view) = self.find(permit, &key).await? {
                    found.push((key, view));
                }
            }
            Ok(found)
        })
        .await
    }

    async fn find(&self, permit: &ReadPermit, key: &SecretKey) -> Result<Option<SecretView>, Error> {
        let now = self.clock.now();
        let receipt = self.store.look(key.tag(), secret_id(key), now).await?;
        Ok(receipt.map(|receipt| SecretView::of(&receipt, permit.caller(), now)))
    }
}
