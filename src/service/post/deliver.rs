//! Delivery: leases letters that are due, sends them, and says what became of each.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Content, Post};
use crate::domain::{Failure, LetterId};
use crate::mail::Letter;
use crate::service::Service;
use crate::store::{self, Leased};
use crate::vault;

/// How long a letter is this instance's own. A mailer gives up well before.
const LEASE: Duration = Duration::from_mins(1);
/// Letters under way at once.
const AT_ONCE: usize = 8;
/// Between two looks, for letters of other instances and such as are to be tried again.
const PAUSE: Duration = Duration::from_secs(5);
/// The first pause after a failure, seconds; each one doubles it.
const FIRST_PAUSE: u64 = 30;
/// The longest pause after a failure, seconds.
const LONGEST_PAUSE: u64 = 3600;

impl Service {
    /// Sends letters until `stop`; those under way by then are sent to the end.
    pub async fn deliver_until(self: Arc<Self>, stop: CancellationToken) {
        let Ok(post) = self.post() else { return };
        loop {
            let more = match self.deliver_some().await {
                Ok(leased) => leased == AT_ONCE,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "letters cannot be looked for");
                    false
                }
            };
            if !more {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = post.wake.notified() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
            if stop.is_cancelled() {
                return;
            }
        }
    }

    /// Leases letters that are due, at most eight, and sends them; how many it had. 0 where there is no mail.
    pub async fn deliver_some(self: &Arc<Self>) -> store::Result<usize> {
        let Ok(post) = self.post() else { return Ok(0) };
        let now = self.clock.now();
        let found = self.store.lease_letters(now, LEASE, AT_ONCE).await?;
        if found.dropped > 0 {
            tracing::info!(letters = found.dropped, "letters were dropped, their secrets are gone");
        }
        let leased = found.letters.len();
        let mut sending = JoinSet::new();
        for letter in found.letters {
            let service = Arc::clone(self);
            sending.spawn(async move { service.deliver(letter).await });
        }
        while sending.join_next().await.is_some() {}
        let now = self.clock.now();
        // A store may have to walk the whole outbox for it: not after every batch while a long one is worked off.
        if leased < AT_ONCE || post.seen().0.until(now) >= PAUSE.as_secs() {
            post.see(now, self.store.outbox_depth(now).await?);
        }
        Ok(leased)
    }

    async fn deliver(&self, Leased { id, sealed, attempts }: Leased) {
        let Ok(post) = self.post() else { return };
        let outcome = match self.write(id, &sealed).await {
            Ok(letter) => send(post, &letter).await,
            Err(trouble) => Err(trouble),
        };
        let noted = match outcome {
            Ok(()) => {
                tracing::info!(letter = %id, "a letter was sent");
                self.store.remove_letter(&id).await
            }
            Err(Trouble { failure, lasting: true }) => {
                tracing::error!(letter = %id, %failure, hint = "`readonce mail list` shows it", "a letter cannot be sent");
                self.store.put_off(&id, failure, None).await
            }
            Err(Trouble { failure, lasting: false }) => {
                let pause = pause_after(attempts);
                tracing::warn!(letter = %id, %failure, attempts = attempts + 1, again_in_s = pause, "a letter was not sent");
                let again = self.clock.now().plus(pause);
                self.store.put_off(&id, failure, Some(again)).await
            }
        };
        if let Err(error) = noted {
            // The lease ends by itself: a letter that was sent may be sent again then, under the same `Message-ID`.
            tracing::warn!(letter = %id, error = &error as &dyn std::error::Error, "what became of a letter cannot be noted");
        }
    }

    /// Opens a letter, looking for its key first if need be.
    async fn write(&self, id: LetterId, sealed: &[u8]) -> Result<Letter, Trouble> {
        let opened = match self.vault.open_letter(&id, sealed) {
            Err(vault::Error::UnknownKey(kid)) if self.learn(kid).await => {
                self.vault.open_letter(&id, sealed)
            }
            opened => opened,
        };
        // A key may yet be put back; what is damaged stays so.
        let trouble = |error: vault::Error| Trouble {
            failure: Failure::Unsendable,
            lasting: !matches!(error, vault::Error::UnknownKey(_)),
        };
        let content = opened.map_err(trouble)?;
        let content =
            Content::from_bytes(&content).ok_or(Trouble { failure: Failure::Unsendable, lasting: true })?;
        Ok(content.letter(id, &self.policy))
    }
}

/// Why a letter was not sent, and whether it ever can be.
struct Trouble {
    failure: Failure,
    lasting: bool,
}

async fn send(post: &Post, letter: &Letter) -> Result<(), Trouble> {
    post.mailer
        .send(letter)
        .await
        .map_err(|error| Trouble { failure: error.failure, lasting: error.failure.is_final() })
}

/// Seconds until a letter is tried again that has failed `attempts` times before: 30 s × 2ⁿ, an hour at most.
fn pause_after(attempts: u32) -> u64 {
    FIRST_PAUSE.saturating_mul(1 << attempts.min(16)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses = (0..9).map(pause_after).collect::<Vec<_>>();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(pause_after(u32::MAX), 3600);
    }
}
