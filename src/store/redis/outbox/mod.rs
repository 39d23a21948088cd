//! Letters on Redis: a hash each, beside its secret, and an index of sixteen sorted sets.
//!
//! The trap: see `index`. Every decision about a letter is made by a script in its own slot; the index only says where to
//! look, and lags behind at worst.

use std::time::Duration;

use async_trait::async_trait;

use super::parallel::{AT_ONCE, each};
use super::reply::{list, optional_bytes};
use super::secrets::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::{Failure, LetterId, Timestamp};
use crate::store::{Error, Leases, LetterStatus, Outbox, OutboxDepth, Result};

mod index;
mod lease;
mod record;

pub(super) use record::{Entry, base};

#[async_trait]
impl Outbox for RedisStore {
    async fn lease_letters(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Leases> {
        self.lease(now, Leases::end(now, lease), limit).await
    }

    async fn remove_letter(&self, id: &LetterId) -> Result<bool> {
        let call = call(self.names().letter(id), []);
        let Some(base) = optional_bytes(self.run(&scripts::LETTER_REMOVE, call).await?)? else {
            return Ok(false);
        };
        self.strike_letter(&Entry::of(*id, &base)?).await?;
        Ok(true)
    }

    async fn put_off(&self, id: &LetterId, failure: Failure, again: Option<Timestamp>) -> Result<bool> {
        self.change_letter(id, again, decimal(failure.code().into())).await
    }

    async fn retry_letter(&self, id: &LetterId, now: Timestamp) -> Result<bool> {
        self.change_letter(id, Some(now), Vec::new()).await
    }

    async fn letters(&self, now: Timestamp, limit: usize) -> Result<Vec<LetterStatus>> {
        let mut letters = Vec::new();
        for some in self.entries(now).await?.chunks(AT_ONCE) {
            let requests = some.iter().map(|entry| {
                let (store, id) = (self.clone(), entry.id);
                async move { store.read_letter(&id).await }
            });
            for letter in each(requests).await {
                letters.extend(letter?);
            }
            if letters.len() >= limit {
                break;
            }
        }
        letters.truncate(limit);
        Ok(letters)
    }

    async fn outbox_depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        self.depth(now).await
    }
}

impl RedisStore {
    /// Removes the entry of a letter whose put conflicted, unless that was with itself.
    pub(super) async fn withdraw_letter(&self, entry: &Entry) -> Result<()> {
        if self.read_letter(&entry.id).await?.is_none() {
            self.strike_letter(entry).await?;
        }
        Ok(())
    }

    /// Says when a letter is tried next, in the letter and then in the index.
    async fn change_letter(&self, id: &LetterId, due: Option<Timestamp>, failure: Vec<u8>) -> Result<bool> {
        let args = [due.map_or_else(Vec::new, |due| decimal(due.0)), failure];
        let call = call(self.names().letter(id), args);
        let Some(base) = optional_bytes(self.run(&scripts::LETTER_CHANGE, call).await?)? else {
            return Ok(false);
        };
        self.follow_letter(&Entry::of(*id, &base)?, due).await?;
        Ok(true)
    }

    /// Has the index say of a letter what was written into it. Whoever changes it meanwhile does the same; so the letter is
    /// read again, lest the index say `dead` for ever of one that an operator has revived.
    async fn follow_letter(&self, entry: &Entry, mut due: Option<Timestamp>) -> Result<()> {
        for _ in 0..3 {
            self.move_letter(entry, due, None).await?;
            match self.read_letter(&entry.id).await? {
                Some(letter) if letter.due != due => due = letter.due,
                _ => break,
            }
        }
        Ok(())
    }

    async fn read_letter(&self, id: &LetterId) -> Result<Option<LetterStatus>> {
        const DAMAGED: Error = Error::Corrupt("a letter");
        let values = list(self.run(&scripts::LETTER_READ, call(self.names().letter(id), [])).await?)?;
        let fields = values.into_iter().map(optional_bytes).collect::<Result<Vec<_>>>()?;
        let [base, rest @ ..]: [_; 4] = fields.try_into().map_err(|_| DAMAGED)?;
        base.map(|base| record::status(*id, &base, rest)).transpose()
    }
}
