//! How long a verb may take, whatever the store or the passphrase queue does (security-design.md §6).
//!
//! A verb that runs out of time is dropped where it stands: a value that its claim may have won goes nowhere. But
//! what the store was asked by then may still be done, so for verbs that end a secret the outcome is *unknown*.

use std::time::Duration;

use super::Error;
use crate::store;

/// From the whole request being there to its answer. A passphrase waits 3 s at most for a core and is hashed for 0.3 s
/// (cost 12) to 1.2 s (cost 14); the store gets the rest. Clients give up after about as long.
const DEADLINE: Duration = Duration::from_secs(5);

/// What is logged as the cause.
#[derive(Debug, thiserror::Error)]
#[error("a request took longer than {DEADLINE:?} and was dropped")]
struct Late;

/// A verb that changes something: out of time, nobody knows whether it did.
pub(super) async fn for_write<T>(verb: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    within(verb, || store::Error::OutcomeUnknown(Box::new(Late))).await
}

/// A verb that only looks: out of time, nothing was done.
pub(super) async fn for_read<T>(verb: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    within(verb, || store::Error::Unavailable(Box::new(Late))).await
}

async fn within<T>(
    verb: impl Future<Output = Result<T, Error>>,
    late: impl FnOnce() -> store::Error,
) -> Result<T, Error> {
    match tokio::time::timeout(DEADLINE, verb).await {
        Ok(done) => done,
        Err(_) => Err(late().into()),
    }
}
