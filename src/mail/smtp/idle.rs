//! Idle SMTP connections, kept for the next email: as many as were in use at once.
//!
//! The trap: only a connection whose last email was accepted is kept; every other one is closed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep_until;

use super::connection::{Connection, Server};

/// Connections not in use.
pub(super) struct IdleConnections {
    kept: Mutex<Kept>,
    limit: Duration,
}

#[derive(Default)]
struct Kept {
    /// The one used last comes last.
    connections: Vec<Connection>,
    /// Whether somebody waits for them to expire.
    is_watched: bool,
}

impl IdleConnections {
    /// A set that keeps connections for `limit`.
    pub(super) fn new(limit: Duration) -> Self {
        Self { kept: Mutex::default(), limit }
    }

    /// The most recently used connection, unless it has expired.
    pub(super) fn take(&self) -> Option<Connection> {
        self.kept().connections.pop_if(|connection| connection.since.elapsed() < self.limit)
    }

    /// All of them.
    pub(super) fn take_all(&self) -> Vec<Connection> {
        std::mem::take(&mut self.kept().connections)
    }

    /// Keeps a connection; it is closed with `QUIT` when it expires unused.
    pub(super) fn keep(self: &Arc<Self>, connection: Connection, server: &Arc<Server>) {
        let mut kept = self.kept();
        kept.connections.push(connection);
        if !std::mem::replace(&mut kept.is_watched, true) {
            tokio::spawn(Arc::clone(self).watch(Arc::clone(server)));
        }
    }

    /// Closes connections as they expire, until there are none.
    async fn watch(self: Arc<Self>, server: Arc<Server>) {
        loop {
            let next = {
                let mut kept = self.kept();
                let expired = kept.connections.extract_if(.., |idle| idle.since.elapsed() >= self.limit);
                expired.for_each(|connection| server.close(connection));
                let Some(oldest) = kept.connections.iter().map(|idle| idle.since).min() else {
                    kept.is_watched = false;
                    return;
                };
                oldest + self.limit
            };
            sleep_until(next).await;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
