//! A store that tells the meter how long each trip took, what trouble there was, and what became of secrets.
//!
//! Laid over the real one only where somebody asks for metrics. What is counted is what the store answered, so the count of
//! secrets is right whichever surface or verb was behind it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{
    AccountStore, Adopted, Adoption, Census, Claim, Error, Finding, Leases, LetterStatus, NewSecret, Outbox,
    OutboxDepth, Put, Result, SecretStore, Store, Taken, Upkeep,
};
use crate::domain::receipt::{NewEntry, SealedEntry};
use crate::domain::{
    Account, AccountId, Clock, Ending, Failure, LetterId, NetworkTag, ReceiptId, SecretId, SlotTag,
    StoredReceipt, Timestamp, TokenDigest,
};
use crate::meter::{self, Limit, Meter, StoreTrouble, Trip};

/// See the module.
#[derive(Debug)]
pub struct Measured {
    inner: Arc<dyn Store>,
    meter: Meter,
}

impl Measured {
    /// `inner`, measured; or itself, when nobody is told.
    pub fn over(inner: Arc<dyn Store>, meter: &Meter) -> Arc<dyn Store> {
        if meter.is_on() { Arc::new(Self { inner, meter: meter.clone() }) } else { inner }
    }

    async fn go<T>(&self, trip: Trip, answer: impl Future<Output = Result<T>>) -> Result<T> {
        let on_the_way = self.meter.trip(trip);
        let answer = answer.await;
        drop(on_the_way);
        if let Err(error) = &answer {
            self.meter.trouble(match error {
                Error::Unavailable(_) => StoreTrouble::Unavailable,
                Error::OutcomeUnknown(_) => StoreTrouble::OutcomeUnknown,
                Error::Unconfirmed => StoreTrouble::Unconfirmed,
                Error::Corrupt(_) => StoreTrouble::Corrupt,
            });
        }
        answer
    }
}

#[async_trait]
impl SecretStore for Measured {
    async fn put(&self, secret: NewSecret) -> Result<Put> {
        let put = self.go(Trip::Put, self.inner.put(secret)).await;
        if let Ok(Put::Stored) = put {
            self.meter.secret(meter::Ending::Shared);
        }
        put
    }

    async fn take(&self, claim: Claim) -> Result<Taken> {
        let ending = claim.request.ending;
        let taken = self.go(Trip::Take, self.inner.take(claim)).await;
        match (&taken, ending) {
            (Ok(Taken::Won(_)), Ending::Revealed) => self.meter.secret(meter::Ending::Revealed),
            (Ok(Taken::Won(_)), Ending::Burned) => self.meter.secret(meter::Ending::Burned),
            (Ok(Taken::Limited { .. }), _) => self.meter.limited(Limit::Tries),
            _ => {}
        }
        taken
    }

    async fn give_back(
        &self,
        tag: SlotTag,
        sid: SecretId,
        network: NetworkTag,
        now: Timestamp,
    ) -> Result<()> {
        self.go(Trip::GiveBack, self.inner.give_back(tag, sid, network, now)).await
    }

    async fn orphan(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()> {
        let done = self.go(Trip::Orphan, self.inner.orphan(tag, mid, now)).await;
        self.meter.secret(meter::Ending::Orphaned); // whether its receipt says so or not
        done
    }

    async fn receipt(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.go(Trip::Receipt, self.inner.receipt(tag, mid, now)).await
    }

    async fn receipts(
        &self,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        self.go(Trip::Receipts, self.inner.receipts(which, now)).await
    }

    async fn recent(&self, owner: &AccountId, since: Timestamp, limit: usize) -> Result<Vec<SealedEntry>> {
        self.go(Trip::Recent, self.inner.recent(owner, since, limit)).await
    }
}

#[async_trait]
impl AccountStore for Measured {
    async fn create_account(&self, account: Account) -> Result<bool> {
        self.go(Trip::Accounts, self.inner.create_account(account)).await
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        self.go(Trip::Account, self.inner.account(id)).await
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        self.go(Trip::Accounts, self.inner.accounts()).await
    }

    async fn set_token(&self, id: &AccountId, token: TokenDigest) -> Result<bool> {
        self.go(Trip::Accounts, self.inner.set_token(id, token)).await
    }

    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool> {
        self.go(Trip::Accounts, self.inner.set_disabled(id, disabled)).await
    }

    async fn delete_account(&self, id: &AccountId) -> Result<bool> {
        self.go(Trip::Accounts, self.inner.delete_account(id)).await
    }
}

#[async_trait]
impl Outbox for Measured {
    async fn lease_letters(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.go(Trip::Letters, self.inner.lease_letters(now, lease, limit)).await
    }

    async fn remove_letter(&self, id: &LetterId) -> Result<bool> {
        self.go(Trip::Letters, self.inner.remove_letter(id)).await
    }

    async fn put_off(&self, id: &LetterId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        self.go(Trip::Letters, self.inner.put_off(id, failure, again)).await
    }

    async fn retry_letter(&self, id: &LetterId, now: Timestamp) -> Result<bool> {
        self.go(Trip::Letters, self.inner.retry_letter(id, now)).await
    }

    async fn letters(&self, now: Timestamp, limit: usize) -> Result<Vec<LetterStatus>> {
        self.go(Trip::Letters, self.inner.letters(now, limit)).await
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.go(Trip::Letters, self.inner.outbox_depth(now)).await
    }
}

/// What an import does is not measured: no server runs one.
#[async_trait]
impl Adoption for Measured {
    async fn adopt(&self, records: Vec<Adopted>, now: Timestamp) -> Result<Vec<Put>> {
        self.inner.adopt(records, now).await
    }

    async fn adopt_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()> {
        self.inner.adopt_entries(entries).await
    }

    async fn legacy(&self, now: Timestamp) -> Result<u64> {
        self.inner.legacy(now).await
    }
}

#[async_trait]
impl Upkeep for Measured {
    async fn canary(&self, canary: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        self.go(Trip::Canary, self.inner.canary(canary)).await
    }

    async fn replace_canary(&self, canary: Vec<u8>) -> Result<()> {
        self.go(Trip::Canary, self.inner.replace_canary(canary)).await
    }

    async fn ready(&self) -> Result<()> {
        self.go(Trip::Ready, self.inner.ready()).await
    }

    /// Not measured: no request waits for it.
    async fn preflight(&self, clock: &dyn Clock) -> Result<Vec<Finding>> {
        self.inner.preflight(clock).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        self.go(Trip::Sweep, self.inner.sweep(now, limit)).await
    }

    async fn census(&self, now: Timestamp) -> Result<Census> {
        self.go(Trip::Census, self.inner.census(now)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
