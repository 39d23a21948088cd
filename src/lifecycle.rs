//! Signals: the first stop drains, the second ends at once; SIGHUP has what can change while running read again. And what a
//! supervisor is told of it: systemd takes a unit of `Type=notify` for started when it is [`ready`], not before.

use std::io;
use std::sync::Arc;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What the signals ask for.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Stop in good order.
    pub stop: CancellationToken,
    /// End now.
    pub abort: CancellationToken,
    /// Read the keyring again. Many at once are one.
    pub reload: Arc<Notify>,
}

impl Lifecycle {
    /// Listens to SIGTERM, SIGINT and SIGHUP from now on.
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
        let told = lifecycle.clone();
        tokio::spawn(async move {
            for token in [&told.stop, &told.abort] {
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

/// Tells the supervisor, if there is one that asks to be told, that connections are accepted.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// Tells the supervisor that the server drains, and then ends.
pub fn stopping() {
    tell(NotifyState::Stopping);
}

/// Nobody listening is no reason not to serve; a supervisor that waits in vain will say so itself.
fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the supervisor cannot be told");
    }
}
