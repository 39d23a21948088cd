//! Maintenance while the server runs: what has expired is collected, the keyring reloaded now and then, and the store's canary
//! looked after.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Keys;
use super::clock_watch::ClockWatch;
use super::limits::RateLimits;
use super::token_uses::TokenUses;
use crate::audit::Trail;
use crate::domain::{AuditEvent, AuditHead, AuditKind, ClockLook, ClockReading};
use crate::store::{self, Store};

/// Between two rounds.
const PAUSE: Duration = Duration::from_secs(30);
/// Between two notes of how far the audit trail has got.
const BETWEEN_HEADS: Duration = Duration::from_secs(1);
/// How long the last lines of the audit trail may take.
const LAST_LINES: Duration = Duration::from_secs(1);
/// Between two steps of one sweep, so that the store serves callers in between.
const BREATH: Duration = Duration::from_millis(5);
/// Things collected in one step (ADR 0035: more would hold the writer).
const STEP: usize = 128;

/// What keeps a store, and what is remembered of callers, in order.
#[derive(Debug)]
pub struct Maintenance {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<ClockWatch>,
    pub(super) limits: Arc<RateLimits>,
    pub(super) keys: Arc<Keys>,
    pub(super) uses: Arc<TokenUses>,
    pub(super) trail: Option<Trail>,
    /// That the next round is wanted now.
    pub(super) wanted: Notify,
}

impl Maintenance {
    /// Keeps everything in order, and the store told of the audit trail, until `stop`.
    pub async fn run_until(&self, stop: CancellationToken) {
        tokio::join!(self.run_rounds(&stop), self.keep_trail(&stop));
    }

    /// Collects what expired, in small steps, notes when tokens were used, forgets what limits remember in vain, reloads the
    /// keyring and looks after the canary.
    async fn run_rounds(&self, stop: &CancellationToken) {
        loop {
            if let Err(error) = self.sweep(stop).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "sweeping failed");
            }
            if let Err(error) = self.tidy_lists(stop).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "lists could not be tidied");
            }
            self.write_uses().await;
            self.limits.sweep().await;
            self.keys.reload_quietly().await; // an instance that nobody told must not write under an old key for long
            self.keys.watch_canary().await;
            tokio::select! {
                () = stop.cancelled() => return self.write_uses().await,
                () = self.wanted.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Has the next round begin now.
    pub fn hurry(&self) {
        self.wanted.notify_one();
    }

    /// Whether the clock may be believed when it says that something has expired (ADR 0041).
    pub async fn look_at_clock(&self) -> store::Result<ClockLook> {
        Ok(self.clock.look().await?.1)
    }

    /// Collects what has expired for a while, by a clock that may be believed.
    async fn sweep(&self, stop: &CancellationToken) -> store::Result<()> {
        let (reading, ClockLook::Steady) = self.clock.look().await? else { return Ok(()) };
        // Of that moment: whatever the clock shows by the next step has not been looked at.
        let now = reading.now.minus(ClockReading::MARGIN);
        while self.store.sweep(now, STEP).await? == STEP && !stop.is_cancelled() {
            tokio::time::sleep(BREATH).await;
        }
        Ok(())
    }

    /// Deletes what is left of lists that were emptied. Whatever clocks say: that was done by somebody.
    async fn tidy_lists(&self, stop: &CancellationToken) -> store::Result<()> {
        while self.store.tidy_lists(STEP).await? == STEP && !stop.is_cancelled() {
            tokio::time::sleep(BREATH).await;
        }
        Ok(())
    }

    async fn write_uses(&self) {
        if let Err(error) = self.uses.write(&*self.store).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the last uses of tokens could not be noted"
            );
        }
    }

    /// Tells the audit trail of something that happened to no secret in particular.
    pub fn note(&self, kind: AuditKind) {
        if let Some(trail) = &self.trail {
            trail.note(AuditEvent::new(kind, self.clock.now()));
        }
    }

    /// Has the audit trail's file opened again.
    pub fn reopen_trail(&self) {
        if let Some(trail) = &self.trail {
            trail.reopen();
        }
    }

    /// Tells the store every second how far the audit trail has got.
    async fn keep_trail(&self, stop: &CancellationToken) {
        let Some(trail) = &self.trail else { return };
        let mut noted = None;
        while !stop.is_cancelled() {
            noted = self.note_head(trail, noted).await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(BETWEEN_HEADS) => {}
            }
        }
    }

    /// The head that the store knows then.
    async fn note_head(&self, trail: &Trail, known: Option<AuditHead>) -> Option<AuditHead> {
        let Some(head) = trail.head().filter(|head| known != Some(*head)) else { return known };
        match self.store.note_audit_head(head).await {
            Ok(()) => Some(head),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "how far the audit trail has got could not be noted"
                );
                known
            }
        }
    }

    /// Ends the audit trail, and closes the store in good order.
    pub async fn close(&self) {
        if let Some(trail) = &self.trail {
            let to_its_end = trail.clone();
            // It may wait for its output, for a second at most.
            let _ = tokio::task::spawn_blocking(move || to_its_end.flush(LAST_LINES)).await;
            self.note_head(trail, None).await;
        }
        self.store.close().await;
    }
}
