//! Delivery: leases the notifications that are due, sends each as an email, and notes what came of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Content, Delivery, Outbox};
use crate::domain::{Failure, NotificationId};
use crate::store::{self, Leased};
use crate::vault;

/// How long a leased notification is this instance's own. A mailer gives up well before.
const LEASE: Duration = Duration::from_mins(1);
/// Emails under way at once.
const AT_ONCE: usize = 8;
/// Between two looks, for notifications of other instances and such as are to be tried again.
const PAUSE: Duration = Duration::from_secs(5);
/// The backoff after the first failure, seconds; each further one doubles it.
const FIRST_BACKOFF: u64 = 30;
/// The longest backoff, seconds.
const LONGEST_BACKOFF: u64 = 3600;

impl Outbox {
    /// Sends what is due until `stop`; emails under way by then are sent to the end.
    pub async fn deliver_until(self: Arc<Self>, stop: CancellationToken) {
        let Some(delivery) = &self.delivery else { return };
        loop {
            let more = match self.deliver_due().await {
                Ok(leased) => leased == AT_ONCE,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "notifications cannot be looked for"
                    );
                    false
                }
            };
            if !more {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = delivery.wake.notified() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
            if stop.is_cancelled() {
                return;
            }
        }
    }

    /// Leases notifications that are due, at most eight, and sends them; how many it had. 0 where there is no mail.
    pub async fn deliver_due(self: &Arc<Self>) -> store::Result<usize> {
        let Some(delivery) = &self.delivery else { return Ok(0) };
        let now = self.clock.now();
        let found = self.store.lease_notifications(now, LEASE, AT_ONCE).await?;
        if found.dropped > 0 {
            tracing::info!(
                notifications = found.dropped,
                "notifications were dropped, their secrets are gone"
            );
        }
        let leased = found.notifications.len();
        let mut sending = JoinSet::new();
        for notification in found.notifications {
            let outbox = Arc::clone(self);
            sending.spawn(async move { outbox.deliver(notification).await });
        }
        while sending.join_next().await.is_some() {}
        let now = self.clock.now();
        // A store may have to walk the whole outbox for it: not after every batch while a long one is worked off.
        if leased < AT_ONCE || delivery.depth().0.until(now) >= PAUSE.as_secs() {
            delivery.set_depth(now, self.store.outbox_depth(now).await?);
        }
        Ok(leased)
    }

    async fn deliver(&self, Leased { id, sealed, attempts }: Leased) {
        let Some(Delivery { mailer, .. }) = &self.delivery else { return };
        let sent = match self.open(id, &sealed).await {
            Err(not_sent) => Err(not_sent),
            // An email is sent in the name of an account (ADR 0060).
            Ok(content) => match self.store.account(&vault::account_id(content.sharer.as_str())).await {
                Ok(Some(account)) if !account.disabled => {
                    let sent = mailer.send(&content.email(id, &self.policy)).await;
                    sent.map_err(|error| NotSent::because(error.failure))
                }
                Ok(Some(_)) => Err(NotSent::because(Failure::Disabled)),
                Ok(None) => {
                    tracing::info!(notification = %id, "a notification was dropped, its account is gone");
                    return note(id, self.store.remove_notification(&id).await.map(drop));
                }
                // The lease ends by itself.
                Err(error) => return note(id, Err(error)),
            },
        };
        let noted = match sent {
            Ok(()) => {
                tracing::info!(notification = %id, "a notification was sent");
                self.store.remove_notification(&id).await
            }
            Err(NotSent { failure, is_final: true }) => {
                tracing::error!(
                    notification = %id,
                    %failure,
                    hint = "`readonce mail list` shows it",
                    "a notification cannot be sent"
                );
                self.store.put_off(&id, failure, None).await
            }
            Err(NotSent { failure, is_final: false }) => {
                let pause = backoff(attempts);
                tracing::warn!(
                    notification = %id,
                    %failure,
                    attempts = attempts + 1,
                    again_in_s = pause,
                    "a notification was not sent"
                );
                let again = self.clock.now().plus(pause);
                self.store.put_off(&id, failure, Some(again)).await
            }
        };
        // What was sent may be sent again when its lease ends, under the same `Message-ID`.
        note(id, noted.map(drop));
    }

    /// Opens a notification, looking for its key first if need be.
    async fn open(&self, id: NotificationId, sealed: &[u8]) -> Result<Content, NotSent> {
        let opened = match self.vault.open_notification(&id, sealed) {
            Err(vault::Error::UnknownKey(kid)) if self.keys.reload_for(kid).await => {
                self.vault.open_notification(&id, sealed)
            }
            opened => opened,
        };
        // A key may yet be put back; what is damaged stays so.
        let content = opened.map_err(|error| NotSent {
            failure: Failure::Unsendable,
            is_final: !matches!(error, vault::Error::UnknownKey(_)),
        })?;
        let damaged = NotSent { failure: Failure::Unsendable, is_final: true };
        Content::from_bytes(&content).ok_or(damaged)
    }
}

/// Logs when the store did not answer what delivery needs of it. The lease ends by itself then.
fn note(id: NotificationId, noted: store::Result<()>) {
    if let Err(error) = noted {
        tracing::warn!(
            notification = %id,
            error = &error as &dyn std::error::Error,
            "what became of a notification cannot be noted"
        );
    }
}

/// Why an email was not sent, and whether that is for good.
struct NotSent {
    failure: Failure,
    is_final: bool,
}

impl NotSent {
    fn because(failure: Failure) -> Self {
        Self { failure, is_final: failure.is_final() }
    }
}

/// Seconds until a notification is tried again that has failed `attempts` times before: 30 s × 2ⁿ, an hour at most.
fn backoff(attempts: u32) -> u64 {
    FIRST_BACKOFF.saturating_mul(1 << attempts.min(16)).min(LONGEST_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_an_hour() {
        let pauses = (0..9).map(backoff).collect::<Vec<_>>();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(backoff(u32::MAX), 3600);
    }
}
