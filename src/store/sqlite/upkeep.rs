//! The canary, the proof of being writable, and the sweeper.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::queue::Desk;
use super::rows::{NEW, limit as rows, seconds};
use super::{outbox, tries};
use crate::domain::Timestamp;
use crate::store::Result;

const CANARY: &str = "canary";
const BEAT: &str = "beat";
/// An entry of a list is useless once its receipt is gone, and 60 days after is twice the longest lifetime. So a list
/// is empty 60 days after its account's last share, and one in use does not grow for ever.
const LIST_SECONDS: u64 = 60 * 24 * 3600;

pub(super) fn canary(desk: &Desk<'_>) -> Result<Option<Vec<u8>>> {
    single(desk, CANARY)
}

/// The canary of a database that nobody works at.
pub(super) fn stored_canary(db: &Connection) -> rusqlite::Result<Option<Vec<u8>>> {
    db.query_one("SELECT value FROM singles WHERE name = ?1", [CANARY], |row| row.get(0)).optional()
}

/// Stores a canary unless there is one; the stored one.
pub(super) fn first_canary(desk: &Desk<'_>, canary: &[u8]) -> Result<Option<Vec<u8>>> {
    desk.prepare_cached("INSERT INTO singles (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![CANARY, canary])?;
    single(desk, CANARY)
}

pub(super) fn replace_canary(desk: &Desk<'_>, canary: &[u8]) -> Result<()> {
    set_single(desk, CANARY, canary)
}

/// Writes something that is never the same twice, so that it has to reach the disk.
pub(super) fn touch(desk: &Desk<'_>) -> Result<()> {
    // Whatever a damaged file holds in its place is overwritten like any other.
    let last = desk
        .prepare_cached("SELECT value FROM singles WHERE name = ?1")?
        .query_one([BEAT], |row| Ok(row.get_ref(0)?.as_blob().ok().and_then(|bytes| bytes.try_into().ok())))
        .optional()?
        .flatten()
        .map_or(0, u64::from_be_bytes);
    set_single(desk, BEAT, &last.wrapping_add(1).to_be_bytes())
}

/// What a sweep came to.
pub(super) struct Swept {
    /// Secrets, receipts, letters and list entries.
    pub(super) collected: usize,
    /// Secrets among them that nobody had read.
    pub(super) expired: u64,
}

/// Collects at most `limit` expired secrets, receipts, letters and list entries.
pub(super) fn sweep(desk: &Desk<'_>, now: Timestamp, limit: usize) -> Result<Swept> {
    let due: Vec<(i64, bool, bool)> = desk
        .prepare_cached(
            "SELECT id, created + 2 * ttl <= ?1, state = ?3 AND due = created + ttl \
             FROM secrets WHERE due <= ?1 ORDER BY due LIMIT ?2",
        )?
        .query_map(params![seconds(now), rows(limit), NEW], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for &(secret, receipt_too, _) in &due {
        tries::forget(desk, secret)?;
        let sql = if receipt_too {
            "DELETE FROM secrets WHERE id = ?1"
        } else {
            "UPDATE secrets SET due = created + 2 * ttl, sealed = x'', envelope = NULL WHERE id = ?1"
        };
        desk.prepare_cached(sql)?.execute([secret])?;
    }
    let letters = outbox::sweep(desk, now, limit.saturating_sub(due.len()))?;
    let collected = due.len() + letters;
    // The oldest entries have the lowest ids: no index has to be kept for this.
    let entries = desk
        .prepare_cached(
            "DELETE FROM recent \
             WHERE created <= ?1 AND id IN (SELECT id FROM recent ORDER BY id LIMIT ?2)",
        )?
        .execute(params![seconds(now.minus(LIST_SECONDS)), rows(limit.saturating_sub(collected))])?;
    let collected = collected + entries;
    if collected > 0 {
        desk.erased();
    }
    let expired = due.iter().filter(|(.., unread)| *unread).count() as u64;
    Ok(Swept { collected, expired })
}

fn single(desk: &Desk<'_>, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(desk
        .prepare_cached("SELECT value FROM singles WHERE name = ?1")?
        .query_one([name], |row| row.get(0))
        .optional()?)
}

fn set_single(desk: &Desk<'_>, name: &str, value: &[u8]) -> Result<()> {
    desk.prepare_cached(
        "INSERT INTO singles (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute(params![name, value])?;
    Ok(())
}
