//! Signals and service notification: SIGTERM and SIGINT stop (the first drains, the second aborts), SIGHUP reloads the
//! keyring, and systemd (`Type=notify`) is notified of [`starting`], where that
//! takes long, [`ready`] and [`stopping`].

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What the signals request.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Stop gracefully.
    pub stop: CancellationToken,
    /// Stop at once.
    pub abort: CancellationToken,
    /// Reload the keyring. Several requests at once are one.
    pub reload: Arc<Notify>,
}

impl Lifecycle {
    /// Installs handlers for SIGTERM, SIGINT and SIGHUP.
    pub fn listen() -> io::Result<Self> {
        let lifecycle = Self::default();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let reload = Arc::clone(&lifecycle.reload);
        tokio::spawn(async move {
            while hang_up.recv().await.is_some() {
                reload.notify_one();
            }
        });
        let tokens = lifecycle.clone();
        tokio::spawn(async move {
            for token in [&tokens.stop, &tokens.abort] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                token.cancel();
            }
        });
        Ok(lifecycle)
    }
}

/// Notifies the service manager, if there is one, that starting goes on, with what, and that it may take so much longer.
pub fn starting(longer: Duration, with: &str) {
    let longer = u32::try_from(longer.as_micros()).unwrap_or(u32::MAX);
    notify(&[NotifyState::ExtendTimeoutUsec(longer), NotifyState::Status(with)]);
}

/// Notifies the service manager, if there is one, that connections are accepted.
pub fn ready() {
    notify(&[NotifyState::Ready]);
}

/// Notifies the service manager that the server drains, and then ends.
pub fn stopping() {
    notify(&[NotifyState::Stopping]);
}

/// A failure is no reason not to serve: a service manager that waits in vain reports that itself.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager cannot be notified");
    }
}
