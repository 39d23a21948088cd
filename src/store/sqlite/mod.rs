//! The embedded SQLite store: one database in WAL mode, one writer thread, a few reader threads.
//!
//! An answer to a write is sent only after the COMMIT that made it durable, and all waiting writes share one
//! COMMIT (group commit, see `writer`). The trap: a job given to the writer may run twice, because the others of a batch
//! are run again without one that failed; so it must depend on nothing but its arguments and the database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

use self::connection::Database;
use self::queue::Queue;
use self::readers::Readers;
use super::{
    AccountStore, Added, Bound, Claim, Counted, Counts, Cursor, Finding, Maintenance, NewSecret, Put, Result,
    Room, SecretStore, SharesPage, Taken, Telling, TokenUse, tally,
};
use crate::domain::{
    Account, AccountId, AuditHead, Binding, Clock, ClockLook, ClockReading, NamedToken, NetworkTag,
    ReceiptId, SecretEnds, SecretId, SlotTag, StoredReceipt, Timestamp, TokenDigest, TokenId, Tries,
    TryLimits,
};
use crate::fs;
use crate::metrics::Metrics;

mod accounts;
mod busy_handler;
mod checkpoint;
mod clock;
mod connection;
mod copy;
mod counts;
mod error;
mod header;
mod import;
mod left_over;
mod lists;
mod maintenance;
mod meta;
mod migrate;
mod notices;
mod open_files;
mod outbox;
mod preflight;
mod queue;
mod readers;
mod restore;
mod room;
mod rows;
mod schema;
mod secrets;
mod shares;
mod take;
mod tokens;
mod tries;
mod writer;

pub use self::copy::{BackedUp, Backup, back_up};
pub use self::error::{CopyError, OpenError};
pub use self::meta::RestoreCounts;
pub use self::migrate::Upgrade;
pub use self::open_files::Displaced;
pub use self::preflight::volatile;
pub use self::restore::{Restore, Restored, SetAside};

/// A store in one file. Several processes may have it open.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Queue,
    readers: Readers,
    commits: Arc<AtomicU64>,
    folder: PathBuf,
    upgrade: Option<Upgrade>,
    /// Secrets that this instance has collected unread.
    expired: AtomicU64,
    metrics: Metrics,
}

impl SqliteStore {
    /// Opens the file, making it and its folder when there is none, and brings its schema up to date: after a copy of it
    /// was made, which [`upgrade`](Self::upgrade) names. Root does it as the folder's owner, and so do the store's threads
    /// what they do.
    pub fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        let silent: Telling = Arc::new(|_| {});
        Self::open_telling(path, &silent)
    }

    /// The same, and says what an upgrade is at.
    pub fn open_telling(path: &Path, telling: &Telling) -> std::result::Result<Self, OpenError> {
        let database = Database::at(path)?;
        fs::as_owner(path, || {
            database.create()?;
            let is_alone = database.is_alone()?;
            let mut db = database.writer()?;
            let database = database.held()?;
            left_over::make_sure(&database, &db, is_alone)?;
            let upgrade = migrate::migrate(&database, &mut db, schema::STEPS, telling)?;
            Ok(Self { upgrade, ..Self::start(&database, db)? })
        })
    }

    /// Opens a file that has to be there, and leaves it as it is: its rights, and its schema, which has to be today's.
    pub fn open_as_it_is(path: &Path) -> std::result::Result<Self, OpenError> {
        let database = Database::at(path)?;
        fs::as_owner(path, || {
            // Checked on a read-only connection: only a database of ours gets one that can write.
            database.check_ours()?;
            schema::check(&database.reader()?)?;
            let db = database.writer()?;
            Self::start(&database.held()?, db)
        })
    }

    fn start(database: &Database, db: rusqlite::Connection) -> std::result::Result<Self, OpenError> {
        let commits = Arc::new(AtomicU64::new(0));
        Ok(Self {
            writer: writer::start(database.clone(), db, Arc::clone(&commits))?,
            readers: Readers::start(database)?,
            commits,
            folder: fs::folder_of(database.path()).to_owned(),
            upgrade: None,
            expired: AtomicU64::new(0),
            metrics: Metrics::default(),
        })
    }

    /// Counts in `metrics` what becomes of secrets.
    #[must_use]
    pub fn counting(self, metrics: &Metrics) -> Self {
        Self { metrics: metrics.clone(), ..self }
    }

    /// What opening did to the file's schema.
    #[must_use]
    pub fn upgrade(&self) -> Option<&Upgrade> {
        self.upgrade.as_ref()
    }

    /// How many transactions were committed since the start: fewer than writes when callers shared them.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl SecretStore for SqliteStore {
    async fn put(&self, secret: NewSecret) -> Result<Put> {
        let metrics = self.metrics.clone();
        let count = move |put: &Put| tally::put(&metrics, *put);
        self.writer.ask_and_tell(move |txn| secrets::put(txn, &secret), count).await
    }

    async fn take(&self, claim: Claim) -> Result<Taken> {
        let (metrics, ending) = (self.metrics.clone(), claim.request.ending);
        let count = move |taken: &Taken| tally::taken(&metrics, ending, taken);
        self.writer.ask_and_tell(move |txn| take::take(txn, &claim), count).await
    }

    async fn give_back(
        &self,
        tag: SlotTag,
        sid: SecretId,
        network: NetworkTag,
        now: Timestamp,
    ) -> Result<()> {
        self.writer.ask(move |txn| tries::give_back(txn, tag, sid, network, now)).await
    }

    async fn tries(
        &self,
        tag: SlotTag,
        sid: SecretId,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Option<Tries>> {
        self.readers.ask(move |txn| tries::read(txn, tag, sid, limits, now).map(Some)).await
    }

    async fn orphan(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()> {
        self.writer.ask(move |txn| secrets::orphan(txn, tag, mid, now)).await
    }

    async fn receipt(&self, _tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.readers.ask(move |txn| secrets::receipt(txn, mid, now)).await
    }

    async fn look(&self, _tag: SlotTag, sid: SecretId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        self.readers.ask(move |txn| secrets::look(txn, sid, now)).await
    }

    async fn receipts(
        &self,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        let which = which.to_vec();
        self.readers
            .ask(move |txn| which.iter().map(|(_, mid)| secrets::receipt(txn, *mid, now)).collect())
            .await
    }
}

#[async_trait]
impl AccountStore for SqliteStore {
    async fn create_account(&self, account: Account) -> Result<bool> {
        self.writer.ask(move |txn| accounts::create(txn, &account)).await
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        let id = *id;
        self.readers.ask(move |txn| accounts::find(txn, id)).await
    }

    async fn account_with_token(
        &self,
        id: &AccountId,
        token: &TokenId,
    ) -> Result<Option<(Account, Option<NamedToken>)>> {
        let (id, token) = (*id, *token);
        self.readers.ask(move |txn| tokens::with_account(txn, id, token)).await
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        self.readers.ask(accounts::all).await
    }

    async fn set_token(&self, id: &AccountId, token: TokenDigest, now: Timestamp) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| accounts::set_token(txn, id, token, now)).await
    }

    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| accounts::set_disabled(txn, id, disabled)).await
    }

    async fn end_sessions(&self, id: &AccountId) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| accounts::end_sessions(txn, id)).await
    }

    async fn set_notify(&self, id: &AccountId, notify: SecretEnds) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| accounts::set_notify(txn, id, notify)).await
    }

    async fn tokens(&self, id: &AccountId) -> Result<Vec<NamedToken>> {
        let id = *id;
        self.readers.ask(move |txn| tokens::all(txn, id)).await
    }

    async fn add_token(&self, id: &AccountId, token: NamedToken) -> Result<Added> {
        let id = *id;
        self.writer.ask(move |txn| tokens::add(txn, id, &token)).await
    }

    async fn revoke_token(&self, id: &AccountId, token: &TokenId) -> Result<bool> {
        let (id, token) = (*id, *token);
        self.writer.ask(move |txn| tokens::revoke(txn, id, token)).await
    }

    async fn note_uses(&self, uses: Vec<TokenUse>) -> Result<()> {
        self.writer.ask(move |txn| tokens::note_uses(txn, &uses)).await
    }

    async fn bind(&self, id: &AccountId, binding: Binding) -> Result<Bound> {
        let id = *id;
        self.writer.ask(move |txn| accounts::bind(txn, id, binding)).await
    }

    async fn unbind(&self, id: &AccountId) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| accounts::unbind(txn, id)).await
    }

    async fn bound_to(&self, binding: &Binding) -> Result<Option<Account>> {
        let binding = *binding;
        self.readers.ask(move |txn| accounts::bound_to(txn, binding)).await
    }

    async fn shares_of(
        &self,
        _id: &AccountId,
        email: &str,
        times: (Timestamp, Timestamp),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<SharesPage> {
        // What is no place may come from outside.
        let (email, after) = (email.to_owned(), after.and_then(|after| lists::read_cursor(after).ok()));
        self.readers.ask(move |txn| shares::page(txn, &email, times, after, limit)).await
    }

    async fn unread_of(&self, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>> {
        let owner = owner.to_owned();
        self.readers.ask(move |txn| secrets::unread_of(txn, &owner, now)).await
    }

    async fn delete_account(&self, id: &AccountId) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| accounts::delete(txn, id)).await
    }
}

#[async_trait]
impl Maintenance for SqliteStore {
    async fn canary(&self, canary: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        match canary {
            None => self.readers.ask(maintenance::canary).await,
            Some(new) => self.writer.ask(move |txn| maintenance::first_canary(txn, &new)).await,
        }
    }

    async fn replace_canary(&self, canary: Vec<u8>) -> Result<()> {
        self.writer.ask(move |txn| maintenance::replace_canary(txn, &canary)).await
    }

    async fn ready(&self, bytes: usize) -> Result<()> {
        self.writer.ask(move |txn| maintenance::probe(txn, bytes)).await?;
        self.readers.ask(maintenance::canary).await.map(drop)
    }

    async fn room(&self) -> Result<Option<Room>> {
        room::of(self.folder.clone(), &self.readers).await.map(Some)
    }

    async fn preflight(&self, clock: &dyn Clock) -> Result<Vec<Finding>> {
        self.findings(clock.now()).await
    }

    async fn look_at_clock(&self, reading: ClockReading) -> Result<ClockLook> {
        if let Some(mark) = self.readers.ask(clock::mark).await? {
            let next = mark.next(reading);
            if !next.is_news_after(mark) {
                return Ok(next.look());
            }
        }
        self.writer.ask(move |txn| clock::look(txn, reading)).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        let swept = self.writer.ask(move |txn| maintenance::sweep(txn, now, limit)).await?;
        self.expired.fetch_add(swept.expired, Ordering::Relaxed);
        Ok(swept.collected)
    }

    async fn note_audit_head(&self, head: AuditHead) -> Result<()> {
        self.writer.ask(move |txn| Ok(meta::note_head(txn, head)?)).await
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>> {
        self.readers.ask(|txn| Ok(meta::heads(txn)?)).await
    }

    async fn counts(&self, now: Timestamp) -> Result<Counts> {
        let live = counts::live(&self.readers, now).await?;
        Ok(Counts { live, expired: self.expired.load(Ordering::Relaxed), counted: Counted::Exactly })
    }

    async fn close(&self) {
        // The writer last: it leaves an empty log behind, which an open reader would keep it from.
        self.readers.close().await;
        self.writer.close().await;
    }
}
