//! The store port ([`SecretStore`]), which SQLite and Redis implement: domain operations, outcomes as values
//! (architecture.md §4).
//!
//! A store sees ids, the slot tag and sealed bytes; never a link key, a value, a passphrase or a token. Every method is
//! one atomic step. Time comes in as `now`: expired means gone, whatever bytes are still there.
//!
//! The trap: **never retry a claim.** A [`take`](SecretStore::take) whose outcome is unknown is an
//! [`Error::OutcomeUnknown`], and stays one: asking again could give a value out twice or say "gone" to its reader.

use async_trait::async_trait;

use crate::domain::receipt::NewEntry;
use crate::domain::{
    AccountId, AuditHead, Clock, ClockLook, ClockReading, Envelope, NetworkTag, ReceiptId, SecretId, SlotTag,
    StoredReceipt, Timestamp, Tries, TryLimits,
};

mod accounts;
mod claim;
mod finding;
mod import;
mod lists;
mod measured;
mod notices;
mod outbox;
pub mod redis;
pub mod sqlite;
mod tally;
mod upgrading;

pub use crate::metrics::Counted;
pub use accounts::{AccountStore, Added, Bound, MOST_TOKENS, SharesPage, TokenUse};
pub use claim::{Claim, ClaimRequest, Locked, Taken, Target, Won};
pub use finding::{Finding, Level};
pub use import::{ImportStore, ImportedSecret};
pub use lists::{Cursor, LIST_KEPT, LIST_LIFETIME, ListPage, ListStore, ListedEntry};
pub use measured::Measured;
pub use notices::{NOTICE_KEPT, NewNotice, Notice, Notices};
pub use outbox::{Leased, Leases, NewNotification, NotificationStatus, Outbox, OutboxDepth};
pub use upgrading::{Telling, Upgrading};

/// A secret to be stored: envelope and receipt, the sharer's list entries, the notification to its recipient, the notices of its end:
/// all or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSecret {
    /// The sealed value.
    pub envelope: Envelope,
    /// Its receipt: state `New`, `sealed` filled; ids, tag and times are taken from here.
    pub receipt: StoredReceipt,
    /// The account whose share it is; `None` when anonymous.
    pub owner: Option<AccountId>,
    /// For the sharer's list of recent shares; `None` when it was shared without a token.
    pub entry: Option<NewEntry>,
    /// The notification that brings the link to its recipient, if mail was asked for.
    pub notification: Option<NewNotification>,
    /// The notices that its end turns to, if anybody is to hear of it.
    pub notices: Vec<NewNotice>,
}

/// What a share came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// Stored, durably as far as the store promises.
    Stored,
    /// One of the ids is taken. Nothing changed.
    Conflict,
}

/// How much is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Secrets that can be read.
    pub live: u64,
    /// Secrets that nobody read in time, since the start of whoever counts them: this instance, or the store's servers.
    pub expired: u64,
    /// How good these numbers are.
    pub counted: Counted,
}

/// A store error. Expected outcomes are values of the methods, not errors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be reached, is full or refuses; nothing was done.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
    /// The request was sent and no answer came: it may or may not have been done. Never sent again by itself.
    #[error("the outcome is unknown: the store did not answer, or failed while it wrote")]
    OutcomeUnknown(#[source] Cause),
    /// It was done, but not acknowledged by as many replicas as required.
    #[error("the store could not confirm the write")]
    Unconfirmed,
    /// What the store holds cannot be read: it is damaged, or a later version wrote it. It was left as it is.
    #[error("a stored record is damaged: {0}")]
    Corrupt(&'static str),
}

/// The backend's own error, for the log only.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// `Result` of the port.
pub type Result<T> = std::result::Result<T, Error>;

/// Secrets and their receipts.
#[async_trait]
pub trait SecretStore {
    /// Stores a secret with its receipt, the sharer's list entry, its notification and its notices: all or nothing, and durable when it
    /// returns.
    async fn put(&self, secret: NewSecret) -> Result<Put>;

    /// Claims a secret, in one atomic step over every instance that shares the store:
    ///
    /// * not there, expired at `now`, or ended by what its receipt says: [`Taken::Gone`];
    /// * damaged, or of a later version: [`Error::Corrupt`], nothing consumed or counted, whichever key and ending. Damage to
    ///   what only adorns a receipt is no obstacle (ADR 0043);
    /// * sealed under a key that is not in `ring`: [`Taken::UnknownKey`], nothing consumed;
    /// * with `proof`: won if the stored envelope has the proof's nonce, else [`Taken::Gone`];
    /// * unprotected: won. Protected and `ending` is `Burned`, no attempt: won (burning takes no passphrase);
    /// * protected with `attempt`: the try is counted first, then [`Taken::Locked`] or [`Taken::Limited`];
    /// * protected, nothing presented: [`Taken::Protected`].
    ///
    /// Won means: envelope deleted, tries forgotten, the receipt's state and `updated` set, its `sealed` erased, its notices due.
    /// A receipt that has vanished is not made anew.
    ///
    /// Tries: a network that used up `limits.tries` is `Limited` until its window ends (the window begins with its
    /// first try). After `limits.lifetime` tries on the secret from anywhere, one try is let through per window,
    /// whoever asks. A refused try is not counted. What would hold a try up for longer than two windows was set by a clock
    /// that ran ahead, and does not count.
    async fn take(&self, claim: Claim) -> Result<Taken>;

    /// Gives one counted try back, when no passphrase could be verified for lack of CPU.
    async fn give_back(&self, tag: SlotTag, sid: SecretId, network: NetworkTag, now: Timestamp)
    -> Result<()>;

    /// The tries on a secret that is unread at `now`, as [`take`](Self::take) counts and limits them; of one that was taken
    /// there are none. `None`: the store cannot tell at the moment. Reading changes nothing.
    async fn tries(
        &self,
        tag: SlotTag,
        sid: SecretId,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Option<Tries>>;

    /// Marks the receipt of a won secret that could not be opened: from `Revealed` to `Orphaned`. Other states stay.
    async fn orphan(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()>;

    /// A receipt, `None` when it never was or has expired. A `New` one whose secret is gone is answered as `Expired`
    /// (its lifetime has passed, `updated` is when it did) or `Orphaned`, with `sealed` empty. Reading changes nothing.
    async fn receipt(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>>;

    /// The receipt of the secret of this link, `None` where a [`take`](Self::take) would find it gone; damaged, or of a later
    /// version, as there. Looking changes nothing and counts nothing.
    async fn look(&self, tag: SlotTag, sid: SecretId, now: Timestamp) -> Result<Option<StoredReceipt>>;

    /// Many receipts, in the order asked, as [`receipt`](Self::receipt) answers each.
    async fn receipts(
        &self,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>>;
}

/// What keeps a store in order.
#[async_trait]
pub trait Maintenance {
    /// The keyring's canary: stores `canary` if there is none yet, and answers the stored one.
    async fn canary(&self, canary: Option<Vec<u8>>) -> Result<Option<Vec<u8>>>;

    /// Replaces the canary (after the writing key changed).
    async fn replace_canary(&self, canary: Vec<u8>) -> Result<()>;

    /// Whether the store takes work, shown by doing some: writes `bytes` the way a share is written, confirmation included, and
    /// removes them in the same step.
    async fn ready(&self, bytes: usize) -> Result<()>;

    /// The space that is left to a store in files of this machine; `None` for one that bounds itself. Must not wait for others.
    async fn room(&self) -> Result<Option<Room>>;

    /// Preflight: checks the settings that durability depends on, and writes once; at start and for `readonce doctor`. An
    /// error means that it could not be checked; that it is not fit for use is a finding.
    async fn preflight(&self, clock: &dyn Clock) -> Result<Vec<Finding>>;

    /// Whether the clock may be believed when it says that something has expired, after what every instance on this store
    /// has seen of it (ADR 0041). Stores with native expiry compare it with their own.
    async fn look_at_clock(&self, reading: ClockReading) -> Result<ClockLook>;

    /// Collects at most `limit` things that expired before `now`, which has to be believed; how many it was. Stores with
    /// native expiry answer 0. Nothing else in a store erases what has expired.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize>;

    /// Notes how far the writer of an audit trail has got; it is known for [`AuditHead::LIFETIME`].
    async fn note_audit_head(&self, head: AuditHead) -> Result<()>;

    /// How far every writer got that is known.
    async fn audit_heads(&self) -> Result<Vec<AuditHead>>;

    /// How much is stored at `now`. May take a while, but must not be in the way of others.
    async fn counts(&self, now: Timestamp) -> Result<Counts>;

    /// Ends in good order: what was acknowledged is where it belongs, helper threads are gone.
    async fn close(&self);
}

/// The space that a store in files has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that may still be written.
    pub free: u64,
    /// Bytes that its file system has in all.
    pub total: u64,
}

/// What a preflight writes, in bytes: as much as a share of the size that is allowed by default.
pub const PROBE: usize = 10_000;

/// A whole store, used as `Arc<dyn Store>`.
pub trait Store:
    SecretStore
    + ListStore
    + AccountStore
    + Outbox
    + Notices
    + ImportStore
    + Maintenance
    + Send
    + Sync
    + std::fmt::Debug
{
}

impl<T> Store for T where
    T: SecretStore
        + ListStore
        + AccountStore
        + Outbox
        + Notices
        + ImportStore
        + Maintenance
        + Send
        + Sync
        + std::fmt::Debug
{
}
