//! Leasing due notifications: the index names candidates, each notification's own script decides.
//!
//! Any number of instances may do this at once; they meet at the same candidates, and whoever comes second gets
//! "due later". A lease that was won but not written to the index expires all the same.

use redis::Value;

use super::super::parallel::{AT_ONCE, each};
use super::super::reply::bytes;
use super::super::run::{call, decimal};
use super::super::{RedisStore, reply, scripts};
use super::index::UNDER_WAY;
use super::record::{self, IndexEntry};
use crate::domain::{NotificationId, Timestamp};
use crate::store::{Error, Leased, Leases, Result};

/// How many more candidates than asked for are fetched of a set: some may be in the making, or gone.
const SPARE: usize = 100;

enum LeaseOutcome {
    Leased(Leased),
    /// Removed by us, because its secret is gone.
    Dropped,
    /// Not now, or not ours.
    Passed,
}

impl RedisStore {
    pub(super) async fn lease(&self, now: Timestamp, until: Timestamp, limit: usize) -> Result<Leases> {
        let mut leases = Leases::default();
        let mut failed = None;
        let mut due = Vec::new();
        for entries in self.entries_due(now, limit.saturating_add(SPARE)).await {
            match entries {
                Ok(mut entries) => due.append(&mut entries),
                Err(error) => failed = Some(error),
            }
        }
        let mut due = in_turn(due, limit).into_iter();
        let mut in_touch = true;
        while in_touch && leases.notifications.len() < limit {
            let most = AT_ONCE.min(limit - leases.notifications.len());
            let some: Vec<_> = due.by_ref().take(most).collect();
            if some.is_empty() {
                break;
            }
            let requests = some.into_iter().map(|(score, entry)| {
                let store = self.clone();
                async move { store.lease_one(&entry, score, now, until).await }
            });
            for outcome in each(requests).await {
                match outcome {
                    Ok(LeaseOutcome::Leased(notification)) => leases.notifications.push(notification),
                    Ok(LeaseOutcome::Dropped) => leases.dropped += 1,
                    Ok(LeaseOutcome::Passed) => {}
                    Err(error) => {
                        // One that cannot be read is no reason not to send the others.
                        in_touch &= matches!(error, Error::Corrupt(_));
                        failed = Some(error);
                    }
                }
            }
        }
        match failed {
            Some(error) if leases == Leases::default() => Err(error),
            Some(error) => {
                // What was won must be sent, or it would wait for its lease to end.
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "some notifications could not be leased"
                );
                Ok(leases)
            }
            None => Ok(leases),
        }
    }

    /// Strikes waiting notifications whose secrets have expired, and tells which: those that Redis has forgotten, too.
    pub(super) async fn expire(&self, now: Timestamp, limit: usize) -> Result<Vec<NotificationId>> {
        let mut expired = Vec::new();
        for some in self.entries_expired(now, limit).await?.chunks(AT_ONCE) {
            let requests = some.iter().map(|entry| {
                let (store, entry) = (self.clone(), *entry);
                async move {
                    let is_forgotten = store.read_notification(&entry.id).await?.is_none();
                    Ok((is_forgotten && store.strike_notification(&entry).await?).then_some(entry.id))
                }
            });
            for struck in each(requests).await {
                expired.extend(struck?);
            }
        }
        Ok(expired)
    }

    async fn lease_one(
        &self,
        entry: &IndexEntry,
        score: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LeaseOutcome> {
        let args = [self.names().slot(entry.id.tag), decimal(now.0), decimal(until.0)];
        let answer =
            self.run(&scripts::NOTIFICATION_LEASE, call(self.names().notification(&entry.id), args)).await?;
        let expired = entry.expires() <= now;
        match read(entry, answer)? {
            LeaseReply::Leased(notification) => {
                // It is ours by now. What the index says is for others, and the notification would answer them the same.
                if let Err(error) = self.move_notification(entry, Some(until), None).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the index of notifications lags behind"
                    );
                }
                Ok(LeaseOutcome::Leased(notification))
            }
            LeaseReply::Dropped => {
                self.strike_notification(entry).await?;
                Ok(LeaseOutcome::Dropped)
            }
            LeaseReply::Expired => Ok(LeaseOutcome::Passed),
            // Redis has forgotten it when its secret expired: that counts, for whoever removes the entry.
            LeaseReply::None if expired => Ok(if self.strike_notification(entry).await? {
                LeaseOutcome::Dropped
            } else {
                LeaseOutcome::Passed
            }),
            LeaseReply::None => {
                if score.saturating_add(UNDER_WAY) <= now.0 {
                    self.strike_notification(entry).await?;
                }
                Ok(LeaseOutcome::Passed)
            }
            LeaseReply::Later(due) => {
                // Unless somebody has put it right meanwhile.
                self.move_notification(entry, due, Some(score)).await?;
                Ok(LeaseOutcome::Passed)
            }
        }
    }
}

/// Candidates in the order in which they are tried: those due longest, then the newest that were never tried, then the others.
fn in_turn(mut due: Vec<(u64, IndexEntry)>, limit: usize) -> Vec<(u64, IndexEntry)> {
    due.sort_unstable();
    due.dedup();
    let newest = Leases::newest(limit);
    let mut later = due.split_off(due.len().min(limit - newest));
    for _ in 0..newest {
        // One that was never tried is due since it was shared.
        let Some(place) = later.iter().rposition(|(score, entry)| *score == entry.created.0) else { break };
        due.push(later.remove(place));
    }
    due.append(&mut later);
    due
}

enum LeaseReply {
    None,
    Expired,
    Dropped,
    /// When, if at all.
    Later(Option<Timestamp>),
    Leased(Leased),
}

fn read(entry: &IndexEntry, answer: Value) -> Result<LeaseReply> {
    const DAMAGED: Error = Error::Corrupt("a notification");
    let mut values = reply::list(answer)?.into_iter();
    let mut next = || bytes(values.next().ok_or(DAMAGED)?);
    Ok(match next()?.as_slice() {
        b"none" => LeaseReply::None,
        b"expired" => LeaseReply::Expired,
        b"dropped" => LeaseReply::Dropped,
        b"dead" => LeaseReply::Later(None),
        b"later" => LeaseReply::Later(Some(Timestamp(record::number(next()?)?))),
        b"leased" => {
            let attempts = record::number(next()?)?;
            LeaseReply::Leased(Leased { id: entry.id, sealed: next()?, attempts })
        }
        _ => return Err(DAMAGED),
    })
}
