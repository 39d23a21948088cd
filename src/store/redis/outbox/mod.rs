//! Notifications on Redis: a hash each, beside its secret, and an index of sixteen sorted sets.
//!
//! The trap: see `index`. Every decision about a notification is made by a script in its own slot; the index only names
//! candidates, and lags behind at worst.

use std::time::Duration;

use async_trait::async_trait;

use super::parallel::{AT_ONCE, each};
use super::reply::{list, optional_bytes};
use super::run::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::{Failure, NotificationId, Timestamp};
use crate::store::{Error, Leases, NotificationStatus, Outbox, OutboxDepth, Result};

mod index;
mod lease;
mod record;

pub(super) use index::UNDER_WAY;
pub(super) use record::{DEAD, IndexEntry, base, notice_base, number};

#[async_trait]
impl Outbox for RedisStore {
    async fn lease_notifications(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.lease(now, Leases::end(now, lease), limit).await
    }

    async fn expire_notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>> {
        self.expire(now, limit).await
    }

    async fn remove_notification(&self, id: &NotificationId) -> Result<bool> {
        let call = call(self.names().notification(id), []);
        let Some(base) = optional_bytes(self.run(&scripts::NOTIFICATION_REMOVE, call).await?)? else {
            return Ok(false);
        };
        self.strike_notification(&IndexEntry::of(*id, &base)?).await?;
        Ok(true)
    }

    async fn put_off(&self, id: &NotificationId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        self.change_notification(id, again, decimal(failure.code().into())).await
    }

    async fn retry_notification(&self, id: &NotificationId, now: Timestamp) -> Result<bool> {
        self.change_notification(id, Some(now), Vec::new()).await
    }

    async fn notification(&self, id: &NotificationId, now: Timestamp) -> Result<Option<NotificationStatus>> {
        let found = self.read_notification(id).await?;
        Ok(found.filter(|notification| now < notification.expires))
    }

    async fn notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationStatus>> {
        let mut notifications = Vec::new();
        for some in self.entries(now).await?.chunks(AT_ONCE) {
            let requests = some.iter().map(|entry| {
                let (store, id) = (self.clone(), entry.id);
                async move { store.read_notification(&id).await }
            });
            for notification in each(requests).await {
                notifications.extend(notification?);
            }
            if notifications.len() >= limit {
                break;
            }
        }
        notifications.truncate(limit);
        Ok(notifications)
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.depth(now).await
    }
}

impl RedisStore {
    /// Removes the entry of a notification whose put conflicted, unless that was with itself.
    pub(super) async fn withdraw_notification(&self, entry: &IndexEntry) -> Result<()> {
        if self.read_notification(&entry.id).await?.is_none() {
            self.strike_notification(entry).await?;
        }
        Ok(())
    }

    /// Says when a notification is tried next, in the notification and then in the index.
    async fn change_notification(
        &self,
        id: &NotificationId,
        due: Option<Timestamp>,
        failure: Vec<u8>,
    ) -> Result<bool> {
        let args = [due.map_or_else(Vec::new, |due| decimal(due.0)), failure];
        let call = call(self.names().notification(id), args);
        let Some(base) = optional_bytes(self.run(&scripts::NOTIFICATION_CHANGE, call).await?)? else {
            return Ok(false);
        };
        self.follow_notification(&IndexEntry::of(*id, &base)?, due).await?;
        Ok(true)
    }

    /// Updates a notification's index entry after a change of the notification. Concurrent changes do the same; so the
    /// notification is read again, lest the index say `dead` for ever of one that an operator has revived.
    async fn follow_notification(&self, entry: &IndexEntry, mut due: Option<Timestamp>) -> Result<()> {
        for _ in 0..3 {
            self.move_notification(entry, due, None).await?;
            match self.read_notification(&entry.id).await? {
                Some(notification) if notification.due != due => due = notification.due,
                _ => break,
            }
        }
        Ok(())
    }

    async fn read_notification(&self, id: &NotificationId) -> Result<Option<NotificationStatus>> {
        const DAMAGED: Error = Error::Corrupt("a notification");
        let values =
            list(self.run(&scripts::NOTIFICATION_READ, call(self.names().notification(id), [])).await?)?;
        let fields = values.into_iter().map(optional_bytes).collect::<Result<Vec<_>>>()?;
        let [base, rest @ ..]: [_; 5] = fields.try_into().map_err(|_| DAMAGED)?;
        base.map(|base| record::status(*id, &base, rest)).transpose()
    }
}
