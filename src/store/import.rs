//! The import operations of a store, for `readonce import`: secrets that another server made.
//!
//! The trap: their two keys do not share a slot tag. The secret and its receipt are stored under the secret
//! key's; under the receipt key's, where it is another one, there is only a pointer. So a claim stays one atomic step from
//! either key, and a receipt is never behind its secret.

use async_trait::async_trait;

use super::{Put, Result};
use crate::domain::receipt::NewEntry;
use crate::domain::{Envelope, SlotTag, StoredReceipt, Timestamp};

/// A secret of another server, or the receipt of one that has ended there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedSecret {
    /// The sealed value; `None` when the secret has ended.
    pub envelope: Option<Envelope>,
    /// The receipt, in whatever state; its tag is where both lie.
    pub receipt: StoredReceipt,
    /// The tag of the receipt key.
    pub asked_by: SlotTag,
}

/// Taking over from another server. A run that follows an interrupted one begins anew.
#[async_trait]
pub trait ImportStore {
    /// Takes secrets over, each by itself; the answers in order. One whose receipt or secret is there, in whatever state,
    /// is a [`Put::Conflict`] and stays as it is: so what was read does not come back.
    async fn import(&self, records: Vec<ImportedSecret>, now: Timestamp) -> Result<Vec<Put>>;

    /// Puts entries, each with the time it was made, on their accounts' lists of recent shares. What is there is put there
    /// again: the caller knows what is.
    async fn import_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()>;

    /// Secrets that are still sealed as another server did, and can be read at `now`.
    async fn legacy(&self, now: Timestamp) -> Result<u64>;
}
