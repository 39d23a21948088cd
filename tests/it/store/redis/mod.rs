//! The shared store: the laws on one server and on a cluster, and what only it promises.

mod access;
mod answers;
mod confirm;
mod counted;
mod counts;
mod keys;
mod laws;
mod ledger;
mod memory;
mod notices;
mod notifications;
mod outage;
mod partitions;
mod preflight;
mod promotion;
mod reshard;
mod rows;
mod sentinel;

use readonce::domain::{Clock as _, SystemClock, Timestamp};

/// The present: native expiry lives in it.
fn now() -> Timestamp {
    SystemClock.now()
}
