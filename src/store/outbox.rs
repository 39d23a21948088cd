//! The outbox operations of a store: notifications that wait to be sent.
//!
//! A notification is put with its secret ([`NewSecret::notification`](super::NewSecret)), is leased to be sent, and is
//! removed once the mail server has accepted it. The trap: a notification may be sent twice, if the process dies
//! between the acceptance and the removal; that is what its `Message-ID` is for. It is never sent when its secret is
//! known to be gone.

use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::domain::{Failure, NotificationId, Timestamp};

/// A notification to be kept until it is sent. It is due at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotification {
    /// Its id; the tag is its secret's.
    pub id: NotificationId,
    /// Address, link and words, sealed.
    pub sealed: Vec<u8>,
}

/// A leased notification: no other instance gets it until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Which notification.
    pub id: NotificationId,
    /// What [`NewNotification::sealed`] was.
    pub sealed: Vec<u8>,
    /// How often sending it has failed so far.
    pub attempts: u32,
}

/// The result of leasing due notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leases {
    /// Notifications to be sent now: those due longest first, then some that were shared last.
    pub notifications: Vec<Leased>,
    /// Notifications that were removed because their secret is gone.
    pub dropped: usize,
}

impl Leases {
    /// When a lease from `now` on ends: a second later at least, because times are whole seconds.
    pub(super) fn end(now: Timestamp, lease: Duration) -> Timestamp {
        now.plus(lease.as_secs().max(1))
    }

    /// How many of `limit` notifications are such as were shared last and never tried: however many wait, a new one need not wait
    /// for them.
    pub(super) fn newest(limit: usize) -> usize {
        limit / 4
    }
}

/// A notification that has not been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationStatus {
    /// Which notification.
    pub id: NotificationId,
    /// When it was shared.
    pub created: Timestamp,
    /// When its secret expires, and the notification with it.
    pub expires: Timestamp,
    /// How often sending it has failed.
    pub attempts: u32,
    /// Why it failed the last time.
    pub failure: Option<Failure>,
    /// When it is tried next; `None` for a dead notification, which waits for an operator.
    pub due: Option<Timestamp>,
    /// What [`NewNotification::sealed`] was.
    pub sealed: Vec<u8>,
}

/// How full the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxDepth {
    /// Notifications that wait to be sent, or to be tried again.
    pub waiting: u64,
    /// Dead notifications.
    pub dead: u64,
    /// When the oldest waiting one was shared.
    pub oldest: Option<Timestamp>,
}

/// Notifications.
#[async_trait]
pub trait Outbox {
    /// Leases at most `limit` notifications that are due at `now`, until `now + lease`: until then no other call gets them.
    /// Those due longest come first, but of every four the last is one of those shared last that was never tried. Notifications whose
    /// secret was read, burned or has expired are removed instead, and counted.
    async fn lease_notifications(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases>;

    /// Removes at most `limit` waiting notifications whose secret has expired; which. Their sharers wanted them sent, and nobody
    /// knows of their secrets that they had been read before.
    async fn expire_notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>>;

    /// Removes a notification: sent, or not wanted any more. `false` when it is not there.
    async fn remove_notification(&self, id: &NotificationId) -> Result<bool>;

    /// Counts a failed attempt and remembers why. The notification is due again at `again`, or dead without it. `false` when it
    /// is not there.
    async fn put_off(&self, id: &NotificationId, failure: Failure, again: Option<Timestamp>) -> Result<bool>;

    /// Makes a waiting or dead notification due at `now`; what is known of its attempts stays. `false` when it is not there, or
    /// its secret has expired.
    async fn retry_notification(&self, id: &NotificationId, now: Timestamp) -> Result<bool>;

    /// One notification; `None` when it is not there, or its secret has expired.
    async fn notification(&self, id: &NotificationId, now: Timestamp) -> Result<Option<NotificationStatus>>;

    /// At most `limit` notifications whose secret has not expired, waiting and dead, oldest first (then by id).
    async fn notifications(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationStatus>>;

    /// How full the outbox is at `now`. Notifications whose secret is gone may count until they are due.
    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth>;
}
