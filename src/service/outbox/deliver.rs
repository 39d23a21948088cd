//! Delivery: leases the notifications that are due, sends each as an email, and notes what came of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::server::Verdict;
use super::{Content, Delivery, Outbox, schedule};
use crate::domain::notification::Scope;
use crate::domain::{Failure, NotificationId, Timestamp};
use crate::mail::SendError;
use crate::metrics::NotificationEnd;
use crate::store::{self, Leased};
use crate::vault;

/// How long a leased notification is this instance's own. A mailer gives up well before.
pub(super) const LEASE: Duration = Duration::from_mins(1);
/// Emails under way at once.
const AT_ONCE: usize = 8;
/// Between two looks, for notifications of other instances and such as are to be tried again.
pub(super) const PAUSE: Duration = Duration::from_secs(5);
/// Notifications whose secrets have expired that are asked for at once.
const EXPIRED_AT_ONCE: usize = 100;

impl Outbox {
    /// Sends what is due until `stop`; emails under way by then are sent to the end.
    pub async fn deliver_until(self: Arc<Self>, stop: CancellationToken) {
        let Some(delivery) = &self.delivery else { return };
        while !stop.is_cancelled() {
            let more = self.deliver_all().await.unwrap_or_else(|error| {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "notifications and notices cannot be looked for"
                );
                false
            });
            if !more {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = delivery.wake.notified() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
        delivery.mailer.close().await;
    }

    async fn deliver_all(self: &Arc<Self>) -> store::Result<bool> {
        let more = self.deliver_due().await?;
        // Not `||`: one kind must not keep the other waiting.
        Ok(self.deliver_notices().await? | more)
    }

    /// Leases notifications that are due, as many as the mail server can be tried with, and sends them; whether there may be
    /// more. `false` where there is no mail.
    pub async fn deliver_due(self: &Arc<Self>) -> store::Result<bool> {
        let Some(delivery) = &self.delivery else { return Ok(false) };
        let now = self.clock.now();
        let room = delivery.server.room(now, AT_ONCE);
        let looks = delivery.looks(now);
        if looks {
            self.expire(now).await?;
        }
        if room == 0 {
            if looks {
                delivery.set_depth(now, self.store.outbox_depth(now).await?);
            }
            return Ok(false);
        }
        let found = self.store.lease_notifications(now, LEASE, room).await?;
        if found.dropped > 0 {
            self.metrics.notifications(NotificationEnd::Dropped, found.dropped);
            tracing::info!(
                notifications = found.dropped,
                "notifications were dropped, their secrets are gone"
            );
        }
        let leased = found.notifications.len();
        let recovered = self.send(delivery, found.notifications).await;
        let now = self.clock.now();
        // A store may have to walk the whole outbox for it: not after every batch while a long one is worked off.
        if leased < room || delivery.depth().0.until(now) >= PAUSE.as_secs() {
            delivery.set_depth(now, self.store.outbox_depth(now).await?);
        }
        Ok(recovered || leased == AT_ONCE)
    }

    /// Tells of notifications that nobody got before their secrets expired.
    async fn expire(&self, now: Timestamp) -> store::Result<()> {
        let mut notifications = 0;
        loop {
            let expired = self.store.expire_notifications(now, EXPIRED_AT_ONCE).await?;
            self.metrics.notifications(NotificationEnd::Expired, expired.len());
            for id in &expired {
                tracing::debug!(notification = %id, "a notification was not sent before its secret expired");
            }
            notifications += expired.len();
            if expired.len() < EXPIRED_AT_ONCE {
                break;
            }
        }
        if notifications > 0 {
            tracing::warn!(notifications, "notifications were not sent before their secrets expired");
        }
        Ok(())
    }

    /// Sends notifications at once, and notes what came of them; whether the mail server is back.
    async fn send(self: &Arc<Self>, delivery: &Delivery, leased: Vec<Leased>) -> bool {
        let mut sending = JoinSet::new();
        for notification in leased {
            let outbox = Arc::clone(self);
            sending.spawn(async move { outbox.deliver(notification).await });
        }
        let (mut sent, mut unsent) = (0, Vec::new());
        while let Some(delivered) = sending.join_next().await {
            match delivered {
                Ok(Delivered::Sent) => sent += 1,
                Ok(Delivered::Not(notification)) => unsent.push(notification),
                Ok(Delivered::Nothing) | Err(_) => {}
            }
        }
        let failures: Vec<_> = unsent.iter().map(|unsent| unsent.failure).collect();
        let now = self.clock.now();
        let verdict = delivery.judge(now, sent, &failures);
        let mut noting = JoinSet::new();
        for notification in unsent {
            let outbox = Arc::clone(self);
            noting.spawn(async move { outbox.put_off(notification, now, verdict).await });
        }
        while noting.join_next().await.is_some() {}
        verdict == Verdict::Recovered
    }

    async fn deliver(&self, Leased { id, sealed, attempts }: Leased) -> Delivered {
        let Some(Delivery { mailer, .. }) = &self.delivery else { return Delivered::Nothing };
        let not =
            |failure, is_final, expires| Delivered::Not(Unsent { id, attempts, failure, is_final, expires });
        let content = match self.open(id, &sealed).await {
            Ok(content) => content,
            Err(is_final) => return not(Failure::Unsendable, is_final, None),
        };
        let expires = Some(content.expires);
        // An email is sent in the name of an account (ADR 0060).
        let noted = match self.store.account(&vault::account_id(content.sharer.as_str())).await {
            Ok(Some(account)) if !account.disabled => {
                match mailer.send(&content.email(id, &self.policy)).await {
                    Ok(()) => {}
                    Err(SendError { failure, .. }) => return not(failure, failure.is_final(), expires),
                }
                self.metrics.notifications(NotificationEnd::Sent, 1);
                tracing::info!(notification = %id, "a notification was sent");
                // What was sent may be sent again when its lease ends, under the same `Message-ID`.
                note(id, self.store.remove_notification(&id).await);
                return Delivered::Sent;
            }
            Ok(Some(_)) => return not(Failure::Disabled, true, expires),
            Ok(None) => {
                self.metrics.notifications(NotificationEnd::Dropped, 1);
                tracing::info!(notification = %id, "a notification was dropped, its account is gone");
                self.store.remove_notification(&id).await
            }
            // The lease ends by itself.
            Err(error) => Err(error),
        };
        note(id, noted);
        Delivered::Nothing
    }

    /// Notes when a notification is tried next, if it is.
    async fn put_off(&self, unsent: Unsent, now: Timestamp, verdict: Verdict) {
        let Unsent { id, attempts, failure, is_final, expires } = unsent;
        let again = match verdict {
            _ if is_final => {
                self.metrics.notifications(NotificationEnd::Dead, 1);
                tracing::error!(
                    notification = %id,
                    %failure,
                    hint = "`readonce mail list` shows it",
                    "a notification cannot be sent"
                );
                None
            }
            // Told once for all of them.
            Verdict::Down { until, .. } if failure.scope() != Scope::Notification => {
                Some(expires.map_or(until, |expires| until.min(expires)))
            }
            _ => {
                let again = schedule::again(now, attempts, &id, expires.unwrap_or(Timestamp(u64::MAX)));
                tracing::warn!(
                    notification = %id,
                    %failure,
                    attempts = attempts + 1,
                    again_in_s = now.until(again),
                    "a notification was not sent"
                );
                Some(again)
            }
        };
        note(id, self.store.put_off(&id, failure, again).await);
    }

    /// Opens a notification, looking for its key first if need be. Otherwise whether that is final: a key may yet be put back,
    /// what is damaged stays so.
    async fn open(&self, id: NotificationId, sealed: &[u8]) -> Result<Content, bool> {
        let opened = match self.vault.open_notification(&id, sealed) {
            Err(vault::Error::UnknownKey(kid)) if self.keys.reload_for(kid).await => {
                self.vault.open_notification(&id, sealed)
            }
            opened => opened,
        };
        let content = opened.map_err(|error| !matches!(error, vault::Error::UnknownKey(_)))?;
        Content::from_bytes(&content).ok_or(true)
    }
}

impl Delivery {
    /// Draws the conclusion from deliveries that were tried at once, and tells of a mail server that takes none.
    pub(super) fn judge(&self, now: Timestamp, sent: usize, failures: &[Failure]) -> Verdict {
        let verdict = self.server.judge(now, sent, failures);
        match verdict {
            Verdict::Down { until, failure, tell: true } => tracing::warn!(
                %failure,
                again_in_s = now.until(until),
                hint = "once it is put right, SIGHUP has the next try made at once",
                "no notification can be sent, all of them wait"
            ),
            Verdict::Recovered => tracing::info!("the mail server takes notifications again"),
            Verdict::Down { .. } | Verdict::Fine => {}
        }
        verdict
    }
}

/// Logs when the store did not answer what delivery needs of it. The lease ends by itself then.
pub(super) fn note(id: NotificationId, noted: store::Result<bool>) {
    if let Err(error) = noted {
        tracing::warn!(
            notification = %id,
            error = &error as &dyn std::error::Error,
            "what became of a notification cannot be noted"
        );
    }
}

/// What became of a leased notification.
enum Delivered {
    Sent,
    Not(Unsent),
    /// It is gone, or nobody knows: its lease ends by itself.
    Nothing,
}

/// A notification that was not sent.
struct Unsent {
    id: NotificationId,
    /// How often it had failed before.
    attempts: u32,
    failure: Failure,
    is_final: bool,
    /// When its secret does; `None` when it did not open.
    expires: Option<Timestamp>,
}
