//! A store that counts how often it is asked, can be told to be in trouble the next time, and to let something happen
//! between a claim and its answer.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use readonce::domain::receipt::NewEntry;
use readonce::domain::{
    Account, AccountId, AuditHead, Binding, Clock, ClockLook, ClockReading, Failure, NamedToken, NetworkTag,
    NotificationId, ReceiptId, SecretEnds, SecretId, SlotTag, StoredReceipt, Timestamp, TokenDigest, TokenId,
    Tries, TryLimits,
};
use readonce::store::{
    AccountStore, Added, Bound, Claim, Counts, Cursor, Error, Finding, ImportStore, ImportedSecret, Leases,
    ListPage, ListStore, ListedEntry, Maintenance, NewSecret, Notice, Notices, NotificationStatus, Outbox,
    OutboxDepth, Put, Result, Room, SecretStore, SharesPage, Store, Taken, TokenUse,
};
use readonce::vault::{Keyring, Vault};

#[derive(Debug)]
pub(crate) struct Watched {
    inner: Arc<dyn Store>,
    watch: Arc<Watch>,
    between: Arc<dyn Between>,
}

/// Stands between the callers and a store, and may do otherwise.
#[async_trait]
pub(crate) trait Between: Send + Sync + std::fmt::Debug {
    async fn put(&self, store: &dyn Store, secret: NewSecret) -> Result<Put> {
        store.put(secret).await
    }

    async fn take(&self, store: &dyn Store, claim: Claim) -> Result<Taken> {
        store.take(claim).await
    }

    async fn receipt(
        &self,
        store: &dyn Store,
        (tag, mid): (SlotTag, ReceiptId),
        now: Timestamp,
    ) -> Result<Option<StoredReceipt>> {
        store.receipt(tag, mid, now).await
    }

    async fn receipts(
        &self,
        store: &dyn Store,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        store.receipts(which, now).await
    }
}

/// Does what it is told.
#[derive(Debug)]
struct Nobody;

impl Between for Nobody {}

#[derive(Debug, Default)]
pub(crate) struct Watch {
    asked: AtomicUsize,
    replaces: Mutex<Option<(Arc<Vault>, Keyring)>>,
    /// Receipts that were read for lists, the most that one job was asked for, and the most jobs at once.
    read: AtomicUsize,
    largest: AtomicUsize,
    at_once: (AtomicUsize, AtomicUsize),
    /// What befalls the next verb, or the next after so many.
    trouble: Mutex<Option<(usize, Trouble)>>,
    /// What the disk is said to have left.
    room: Mutex<Option<Room>>,
}

/// What befalls the next secret, claim, receipt or account that is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// It is refused, and nothing is done.
    Refusal,
    /// A bug.
    Panic,
    /// Nothing is done, and no answer comes.
    Silence,
    /// It is done, and no answer comes.
    SilenceAfterwards,
}

impl Watch {
    /// How often the store was asked so far.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// How many receipts were read for lists so far.
    pub(crate) fn read(&self) -> usize {
        self.read.load(Ordering::SeqCst)
    }

    /// The most entries or receipts that one job for a list was asked for, and the most such jobs at once.
    pub(crate) fn most(&self) -> (usize, usize) {
        (self.largest.load(Ordering::SeqCst), self.at_once.1.load(Ordering::SeqCst))
    }

    /// Counts the jobs that run at once.
    async fn together<T>(&self, job: impl Future<Output = T>) -> T {
        let (now, most) = &self.at_once;
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let done = job.await;
        now.fetch_sub(1, Ordering::SeqCst);
        done
    }

    pub(crate) fn next(&self, trouble: Trouble) {
        self.after(0, trouble);
    }

    pub(crate) fn after(&self, verbs: usize, trouble: Trouble) {
        *self.trouble.lock().unwrap() = Some((verbs, trouble));
    }

    /// From now on so many bytes are free, of a large disk.
    pub(crate) fn leaves_free(&self, free: u64) {
        *self.room.lock().unwrap() = Some(Room { free, total: 1 << 40 });
    }

    fn trouble(&self) -> Option<Trouble> {
        let mut ordered = self.trouble.lock().unwrap();
        let (verbs, trouble) = ordered.take()?;
        if verbs == 0 {
            return Some(trouble);
        }
        *ordered = Some((verbs - 1, trouble));
        None
    }

    /// Runs `verb` in the trouble that was ordered.
    async fn meet<T>(&self, verb: impl Future<Output = Result<T>>) -> Result<T> {
        match self.trouble() {
            None => verb.await,
            Some(Trouble::Refusal) => Err(Error::Unavailable("the disk is full".into())),
            Some(Trouble::Panic) => panic!("as the test wants it"),
            Some(Trouble::Silence) => pending().await,
            Some(Trouble::SilenceAfterwards) => {
                verb.await?;
                pending().await
            }
        }
    }

    /// Replaces the vault's keyring once the next claim is decided, before its answer is there.
    pub(crate) fn replace_ring_after_claim(&self, vault: Arc<Vault>, ring: Keyring) {
        *self.replaces.lock().unwrap() = Some((vault, ring));
    }
}

impl Watched {
    pub(crate) fn over(inner: Arc<dyn Store>, watch: Arc<Watch>) -> Arc<dyn Store> {
        Arc::new(Self { inner, watch, between: Arc::new(Nobody) })
    }

    /// With somebody between the callers and the store.
    pub(crate) fn behind(between: Arc<dyn Between>, inner: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(Self { inner, watch: Arc::default(), between })
    }

    fn inner(&self) -> &dyn Store {
        self.watch.asked.fetch_add(1, Ordering::SeqCst);
        &*self.inner
    }
}

#[async_trait]
impl SecretStore for Watched {
    async fn put(&self, secret: NewSecret) -> Result<Put> {
        self.watch.meet(self.between.put(self.inner(), secret)).await
    }

    async fn take(&self, claim: Claim) -> Result<Taken> {
        let taken = self.watch.meet(self.between.take(self.inner(), claim)).await;
        if let Some((vault, ring)) = self.watch.replaces.lock().unwrap().take() {
            vault.replace_ring(ring);
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
        self.inner().give_back(tag, sid, network, now).await
    }

    async fn tries(
        &self,
        tag: SlotTag,
        sid: SecretId,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Option<Tries>> {
        self.inner().tries(tag, sid, limits, now).await
    }

    async fn orphan(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()> {
        self.inner().orphan(tag, mid, now).await
    }

    async fn receipt(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.watch.meet(self.between.receipt(self.inner(), (tag, mid), now)).await
    }

    async fn look(&self, tag: SlotTag, sid: SecretId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.watch.meet(self.inner().look(tag, sid, now)).await
    }

    async fn receipts(
        &self,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        self.watch.largest.fetch_max(which.len(), Ordering::SeqCst);
        self.watch.read.fetch_add(which.len(), Ordering::SeqCst);
        self.watch.together(self.between.receipts(self.inner(), which, now)).await
    }
}

#[async_trait]
impl ListStore for Watched {
    async fn recent(
        &self,
        owner: &AccountId,
        since: Timestamp,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<ListPage> {
        self.watch.largest.fetch_max(limit, Ordering::SeqCst);
        self.watch.together(self.inner().recent(owner, since, after, limit)).await
    }

    async fn forget_entries(&self, owner: &AccountId, entries: Vec<ListedEntry>) -> Result<()> {
        self.watch.largest.fetch_max(entries.len(), Ordering::SeqCst);
        self.watch.meet(self.inner().forget_entries(owner, entries)).await
    }

    async fn tidy_lists(&self, limit: usize) -> Result<usize> {
        self.inner().tidy_lists(limit).await
    }
}

#[async_trait]
impl AccountStore for Watched {
    async fn create_account(&self, account: Account) -> Result<bool> {
        self.inner().create_account(account).await
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        self.watch.meet(self.inner().account(id)).await
    }

    async fn account_with_token(
        &self,
        id: &AccountId,
        token: &TokenId,
    ) -> Result<Option<(Account, Option<NamedToken>)>> {
        self.watch.meet(self.inner().account_with_token(id, token)).await
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        self.inner().accounts().await
    }

    async fn set_token(&self, id: &AccountId, token: TokenDigest, now: Timestamp) -> Result<bool> {
        self.inner().set_token(id, token, now).await
    }

    async fn end_sessions(&self, id: &AccountId) -> Result<bool> {
        self.watch.meet(self.inner().end_sessions(id)).await
    }

    async fn set_notify(&self, id: &AccountId, notify: SecretEnds) -> Result<bool> {
        self.watch.meet(self.inner().set_notify(id, notify)).await
    }

    async fn tokens(&self, id: &AccountId) -> Result<Vec<NamedToken>> {
        self.watch.meet(self.inner().tokens(id)).await
    }

    async fn add_token(&self, id: &AccountId, token: NamedToken) -> Result<Added> {
        self.watch.meet(self.inner().add_token(id, token)).await
    }

    async fn revoke_token(&self, id: &AccountId, token: &TokenId) -> Result<bool> {
        self.watch.meet(self.inner().revoke_token(id, token)).await
    }

    async fn note_uses(&self, uses: Vec<TokenUse>) -> Result<()> {
        self.watch.meet(self.inner().note_uses(uses)).await
    }

    async fn bind(&self, id: &AccountId, binding: Binding) -> Result<Bound> {
        self.watch.meet(self.inner().bind(id, binding)).await
    }

    async fn unbind(&self, id: &AccountId) -> Result<bool> {
        self.watch.meet(self.inner().unbind(id)).await
    }

    async fn bound_to(&self, binding: &Binding) -> Result<Option<Account>> {
        self.watch.meet(self.inner().bound_to(binding)).await
    }

    async fn shares_of(
        &self,
        id: &AccountId,
        email: &str,
        times: (Timestamp, Timestamp),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<SharesPage> {
        self.watch.meet(self.inner().shares_of(id, email, times, after, limit)).await
    }

    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool> {
        self.inner().set_disabled(id, disabled).await
    }

    async fn unread_of(&self, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>> {
        self.inner().unread_of(owner, now).await
    }

    async fn delete_account(&self, id: &AccountId) -> Result<bool> {
        self.inner().delete_account(id).await
    }
}

#[async_trait]
impl Outbox for Watched {
    async fn lease_notifications(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.inner().lease_notifications(now, lease, limit).await
    }

    async fn expire_notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>> {
        self.inner().expire_notifications(now, limit).await
    }

    async fn remove_notification(&self, id: &NotificationId) -> Result<bool> {
        self.inner().remove_notification(id).await
    }

    async fn put_off(&self, id: &NotificationId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        self.inner().put_off(id, failure, again).await
    }

    async fn retry_notification(&self, id: &NotificationId, now: Timestamp) -> Result<bool> {
        self.inner().retry_notification(id, now).await
    }

    async fn notification(&self, id: &NotificationId, now: Timestamp) -> Result<Option<NotificationStatus>> {
        self.inner().notification(id, now).await
    }

    async fn notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationStatus>> {
        self.inner().notifications(now, limit).await
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.inner().outbox_depth(now).await
    }
}

#[async_trait]
impl Notices for Watched {
    async fn lease_notices(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Notice>> {
        self.inner().lease_notices(now, lease, limit).await
    }

    async fn remove_notice(&self, id: &NotificationId) -> Result<bool> {
        self.inner().remove_notice(id).await
    }

    async fn put_off_notice(
        &self,
        id: &NotificationId,
        failure: Option<Failure>,
        again: Option<Timestamp>,
    ) -> Result<bool> {
        self.inner().put_off_notice(id, failure, again).await
    }

    async fn notices(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>> {
        self.inner().notices(now, limit).await
    }

    async fn find_notices(&self, now: Timestamp) -> Result<()> {
        self.inner().find_notices(now).await
    }
}

#[async_trait]
impl Maintenance for Watched {
    async fn canary(&self, canary: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        self.inner().canary(canary).await
    }

    async fn replace_canary(&self, canary: Vec<u8>) -> Result<()> {
        self.inner().replace_canary(canary).await
    }

    async fn ready(&self, bytes: usize) -> Result<()> {
        self.watch.meet(self.inner().ready(bytes)).await
    }

    async fn room(&self) -> Result<Option<Room>> {
        Ok(*self.watch.room.lock().unwrap())
    }

    async fn preflight(&self, clock: &dyn Clock) -> Result<Vec<Finding>> {
        self.inner().preflight(clock).await
    }

    async fn look_at_clock(&self, reading: ClockReading) -> Result<ClockLook> {
        self.inner().look_at_clock(reading).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        self.inner().sweep(now, limit).await
    }

    async fn note_audit_head(&self, head: AuditHead) -> Result<()> {
        self.inner().note_audit_head(head).await
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>> {
        self.inner().audit_heads().await
    }

    async fn counts(&self, now: Timestamp) -> Result<Counts> {
        self.inner().counts(now).await
    }

    async fn close(&self) {
        self.inner().close().await;
    }
}

#[async_trait]
impl ImportStore for Watched {
    async fn import(&self, records: Vec<ImportedSecret>, now: Timestamp) -> Result<Vec<Put>> {
        self.inner().import(records, now).await
    }

    async fn import_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()> {
        self.inner().import_entries(entries).await
    }

    async fn legacy(&self, now: Timestamp) -> Result<u64> {
        self.inner().legacy(now).await
    }
}
