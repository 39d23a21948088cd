//! My shares: what became of what an account shared, by page or API, for the account itself; and burning one of them. No key comes
//! into it: what a signed-in page can show or do, a thief of database and keyring can (ADR 0080).

use super::Secrets;
use crate::domain::{ShareId, State, StoredReceipt, Timestamp};
use crate::service::{AccountPermit, Error, deadline};
use crate::store::Cursor;

/// Pages of the store that one page may be put together of: much of a list may be gone.
const MOST_STEPS: usize = 40;
/// How long a share is shown: as long as the lists live.
const SPAN: u64 = 60 * 24 * 3600;

/// A page of what an account shared.
#[derive(Debug)]
pub struct MyShares {
    /// Newest first. Their keys are nowhere.
    pub receipts: Vec<StoredReceipt>,
    /// For the next page; `None` behind the last.
    pub next: Option<Cursor>,
    /// When this was true.
    pub now: Timestamp,
}

impl Secrets {
    /// What the caller's account shared and there still are receipts of: at most `limit`.
    pub async fn my_shares(
        &self,
        permit: &AccountPermit,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<MyShares, Error> {
        let account = &permit.signed_in().account;
        deadline::for_read(async {
            let now = self.clock.now();
            let since = now.minus(SPAN).max(account.created);
            let (mut receipts, mut after) = (Vec::new(), after);
            for _ in 0..MOST_STEPS {
                let (email, left) = (account.email.as_str(), limit - receipts.len());
                let page =
                    self.store.shares_of(&account.id, email, (since, now), after.as_ref(), left).await?;
                receipts.extend(page.receipts.into_iter().map(|receipt| self.as_of_now(now, receipt)));
                after = page.next;
                if after.is_none() || receipts.len() >= limit {
                    break;
                }
                tokio::task::yield_now().await;
            }
            Ok(MyShares { receipts, next: after, now })
        })
        .await
    }

    /// Burns what the caller's account shared and nobody has read, by its stored id. Whose it is, its receipt says.
    pub async fn burn_by_id(&self, permit: &AccountPermit, share: ShareId) -> Result<(), Error> {
        let (account, ShareId { tag, mid }) = (&permit.signed_in().account, share);
        deadline::for_write(async {
            let receipt = self.store.receipt(tag, mid, self.clock.now()).await?;
            let is_mine = |receipt: &StoredReceipt| {
                receipt.owner.as_deref() == Some(account.email.as_str()) && receipt.created >= account.created
            };
            if !receipt.is_some_and(|receipt| is_mine(&receipt)) {
                return Err(Error::UnknownSecret);
            }
            if self.burn_by_receipt(tag, mid, Some(account.id)).await? {
                Ok(())
            } else {
                Err(Error::UnknownSecret)
            }
        })
        .await
    }

    /// A secret that ended while the store was asked is not one that was lost.
    fn as_of_now(&self, asked: Timestamp, receipt: StoredReceipt) -> StoredReceipt {
        if !self.has_ended_since(asked, &receipt) {
            return receipt;
        }
        let updated = receipt.secret_expires();
        StoredReceipt { state: State::Expired, updated, ..receipt }
    }
}
