//! The outbox: notifications are put with their secret, leased, retried, removed.
//!
//! The trap: a notification names its secret by row, and rows are used again once a receipt has gone. So a notification
//! is as good as gone the moment its own `expires` has passed, which is a lifetime before that can be.

use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{OptionalExtension as _, Row, params};

use super::SqliteStore;
use super::queue::Txn;
use super::rows::{NEW, limit as rows, seconds, time};
use crate::domain::{Failure, NotificationId, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Error, Leased, Leases, NewNotification, NotificationStatus, Outbox, OutboxDepth, Result};

/// For how long a waiting notification is left to whoever tells of it once its secret has expired, in seconds.
const UNTOLD: u64 = 60;
/// Among how many that came due last those never tried are looked for.
const LATEST: usize = 100;

#[async_trait]
impl Outbox for SqliteStore {
    async fn lease_notifications(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.writer.ask(move |txn| self::lease(txn, now, lease, limit)).await
    }

    async fn expire_notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>> {
        self.writer.ask(move |txn| expire(txn, now, limit)).await
    }

    async fn remove_notification(&self, id: &NotificationId) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| remove(txn, id)).await
    }

    async fn put_off(&self, id: &NotificationId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| put_off(txn, id, failure, again)).await
    }

    async fn retry_notification(&self, id: &NotificationId, now: Timestamp) -> Result<bool> {
        let id = *id;
        self.writer.ask(move |txn| retry(txn, id, now)).await
    }

    async fn notification(&self, id: &NotificationId, now: Timestamp) -> Result<Option<NotificationStatus>> {
        let id = *id;
        self.readers.ask(move |txn| find(txn, id, now)).await
    }

    async fn notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationStatus>> {
        self.readers.ask(move |txn| list(txn, now, limit)).await
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.readers.ask(move |txn| depth(txn, now)).await
    }
}

/// Whether there is a notification with this id.
pub(super) fn is_taken(txn: &Txn<'_>, id: NotificationId) -> Result<bool> {
    let found =
        txn.prepare_cached("SELECT 1 FROM outbox WHERE serial = ?1")?.query_one([id.serial], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Stores a notification about the secret at this row.
pub(super) fn add(
    txn: &Txn<'_>,
    notification: &NewNotification,
    receipt: &StoredReceipt,
    secret: i64,
) -> Result<()> {
    txn.prepare_cached(
        "INSERT INTO outbox (tag, serial, secret, created, expires, due, attempts, failure, sealed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?4, 0, NULL, ?6)",
    )?
    .execute(params![
        notification.id.tag.as_str(),
        notification.id.serial,
        secret,
        seconds(receipt.created),
        seconds(receipt.secret_expires()),
        notification.sealed,
    ])?;
    Ok(())
}

/// Removes at most `limit` notifications whose secret has expired, dead ones too; how many.
pub(super) fn sweep(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM outbox WHERE id IN ( \
                   SELECT id FROM outbox WHERE expires <= ?1 AND (due IS NULL OR expires <= ?2) LIMIT ?3)";
    let told = now.minus(UNTOLD);
    Ok(txn.prepare_cached(sql)?.execute(params![seconds(now), seconds(told), rows(limit)])?)
}

fn expire(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>> {
    // A row stays in that state when it expires unread. It may be gone, or another's, but not before its receipt's end.
    let mut statement = txn.prepare_cached(
        "SELECT id, tag, serial, EXISTS (SELECT 1 FROM secrets WHERE secrets.id = outbox.secret AND state = ?3) \
         FROM outbox WHERE expires <= ?1 AND due IS NOT NULL LIMIT ?2",
    )?;
    let mut found = statement.query(params![seconds(now), rows(limit), NEW])?;
    let (mut ended, mut untold) = (Vec::new(), Vec::new());
    while let Some(row) = found.next()? {
        ended.push(row.get::<_, i64>(0)?);
        if row.get(3)? {
            untold.push(id(row, 1)?);
        }
    }
    for row in ended {
        txn.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([row])?;
        txn.erased();
    }
    Ok(untold)
}

fn lease(txn: &Txn<'_>, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
    let mut leases = Leases::default();
    let until = Leases::end(now, lease);
    let newest = Leases::newest(limit);
    take(txn, &mut leases, Turn::Oldest, now, until, limit - newest)?;
    take(txn, &mut leases, Turn::Newest, now, until, newest)?;
    // As many as there was no new one for.
    let rest = limit - leases.notifications.len();
    take(txn, &mut leases, Turn::Oldest, now, until, rest)?;
    Ok(leases)
}

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Those due longest.
    Oldest,
    /// Those that came due last and were never tried.
    Newest,
}

impl Turn {
    const fn sql(self) -> &'static str {
        match self {
            Self::Oldest => {
                "SELECT id, tag, serial, sealed, attempts, EXISTS ( \
                     SELECT 1 FROM secrets WHERE secrets.id = outbox.secret AND envelope IS NOT NULL) \
                 FROM outbox WHERE due <= ?1 AND expires > ?1 ORDER BY due, created, tag, serial LIMIT ?2"
            }
            Self::Newest => {
                "SELECT id, tag, serial, sealed, attempts, EXISTS ( \
                     SELECT 1 FROM secrets WHERE secrets.id = outbox.secret AND envelope IS NOT NULL) \
                 FROM outbox WHERE id IN ( \
                     SELECT id FROM outbox WHERE due <= ?1 AND expires > ?1 \
                     ORDER BY due DESC, created DESC, tag DESC, serial DESC LIMIT ?3) AND attempts = 0 \
                 ORDER BY due DESC, created DESC, tag DESC, serial DESC LIMIT ?2"
            }
        }
    }
}

/// Leases notifications until there are `wanted` more, or no more of them.
fn take(
    txn: &Txn<'_>,
    leases: &mut Leases,
    turn: Turn,
    now: Timestamp,
    until: Timestamp,
    wanted: usize,
) -> Result<()> {
    let full = leases.notifications.len() + wanted;
    loop {
        let wanted = full - leases.notifications.len();
        let due = due(txn, turn, now, wanted)?;
        let all = due.len() < wanted || wanted == 0;
        for (row, is_wanted, notification) in due {
            if is_wanted {
                txn.prepare_cached("UPDATE outbox SET due = ?2 WHERE id = ?1")?
                    .execute(params![row, seconds(until)])?;
                leases.notifications.push(notification);
            } else {
                txn.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([row])?;
                txn.erased();
                leases.dropped += 1;
            }
        }
        if all {
            return Ok(());
        }
    }
}

/// Notifications that are due and have not expired: their rows, whether their secrets are still there, and what a sender needs.
fn due(txn: &Txn<'_>, turn: Turn, now: Timestamp, limit: usize) -> Result<Vec<(i64, bool, Leased)>> {
    let mut statement = txn.prepare_cached(turn.sql())?;
    let mut found = match turn {
        Turn::Oldest => statement.query(params![seconds(now), rows(limit)])?,
        Turn::Newest => statement.query(params![seconds(now), rows(limit), rows(LATEST)])?,
    };
    let mut notifications = Vec::new();
    while let Some(row) = found.next()? {
        let notification = Leased { id: id(row, 1)?, sealed: row.get(3)?, attempts: row.get(4)? };
        notifications.push((row.get(0)?, row.get(5)?, notification));
    }
    Ok(notifications)
}

fn remove(txn: &Txn<'_>, id: NotificationId) -> Result<bool> {
    let removed = txn
        .prepare_cached("DELETE FROM outbox WHERE serial = ?1 AND tag = ?2")?
        .execute(params![id.serial, id.tag.as_str()])?;
    if removed > 0 {
        txn.erased();
    }
    Ok(removed > 0)
}

fn put_off(txn: &Txn<'_>, id: NotificationId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
    let changed = txn
        .prepare_cached(
            "UPDATE outbox SET attempts = attempts + 1, failure = ?3, due = ?4 WHERE serial = ?1 AND tag = ?2",
        )?
        .execute(params![id.serial, id.tag.as_str(), failure.code(), again.map(seconds)])?;
    Ok(changed > 0)
}

fn retry(txn: &Txn<'_>, id: NotificationId, now: Timestamp) -> Result<bool> {
    let changed = txn
        .prepare_cached("UPDATE outbox SET due = ?3 WHERE serial = ?1 AND tag = ?2 AND expires > ?3")?
        .execute(params![id.serial, id.tag.as_str(), seconds(now)])?;
    Ok(changed > 0)
}

fn find(txn: &Txn<'_>, id: NotificationId, now: Timestamp) -> Result<Option<NotificationStatus>> {
    let mut statement = txn.prepare_cached(
        "SELECT tag, serial, created, expires, attempts, failure, due, sealed FROM outbox \
         WHERE serial = ?1 AND tag = ?2 AND expires > ?3",
    )?;
    let mut found = statement.query(params![id.serial, id.tag.as_str(), seconds(now)])?;
    found.next()?.map(status).transpose()
}

fn list(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<Vec<NotificationStatus>> {
    let mut statement = txn.prepare_cached(
        "SELECT tag, serial, created, expires, attempts, failure, due, sealed FROM outbox WHERE expires > ?1 \
         ORDER BY created, tag, serial LIMIT ?2",
    )?;
    let mut found = statement.query(params![seconds(now), rows(limit)])?;
    let mut notifications = Vec::new();
    while let Some(row) = found.next()? {
        notifications.push(status(row)?);
    }
    Ok(notifications)
}

fn status(row: &Row<'_>) -> Result<NotificationStatus> {
    Ok(NotificationStatus {
        id: id(row, 0)?,
        created: time(row.get(2)?),
        expires: time(row.get(3)?),
        attempts: row.get(4)?,
        failure: row.get::<_, Option<u16>>(5)?.and_then(Failure::from_code),
        due: row.get::<_, Option<i64>>(6)?.map(time),
        sealed: row.get(7)?,
    })
}

fn depth(txn: &Txn<'_>, now: Timestamp) -> Result<OutboxDepth> {
    let mut statement = txn.prepare_cached(
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

fn id(row: &Row<'_>, first: usize) -> Result<NotificationId> {
    let tag = row.get_ref(first)?.as_str().ok().and_then(SlotTag::parse);
    let tag = tag.ok_or(Error::Corrupt("a notification's slot tag is not three characters"))?;
    Ok(NotificationId { tag, serial: row.get(first + 1)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema;

    /// The writer does it for every few emails, however many wait.
    #[test]
    fn what_is_due_is_found_by_its_index_and_not_sorted() {
        let mut db = rusqlite::Connection::open_in_memory().unwrap();
        schema::apply(&mut db).unwrap();
        let plan = |sql: &str| {
            let sql = ["?1", "?2", "?3"].iter().fold(sql.to_owned(), |sql, name| sql.replace(name, "9"));
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
            lines.map(std::result::Result::unwrap).collect::<Vec<_>>()
        };
        let oldest = plan(Turn::Oldest.sql());
        assert!(oldest[0].contains("USING INDEX outbox_by_turn (due<?)"), "{oldest:?}");
        assert!(!oldest.iter().any(|line| line.contains("TEMP B-TREE")), "{oldest:?}");
        // Sorted are at most as many as are looked at.
        let newest = plan(Turn::Newest.sql());
        assert!(newest.iter().any(|line| line.contains("outbox_by_turn (due<?)")), "{newest:?}");
        assert!(!newest.iter().any(|line| line.starts_with("SCAN")), "{newest:?}");
    }
}
