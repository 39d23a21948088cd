//! Notices: leases those that are due, and tells each account by one email how its secrets ended.
//!
//! The first is told at once; what follows within minutes is told together, or somebody who shares by a program would get an email
//! a secret.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use super::deliver::{LEASE, PAUSE, note};
use super::notice_content::NoticeContent;
use super::server::Verdict;
use super::{Delivery, Outbox, schedule};
use crate::domain::notification::Scope;
use crate::domain::{AccountId, EmailAddress, Failure, Locale, NotificationId, Timestamp};
use crate::mail::{NoticeEmail, SendError, Told};
use crate::metrics::NoticeEnd;
use crate::store::{self, Notice};
use crate::vault;

/// Notices leased at once.
const MOST: usize = 500;
/// Emails under way at once.
const AT_ONCE: usize = 8;
/// Between two emails of notices to one account, in seconds.
const QUIET: u64 = 300;

/// What this instance knows of notices; another one finds out for itself.
#[derive(Debug, Default)]
pub(super) struct NoticeState {
    /// When the store was asked last to find those that are not where they belong.
    looked: Mutex<Timestamp>,
    /// Which accounts were told within [`QUIET`], and when.
    told: Mutex<HashMap<AccountId, Timestamp>>,
}

impl NoticeState {
    /// Whether it is time to look, which is then taken for done.
    fn looks(&self, now: Timestamp) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = looked.until(now) >= PAUSE.as_secs();
        if is_time {
            *looked = now;
        }
        is_time
    }

    /// Until when an account is left in peace, if it is.
    fn quiet_until(&self, account: &AccountId, now: Timestamp) -> Option<Timestamp> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, last| last.until(now) < QUIET);
        told.get(account).map(|last| last.plus(QUIET))
    }

    fn has_told(&self, account: AccountId, now: Timestamp) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(account, now);
    }
}

/// What comes of a leased notice.
enum Settled {
    /// It goes.
    Removed,
    /// It waits until then, or for an operator; for this failure, if it was tried.
    PutOff(Option<Failure>, Option<Timestamp>),
}

/// Notices for one account.
struct Bundle {
    account: AccountId,
    notices: Vec<(Notice, NoticeContent)>,
}

impl Outbox {
    /// Leases notices that are due and mails what they tell; whether there may be more. `false` where there is no mail.
    pub async fn deliver_notices(self: &Arc<Self>) -> store::Result<bool> {
        let Some(delivery) = &self.delivery else { return Ok(false) };
        let now = self.clock.now();
        if delivery.notices.looks(now) {
            self.store.find_notices(now).await?;
        }
        if delivery.server.room(now, AT_ONCE) == 0 {
            return Ok(false);
        }
        let leased = self.store.lease_notices(now, LEASE, MOST).await?;
        let more = leased.len() == MOST;
        let mut waiting = self.bundles(delivery, leased, now).await;
        while !waiting.is_empty() {
            let room = delivery.server.room(self.clock.now(), AT_ONCE).min(waiting.len());
            if room == 0 {
                // The mail server takes nothing now: they are this instance's no longer.
                let until = delivery.server.until();
                let all = waiting.iter().flat_map(|bundle| &bundle.notices);
                self.settle(all.map(|(notice, _)| (notice.id, Settled::PutOff(None, Some(until))))).await;
                return Ok(false);
            }
            self.mail(delivery, waiting.drain(..room).collect()).await;
        }
        Ok(more)
    }

    /// What is to be told, by account. What nobody asked to hear of is removed, and what an account is not to be told yet is put off.
    async fn bundles(&self, delivery: &Delivery, leased: Vec<Notice>, now: Timestamp) -> Vec<Bundle> {
        let (mut bundles, mut settled) = (BTreeMap::<AccountId, Vec<_>>::new(), Vec::new());
        for notice in leased {
            let content = match self.open_notice(&notice).await {
                Ok(content) => content,
                Err(is_final) => {
                    settled.push((notice.id, self.failed(&notice, Failure::Unsendable, is_final, now)));
                    continue;
                }
            };
            if !content.ends.contain(notice.end) {
                settled.push((notice.id, Settled::Removed));
            } else if let Some(until) = delivery.notices.quiet_until(&content.account, now) {
                settled.push((notice.id, Settled::PutOff(None, Some(until))));
            } else {
                bundles.entry(content.account).or_default().push((notice, content));
            }
        }
        self.settle(settled).await;
        bundles.into_iter().map(|(account, notices)| Bundle { account, notices }).collect()
    }

    /// Mails bundles at once, and notes what came of them.
    async fn mail(self: &Arc<Self>, delivery: &Delivery, bundles: Vec<Bundle>) {
        let mut sending = JoinSet::new();
        for bundle in bundles {
            let outbox = Arc::clone(self);
            sending.spawn(async move { outbox.tell(bundle).await });
        }
        let (mut sent, mut unsent) = (0, Vec::new());
        while let Some(told) = sending.join_next().await {
            match told {
                Ok(Ok(is_sent)) => sent += usize::from(is_sent),
                Ok(Err(failed)) => unsent.push(failed),
                // Their lease ends by itself.
                Err(_) => {}
            }
        }
        let failures: Vec<_> = unsent.iter().map(|(_, failure)| *failure).collect();
        let now = self.clock.now();
        let verdict = delivery.judge(now, sent, &failures);
        let mut settled = Vec::new();
        for (Bundle { notices, .. }, failure) in &unsent {
            settled.extend(notices.iter().map(|(notice, _)| {
                let how = match verdict {
                    // Told once for all of them.
                    Verdict::Down { until, .. } if failure.scope() != Scope::Notification => {
                        Settled::PutOff(Some(*failure), Some(until))
                    }
                    _ => self.failed(notice, *failure, failure.is_final(), now),
                };
                (notice.id, how)
            }));
        }
        self.settle(settled).await;
    }

    /// Tells one account; whether an email was sent. An account that is gone or disabled is told nothing (ADR 0095).
    async fn tell(&self, bundle: Bundle) -> Result<bool, (Bundle, Failure)> {
        let Some(Delivery { mailer, notices: state, .. }) = &self.delivery else { return Ok(false) };
        let account = match self.store.account(&bundle.account).await {
            Ok(account) => account.filter(|account| !account.disabled),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "an account to be told cannot be read"
                );
                return Ok(false);
            }
        };
        let end = match &account {
            Some(account) => {
                let email =
                    email(&bundle, account.email.clone(), account.locale.unwrap_or(self.policy.locale));
                if let Err(SendError { failure, .. }) = mailer.send_notice(&email).await {
                    return Err((bundle, failure));
                }
                state.has_told(bundle.account, self.clock.now());
                tracing::info!(notices = bundle.notices.len(), "a sharer was told");
                NoticeEnd::Sent
            }
            None => NoticeEnd::Dropped,
        };
        self.metrics.notices(end, bundle.notices.len());
        // What was told may be told again when its lease ends.
        self.settle(bundle.notices.iter().map(|(notice, _)| (notice.id, Settled::Removed))).await;
        Ok(account.is_some())
    }

    /// Notes what came of notices, all at once: a store makes one commit of many.
    async fn settle(&self, notices: impl IntoIterator<Item = (NotificationId, Settled)>) {
        let mut noting = JoinSet::new();
        for (id, how) in notices {
            let store = Arc::clone(&self.store);
            noting.spawn(async move {
                note(
                    id,
                    match how {
                        Settled::Removed => store.remove_notice(&id).await,
                        Settled::PutOff(failure, again) => store.put_off_notice(&id, failure, again).await,
                    },
                );
            });
        }
        while noting.join_next().await.is_some() {}
    }

    /// What comes of a notice that could not be delivered.
    fn failed(&self, notice: &Notice, failure: Failure, is_final: bool, now: Timestamp) -> Settled {
        let again = if is_final {
            self.metrics.notices(NoticeEnd::Dead, 1);
            tracing::error!(
                notice = %notice.id,
                %failure,
                hint = "`readonce mail list` shows it",
                "a sharer cannot be told"
            );
            None
        } else {
            let again = schedule::again(now, notice.attempts, &notice.id, notice.until);
            tracing::warn!(
                notice = %notice.id,
                %failure,
                attempts = notice.attempts + 1,
                again_in_s = now.until(again),
                "a sharer was not told"
            );
            Some(again)
        };
        Settled::PutOff(Some(failure), again)
    }

    /// Opens a notice, looking for its key first if need be. Otherwise whether that is final: a key may yet be put back, what is
    /// damaged stays so.
    async fn open_notice(&self, notice: &Notice) -> Result<NoticeContent, bool> {
        let opened = match self.vault.open_notice(&notice.id, &notice.sealed) {
            Err(vault::Error::UnknownKey(kid)) if self.keys.reload_for(kid).await => {
                self.vault.open_notice(&notice.id, &notice.sealed)
            }
            opened => opened,
        };
        let content = opened.map_err(|error| !matches!(error, vault::Error::UnknownKey(_)))?;
        NoticeContent::from_bytes(&content).ok_or(true)
    }
}

/// The email of a bundle, oldest end first. Sent again, it has the same id as long as it tells the same.
fn email(bundle: &Bundle, to: EmailAddress, locale: Locale) -> NoticeEmail {
    let mut told: Vec<_> = bundle
        .notices
        .iter()
        .map(|(notice, content)| Told { end: notice.end, at: notice.ended, receipt: content.receipt.clone() })
        .collect();
    told.sort_by(|one, other| (one.at, &one.receipt).cmp(&(other.at, &other.receipt)));
    let mut serial = [0; 16];
    for (notice, _) in &bundle.notices {
        serial.iter_mut().zip(notice.id.serial).for_each(|(sum, byte)| *sum ^= byte);
    }
    NoticeEmail { serial, to, told, locale }
}
