//! Synchronous replication: writes that replicas must acknowledge with `WAIT` (`redis.confirm`, ADR 0030).
//!
//! The trap: `WAIT` counts the writes of its own connection and blocks everything behind it on that connection. So a
//! confirmed write takes a connection out of a small pool, sends script and `WAIT` as one pipeline, and puts it back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect::SharedConnector;
use super::connection::SharedConnection;

/// How long replicas have for their acknowledgement.
pub(super) const WAIT_TIMEOUT: Duration = Duration::from_millis(500);
/// Confirmed writes in flight at once. More callers wait for a connection, within their deadline.
const CONNECTIONS: usize = 8;

/// Who has to confirm a write before it is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Confirm {
    /// The server that executed it. A failover may lose its last writes.
    #[default]
    None,
    /// That server and so many of its replicas. Only as many as there are close the gap altogether.
    Replicas(u32),
}

impl Confirm {
    /// Reads `none` or `replicas:N` with N from 1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "none" {
            return Some(Self::None);
        }
        let count = text.strip_prefix("replicas:")?.parse().ok()?;
        (1..=100).contains(&count).then_some(Self::Replicas(count))
    }

    /// How many replicas.
    #[must_use]
    pub fn replicas(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Replicas(count) => count,
        }
    }
}

/// Pool of dedicated connections for confirmed writes, opened on demand.
#[derive(Debug)]
pub(super) struct Pool {
    connector: SharedConnector,
    free: Arc<Mutex<Vec<Arc<SharedConnection>>>>,
    permits: Arc<Semaphore>,
}

/// A connection that is one caller's until it is dropped.
pub(super) struct Lease {
    connection: Arc<SharedConnection>,
    free: Arc<Mutex<Vec<Arc<SharedConnection>>>>,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(connector: SharedConnector) -> Self {
        Self { connector, free: Arc::default(), permits: Arc::new(Semaphore::new(CONNECTIONS)) }
    }

    /// Waits for a connection; `None` after `close`.
    pub(super) async fn lease(&self) -> Option<Lease> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = free.pop().unwrap_or_else(|| SharedConnection::new(Arc::clone(&self.connector)));
        Some(Lease { connection, free: Arc::clone(&self.free), _permit: permit })
    }

    pub(super) fn close(&self) {
        self.permits.close();
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
            .for_each(|connection| connection.close());
    }
}

impl Lease {
    pub(super) fn connection(&self) -> &Arc<SharedConnection> {
        &self.connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&self.connection));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_levels_are_read_and_nothing_else() {
        assert_eq!(Confirm::parse("none"), Some(Confirm::None));
        assert_eq!(Confirm::parse("replicas:2"), Some(Confirm::Replicas(2)));
        for text in ["", "replicas", "replicas:", "replicas:0", "replicas:-1", "replicas:101", "None"] {
            assert_eq!(Confirm::parse(text), None, "{text}");
        }
    }
}
