//! The notice operations of a store: what sharers are to be told of their secrets' ends.
//!
//! A notice is put with its secret ([`NewSecret::notices`](super::NewSecret)) and lies dormant while that is unread. The step that
//! takes the secret turns it to "read" or "burned", so there is one for each claim that was won, and none for one that was not;
//! one that is dormant when its secret expires says so from then on. Whether somebody wants to hear of that end is sealed in it.
//!
//! The trap: a notice may be delivered twice, as a notification may. What is orphaned is neither read nor burned, and told to nobody.

use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::domain::{Failure, NotificationId, SecretEnd, Timestamp};

/// For how long after its secret's lifetime a notice is kept while it cannot be delivered, in seconds.
pub const NOTICE_KEPT: u32 = 7 * 86_400;

/// A notice to be kept until its secret ends, and then until it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id; the tag is its secret's.
    pub id: NotificationId,
    /// Whom to tell, and of which ends, sealed.
    pub sealed: Vec<u8>,
}

/// A notice of a secret that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which notice.
    pub id: NotificationId,
    /// When its secret was shared.
    pub created: Timestamp,
    /// When the notice is given up: [`NOTICE_KEPT`] after its secret's lifetime.
    pub until: Timestamp,
    /// How its secret ended.
    pub end: SecretEnd,
    /// When.
    pub ended: Timestamp,
    /// How often delivering it has failed.
    pub attempts: u32,
    /// Why it failed the last time.
    pub failure: Option<Failure>,
    /// When it is tried next; `None` for a dead notice, which waits for an operator.
    pub due: Option<Timestamp>,
    /// What [`NewNotice::sealed`] was.
    pub sealed: Vec<u8>,
}

/// Notices.
#[async_trait]
pub trait Notices {
    /// Leases at most `limit` notices that are due at `now`, until `now + lease`: until then no other call gets them. Those due
    /// longest come first. Notices of orphaned secrets are removed instead.
    async fn lease_notices(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Notice>>;

    /// Removes a notice: delivered, or wanted by nobody. `false` when it is not there.
    async fn remove_notice(&self, id: &NotificationId) -> Result<bool>;

    /// Has a notice tried at `again`, or dead without it. With `failure`, counts a failed attempt and remembers why. `false` when it
    /// is not there.
    async fn put_off_notice(
        &self,
        id: &NotificationId,
        failure: Option<Failure>,
        again: Option<Timestamp>,
    ) -> Result<bool>;

    /// At most `limit` notices of secrets that have ended, waiting and dead, oldest first (then by id). One of a secret that has
    /// expired may be missing until it was leased.
    async fn notices(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>>;

    /// Finds notices that were turned by an instance which ended before it could say so. To be called every few seconds; a store
    /// that needs it does the work every 20.
    async fn find_notices(&self, now: Timestamp) -> Result<()>;
}
