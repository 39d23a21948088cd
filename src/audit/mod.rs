//! The audit trail: a line for each thing that happened to a secret, an account or a key, for whoever has to answer for it later.
//!
//! Lines hold pseudonyms, never a key, a value, a token or an address. Each carries a MAC over the one before, and how far a
//! writer got is known to the store, so that [`verify`] finds what was changed, dropped, moved or cut off. The trail is best effort
//! (ADR 0099): no request waits for it, and what could not be written is told of by a line.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::domain::{AuditEvent, AuditHead, AuditKind};
use crate::vault::Vault;

mod chain;
mod line;
mod output;
mod verify;

use chain::Chain;
use output::Output;
pub use output::Target;
pub use verify::{Fault, Verified, verify};

/// Events that may wait: of a moment in which the output stands still.
const ROOM: usize = 10_000;

/// Takes events, and has a thread of its own write them. Clones write one trail.
#[derive(Clone, Debug)]
pub struct Trail(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<AuditEvent>,
    /// Events that were dropped, and of which no line tells yet.
    missing: u64,
    reopen: bool,
    writing: bool,
    head: Option<AuditHead>,
}

impl Trail {
    /// Opens the target, and starts the thread. Its lines are sealed under whatever key of the vault writes.
    pub fn start(target: Target, vault: Arc<Vault>) -> io::Result<Self> {
        let output = Output::open(target)?;
        let queue = Arc::new(Queue::default());
        let of_thread = Arc::clone(&queue);
        thread::Builder::new().name("audit".to_owned()).spawn(move || work(&of_thread, output, &vault))?;
        Ok(Self(queue))
    }

    /// Has an event written. Never waits.
    pub fn note(&self, event: AuditEvent) {
        let mut state = self.0.state();
        if state.waiting.len() < ROOM {
            state.waiting.push_back(event);
        } else {
            state.missing += 1;
        }
        self.0.changed.notify_all();
    }

    /// Has the file opened again, before whatever is written next.
    pub fn reopen(&self) {
        self.0.state().reopen = true;
    }

    /// How far it has got; `None` before its first line.
    #[must_use]
    pub fn head(&self) -> Option<AuditHead> {
        self.0.state().head
    }

    /// Waits until all is written or given up, but for no longer than `patience`.
    pub fn flush(&self, patience: Duration) {
        let busy = |state: &mut State| state.writing || !state.waiting.is_empty();
        drop(self.0.changed.wait_timeout_while(self.0.state(), patience, busy));
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for an event. What is missing before it, and whether the file is to be opened again.
    fn next(&self) -> (AuditEvent, u64, bool) {
        let mut state = self.state();
        state.writing = false;
        self.changed.notify_all();
        loop {
            if let Some(event) = state.waiting.pop_front() {
                state.writing = true;
                return (event, state.missing, std::mem::take(&mut state.reopen));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn work(queue: &Queue, mut output: Output, vault: &Vault) {
    let mut chain = Chain::begin();
    loop {
        let (event, missing, reopen) = queue.next();
        if reopen && let Err(error) = output.reopen() {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the audit trail's file cannot be opened again"
            );
        }
        let keys = vault.ring().audit_keys();
        let gap = (missing > 0).then(|| AuditEvent::new(AuditKind::Gap { missing }, event.at));
        for (event, closes) in gap.into_iter().map(|gap| (gap, missing)).chain([(event, 0)]) {
            let link = chain.link(&keys, &event);
            let written = output.write(&link.text);
            let mut state = queue.state();
            match written {
                Ok(()) => {
                    state.missing -= closes;
                    state.head = Some(chain.written(&link));
                }
                // A gap that could not be told of is still one; the event behind it is one more.
                Err(_) if closes > 0 => {}
                Err(_) => state.missing += 1,
            }
        }
    }
}
