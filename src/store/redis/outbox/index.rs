//! The outbox index: sorted sets that list the notifications and hint when each is due.
//!
//! The trap: a notification and its entry are in different slots, so they never change in one step. The notification is
//! the authority. An entry is made before its notification and removed after it, so a notification without an entry
//! there is not; an entry without a notification, or with a score that is not the notification's, does no harm and is
//! repaired by whoever meets it.

use redis::Value;

use super::super::RedisStore;
use super::super::errors::unavailable;
use super::super::layout::OUTBOX_SETS;
use super::super::parallel::each;
use super::super::reply::{all_bytes, flag, list, number};
use super::super::run::Call;
use super::super::run::{call, decimal};
use super::super::scripts::{self, Script};
use super::record::{self, DEAD, IndexEntry};
use crate::domain::Timestamp;
use crate::store::{Error, OutboxDepth, Result};

/// Of how many that came due last each set tells.
const LATEST: u64 = 8;
/// A put may be on its way for so long after its notification was entered, in seconds.
pub(in super::super) const UNDER_WAY: u64 = 60;

impl RedisStore {
    /// Enters a notification or a notice in its set, before it is put. Confirmed as the put is: without its entry it would never be
    /// sent.
    pub(in super::super) async fn enter_in(
        &self,
        set: Vec<u8>,
        entry: &IndexEntry,
        due: Timestamp,
    ) -> Result<()> {
        let lifetime = entry.lifetime_ms() + UNDER_WAY * 1000;
        let args =
            [entry.member(), decimal(due.0), decimal(lifetime), decimal(self.replicas().into())].into();
        let call = Call { key: set, args, confirm: true, counts: None };
        match self.answer(&scripts::OUTBOX_ADD, call).await {
            Ok(answer) if answer.confirmed => Ok(()),
            // Whatever became of the entry, nothing was put.
            Ok(_) => Err(unavailable("too few replicas have confirmed the index of the outbox")),
            Err(Error::OutcomeUnknown(cause)) => Err(Error::Unavailable(cause)),
            Err(error) => Err(error),
        }
    }

    /// Removes a notification's entry; whether it was there.
    pub(in super::super) async fn strike_notification(&self, entry: &IndexEntry) -> Result<bool> {
        let call = call(self.names().outbox_of(&entry.id), [entry.member()]);
        flag(&self.run(&scripts::OUTBOX_DROP, call).await?)
    }

    /// Says in the index when a notification is due, if it is still there; with `seen`, only if that is its score.
    pub(super) async fn move_notification(
        &self,
        entry: &IndexEntry,
        due: Option<Timestamp>,
        seen: Option<u64>,
    ) -> Result<()> {
        let seen = seen.map_or_else(Vec::new, decimal);
        let args = [entry.member(), decimal(entry.score(due)), seen];
        self.run(&scripts::OUTBOX_MOVE, call(self.names().outbox_of(&entry.id), args)).await.map(drop)
    }

    /// Of each set, at most `limit` notifications that the index holds for due, with their scores; and [`LATEST`] of those that
    /// came due last.
    pub(super) async fn entries_due(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Vec<Result<Vec<(u64, IndexEntry)>>> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let args = [decimal(now.0), decimal(limit.into()), decimal(DEAD), decimal(LATEST)];
        let read = |answer| {
            let flat = all_bytes(list(answer)?)?;
            flat.chunks_exact(2)
                .map(|pair| Ok((record::number(pair[1].clone())?, IndexEntry::read(&pair[0])?)))
                .collect()
        };
        let requests = self.sets().map(|(store, key)| {
            let args = args.clone();
            async move { store.run(&scripts::OUTBOX_DUE, call(key, args)).await.and_then(read) }
        });
        each(requests).await
    }

    /// At most `limit` waiting notifications whose secrets have expired.
    pub(super) async fn entries_expired(&self, now: Timestamp, limit: usize) -> Result<Vec<IndexEntry>> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let args = [decimal(now.0), decimal(limit.into()), decimal(DEAD)];
        let mut entries = self.entries_by(&scripts::OUTBOX_EXPIRED, &args).await?;
        entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(entries)
    }

    /// All notifications whose secrets have not expired, oldest first.
    pub(super) async fn entries(&self, now: Timestamp) -> Result<Vec<IndexEntry>> {
        self.entries_by(&scripts::OUTBOX_LIST, &[decimal(now.0)]).await
    }

    /// What a script answers of each set, oldest first.
    async fn entries_by(&self, script: &'static Script, args: &[Vec<u8>]) -> Result<Vec<IndexEntry>> {
        let read = |answer| -> Result<Vec<IndexEntry>> {
            all_bytes(list(answer)?)?.iter().map(|member| IndexEntry::read(member)).collect()
        };
        let requests = self.sets().map(|(store, key)| {
            let args = args.to_vec();
            async move { store.run(script, call(key, args)).await.and_then(read) }
        });
        let mut entries = Vec::new();
        for some in each(requests).await {
            entries.append(&mut some?);
        }
        entries.sort_unstable();
        Ok(entries)
    }

    /// How many notifications there are whose secrets have not expired.
    pub(super) async fn depth(&self, now: Timestamp) -> Result<OutboxDepth> {
        let requests = self.sets().map(|(store, key)| async move {
            store
                .run(&scripts::OUTBOX_DEPTH, call(key, [decimal(now.0), decimal(DEAD)]))
                .await
                .and_then(counts)
        });
        let mut depth = OutboxDepth::default();
        for some in each(requests).await {
            let [waiting, dead, oldest] = some?;
            depth.waiting += waiting;
            depth.dead += dead;
            let oldest = Some(Timestamp(oldest)).filter(|_| waiting > 0);
            depth.oldest = depth.oldest.into_iter().chain(oldest).min();
        }
        Ok(depth)
    }

    /// Every set of the index, each with a store to ask.
    fn sets(&self) -> impl Iterator<Item = (Self, Vec<u8>)> {
        (0..OUTBOX_SETS).map(|set| (self.clone(), self.names().outbox(set)))
    }
}

fn counts(answer: Value) -> Result<[u64; 3]> {
    let numbers =
        list(answer)?.iter().map(|value| Ok(number(value)?.unsigned_abs())).collect::<Result<Vec<_>>>()?;
    numbers.try_into().map_err(|_| Error::Corrupt("an answer of a script"))
}
