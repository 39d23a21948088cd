//! Notices: put with their secret, turned by the claim, leased, retried, removed.
//!
//! The trap: a notice names its receipt by `mid`, not by row. It may outlive the receipt, and rows are given out again.

use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Row, params};

use super::SqliteStore;
use super::queue::Txn;
use super::rows::{BURNED, ORPHANED, REVEALED, limit as rows, seconds, time};
use crate::domain::{Failure, NotificationId, ReceiptId, SecretEnd, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Error, Leases, NOTICE_KEPT, NewNotice, Notice, Notices, Result};

#[async_trait]
impl Notices for SqliteStore {
    async fn lease_notices(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Notice>> {
        // Most looks find nothing, and cost no transaction.
        if !self.readers.ask(move |txn| is_any_due(txn, now)).await? {
            return Ok(Vec::new());
        }
        self.writer.ask(move |txn| self::lease(txn, now, Leases::end(now, lease), limit)).await
    }

    async fn remove_notice(&self, id: &NotificationId) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| remove(txn, id)).await
    }

    async fn put_off_notice(
        &self,
        id: &NotificationId,
        failure: Option<Failure>,
        again: Option<Timestamp>,
    ) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| put_off(txn, id, failure, again)).await
    }

    async fn notices(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>> {
        self.readers.ask(move |txn| list(txn, now, limit)).await
    }

    /// None is ever lost: a claim and its notices are one step.
    async fn find_notices(&self, _: Timestamp) -> Result<()> {
        Ok(())
    }
}

/// Stores a notice about the secret of this receipt.
pub(super) fn add(txn: &Txn<'_>, notice: &NewNotice, receipt: &StoredReceipt) -> Result<()> {
    let expires = receipt.secret_expires();
    txn.prepare_cached(
        "INSERT INTO notices (tag, serial, mid, created, until, due, attempts, sealed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
    )?
    .execute(params![
        notice.id.tag.as_str(),
        notice.id.serial,
        receipt.mid.0,
        seconds(receipt.created),
        seconds(expires.plus(NOTICE_KEPT.into())),
        seconds(expires),
        notice.sealed,
    ])?;
    Ok(())
}

/// Turns the dormant notices of a secret that is claimed.
pub(super) fn turn(txn: &Txn<'_>, mid: ReceiptId, end: SecretEnd, now: Timestamp) -> Result<()> {
    txn.prepare_cached(
        "UPDATE notices SET ending = ?2, ended = ?3, due = ?3 WHERE mid = ?1 AND ending IS NULL",
    )?
    .execute(params![mid.0, end.code(), seconds(now)])?;
    Ok(())
}

/// Removes at most `limit` notices that nobody could be told in time; how many.
pub(super) fn sweep(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE until <= ?1 LIMIT ?2)";
    Ok(txn.prepare_cached(sql)?.execute(params![seconds(now), rows(limit)])?)
}

fn is_any_due(txn: &Txn<'_>, now: Timestamp) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notices WHERE due <= ?1)";
    Ok(txn.prepare_cached(sql)?.query_one([seconds(now)], |row| row.get(0))?)
}

const COLUMNS: &str =
    "tag, serial, created, until, ending, ended, attempts, failure, due, sealed, mid, notices.id";

fn lease(txn: &Txn<'_>, now: Timestamp, end: Timestamp, limit: usize) -> Result<Vec<Notice>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notices WHERE due <= ?1 AND until > ?1 ORDER BY due, notices.id LIMIT ?2"
    );
    let mut statement = txn.prepare_cached(&sql)?;
    let mut found = statement.query(params![seconds(now), rows(limit)])?;
    let mut due = Vec::new();
    while let Some(row) = found.next()? {
        let is_dormant = row.get::<_, Option<u8>>(4)?.is_none();
        due.push((row.get::<_, i64>(11)?, ReceiptId(row.get(10)?), is_dormant, read(row)?));
    }
    let mut leased = Vec::new();
    for (row, mid, is_dormant, mut notice) in due {
        match outcome(txn, mid)? {
            Outcome::Orphaned => {
                txn.prepare_cached("DELETE FROM notices WHERE id = ?1")?.execute([row])?;
                txn.erased();
                continue;
            }
            // What a restored database knows of a claim is in the receipt only.
            Outcome::Ended(end, ended) if is_dormant => (notice.end, notice.ended) = (end, ended),
            Outcome::Ended(..) | Outcome::Unread => {}
        }
        notice.due = Some(end);
        txn.prepare_cached("UPDATE notices SET ending = ?2, ended = ?3, due = ?4 WHERE id = ?1")?
            .execute(params![row, notice.end.code(), seconds(notice.ended), seconds(end)])?;
        leased.push(notice);
    }
    Ok(leased)
}

/// What became of a secret, by its receipt.
enum Outcome {
    /// Nothing, or its receipt is gone.
    Unread,
    Ended(SecretEnd, Timestamp),
    Orphaned,
}

fn outcome(txn: &Txn<'_>, mid: ReceiptId) -> Result<Outcome> {
    let mut statement = txn.prepare_cached("SELECT state, updated FROM secrets WHERE mid = ?1")?;
    let mut found = statement.query([mid.0])?;
    let Some(row) = found.next()? else { return Ok(Outcome::Unread) };
    let updated = time(row.get(1)?);
    Ok(match row.get(0)? {
        REVEALED => Outcome::Ended(SecretEnd::Read, updated),
        BURNED => Outcome::Ended(SecretEnd::Burned, updated),
        ORPHANED => Outcome::Orphaned,
        _ => Outcome::Unread,
    })
}

fn remove(txn: &Txn<'_>, id: NotificationId) -> Result<bool> {
    let removed = txn
        .prepare_cached("DELETE FROM notices WHERE serial = ?1 AND tag = ?2")?
        .execute(params![id.serial, id.tag.as_str()])?;
    if removed > 0 {
        txn.erased();
    }
    Ok(removed > 0)
}

fn put_off(
    txn: &Txn<'_>,
    id: NotificationId,
    failure: Option<Failure>,
    again: Option<Timestamp>,
) -> Result<bool> {
    let changed = txn
        .prepare_cached(
            "UPDATE notices SET attempts = attempts + (?3 IS NOT NULL), failure = coalesce(?3, failure), due = ?4 \
             WHERE serial = ?1 AND tag = ?2 AND ending IS NOT NULL",
        )?
        .execute(params![id.serial, id.tag.as_str(), failure.map(Failure::code), again.map(seconds)])?;
    Ok(changed > 0)
}

fn list(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<Vec<Notice>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notices WHERE ending IS NOT NULL AND until > ?1 ORDER BY created, tag, serial LIMIT ?2"
    );
    let mut statement = txn.prepare_cached(&sql)?;
    let mut found = statement.query(params![seconds(now), rows(limit)])?;
    let mut notices = Vec::new();
    while let Some(row) = found.next()? {
        notices.push(read(row)?);
    }
    Ok(notices)
}

/// Reads a row of [`COLUMNS`]. A dormant one is due when its secret expires.
fn read(row: &Row<'_>) -> Result<Notice> {
    let tag = row.get_ref(0)?.as_str().ok().and_then(SlotTag::parse);
    let tag = tag.ok_or(Error::Corrupt("a notice's slot tag is not three characters"))?;
    let due = row.get::<_, Option<i64>>(8)?.map(time);
    let (end, ended) = match (row.get::<_, Option<u8>>(4)?, row.get::<_, Option<i64>>(5)?) {
        (Some(end), Some(ended)) => {
            let end = SecretEnd::from_code(end).ok_or(Error::Corrupt("a notice has an unknown ending"))?;
            (end, time(ended))
        }
        _ => (SecretEnd::Expired, due.unwrap_or_default()),
    };
    Ok(Notice {
        id: NotificationId { tag, serial: row.get(1)? },
        created: time(row.get(2)?),
        until: time(row.get(3)?),
        end,
        ended,
        attempts: row.get(6)?,
        failure: row.get::<_, Option<u16>>(7)?.and_then(Failure::from_code),
        due,
        sealed: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use crate::store::sqlite::schema;

    /// A claim asks for them each time, and a look every few seconds.
    #[test]
    fn what_is_dormant_and_what_is_due_are_found_by_their_indexes() {
        let mut db = rusqlite::Connection::open_in_memory().unwrap();
        schema::apply(&mut db).unwrap();
        let plan = |sql: &str| {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
            lines.map(std::result::Result::unwrap).collect::<Vec<_>>().join("\n")
        };
        let dormant = plan("SELECT 1 FROM notices WHERE mid = x'00' AND ending IS NULL");
        assert!(dormant.contains("notices_dormant (mid=?)"), "{dormant}");
        let due = plan("SELECT sealed FROM notices WHERE due <= 9 AND until > 9 ORDER BY due, notices.id");
        assert!(due.contains("notices_by_due (due<?)") && !due.contains("TEMP B-TREE"), "{due}");
    }
}
