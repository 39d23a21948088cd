//! Conversion between columns and domain types.

use rusqlite::{Connection, Params, Row};

use crate::domain::{SlotTag, State, StoredReceipt, Timestamp};
use crate::store::{Error, Result};

/// SELECT of a receipt's columns, as [`receipt`] reads them, and more after them.
macro_rules! select_receipt {
    ($more:literal) => {
        concat!(
            "SELECT tag, sid, mid, state, created, updated, ttl, owner, recipient, share_domain, protected, sealed, ",
            $more
        )
    };
}
pub(super) use select_receipt;

/// Where the columns after a receipt's begin.
pub(super) const AFTER_RECEIPT: usize = 12;

/// `State::New` as it is stored.
pub(super) const NEW: i64 = 0;
/// `State::Revealed` as it is stored.
pub(super) const REVEALED: i64 = 1;
/// `State::Burned` as it is stored.
pub(super) const BURNED: i64 = 2;
/// `State::Orphaned` as it is stored.
pub(super) const ORPHANED: i64 = 3;

/// A receipt's state as it is stored. That a secret expired is not: it follows from the time.
pub(super) fn state_code(state: State) -> i64 {
    match state {
        State::New | State::Expired => NEW,
        State::Revealed => REVEALED,
        State::Burned => BURNED,
        State::Orphaned => ORPHANED,
    }
}

/// Reads a row of [`select_receipt`]. What only adorns a receipt and cannot be read is left out: a secret is not withheld
/// for it.
pub(super) fn receipt(row: &Row<'_>) -> Result<StoredReceipt> {
    let tag = row.get_ref(0)?.as_str().ok().and_then(SlotTag::parse);
    Ok(StoredReceipt {
        tag: tag.ok_or(Error::Corrupt("a slot tag is not three characters"))?,
        sid: crate::domain::SecretId(row.get(1)?),
        mid: crate::domain::ReceiptId(row.get(2)?),
        state: match row.get(3)? {
            NEW => State::New,
            REVEALED => State::Revealed,
            BURNED => State::Burned,
            ORPHANED => State::Orphaned,
            _ => return Err(Error::Corrupt("a receipt has an unknown state")),
        },
        created: time(row.get(4)?),
        updated: time(row.get(5)?),
        ttl: row.get(6)?,
        owner: decoration(row, 7)?,
        recipient: decoration(row, 8)?.unwrap_or_default(),
        share_domain: decoration(row, 9)?.unwrap_or_default(),
        // Other values are a later version's, and mean what has to be understood (ADR 0043).
        protected: match row.get(10)? {
            0 => false,
            1 => true,
            _ => return Err(Error::Corrupt("a receipt has an unknown flag")),
        },
        sealed: row.get(11)?,
    })
}

/// A text that only adorns a receipt; `None` and a word in the log when it is damaged.
fn decoration(row: &Row<'_>, column: usize) -> Result<Option<String>> {
    let value = row.get_ref(column)?;
    let text = value.as_str_or_null();
    if text.is_err() {
        tracing::warn!(
            field = row.as_ref().column_name(column)?,
            "a field of a receipt is damaged and left out"
        );
    }
    Ok(text.ok().flatten().map(str::to_owned))
}

/// The one number that a query answers, which is never negative.
pub(super) fn count(db: &Connection, sql: &str, parameters: impl Params) -> rusqlite::Result<u64> {
    db.query_one(sql, parameters, |row| row.get::<_, i64>(0)).map(|count| u64::try_from(count).unwrap_or(0))
}

/// SQLite has signed integers only. What is beyond them is as far away as can be.
pub(super) fn seconds(time: Timestamp) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

/// The reverse of [`seconds`].
pub(super) fn time(seconds: i64) -> Timestamp {
    Timestamp(u64::try_from(seconds).unwrap_or(0))
}

/// A number of rows, for `LIMIT`.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
