//! Connections kept for the next email.
//!
//! The trap: only a connection whose last email was taken over comes here; every other one is closed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::connection::Connection;

/// More than this are not kept: emails leave one by one, or a few at a time.
const MOST: usize = 2;

/// Connections that nobody uses.
pub(super) struct Idle {
    kept: Mutex<Vec<(Connection, Instant)>>,
    limit: Duration,
}

impl Idle {
    /// Keeps connections for so long.
    pub(super) fn new(limit: Duration) -> Self {
        Self { kept: Mutex::default(), limit }
    }

    /// The one that was used last, unless that is too long ago.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.pop_if(|(_, since)| since.elapsed() < self.limit).map(|(connection, _)| connection)
    }

    /// Keeps a connection; when its time is up without anybody having taken it, it says goodbye.
    pub(super) fn keep(self: &Arc<Self>, connection: Connection) {
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MOST {
                tokio::spawn(connection.quit());
                return;
            }
            kept.push((connection, Instant::now()));
        }
        let (idle, limit) = (Arc::downgrade(self), self.limit);
        tokio::spawn(async move {
            sleep(limit).await;
            let Some(idle) = idle.upgrade() else { return };
            for connection in idle.outdated() {
                connection.quit().await;
            }
        });
    }

    fn outdated(&self) -> Vec<Connection> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let outdated = kept.extract_if(.., |(_, since)| since.elapsed() >= self.limit);
        outdated.map(|(connection, _)| connection).collect()
    }
}
