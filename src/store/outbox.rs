//! The port's part for letters that wait to be sent.
//!
//! A letter is put with its secret ([`NewSecret::letter`](super::NewSecret)), is leased to be sent, and is removed once the
//! mail server has it. The trap for newcomers: a letter may be sent twice, if the process dies between the mail server's yes and the
//! removal; that is what its `Message-ID` is for. It is never sent when its secret is known to be gone.

use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::domain::{Failure, LetterId, Timestamp};

/// A letter to be kept until it is sent. It is due at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetter {
    /// Its id; the tag is its secret's.
    pub id: LetterId,
    /// Address, link and words, sealed.
    pub sealed: Vec<u8>,
}

/// A letter somebody has to send now: nobody else gets it until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Which letter.
    pub id: LetterId,
    /// What [`NewLetter::sealed`] was.
    pub sealed: Vec<u8>,
    /// How often sending it has failed so far.
    pub attempts: u32,
}

/// What a look for due letters found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leases {
    /// Letters to be sent now, those due longest first.
    pub letters: Vec<Leased>,
    /// Letters that were removed because their secret is gone.
    pub dropped: usize,
}

impl Leases {
    /// When a lease from `now` on ends: a second later at least, because times are whole seconds.
    pub(super) fn end(now: Timestamp, lease: Duration) -> Timestamp {
        now.plus(lease.as_secs().max(1))
    }
}

/// A letter as an operator may see it: no address, no link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterStatus {
    /// Which letter.
    pub id: LetterId,
    /// When it was shared.
    pub created: Timestamp,
    /// When its secret expires, and the letter with it.
    pub expires: Timestamp,
    /// How often sending it has failed.
    pub attempts: u32,
    /// Why it failed the last time.
    pub failure: Option<Failure>,
    /// When it is tried next; `None` for a dead letter, which waits for an operator.
    pub due: Option<Timestamp>,
}

/// How full the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxDepth {
    /// Letters that wait to be sent, or to be tried again.
    pub waiting: u64,
    /// Dead letters.
    pub dead: u64,
    /// When the oldest waiting one was shared.
    pub oldest: Option<Timestamp>,
}

/// Letters.
#[async_trait]
pub trait Outbox {
    /// Leases at most `limit` letters that are due at `now`, until `now + lease`: until then no other call gets them.
    /// Letters whose secret was read, burned or has expired are removed instead, and counted.
    async fn lease_letters(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases>;

    /// Removes a letter: sent, or not wanted any more. `false` when it is not there.
    async fn remove_letter(&self, id: &LetterId) -> Result<bool>;

    /// Counts a failed attempt and remembers why. The letter is due again at `again`, or dead without it. `false` when it
    /// is not there.
    async fn put_off(&self, id: &LetterId, failure: Failure, again: Option<Timestamp>) -> Result<bool>;

    /// Makes a waiting or dead letter due at `now`; what is known of its attempts stays. `false` when it is not there, or
    /// its secret has expired.
    async fn retry_letter(&self, id: &LetterId, now: Timestamp) -> Result<bool>;

    /// At most `limit` letters whose secret has not expired, waiting and dead, oldest first (then by id).
    async fn letters(&self, now: Timestamp, limit: usize) -> Result<Vec<LetterStatus>>;

    /// How full the outbox is at `now`. Letters whose secret is gone may count until they are due.
    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth>;
}
