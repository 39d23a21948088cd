//! What operators do with the outbox: list it, retry an entry or all dead ones, remove one. They see whose account shared, but no recipient and no link.

use super::{Content, Outbox};
use crate::domain::{EmailAddress, Failure, NotificationId};
use crate::service::Error;
use crate::store::{NotificationStatus, OutboxDepth};

/// A notification as an operator sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its times, and how it failed.
    pub status: NotificationStatus,
    /// The account that shared; `None` when the notification does not open, for want of its key or by damage.
    pub account: Option<EmailAddress>,
}

impl Outbox {
    /// At most `limit` notifications that have not been sent, oldest first.
    pub async fn list(&self, limit: usize) -> Result<Vec<Listed>, Error> {
        let listed = |status: NotificationStatus| {
            let opened = self.vault.open_notification(&status.id, &status.sealed).ok();
            let content = opened.and_then(|opened| Content::from_bytes(&opened));
            Listed { status, account: content.map(|content| content.sharer) }
        };
        Ok(self.store.notifications(self.clock.now(), limit).await?.into_iter().map(listed).collect())
    }

    /// Has one tried again at once, a dead one too. `false` when there is no such notification.
    pub async fn retry(&self, id: &NotificationId) -> Result<bool, Error> {
        Ok(self.store.retry_notification(id, self.clock.now()).await?)
    }

    /// Has all dead ones tried again at once; how many there were.
    pub async fn retry_dead(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let mut retried = 0;
        for status in self.store.notifications(now, usize::MAX).await? {
            if status.due.is_none() && self.store.retry_notification(&status.id, now).await? {
                retried += 1;
            }
        }
        Ok(retried)
    }

    /// Has delivery look now, also while it waits for the mail server.
    pub fn hurry(&self) {
        if let Some(delivery) = &self.delivery {
            delivery.server.hurry();
            delivery.wake.notify_one();
        }
    }

    /// Why nothing is sent for the time being: the mail server, or its way to us, failed as a whole.
    pub fn trouble(&self) -> Option<Failure> {
        self.delivery.as_ref()?.server.trouble()
    }

    /// Gives one up; its secret stays. `false` when there is no such notification.
    pub async fn remove(&self, id: &NotificationId) -> Result<bool, Error> {
        Ok(self.store.remove_notification(id).await?)
    }

    /// How full the outbox was when delivery asked last, some seconds ago, and the age of its oldest waiting notification
    /// in seconds. `None` where there is no mail.
    pub fn depth(&self) -> Option<(OutboxDepth, u64)> {
        let (_, depth) = self.delivery.as_ref()?.depth();
        let age = depth.oldest.map_or(0, |oldest| oldest.until(self.clock.now()));
        Some((depth, age))
    }
}
