//! Looks at the clock, remembered in the database: every instance on the file comes to the same.

use super::queue::Txn;
use super::{meta, rows};
use crate::domain::{ClockLook, ClockMark, ClockReading};
use crate::store::Result;

/// The last look, if there was one.
pub(super) fn mark(txn: &Txn<'_>) -> Result<Option<ClockMark>> {
    Ok(meta::clock(txn)?)
}

/// Looks, and remembers it.
pub(super) fn look(txn: &Txn<'_>, reading: ClockReading) -> Result<ClockLook> {
    let next = match mark(txn)? {
        Some(mark) => mark.next(reading),
        None => ClockMark::first(reading, is_empty(txn)?),
    };
    meta::mark_clock(txn, next)?;
    Ok(next.look())
}

fn is_empty(txn: &Txn<'_>) -> Result<bool> {
    let anything = "SELECT EXISTS (SELECT 1 FROM secrets) + EXISTS (SELECT 1 FROM recent)";
    Ok(rows::count(txn, anything, [])? == 0)
}
