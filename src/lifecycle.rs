//! Signals: the first stop drains, the second ends at once.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What the signals ask for.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Stop in good order.
    pub stop: CancellationToken,
    /// End now.
    pub abort: CancellationToken,
}

impl Lifecycle {
    /// Listens to SIGTERM and SIGINT from now on.
    pub fn listen() -> io::Result<Self> {
        let lifecycle = Self::default();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
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
