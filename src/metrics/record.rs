//! Recording: what the other rooms report as it happens.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use prometheus_client::metrics::histogram::Histogram;

use super::{
    Counted, Limit, Metrics, NoticeEnd, NotificationEnd, Operation, OutboxTrouble, SecretEvent, SignIn,
    StoreErrorKind, StoreOp,
};

impl Metrics {
    /// A request was answered. `route` is its template, `method` one of HTTP's own; timed where the route has an
    /// operation.
    pub fn answered(
        &self,
        route: &str,
        operation: Option<Operation>,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        if let Some(inner) = &self.0 {
            inner.requests.count(route, method, status);
            if let Some(operation) = operation {
                inner.operations.get(operation).observe(took.as_secs_f64());
            }
        }
    }

    /// Measures a store operation until the timer is dropped, which includes operations whose caller has given up.
    #[must_use]
    pub fn time(&self, operation: StoreOp) -> Timer<'_> {
        Timer(self.0.as_deref().map(|inner| (inner.store_operations.get(operation), Instant::now())))
    }

    /// The store answered with an error.
    pub fn store_error(&self, error: StoreErrorKind) {
        if let Some(inner) = &self.0 {
            inner.store_errors.get(error).inc();
        }
    }

    /// A secret was shared, or came to an end.
    pub fn secret(&self, event: SecretEvent) {
        if let Some(inner) = &self.0 {
            let counter = match event {
                SecretEvent::Shared => &inner.shared,
                SecretEvent::Revealed => &inner.revealed,
                SecretEvent::Burned => &inner.burned,
                SecretEvent::Orphaned => &inner.orphaned,
            };
            counter.inc();
        }
    }

    /// A request or an attempt was refused by a limit.
    pub fn rate_limited(&self, limit: Limit) {
        if let Some(inner) = &self.0 {
            inner.rate_limited.get(limit).inc();
        }
    }

    /// A passphrase was tried and is wrong.
    pub fn wrong_passphrase(&self) {
        if let Some(inner) = &self.0 {
            inner.wrong_passphrases.inc();
        }
    }

    /// HTTP Basic credentials were wrong.
    pub fn failed_login(&self) {
        if let Some(inner) = &self.0 {
            inner.failed_logins.inc();
        }
    }

    /// Somebody wanted to sign in at the pages, and this became of it.
    pub fn sign_in(&self, outcome: SignIn) {
        if let Some(inner) = &self.0 {
            inner.sign_ins.get(outcome).inc();
        }
    }

    /// Shows how many lines of the log were dropped, which whoever writes it counts.
    pub fn watch_log(&self, dropped: Arc<AtomicU64>) {
        if let Some(inner) = &self.0 {
            inner.observed.watch_log(dropped);
        }
    }

    /// The store was found empty, though it was in use.
    pub fn store_emptied(&self) {
        if let Some(inner) = &self.0 {
            inner.store_emptied.inc();
        }
    }

    /// Whether the store can be written to.
    pub fn set_store_up(&self, up: bool) {
        if let Some(inner) = &self.0 {
            inner.observed.set_store_up(up);
        }
    }

    /// How many secrets can be read, and how many have expired since the store began to count.
    pub fn set_secrets(&self, live: u64, expired: u64, counted: Counted) {
        if let Some(inner) = &self.0 {
            inner.observed.set_secrets(live, expired, counted);
        }
    }

    /// The hash pool: cores in use, callers in the queue, and callers refused since the start.
    pub fn set_hashing(&self, running: usize, waiting: usize, refused: u64) {
        if let Some(inner) = &self.0 {
            inner.observed.set_hashing(running as u64, waiting as u64, refused);
        }
    }

    /// So many notifications came to this end.
    pub fn notifications(&self, end: NotificationEnd, count: usize) {
        if let Some(inner) = &self.0 {
            inner.notifications.get(end).inc_by(count as u64);
        }
    }

    /// So many notices came to this end.
    pub fn notices(&self, end: NoticeEnd, count: usize) {
        if let Some(inner) = &self.0 {
            inner.notices.get(end).inc_by(count as u64);
        }
    }

    /// The outbox: entries by state, and the age in seconds of the oldest waiting one; why it waits as a whole, if it does.
    pub fn set_outbox(&self, waiting: u64, dead: u64, oldest_age: u64, trouble: Option<OutboxTrouble>) {
        if let Some(inner) = &self.0 {
            inner.observed.set_outbox(waiting, dead, oldest_age, trouble);
        }
    }
}

/// Records how long a store operation took when it is dropped.
#[derive(Debug)]
pub struct Timer<'a>(Option<(&'a Histogram, Instant)>);

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        if let Some((histogram, started)) = self.0 {
            histogram.observe(started.elapsed().as_secs_f64());
        }
    }
}
