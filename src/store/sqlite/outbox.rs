//! Letters: put with their secret, leased, put off, removed.
//!
//! The trap: a letter names its secret by row, and rows are used again once a receipt has gone. So a letter is as good as
//! gone the moment its own `expires` has passed, which is a lifetime before that can be.

use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{OptionalExtension as _, Row, params};

use super::SqliteStore;
use super::queue::Desk;
use super::rows::{limit as rows, seconds, time};
use crate::domain::{Failure, LetterId, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Error, Leased, Leases, LetterStatus, NewLetter, Outbox, OutboxDepth, Result};

#[async_trait]
impl Outbox for SqliteStore {
    async fn lease_letters(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.writer.ask(move |desk| self::lease(desk, now, lease, limit)).await
    }

    async fn remove_letter(&self, id: &LetterId) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |desk| remove(desk, id)).await
    }

    async fn put_off(&self, id: &LetterId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |desk| put_off(desk, id, failure, again)).await
    }

    async fn retry_letter(&self, id: &LetterId, now: Timestamp) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |desk| retry(desk, id, now)).await
    }

    async fn letters(&self, now: Timestamp, limit: usize) -> Result<Vec<LetterStatus>> {
        self.readers.ask(move |desk| list(desk, now, limit)).await
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.readers.ask(move |desk| depth(desk, now)).await
    }
}

/// Whether there is a letter with this id.
pub(super) fn is_taken(desk: &Desk<'_>, id: LetterId) -> Result<bool> {
    let found =
        desk.prepare_cached("SELECT 1 FROM outbox WHERE serial = ?1")?.query_one([id.serial], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Stores a letter about the secret at this row.
pub(super) fn add(desk: &Desk<'_>, letter: &NewLetter, receipt: &StoredReceipt, secret: i64) -> Result<()> {
    desk.prepare_cached(
        "INSERT INTO outbox (tag, serial, secret, created, expires, due, attempts, failure, sealed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?4, 0, NULL, ?6)",
    )?
    .execute(params![
        letter.id.tag.as_str(),
        letter.id.serial,
        secret,
        seconds(receipt.created),
        seconds(receipt.secret_expires()),
        letter.sealed,
    ])?;
    Ok(())
}

/// Removes at most `limit` letters whose secret has expired, dead ones too; how many.
pub(super) fn sweep(desk: &Desk<'_>, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE expires <= ?1 LIMIT ?2)";
    Ok(desk.prepare_cached(sql)?.execute(params![seconds(now), rows(limit)])?)
}

fn lease(desk: &Desk<'_>, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
    let mut leases = Leases::default();
    let until = Leases::end(now, lease);
    loop {
        let wanted = limit - leases.letters.len();
        let due = due(desk, now, wanted)?;
        let all = due.len() < wanted || wanted == 0;
        for (row, is_wanted, letter) in due {
            if is_wanted {
                desk.prepare_cached("UPDATE outbox SET due = ?2 WHERE id = ?1")?
                    .execute(params![row, seconds(until)])?;
                leases.letters.push(letter);
            } else {
                desk.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([row])?;
                desk.erased();
                leases.dropped += 1;
            }
        }
        if all {
            return Ok(leases);
        }
    }
}

/// Letters that are due: their rows, whether their secrets are still there, and what a sender needs.
fn due(desk: &Desk<'_>, now: Timestamp, limit: usize) -> Result<Vec<(i64, bool, Leased)>> {
    let mut statement = desk.prepare_cached(
        "SELECT id, tag, serial, sealed, attempts, expires > ?1 AND EXISTS ( \
             SELECT 1 FROM secrets WHERE secrets.id = outbox.secret AND envelope IS NOT NULL) \
         FROM outbox WHERE due <= ?1 ORDER BY due, created, tag, serial LIMIT ?2",
    )?;
    let mut found = statement.query(params![seconds(now), rows(limit)])?;
    let mut letters = Vec::new();
    while let Some(row) = found.next()? {
        let letter = Leased { id: id(row, 1)?, sealed: row.get(3)?, attempts: row.get(4)? };
        letters.push((row.get(0)?, row.get(5)?, letter));
    }
    Ok(letters)
}

fn remove(desk: &Desk<'_>, id: LetterId) -> Result<bool> {
    let removed = desk
        .prepare_cached("DELETE FROM outbox WHERE serial = ?1 AND tag = ?2")?
        .execute(params![id.serial, id.tag.as_str()])?;
    if removed > 0 {
        desk.erased();
    }
    Ok(removed > 0)
}

fn put_off(desk: &Desk<'_>, id: LetterId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
    let changed = desk
        .prepare_cached(
            "UPDATE outbox SET attempts = attempts + 1, failure = ?3, due = ?4 WHERE serial = ?1 AND tag = ?2",
        )?
        .execute(params![id.serial, id.tag.as_str(), failure.code(), again.map(seconds)])?;
    Ok(changed > 0)
}

fn retry(desk: &Desk<'_>, id: LetterId, now: Timestamp) -> Result<bool> {
    let changed = desk
        .prepare_cached("UPDATE outbox SET due = ?3 WHERE serial = ?1 AND tag = ?2 AND expires > ?3")?
        .execute(params![id.serial, id.tag.as_str(), seconds(now)])?;
    Ok(changed > 0)
}

fn list(desk: &Desk<'_>, now: Timestamp, limit: usize) -> Result<Vec<LetterStatus>> {
    let mut statement = desk.prepare_cached(
        "SELECT tag, serial, created, expires, attempts, failure, due FROM outbox WHERE expires > ?1 \
         ORDER BY created, tag, serial LIMIT ?2",
    )?;
    let mut found = statement.query(params![seconds(now), rows(limit)])?;
    let mut letters = Vec::new();
    while let Some(row) = found.next()? {
        letters.push(LetterStatus {
            id: id(row, 0)?,
            created: time(row.get(2)?),
            expires: time(row.get(3)?),
            attempts: row.get(4)?,
            failure: row.get::<_, Option<u16>>(5)?.and_then(Failure::from_code),
            due: row.get::<_, Option<i64>>(6)?.map(time),
        });
    }
    Ok(letters)
}

fn depth(desk: &Desk<'_>, now: Timestamp) -> Result<OutboxDepth> {
    let mut statement = desk.prepare_cached(
        "SELECT count(due), count(*) - count(due), min(created) FILTER (WHERE due IS NOT NULL) \
         FROM outbox WHERE expires > ?1",
    )?;
    Ok(statement.query_one([seconds(now)], |row| {
        Ok(OutboxDepth {
            waiting: row.get::<_, i64>(0)?.unsigned_abs(),
            dead: row.get::<_, i64>(1)?.unsigned_abs(),
            oldest: row.get::<_, Option<i64>>(2)?.map(time),
        })
    })?)
}

fn id(row: &Row<'_>, first: usize) -> Result<LetterId> {
    let tag = row.get_ref(first)?.as_str().ok().and_then(SlotTag::parse);
    let tag = tag.ok_or(Error::Corrupt("a letter's slot tag is not three characters"))?;
    Ok(LetterId { tag, serial: row.get(first + 1)? })
}
