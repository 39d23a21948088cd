//! What operators do with the outbox: list it, retry an entry or all dead ones, remove one. They see whose account shared, but no recipient and no link.

use super::{Content, NoticeContent, Outbox};
use crate::domain::{EmailAddress, Failure, NotificationId};
use crate::service::Error;
use crate::store::{Notice, NotificationStatus, OutboxDepth};

/// A notification as an operator sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its times, and how it failed.
    pub status: NotificationStatus,
    /// The account that shared; `None` when the notification does not open, for want of its key or by damage.
    pub account: Option<EmailAddress>,
}

/// A notice as an operator sees it.
#[derive(Clone, Debug)]
pub struct ListedNotice {
    /// How its secret ended, its times, and how it failed.
    pub notice: Notice,
    /// The account that is to be told; `None` when the notice does not open, or the account is gone.
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

    /// At most `limit` notices that have not been delivered, oldest first.
    pub async fn list_notices(&self, limit: usize) -> Result<Vec<ListedNotice>, Error> {
        let mut listed = Vec::new();
        for notice in self.store.notices(self.clock.now(), limit).await? {
            let opened = self.vault.open_notice(&notice.id, &notice.sealed).ok();
            let content = opened.and_then(|opened| NoticeContent::from_bytes(&opened));
            let account = match content {
                Some(content) => self.store.account(&content.account).await?,
                None => None,
            };
            listed.push(ListedNotice { notice, account: account.map(|account| account.email) });
        }
        Ok(listed)
    }

    /// Has a notification or notice tried again at once, a dead one too. `false` when there is none such.
    pub async fn retry(&self, id: &NotificationId) -> Result<bool, Error> {
        let now = self.clock.now();
        Ok(self.store.retry_notification(id, now).await?
            || self.store.put_off_notice(id, None, Some(now)).await?)
    }

    /// Has all dead notifications and notices tried again at once; how many there were.
    pub async fn retry_dead(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let mut retried = 0;
        for status in self.store.notifications(now, usize::MAX).await? {
            if status.due.is_none() && self.store.retry_notification(&status.id, now).await? {
                retried += 1;
            }
        }
        for notice in self.store.notices(now, usize::MAX).await? {
            if notice.due.is_none() && self.store.put_off_notice(&notice.id, None, Some(now)).await? {
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

    /// Gives a notification or notice up; its secret stays. `false` when there is none such.
    pub async fn remove(&self, id: &NotificationId) -> Result<bool, Error> {
        Ok(self.store.remove_notification(id).await? || self.store.remove_notice(id).await?)
    }

    /// How full the outbox was when delivery asked last, some seconds ago, and the age of its oldest waiting notification
    /// in seconds. `None` where there is no mail.
    pub fn depth(&self) -> Option<(OutboxDepth, u64)> {
        let (_, depth) = self.delivery.as_ref()?.depth();
        let age = depth.oldest.map_or(0, |oldest| oldest.until(self.clock.now()));
        Some((depth, age))
    }
}
