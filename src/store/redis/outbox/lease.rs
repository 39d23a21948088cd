//! Leasing: the index names candidates, each notification's own script decides.
//!
//! Any number of instances may do this at once; they meet at the same candidates, and whoever comes second is told that
//! the notification is due later. A lease that was won and not entered in the index ends all the same.

use redis::Value;

use super::super::parallel::{AT_ONCE, each};
use super::super::reply::bytes;
use super::super::secrets::{call, decimal};
use super::super::{RedisStore, reply, scripts};
use super::index::UNDER_WAY;
use super::record::{self, Entry};
use crate::domain::Timestamp;
use crate::store::{Error, Leased, Leases, Result};

/// How many candidates are looked at in a set besides those asked for: some may be put this moment, or be gone.
const SPARE: usize = 100;

enum Fate {
    Leased(Leased),
    /// Removed by us, because its secret is gone.
    Dropped,
    /// Not now, or not ours.
    Passed,
}

impl RedisStore {
    pub(super) async fn lease(&self, now: Timestamp, until: Timestamp, limit: usize) -> Result<Leases> {
        let mut leases = Leases::default();
        let mut trouble = None;
        let mut due = Vec::new();
        for entries in self.entries_due(now, limit.saturating_add(SPARE)).await {
            match entries {
                Ok(mut entries) => due.append(&mut entries),
                Err(error) => trouble = Some(error),
            }
        }
        due.sort_unstable();
        let mut due = due.into_iter();
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
            for fate in each(requests).await {
                match fate {
                    Ok(Fate::Leased(notification)) => leases.notifications.push(notification),
                    Ok(Fate::Dropped) => leases.dropped += 1,
                    Ok(Fate::Passed) => {}
                    Err(error) => {
                        // One that cannot be read is no reason not to send the others.
                        in_touch &= matches!(error, Error::Corrupt(_));
                        trouble = Some(error);
                    }
                }
            }
        }
        match trouble {
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

    async fn lease_one(&self, entry: &Entry, score: u64, now: Timestamp, until: Timestamp) -> Result<Fate> {
        let args = [self.names().slot(entry.id.tag), decimal(now.0), decimal(until.0)];
        let answer =
            self.run(&scripts::NOTIFICATION_LEASE, call(self.names().notification(&entry.id), args)).await?;
        let expired = entry.expires() <= now;
        match read(entry, answer)? {
            Answer::Leased(notification) => {
                // It is ours by now. What the index says is for others, and they would be told the same by the notification.
                if let Err(error) = self.move_notification(entry, Some(until), None).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the index of notifications lags behind"
                    );
                }
                Ok(Fate::Leased(notification))
            }
            Answer::Dropped => {
                let struck = self.strike_notification(entry).await?;
                Ok(if struck || !expired { Fate::Dropped } else { Fate::Passed })
            }
            // Redis has forgotten it when its secret expired: that counts, for whoever removes the entry.
            Answer::None if expired => {
                Ok(if self.strike_notification(entry).await? { Fate::Dropped } else { Fate::Passed })
            }
            Answer::None => {
                if score.saturating_add(UNDER_WAY) <= now.0 {
                    self.strike_notification(entry).await?;
                }
                Ok(Fate::Passed)
            }
            Answer::Later(due) => {
                // Unless somebody has put it right meanwhile.
                self.move_notification(entry, due, Some(score)).await?;
                Ok(Fate::Passed)
            }
        }
    }
}

enum Answer {
    None,
    Dropped,
    /// When, if at all.
    Later(Option<Timestamp>),
    Leased(Leased),
}

fn read(entry: &Entry, answer: Value) -> Result<Answer> {
    const DAMAGED: Error = Error::Corrupt("a notification");
    let mut values = reply::list(answer)?.into_iter();
    let mut next = || bytes(values.next().ok_or(DAMAGED)?);
    Ok(match next()?.as_slice() {
        b"none" => Answer::None,
        b"dropped" => Answer::Dropped,
        b"dead" => Answer::Later(None),
        b"later" => Answer::Later(Some(Timestamp(record::number(next()?)?))),
        b"leased" => {
            let attempts = record::number(next()?)?;
            Answer::Leased(Leased { id: entry.id, sealed: next()?, attempts })
        }
        _ => return Err(DAMAGED),
    })
}
