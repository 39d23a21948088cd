//! Idle SMTP connections, kept for the next email.
//!
//! The trap: only a connection whose last email was accepted is kept; every other one is closed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::connection::Connection;

/// The most connections that are kept: emails are sent one by one, or a few at a time.
const MAX_IDLE: usize = 2;

/// Connections not in use.
pub(super) struct IdleConnections {
    kept: Mutex<Vec<(Connection, Instant)>>,
    limit: Duration,
}

impl IdleConnections {
    /// A set that keeps connections for `limit`.
    pub(super) fn new(limit: Duration) -> Self {
        Self { kept: Mutex::default(), limit }
    }

    /// The most recently used connection, unless it has expired.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.pop_if(|(_, since)| since.elapsed() < self.limit).map(|(connection, _)| connection)
    }

    /// Keeps a connection; it is closed with `QUIT` when it expires unused.
    pub(super) fn keep(self: &Arc<Self>, connection: Connection) {
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MAX_IDLE {
                tokio::spawn(connection.quit());
                return;
            }
            kept.push((connection, Instant::now()));
        }
        let (idle, limit) = (Arc::downgrade(self), self.limit);
        tokio::spawn(async move {
            sleep(limit).await;
            let Some(idle) = idle.upgrade() else { return };
            for connection in idle.take_expired() {
                connection.quit().await;
            }
        });
    }

    fn take_expired(&self) -> Vec<Connection> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let expired = kept.extract_if(.., |(_, since)| since.elapsed() >= self.limit);
        expired.map(|(connection, _)| connection).collect()
    }
}
