//! A store that records metrics: how long each operation took, and which errors there were.
//!
//! Wraps the real one only when metrics are enabled. What became of secrets is counted by the real one (`tally`): a call
//! that its caller drops here may be done all the same.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{
    AccountStore, Added, Bound, Claim, Counts, Cursor, Error, Finding, ImportStore, ImportedSecret, Leases,
    ListPage, ListStore, ListedEntry, Maintenance, NewSecret, Notice, Notices, NotificationStatus, Outbox,
    OutboxDepth, Put, Result, Room, SecretStore, SharesPage, Store, Taken, TokenUse,
};
use crate::domain::receipt::NewEntry;
use crate::domain::{
    Account, AccountId, AuditHead, Binding, Clock, ClockLook, ClockReading, Failure, NamedToken, NetworkTag,
    NotificationId, ReceiptId, SecretEnds, SecretId, SlotTag, StoredReceipt, Timestamp, TokenDigest, TokenId,
    Tries, TryLimits,
};
use crate::metrics::{Limit, Metrics, SecretEvent, StoreErrorKind, StoreOp};

/// See the module.
#[derive(Debug)]
pub struct Measured {
    inner: Arc<dyn Store>,
    metrics: Metrics,
}

impl Measured {
    /// `inner`, measured; or itself, when metrics are disabled.
    pub fn over(inner: Arc<dyn Store>, metrics: &Metrics) -> Arc<dyn Store> {
        if metrics.is_enabled() { Arc::new(Self { inner, metrics: metrics.clone() }) } else { inner }
    }

    async fn go<T>(&self, operation: StoreOp, answer: impl Future<Output = Result<T>>) -> Result<T> {
        let timer = self.metrics.time(operation);
        let answer = answer.await;
        drop(timer);
        if let Err(error) = &answer {
            self.metrics.store_error(match error {
                Error::Unavailable(_) => StoreErrorKind::Unavailable,
                Error::OutcomeUnknown(_) => StoreErrorKind::OutcomeUnknown,
                Error::Unconfirmed => StoreErrorKind::Unconfirmed,
                Error::Corrupt(_) => StoreErrorKind::Corrupt,
            });
        }
        answer
    }
}

#[async_trait]
impl SecretStore for Measured {
    async fn put(&self, secret: NewSecret) -> Result<Put> {
        self.go(StoreOp::Put, self.inner.put(secret)).await
    }

    async fn take(&self, claim: Claim) -> Result<Taken> {
        let taken = self.go(StoreOp::Take, self.inner.take(claim)).await;
        if let Ok(Taken::Limited { .. }) = taken {
            self.metrics.rate_limited(Limit::Tries);
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
        self.go(StoreOp::GiveBack, self.inner.give_back(tag, sid, network, now)).await
    }

    async fn tries(
        &self,
        tag: SlotTag,
        sid: SecretId,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Option<Tries>> {
        self.go(StoreOp::Receipt, self.inner.tries(tag, sid, limits, now)).await
    }

    async fn orphan(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()> {
        // Before it is tried: the value is lost, whether its receipt says so or not.
        self.metrics.secret(SecretEvent::Orphaned);
        self.go(StoreOp::Orphan, self.inner.orphan(tag, mid, now)).await
    }

    async fn receipt(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.go(StoreOp::Receipt, self.inner.receipt(tag, mid, now)).await
    }

    async fn look(&self, tag: SlotTag, sid: SecretId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.go(StoreOp::Look, self.inner.look(tag, sid, now)).await
    }

    async fn receipts(
        &self,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        self.go(StoreOp::Receipts, self.inner.receipts(which, now)).await
    }
}

#[async_trait]
impl ListStore for Measured {
    async fn recent(
        &self,
        owner: &AccountId,
        since: Timestamp,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<ListPage> {
        self.go(StoreOp::Recent, self.inner.recent(owner, since, after, limit)).await
    }

    async fn forget_entries(&self, owner: &AccountId, entries: Vec<ListedEntry>) -> Result<()> {
        self.go(StoreOp::Recent, self.inner.forget_entries(owner, entries)).await
    }

    async fn tidy_lists(&self, limit: usize) -> Result<usize> {
        self.go(StoreOp::Sweep, self.inner.tidy_lists(limit)).await
    }
}

#[async_trait]
impl AccountStore for Measured {
    async fn create_account(&self, account: Account) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.create_account(account)).await
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        self.go(StoreOp::Account, self.inner.account(id)).await
    }

    async fn account_with_token(
        &self,
        id: &AccountId,
        token: &TokenId,
    ) -> Result<Option<(Account, Option<NamedToken>)>> {
        self.go(StoreOp::Account, self.inner.account_with_token(id, token)).await
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        self.go(StoreOp::Accounts, self.inner.accounts()).await
    }

    async fn set_token(&self, id: &AccountId, token: TokenDigest, now: Timestamp) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.set_token(id, token, now)).await
    }

    async fn end_sessions(&self, id: &AccountId) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.end_sessions(id)).await
    }

    async fn tokens(&self, id: &AccountId) -> Result<Vec<NamedToken>> {
        self.go(StoreOp::Accounts, self.inner.tokens(id)).await
    }

    async fn add_token(&self, id: &AccountId, token: NamedToken) -> Result<Added> {
        self.go(StoreOp::Accounts, self.inner.add_token(id, token)).await
    }

    async fn revoke_token(&self, id: &AccountId, token: &TokenId) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.revoke_token(id, token)).await
    }

    async fn note_uses(&self, uses: Vec<TokenUse>) -> Result<()> {
        self.go(StoreOp::Accounts, self.inner.note_uses(uses)).await
    }

    async fn bind(&self, id: &AccountId, binding: Binding) -> Result<Bound> {
        self.go(StoreOp::Accounts, self.inner.bind(id, binding)).await
    }

    async fn unbind(&self, id: &AccountId) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.unbind(id)).await
    }

    async fn bound_to(&self, binding: &Binding) -> Result<Option<Account>> {
        self.go(StoreOp::Account, self.inner.bound_to(binding)).await
    }

    async fn shares_of(
        &self,
        id: &AccountId,
        email: &str,
        times: (Timestamp, Timestamp),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<SharesPage> {
        self.go(StoreOp::Recent, self.inner.shares_of(id, email, times, after, limit)).await
    }

    async fn unread_of(&self, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>> {
        self.go(StoreOp::Accounts, self.inner.unread_of(owner, now)).await
    }

    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.set_disabled(id, disabled)).await
    }

    async fn set_notify(&self, id: &AccountId, notify: SecretEnds) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.set_notify(id, notify)).await
    }

    async fn delete_account(&self, id: &AccountId) -> Result<bool> {
        self.go(StoreOp::Accounts, self.inner.delete_account(id)).await
    }
}

#[async_trait]
impl Outbox for Measured {
    async fn lease_notifications(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.go(StoreOp::Outbox, self.inner.lease_notifications(now, lease, limit)).await
    }

    async fn expire_notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>> {
        self.go(StoreOp::Outbox, self.inner.expire_notifications(now, limit)).await
    }

    async fn remove_notification(&self, id: &NotificationId) -> Result<bool> {
        self.go(StoreOp::Outbox, self.inner.remove_notification(id)).await
    }

    async fn put_off(&self, id: &NotificationId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        self.go(StoreOp::Outbox, self.inner.put_off(id, failure, again)).await
    }

    async fn retry_notification(&self, id: &NotificationId, now: Timestamp) -> Result<bool> {
        self.go(StoreOp::Outbox, self.inner.retry_notification(id, now)).await
    }

    async fn notification(&self, id: &NotificationId, now: Timestamp) -> Result<Option<NotificationStatus>> {
        self.go(StoreOp::Outbox, self.inner.notification(id, now)).await
    }

    async fn notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationStatus>> {
        self.go(StoreOp::Outbox, self.inner.notifications(now, limit)).await
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.go(StoreOp::Outbox, self.inner.outbox_depth(now)).await
    }
}

#[async_trait]
impl Notices for Measured {
    async fn lease_notices(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Notice>> {
        self.go(StoreOp::Outbox, self.inner.lease_notices(now, lease, limit)).await
    }

    async fn remove_notice(&self, id: &NotificationId) -> Result<bool> {
        self.go(StoreOp::Outbox, self.inner.remove_notice(id)).await
    }

    async fn put_off_notice(
        &self,
        id: &NotificationId,
        failure: Option<Failure>,
        again: Option<Timestamp>,
    ) -> Result<bool> {
        self.go(StoreOp::Outbox, self.inner.put_off_notice(id, failure, again)).await
    }

    async fn notices(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>> {
        self.go(StoreOp::Outbox, self.inner.notices(now, limit)).await
    }

    async fn find_notices(&self, now: Timestamp) -> Result<()> {
        self.go(StoreOp::Outbox, self.inner.find_notices(now)).await
    }
}

/// What an import does is not measured: no server runs one.
#[async_trait]
impl ImportStore for Measured {
    async fn import(&self, records: Vec<ImportedSecret>, now: Timestamp) -> Result<Vec<Put>> {
        self.inner.import(records, now).await
    }

    async fn import_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()> {
        self.inner.import_entries(entries).await
    }

    async fn legacy(&self, now: Timestamp) -> Result<u64> {
        self.inner.legacy(now).await
    }
}

#[async_trait]
impl Maintenance for Measured {
    async fn canary(&self, canary: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        self.go(StoreOp::Canary, self.inner.canary(canary)).await
    }

    async fn replace_canary(&self, canary: Vec<u8>) -> Result<()> {
        self.go(StoreOp::Canary, self.inner.replace_canary(canary)).await
    }

    async fn ready(&self, bytes: usize) -> Result<()> {
        self.go(StoreOp::Ready, self.inner.ready(bytes)).await
    }

    /// Not measured: nothing of the store is asked.
    async fn room(&self) -> Result<Option<Room>> {
        self.inner.room().await
    }

    /// Not measured: no request waits for it.
    async fn preflight(&self, clock: &dyn Clock) -> Result<Vec<Finding>> {
        self.inner.preflight(clock).await
    }

    /// Not measured: no request waits for it.
    async fn look_at_clock(&self, reading: ClockReading) -> Result<ClockLook> {
        self.inner.look_at_clock(reading).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        self.go(StoreOp::Sweep, self.inner.sweep(now, limit)).await
    }

    /// Not measured: no request waits for it.
    async fn note_audit_head(&self, head: AuditHead) -> Result<()> {
        self.inner.note_audit_head(head).await
    }

    /// Not measured either.
    async fn audit_heads(&self) -> Result<Vec<AuditHead>> {
        self.inner.audit_heads().await
    }

    async fn counts(&self, now: Timestamp) -> Result<Counts> {
        self.go(StoreOp::Counts, self.inner.counts(now)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
