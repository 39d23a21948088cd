//! Lists of recent shares: a table of entries, and one of the lists they stand in.
//!
//! Which entries are an account's is said by its row in `lists`: those of that generation. So a list is emptied by counting
//! up, in the step that changes the token, however long it is; what stood in it is deleted in steps of the maintenance.
//! The row counts its entries too, because counting them at every share would cost each of them a look at all.

use async_trait::async_trait;
use rusqlite::{OptionalExtension as _, params};

use super::SqliteStore;
use super::queue::Txn;
use super::rows::{limit as rows, seconds, time};
use crate::domain::receipt::{NewEntry, SealedEntry};
use crate::domain::{AccountId, Timestamp};
use crate::store::{Cursor, Error, LIST_KEPT, ListPage, ListStore, ListedEntry, Result};

/// Entries that one share takes off a list that is too long: more than it adds, and too few to be felt.
const PER_SHARE: usize = 8;
/// Entries that are deleted in the step that empties a list: short lists are gone at once.
const AT_ONCE: usize = 128;

#[async_trait]
impl ListStore for SqliteStore {
    async fn recent(
        &self,
        owner: &AccountId,
        since: Timestamp,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<ListPage> {
        let (owner, after) = (*owner, after.map(read_cursor).transpose()?);
        self.readers.ask(move |txn| page(txn, owner, since, after, limit)).await
    }

    async fn forget_entries(&self, owner: &AccountId, entries: Vec<ListedEntry>) -> Result<()> {
        let owner = *owner;
        self.writer.ask(move |txn| forget(txn, owner, &entries)).await
    }

    async fn tidy_lists(&self, limit: usize) -> Result<usize> {
        // Most of the time there is nothing to do, which a reader sees as well.
        if self.readers.ask(|txn| Ok(untidy(txn)?.is_none())).await? {
            return Ok(0);
        }
        self.writer.ask(move |txn| tidy(txn, limit)).await
    }
}

/// Puts an entry on its account's list, and takes the oldest off one that is full.
pub(super) fn add(
    txn: &Txn<'_>,
    entry: &NewEntry,
    created: Timestamp,
    expires: Option<Timestamp>,
) -> Result<()> {
    let owner = entry.owner;
    let (generation, entries): (i64, i64) = txn
        .prepare_cached(
            "INSERT INTO lists (owner, generation, entries, stale) VALUES (?1, 0, 1, 0) \
             ON CONFLICT DO UPDATE SET entries = entries + 1 RETURNING generation, entries",
        )?
        .query_one([owner.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    txn.prepare_cached(
        "INSERT INTO recent (owner, generation, created, expires, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![owner.0, generation, seconds(created), expires.map(seconds), entry.sealed])?;
    let excess = excess(entries);
    if excess > 0 {
        trim(txn, owner, excess.min(PER_SHARE))?;
    }
    Ok(())
}

/// Empties an account's list, whatever its length.
pub(super) fn empty(txn: &Txn<'_>, owner: AccountId) -> Result<()> {
    // A row is made where there is none: an instance of an earlier version lists without one.
    txn.prepare_cached(
        "INSERT INTO lists (owner, generation, entries, stale) VALUES (?1, 1, 0, 1) \
         ON CONFLICT DO UPDATE SET generation = generation + 1, stale = stale + max(entries, 1), entries = 0",
    )?
    .execute([owner.0])?;
    drop_stale(txn, owner, AT_ONCE).map(drop)
}

/// Deletes at most `limit` entries made before `then`, of whatever list; how many.
pub(super) fn sweep(txn: &Txn<'_>, then: Timestamp, limit: usize) -> Result<usize> {
    // The oldest entries have the lowest ids: no index has to be kept for this.
    let old: Vec<(i64, [u8; 32], i64)> = txn
        .prepare_cached(
            "SELECT id, owner, generation FROM recent \
             WHERE created <= ?1 AND id IN (SELECT id FROM recent ORDER BY id LIMIT ?2)",
        )?
        .query_map(params![seconds(then), rows(limit)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for &(id, owner, generation) in &old {
        txn.prepare_cached("DELETE FROM recent WHERE id = ?1")?.execute([id])?;
        let sql = "UPDATE lists SET entries = max(entries - 1, 0) WHERE owner = ?1 AND generation = ?2 RETURNING entries";
        let left: Option<i64> =
            txn.prepare_cached(sql)?.query_one(params![owner, generation], |row| row.get(0)).optional()?;
        if left == Some(0) {
            drop_empty(txn, AccountId(owner))?;
        }
    }
    Ok(old.len())
}

/// Where a page ended: when its last row was made, and the row's id.
pub(super) type Position = (i64, i64);

pub(super) fn write_cursor((created, id): Position) -> Cursor {
    Cursor([created.to_be_bytes(), id.to_be_bytes()].concat())
}

pub(super) fn read_cursor(cursor: &Cursor) -> Result<Position> {
    match cursor.0.as_chunks::<8>() {
        ([created, id], []) => Ok((i64::from_be_bytes(*created), i64::from_be_bytes(*id))),
        _ => Err(Error::Corrupt("a place in a list")),
    }
}

fn page(
    txn: &Txn<'_>,
    owner: AccountId,
    since: Timestamp,
    after: Option<Position>,
    limit: usize,
) -> Result<ListPage> {
    let (created, id) = after.unwrap_or((i64::MAX, i64::MAX));
    let entries: Vec<ListedEntry> = txn
        .prepare_cached(
            "SELECT id, created, expires, sealed FROM recent \
             WHERE owner = ?1 AND generation = coalesce((SELECT generation FROM lists WHERE owner = ?1), 0) \
               AND created BETWEEN ?2 AND ?3 AND (created < ?3 OR id < ?4) \
             ORDER BY created DESC, id DESC LIMIT ?5",
        )?
        .query_map(params![owner.0, seconds(since), created, id, rows(limit)], |row| {
            Ok(ListedEntry {
                entry: SealedEntry { created: time(row.get(1)?), sealed: row.get(3)? },
                expires: row.get::<_, Option<i64>>(2)?.map(time),
                place: row.get::<_, i64>(0)?.to_be_bytes(),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let next = entries
        .last()
        .filter(|_| entries.len() == limit)
        .map(|last| write_cursor((seconds(last.entry.created), i64::from_be_bytes(last.place))));
    Ok(ListPage { entries, next })
}

fn forget(txn: &Txn<'_>, owner: AccountId, entries: &[ListedEntry]) -> Result<()> {
    let mut gone = 0_i64;
    for ListedEntry { entry, place, .. } in entries {
        // Its bytes too: row numbers are given out anew.
        let deleted = txn
            .prepare_cached(
                "DELETE FROM recent WHERE id = ?1 AND owner = ?2 AND sealed = ?3 \
                   AND generation = coalesce((SELECT generation FROM lists WHERE owner = ?2), 0)",
            )?
            .execute(params![i64::from_be_bytes(*place), owner.0, entry.sealed])?;
        gone += i64::from(deleted > 0);
    }
    if gone > 0 {
        txn.erased();
        txn.prepare_cached("UPDATE lists SET entries = max(entries - ?2, 0) WHERE owner = ?1")?
            .execute(params![owner.0, gone])?;
        drop_empty(txn, owner)?;
    }
    Ok(())
}

/// A list that has something to be deleted, and how many entries it has too many.
fn untidy(txn: &Txn<'_>) -> Result<Option<(AccountId, bool, usize)>> {
    // As the index has it, or it would not be used.
    let sql = "SELECT owner, stale > 0, entries FROM lists WHERE stale > 0 OR entries > 10000 LIMIT 1";
    let found = txn
        .prepare_cached(sql)?
        .query_one([], |row| Ok((AccountId(row.get(0)?), row.get(1)?, excess(row.get(2)?))));
    Ok(found.optional()?)
}

fn tidy(txn: &Txn<'_>, limit: usize) -> Result<usize> {
    let mut deleted = 0;
    while deleted < limit
        && let Some((owner, has_stale, excess)) = untidy(txn)?
    {
        let left = limit - deleted;
        deleted +=
            if has_stale { drop_stale(txn, owner, left)? } else { trim(txn, owner, excess.min(left))? };
    }
    Ok(deleted)
}

/// How many entries are more than a list keeps.
fn excess(entries: i64) -> usize {
    usize::try_from(entries).unwrap_or(0).saturating_sub(LIST_KEPT)
}

/// Deletes the `count` oldest entries of a list; how many there were.
fn trim(txn: &Txn<'_>, owner: AccountId, count: usize) -> Result<usize> {
    let deleted = txn
        .prepare_cached(
            "DELETE FROM recent WHERE id IN (SELECT id FROM recent \
                 WHERE owner = ?1 AND generation = (SELECT generation FROM lists WHERE owner = ?1) \
                 ORDER BY created, id LIMIT ?2)",
        )?
        .execute(params![owner.0, rows(count)])?;
    // Fewer than asked for: that was all, whatever was counted.
    txn.prepare_cached("UPDATE lists SET entries = iif(?2 < ?3, 0, entries - ?2) WHERE owner = ?1")?
        .execute(params![owner.0, rows(deleted), rows(count)])?;
    txn.erased();
    Ok(deleted)
}

/// Deletes at most `limit` entries of an account's earlier lists; how many.
fn drop_stale(txn: &Txn<'_>, owner: AccountId, limit: usize) -> Result<usize> {
    let deleted = txn
        .prepare_cached(
            "DELETE FROM recent WHERE id IN (SELECT id FROM recent \
                 WHERE owner = ?1 AND generation < (SELECT generation FROM lists WHERE owner = ?1) LIMIT ?2)",
        )?
        .execute(params![owner.0, rows(limit)])?;
    if deleted > 0 {
        txn.erased();
    }
    txn.prepare_cached("UPDATE lists SET stale = iif(?2 < ?3, 0, max(stale - ?2, 1)) WHERE owner = ?1")?
        .execute(params![owner.0, rows(deleted), rows(limit)])?;
    if deleted < limit {
        drop_empty(txn, owner)?;
    }
    Ok(deleted)
}

/// Deletes the row of a list that nothing stands in. Its generations may begin anew: there is no entry of any.
fn drop_empty(txn: &Txn<'_>, owner: AccountId) -> Result<()> {
    txn.prepare_cached(
        "DELETE FROM lists WHERE owner = ?1 AND entries = 0 AND stale = 0 \
           AND NOT EXISTS (SELECT 1 FROM recent WHERE owner = ?1)",
    )?
    .execute([owner.0])?;
    Ok(())
}
