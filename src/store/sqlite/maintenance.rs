//! The keyring's canary, the readiness write, and the sweeper.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::queue::Txn;
use super::rows::{NEW, limit as rows, seconds};
use super::{lists, notices, outbox, tries};
use crate::domain::Timestamp;
use crate::store::{LIST_LIFETIME, Result};

const CANARY: &str = "canary";
/// What a readiness check writes and removes in one transaction; versions up to 0.1.0 left it there.
const BEAT: &str = "beat";

pub(super) fn canary(txn: &Txn<'_>) -> Result<Option<Vec<u8>>> {
    single(txn, CANARY)
}

/// The canary of a database that is not open.
pub(super) fn stored_canary(db: &Connection) -> rusqlite::Result<Option<Vec<u8>>> {
    db.query_one("SELECT value FROM singles WHERE name = ?1", [CANARY], |row| row.get(0)).optional()
}

/// Stores a canary unless there is one; the stored one.
pub(super) fn first_canary(txn: &Txn<'_>, canary: &[u8]) -> Result<Option<Vec<u8>>> {
    txn.prepare_cached("INSERT INTO singles (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![CANARY, canary])?;
    single(txn, CANARY)
}

pub(super) fn replace_canary(txn: &Txn<'_>, canary: &[u8]) -> Result<()> {
    set_single(txn, CANARY, canary)
}

/// Writes so many bytes and removes them, which takes a place in the log for each: `secure_delete` has freed pages written too.
pub(super) fn probe(txn: &Txn<'_>, bytes: usize) -> Result<()> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    txn.prepare_cached(
        "INSERT INTO singles (name, value) VALUES (?1, randomblob(?2)) \
         ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute(params![BEAT, bytes])?;
    txn.prepare_cached("DELETE FROM singles WHERE name = ?1")?.execute([BEAT])?;
    Ok(())
}

/// What a sweep came to.
pub(super) struct Swept {
    /// Secrets, receipts, notifications, notices and list entries.
    pub(super) collected: usize,
    /// Unread secrets among them.
    pub(super) expired: u64,
}

/// Collects at most `limit` expired secrets, receipts, notifications, notices and list entries.
pub(super) fn sweep(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<Swept> {
    let due: Vec<(i64, bool, bool)> = txn
        .prepare_cached(
            "SELECT id, created + 2 * ttl <= ?1, state = ?3 AND due = created + ttl \
             FROM secrets WHERE due <= ?1 ORDER BY due LIMIT ?2",
        )?
        .query_map(params![seconds(now), rows(limit), NEW], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for &(secret, receipt_too, _) in &due {
        tries::forget(txn, secret)?;
        let sql = if receipt_too {
            "DELETE FROM secrets WHERE id = ?1"
        } else {
            "UPDATE secrets SET due = created + 2 * ttl, sealed = x'', envelope = NULL WHERE id = ?1"
        };
        txn.prepare_cached(sql)?.execute([secret])?;
    }
    let notifications = outbox::sweep(txn, now, limit.saturating_sub(due.len()))?;
    let collected = due.len() + notifications;
    let collected = collected + notices::sweep(txn, now, limit.saturating_sub(collected))?;
    let entries = lists::sweep(txn, now.minus(LIST_LIFETIME), limit.saturating_sub(collected))?;
    let collected = collected + entries;
    if collected > 0 {
        txn.erased();
    }
    let expired = due.iter().filter(|(.., unread)| *unread).count() as u64;
    Ok(Swept { collected, expired })
}

fn single(txn: &Txn<'_>, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(txn
        .prepare_cached("SELECT value FROM singles WHERE name = ?1")?
        .query_one([name], |row| row.get(0))
        .optional()?)
}

fn set_single(txn: &Txn<'_>, name: &str, value: &[u8]) -> Result<()> {
    txn.prepare_cached(
        "INSERT INTO singles (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute(params![name, value])?;
    Ok(())
}
