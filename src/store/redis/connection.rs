//! Multiplexed connection shared by many callers: opened lazily, replaced when lost.
//!
//! The trap: a caller must know whether its request was *handed to a connection*. Before that, nothing
//! can have happened (unavailable); after it, anything can (outcome unknown). So connecting and sending are two steps
//! here, and the client library's own reconnecting manager, which hides the first in the second, is not used.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redis::{ErrorKind, RedisError, RedisResult};
use tokio::time::Instant;

use super::connect::{CONNECT, SharedConnector, Wire};
use super::errors::Deployment;

/// A connection that is there or can be made.
pub(super) struct SharedConnection {
    connector: SharedConnector,
    state: Mutex<ConnectionState>,
    /// Held while connecting, so that one does it and the others wait for it.
    dialling: tokio::sync::Mutex<()>,
    /// A replacement is being made while the old connection still serves.
    renewing: AtomicBool,
}

#[derive(Default)]
struct ConnectionState {
    wire: Option<Wire>,
    /// Counts connections, so that a late report of a loss does not end the successor.
    generation: u64,
    /// When connecting last failed, and how.
    failed: Option<(Instant, RedisError)>,
    closed: bool,
}

impl SharedConnection {
    pub(super) fn new(connector: SharedConnector) -> Arc<Self> {
        Arc::new(Self {
            connector,
            state: Mutex::default(),
            dialling: tokio::sync::Mutex::default(),
            renewing: AtomicBool::new(false),
        })
    }

    /// The connection and its number, when there is one already.
    pub(super) fn ready(&self) -> Option<(Wire, u64)> {
        self.current().ok().flatten()
    }

    /// The connection and its number, made now if there is none. An error means that nothing was sent.
    pub(super) async fn wire(self: &Arc<Self>) -> RedisResult<(Wire, u64)> {
        if let Some(wire) = self.current()? {
            return Ok(wire);
        }
        let connection = Arc::clone(self);
        let asked = Instant::now();
        // Its own task: a caller who gives up must not cancel what others wait for.
        let dialled = tokio::spawn(async move { connection.dial(asked).await }).await;
        dialled.unwrap_or_else(|_| Err(closed()))
    }

    /// The connection with this number is of no use any more.
    pub(super) fn lost(&self, generation: u64) {
        let mut state = self.state();
        if state.generation == generation {
            state.wire = None;
        }
    }

    /// No answer came in time. A server that hangs is worth a new connection; a cluster has other nodes, which the old
    /// connection serves until a new one has learned the slots.
    pub(super) fn unanswered(self: &Arc<Self>, generation: u64) {
        if self.connector.deployment() != Deployment::Cluster {
            return self.lost(generation);
        }
        if self.state().generation != generation || self.renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let connection = Arc::clone(self);
        tokio::spawn(async move {
            if let Ok(wire) = connection.connect(generation + 1).await {
                connection.install(wire);
            }
            connection.renewing.store(false, Ordering::Release);
        });
    }

    /// Ends the connection; there will be no other.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.wire = None;
    }

    pub(super) fn connector(&self) -> &SharedConnector {
        &self.connector
    }

    async fn dial(self: Arc<Self>, asked: Instant) -> RedisResult<(Wire, u64)> {
        let _dialling = self.dialling.lock().await;
        if let Some(wire) = self.current()? {
            return Ok(wire);
        }
        let next = {
            let state = self.state();
            if let Some((at, error)) = &state.failed
                && *at >= asked
            {
                return Err(error.clone()); // tried for us while we waited
            }
            state.generation + 1
        };
        match self.connect(next).await {
            Ok(wire) => Ok(self.install(wire)),
            Err(error) => {
                self.state().failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    async fn connect(self: &Arc<Self>, generation: u64) -> RedisResult<Wire> {
        let connection = Arc::downgrade(self);
        let on_loss = move || {
            if let Some(connection) = connection.upgrade() {
                connection.lost(generation);
            }
        };
        // A sentinel group or a cluster takes some steps, each with its own limit: what is to be reached, then the node.
        let limit = if self.connector.deployment() == Deployment::Single { CONNECT } else { 3 * CONNECT };
        tokio::time::timeout(limit, self.connector.connect(on_loss))
            .await
            .unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))
    }

    fn install(&self, wire: Wire) -> (Wire, u64) {
        let mut state = self.state();
        state.generation += 1;
        if !state.closed {
            state.wire = Some(wire.clone());
        }
        (wire, state.generation)
    }

    fn current(&self) -> RedisResult<Option<(Wire, u64)>> {
        let state = self.state();
        if state.closed {
            return Err(closed());
        }
        Ok(state.wire.clone().map(|wire| (wire, state.generation)))
    }

    fn state(&self) -> MutexGuard<'_, ConnectionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for SharedConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SharedConnection({:?})", self.connector)
    }
}

fn closed() -> RedisError {
    (ErrorKind::Client, "the store is closed").into()
}
