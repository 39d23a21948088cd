//! The outbox: notifications are put with their secret, leased, retried, removed.
//!
//! The trap: a notification names its secret by row, and rows are used again once a receipt has gone. So a notification
//! is as good as gone the moment its own `expires` has passed, which is a lifetime before that can be.

use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{OptionalExtension as _, Row, params};

use super::SqliteStore;
use super::queue::Txn;
use super::rows::{limit as rows, seconds, time};
use crate::domain::{Failure, NotificationId, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Error, Leased, Leases, NewNotification, NotificationStatus, Outbox, OutboxDepth, Result};

#[async_trait]
impl Outbox for SqliteStore {
    async fn lease_notifications(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.writer.ask(move |txn| self::lease(txn, now, lease, limit)).await
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
    let sql = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE expires <= ?1 LIMIT ?2)";
    Ok(txn.prepare_cached(sql)?.execute(params![seconds(now), rows(limit)])?)
}

fn lease(txn: &Txn<'_>, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
    let mut leases = Leases::default();
    let until = Leases::end(now, lease);
    loop {
        let wanted = limit - leases.notifications.len();
        let due = due(txn, now, wanted)?;
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
            return Ok(leases);
        }
    }
}

/// Notifications that are due and have not expired, which is the sweep's to see to: their rows, whether their secrets are still there, and what a sender needs.
fn due(txn: &Txn<'_>, now: Timestamp, limit: usize) -> Result<Vec<(i64, bool, Leased)>> {
    let mut statement = txn.prepare_cached(
        "SELECT id, tag, serial, sealed, attempts, EXISTS ( \
             SELECT 1 FROM secrets WHERE secrets.id = outbox.secret AND envelope IS NOT NULL) \
         FROM outbox WHERE due <= ?1 AND expires > ?1 ORDER BY due, created, tag, serial LIMIT ?2",
    )?;
    let mut found = statement.query(params![seconds(now), rows(limit)])?;
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
