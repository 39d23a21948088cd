//! Faults that a store might have, each planted between the instances and a store that has none.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use readonce::domain::{Ending, ReceiptId, SlotTag, State, StoredReceipt, Timestamp};
use readonce::store::{Claim, ClaimRequest, NewSecret, Put, Result, Store, Taken, Target, Won};

use crate::api_v1::watched::Between;

/// Every so many times.
#[derive(Debug, Default)]
struct Now(AtomicUsize);

impl Now {
    fn and_then(&self, every: usize) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst) % every == every - 1
    }
}

/// What was shared, for faults that answer from memory.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<NewSecret>>);

impl Memory {
    fn remember(&self, secret: &NewSecret) {
        self.0.lock().unwrap().push(secret.clone());
    }

    fn of(&self, target: Target) -> Option<NewSecret> {
        let secrets = self.0.lock().unwrap();
        let is_meant = |secret: &&NewSecret| match target {
            Target::Secret(sid) => secret.receipt.sid == sid,
            Target::Receipt(mid) => secret.receipt.mid == mid,
        };
        secrets.iter().rev().find(is_meant).cloned()
    }
}

fn won(secret: NewSecret) -> Taken {
    let has_notices = !secret.notices.is_empty();
    Taken::Won(Won { envelope: secret.envelope, receipt: secret.receipt, has_notices })
}

/// A claim that looks first and takes later.
#[derive(Debug, Default)]
pub(super) struct TakeInTwoSteps(Memory);

#[async_trait]
impl Between for TakeInTwoSteps {
    async fn put(&self, store: &dyn Store, secret: NewSecret) -> Result<Put> {
        self.0.remember(&secret);
        store.put(secret).await
    }

    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        let Some(secret) = self.0.of(claim.request.target) else { return store.take(claim).await };
        let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, claim.now).await?;
        let was_there = receipt.is_some_and(|receipt| receipt.state == State::New);
        match store.take(claim).await? {
            Taken::Gone if was_there && !secret.envelope.is_protected() => Ok(won(secret)),
            taken => Ok(taken),
        }
    }
}

/// Burning is answered first and done later: when somebody looks at a receipt.
#[derive(Debug, Default)]
pub(super) struct BurnedLater {
    memory: Memory,
    owed: Mutex<Vec<Claim>>,
}

#[async_trait]
impl Between for BurnedLater {
    async fn put(&self, store: &dyn Store, secret: NewSecret) -> Result<Put> {
        self.memory.remember(&secret);
        store.put(secret).await
    }

    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        let ClaimRequest { target, ending, attempt, .. } = claim.request;
        let secret = self.memory.of(target);
        let Some(secret) = secret.filter(|_| ending == Ending::Burned && attempt.is_none()) else {
            return store.take(claim).await;
        };
        match store.receipt(secret.receipt.tag, secret.receipt.mid, claim.now).await? {
            Some(receipt) if receipt.state == State::New => {
                self.owed.lock().unwrap().push(claim);
                Ok(won(secret))
            }
            _ => Ok(Taken::Gone),
        }
    }

    async fn receipt(
        &self,
        store: &dyn Store,
        (tag, mid): (SlotTag, ReceiptId),
        now: Timestamp,
    ) -> Result<Option<StoredReceipt>> {
        let owed = std::mem::take(&mut *self.owed.lock().unwrap());
        for claim in owed {
            store.take(claim).await?;
        }
        store.receipt(tag, mid, now).await
    }
}

/// Some shares are acknowledged and not kept.
#[derive(Debug, Default)]
pub(super) struct LosesShares(Now);

#[async_trait]
impl Between for LosesShares {
    async fn put(&self, store: &dyn Store, secret: NewSecret) -> Result<Put> {
        if self.0.and_then(10) { Ok(Put::Stored) } else { store.put(secret).await }
    }
}

/// Some claims are won, and their caller is told that there is nothing.
#[derive(Debug, Default)]
pub(super) struct LosesValues(Now);

#[async_trait]
impl Between for LosesValues {
    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        let taken = store.take(claim).await?;
        let is_lost = matches!(taken, Taken::Won(_)) && self.0.and_then(10);
        Ok(if is_lost { Taken::Gone } else { taken })
    }
}

/// Some burns are acknowledged though the secret ended otherwise.
#[derive(Debug, Default)]
pub(super) struct BurnsTwice(Memory);

#[async_trait]
impl Between for BurnsTwice {
    async fn put(&self, store: &dyn Store, secret: NewSecret) -> Result<Put> {
        self.0.remember(&secret);
        store.put(secret).await
    }

    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        let ClaimRequest { target, ending, tag, .. } = claim.request;
        let now = claim.now;
        let taken = store.take(claim).await?;
        let (Taken::Gone, Ending::Burned, Some(secret)) = (&taken, ending, self.0.of(target)) else {
            return Ok(taken);
        };
        let receipt = store.receipt(tag, secret.receipt.mid, now).await?;
        let is_burned = receipt.is_some_and(|receipt| receipt.state == State::Burned);
        Ok(if is_burned { won(secret) } else { taken })
    }
}

/// Receipts come from a copy that lags behind by a look.
#[derive(Debug, Default)]
pub(super) struct StaleReceipts(Mutex<HashMap<ReceiptId, StoredReceipt>>);

#[async_trait]
impl Between for StaleReceipts {
    async fn receipt(
        &self,
        store: &dyn Store,
        (tag, mid): (SlotTag, ReceiptId),
        now: Timestamp,
    ) -> Result<Option<StoredReceipt>> {
        let Some(fresh) = store.receipt(tag, mid, now).await? else { return Ok(None) };
        let before = self.0.lock().unwrap().insert(mid, fresh.clone());
        Ok(Some(before.unwrap_or(fresh)))
    }
}

/// Some receipts of what was read say that it was burned.
#[derive(Debug, Default)]
pub(super) struct FlippingReceipts(Now);

#[async_trait]
impl Between for FlippingReceipts {
    async fn receipt(
        &self,
        store: &dyn Store,
        (tag, mid): (SlotTag, ReceiptId),
        now: Timestamp,
    ) -> Result<Option<StoredReceipt>> {
        let mut receipt = store.receipt(tag, mid, now).await?;
        if let Some(receipt) = &mut receipt
            && receipt.state == State::Revealed
            && self.0.and_then(10)
        {
            receipt.state = State::Burned;
        }
        Ok(receipt)
    }
}

/// Receipts say `received` while the value is still on its way: whoever asked for it and was refused cannot have it.
#[derive(Debug, Default)]
pub(super) struct ReceivedByNobody(Now);

#[async_trait]
impl Between for ReceivedByNobody {
    async fn receipt(
        &self,
        store: &dyn Store,
        (tag, mid): (SlotTag, ReceiptId),
        now: Timestamp,
    ) -> Result<Option<StoredReceipt>> {
        let mut receipt = store.receipt(tag, mid, now).await?;
        if let Some(receipt) = &mut receipt
            && receipt.state == State::New
            && self.0.and_then(10)
        {
            receipt.state = State::Revealed;
        }
        Ok(receipt)
    }
}

/// A burn that presents a passphrase needs no right one.
#[derive(Debug, Default)]
pub(super) struct BurnsUnverified;

#[async_trait]
impl Between for BurnsUnverified {
    async fn take(&self, store: &dyn Store, mut claim: Claim) -> Result<Taken> {
        if claim.request.ending == Ending::Burned {
            claim.request.attempt = None;
        }
        store.take(claim).await
    }
}

/// Claims go by a clock that is behind.
#[derive(Debug, Default)]
pub(super) struct TwoClocks;

#[async_trait]
impl Between for TwoClocks {
    async fn take(&self, store: &dyn Store, mut claim: Claim) -> Result<Taken> {
        claim.now = claim.now.minus(30);
        store.take(claim).await
    }
}

/// Tries that were used are given back.
#[derive(Debug, Default)]
pub(super) struct GivesTriesBack;

#[async_trait]
impl Between for GivesTriesBack {
    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        let (attempt, now) = (claim.request.attempt, claim.now);
        let taken = store.take(claim).await?;
        if let (Taken::Locked(locked), Some(attempt)) = (&taken, attempt) {
            store.give_back(locked.receipt.tag, locked.receipt.sid, attempt.network, now).await?;
        }
        Ok(taken)
    }
}

/// Tries are counted twice.
#[derive(Debug, Default)]
pub(super) struct CountsTwice;

#[async_trait]
impl Between for CountsTwice {
    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        let taken = store.take(claim.clone()).await?;
        if matches!(taken, Taken::Locked(_)) {
            store.take(claim).await?;
        }
        Ok(taken)
    }
}
