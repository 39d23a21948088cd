//! The callers' books: which secrets were acknowledged, and what is known of each one's end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::support::Shared;

/// What the callers know of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Acknowledged, and nobody asked for it since.
    Unread,
    /// Its value was received.
    Read,
    /// Its burning was acknowledged.
    Burned,
    /// The server was killed while somebody read it.
    PerhapsRead,
    /// The server was killed while somebody burned it.
    PerhapsBurned,
}

/// An acknowledged secret.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) shared: Shared,
    pub(super) value: String,
    pub(super) fate: Fate,
}

#[derive(Default)]
pub(super) struct Ledger {
    values: AtomicUsize,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    unread: Vec<Entry>,
    ended: Vec<Entry>,
    /// Ended, and seen to be so after a restart; looked at once more at the very end.
    audited: Vec<Entry>,
    /// Receipt keys of the account's own, in the order they were acknowledged.
    own: Vec<String>,
}

impl Ledger {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A value that no other secret has.
    pub(super) fn new_value(&self) -> String {
        format!("value {}", self.values.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn acknowledged(&self, entry: Entry, own: bool) {
        let mut books = self.books();
        if own {
            books.own.push(entry.shared.receipt.clone());
        }
        books.unread.push(entry);
    }

    /// Hands one out to be read or burned by the caller alone: an old one or a new one.
    pub(super) fn any_unread(&self) -> Option<Entry> {
        let mut books = self.books();
        if books.unread.len() < 8 {
            return None; // something has to be left for after the kill
        }
        let place = self.values.load(Ordering::Relaxed) % books.unread.len();
        Some(books.unread.swap_remove(place))
    }

    pub(super) fn ended(&self, entry: Entry) {
        self.books().ended.push(entry);
    }

    /// What is unread, and what ended since the last audit, plus some of those before: they must not come back.
    pub(super) fn take_all(&self) -> (Vec<Entry>, Vec<Entry>) {
        let mut books = self.books();
        let mut ended = std::mem::take(&mut books.ended);
        let before = books.audited.len().saturating_sub(50);
        ended.extend(books.audited.split_off(before));
        (std::mem::take(&mut books.unread), ended)
    }

    pub(super) fn put_back(&self, unread: Vec<Entry>, audited: Vec<Entry>) {
        let mut books = self.books();
        books.unread = unread;
        // Last ones first, so that the next audit looks at others.
        books.audited.splice(0..0, audited);
    }

    /// How many were acknowledged, and the account's own receipt keys.
    pub(super) fn close(&self) -> (usize, Vec<String>) {
        let books = self.books();
        (books.unread.len() + books.ended.len() + books.audited.len(), books.own.clone())
    }
}
