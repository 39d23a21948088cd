//! Accounts' lists of recent shares: read in pages, rid of what is gone, emptied by a mark.
//!
//! A list may be long, and who asks for it is one caller of many: no operation works on a whole list. The list that
//! [`set_token`](super::AccountStore::set_token) or [`delete_account`](super::AccountStore::delete_account) empties is
//! nobody's from that very step on; what stood in it is deleted in steps.

use async_trait::async_trait;

use super::Result;
use crate::domain::receipt::SealedEntry;
use crate::domain::text::{hex, unhex_all};
use crate::domain::{AccountId, Timestamp};

/// Entries that a list keeps: the newest. One that was longer before there was a limit shrinks with time.
pub const LIST_KEPT: usize = 10_000;
/// How long a list is kept after its account's last share, in seconds (ADR 0032): twice the longest lifetime, when the receipt of
/// that share is gone. Older entries go, so that a list in use does not grow for ever.
pub const LIST_LIFETIME: u64 = 60 * 24 * 3600;

/// An entry as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEntry {
    /// The entry.
    pub entry: SealedEntry,
    /// When its receipt is gone, at the latest. `None`: made by a version that did not note it.
    pub expires: Option<Timestamp>,
    /// The backend's own name for it; with its bytes it names one entry of a list.
    pub(in crate::store) place: [u8; 8],
}

/// Where a page ended. The backend's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub(in crate::store) Vec<u8>);

impl Cursor {
    /// For a link to the next page. No key is in it.
    #[must_use]
    pub fn to_text(&self) -> String {
        hex(&self.0)
    }

    /// Reads what [`to_text`](Self::to_text) writes; what is no place is found out by the backend.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 256 {
            return None;
        }
        unhex_all(text).map(Self)
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// Newest first; of one second, the one that was shared later.
    pub entries: Vec<ListedEntry>,
    /// For the next page; `None` behind the last.
    pub next: Option<Cursor>,
}

/// Lists of recent shares. A secret's entry is put with the secret, see [`NewSecret::entry`](super::NewSecret::entry).
#[async_trait]
pub trait ListStore {
    /// A page of `owner`'s list: at most `limit` entries that were made at `since` or later, from the newest on or from where
    /// the page before ended. Where entries are taken off meanwhile, one may come twice; none is left out.
    async fn recent(
        &self,
        owner: &AccountId,
        since: Timestamp,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<ListPage>;

    /// Takes entries off `owner`'s list that a page showed. One that is not there any more is no error.
    async fn forget_entries(&self, owner: &AccountId, entries: Vec<ListedEntry>) -> Result<()>;

    /// Deletes at most `limit` entries of lists that were emptied or are too long; how many it was. No clock has a say in
    /// it. Stores that need no such steps answer 0.
    async fn tidy_lists(&self, limit: usize) -> Result<usize>;
}
