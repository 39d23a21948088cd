//! Notices on Redis: a hash each, beside its secret, and an index of sixteen sorted sets, as notifications have (see `outbox`).
//!
//! The trap: a claim turns a notice in the secret's slot, and the index is in another one. Whoever claimed says so there afterwards,
//! while nobody waits. Where they ended before they could, the index goes on saying "due when its secret expires"; so every
//! 20 seconds one of all instances asks every notice that is not due by the index.

use std::time::Duration;

use async_trait::async_trait;
use redis::Value;

use super::layout::OUTBOX_SETS;
use super::outbox::{DEAD, IndexEntry, UNDER_WAY, number};
use super::parallel::{AT_ONCE, each};
use super::reply::{all_bytes, bytes, flag, list, optional_bytes};
use super::run::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::notification::SERIAL_LEN;
use crate::domain::{Failure, NotificationId, SecretEnd, StoredReceipt, Timestamp};
use crate::store::{Error, Leases, NewSecret, Notice, Notices, Result};

/// How often one of all instances looks for notices that are not where they belong, in milliseconds.
const TURN: u64 = 20_000;
/// How many more candidates than asked for are fetched of a set: some may be in the making, or gone.
const SPARE: usize = 20;
const DAMAGED: Error = Error::Corrupt("a notice");

#[async_trait]
impl Notices for RedisStore {
    async fn lease_notices(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Notice>> {
        let most = u32::try_from(limit.saturating_add(SPARE)).unwrap_or(u32::MAX);
        let args = [decimal(now.0), decimal(most.into()), decimal(DEAD), decimal(0)];
        let mut due = self.indexed(&scripts::OUTBOX_DUE, &args).await?;
        due.sort_unstable();
        let (end, mut leased, mut failed) = (Leases::end(now, lease), Vec::new(), None);
        let mut due = due.into_iter();
        let mut in_touch = true;
        while in_touch && leased.len() < limit {
            let some: Vec<_> = due.by_ref().take(AT_ONCE.min(limit - leased.len())).collect();
            if some.is_empty() {
                break;
            }
            let requests = some.into_iter().map(|(score, entry)| {
                let store = self.clone();
                async move { store.lease_notice(&entry, score, now, Some(end)).await }
            });
            for outcome in each(requests).await {
                match outcome {
                    Ok(notice) => leased.extend(notice),
                    Err(error) => {
                        // One that cannot be read is no reason not to deliver the others.
                        in_touch &= matches!(error, Error::Corrupt(_));
                        failed = Some(error);
                    }
                }
            }
        }
        match failed {
            Some(error) if leased.is_empty() => Err(error),
            Some(error) => {
                // What was won must be delivered, or it would wait for its lease to end.
                tracing::warn!(error = &error as &dyn std::error::Error, "some notices could not be leased");
                Ok(leased)
            }
            None => Ok(leased),
        }
    }

    async fn remove_notice(&self, id: &NotificationId) -> Result<bool> {
        let call = call(self.names().notice(id), []);
        let Some(base) = optional_bytes(self.run(&scripts::NOTIFICATION_REMOVE, call).await?)? else {
            return Ok(false);
        };
        self.strike_notice(&IndexEntry::of(*id, &base)?).await?;
        Ok(true)
    }

    async fn put_off_notice(
        &self,
        id: &NotificationId,
        failure: Option<Failure>,
        again: Option<Timestamp>,
    ) -> Result<bool> {
        let args = [
            again.map_or_else(Vec::new, |again| decimal(again.0)),
            failure.map_or_else(Vec::new, |failure| decimal(failure.code().into())),
        ];
        let call = call(self.names().notice(id), args);
        let Some(base) = optional_bytes(self.run(&scripts::NOTIFICATION_CHANGE, call).await?)? else {
            return Ok(false);
        };
        self.move_notice(&IndexEntry::of(*id, &base)?, again, None).await?;
        Ok(true)
    }

    async fn notices(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>> {
        let mut entries = Vec::new();
        for members in self.of_each_set(&scripts::OUTBOX_LIST, &[decimal(now.0)]).await? {
            for member in members {
                entries.push(IndexEntry::read(&member)?);
            }
        }
        entries.sort_unstable();
        let mut notices = Vec::new();
        for some in entries.chunks(AT_ONCE) {
            let requests = some.iter().map(|entry| {
                let (store, entry) = (self.clone(), *entry);
                async move { store.read_notice(&entry).await }
            });
            for notice in each(requests).await {
                notices.extend(notice?);
            }
            if notices.len() >= limit {
                break;
            }
        }
        notices.truncate(limit);
        Ok(notices)
    }

    async fn find_notices(&self, now: Timestamp) -> Result<()> {
        let turn = call(self.names().notices_turn(), [decimal(TURN)]);
        if !flag(&self.run(&scripts::NOTICES_TURN, turn).await?)? {
            return Ok(());
        }
        let later = self.indexed(&scripts::NOTICES_LATER, &[decimal(now.0), decimal(DEAD)]).await?;
        for some in later.chunks(AT_ONCE) {
            let requests = some.iter().map(|(score, entry)| {
                let (store, due, entry) = (self.clone(), *score, *entry);
                async move { store.lease_notice(&entry, due, now, None).await }
            });
            for looked in each(requests).await {
                looked?;
            }
        }
        Ok(())
    }
}

impl RedisStore {
    /// Enters the notices of a secret in the index, before it is put.
    pub(super) async fn enter_notices(&self, secret: &NewSecret) -> Result<()> {
        for notice in &secret.notices {
            let entry = IndexEntry::of_notice(notice.id, &secret.receipt);
            let set = self.names().notices_of(&notice.id);
            self.enter_in(set, &entry, secret.receipt.secret_expires()).await?;
        }
        Ok(())
    }

    /// Removes the entries of notices whose put conflicted, unless that was with itself.
    pub(super) async fn withdraw_notices(&self, secret: &NewSecret) -> Result<()> {
        for notice in &secret.notices {
            let there = self.run(&scripts::NOTICE_READ, call(self.names().notice(&notice.id), [])).await?;
            if list(there)?.first() == Some(&Value::Nil) {
                self.strike_notice(&IndexEntry::of_notice(notice.id, &secret.receipt)).await?;
            }
        }
        Ok(())
    }

    /// Says in the index that the notices of a claimed secret are due. Nobody waits for it.
    pub(super) fn notices_turned(&self, serials: &[u8], receipt: &StoredReceipt, now: Timestamp) {
        for serial in serials.as_chunks::<SERIAL_LEN>().0 {
            let id = NotificationId { tag: receipt.tag, serial: *serial };
            let (store, entry) = (self.clone(), IndexEntry::of_notice(id, receipt));
            tokio::spawn(async move {
                if let Err(error) = store.move_notice(&entry, Some(now), None).await {
                    tracing::warn!(
                        notice = %entry.id,
                        error = &error as &dyn std::error::Error,
                        "a notice will be up to a minute late"
                    );
                }
            });
        }
    }

    /// Leases a notice until `end`, or only looks; either way the index says afterwards when it is due.
    async fn lease_notice(
        &self,
        entry: &IndexEntry,
        score: u64,
        now: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<Option<Notice>> {
        let end = end.map_or_else(Vec::new, |end| decimal(end.0));
        let args = [self.names().slot(entry.id.tag), decimal(now.0), end];
        let call = call(self.names().notice(&entry.id), args);
        let mut values = list(self.run(&scripts::NOTICE_LEASE, call).await?)?.into_iter();
        let outcome = bytes(values.next().ok_or(DAMAGED)?)?;
        match outcome.as_slice() {
            b"leased" => {
                let notice = read(entry, values)?.ok_or(DAMAGED)?;
                // It is ours by now. What the index says is for others, and the notice would answer them the same.
                if let Err(error) = self.move_notice(entry, notice.due, None).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the index of notices lags behind"
                    );
                }
                return Ok(Some(notice));
            }
            b"later" => {
                let due = number(number_or_text(values.next().ok_or(DAMAGED)?)?)?;
                if due != score {
                    self.move_notice(entry, Some(Timestamp(due)), Some(score)).await?;
                }
            }
            b"dead" => self.move_notice(entry, None, Some(score)).await?,
            // It may be in the making.
            b"none" if entry.created.0.saturating_add(UNDER_WAY) > now.0 => {}
            b"none" | b"dropped" => self.strike_notice(entry).await.map(drop)?,
            _ => return Err(DAMAGED),
        }
        Ok(None)
    }

    async fn read_notice(&self, entry: &IndexEntry) -> Result<Option<Notice>> {
        let call = call(self.names().notice(&entry.id), []);
        read(entry, list(self.run(&scripts::NOTICE_READ, call).await?)?)
    }

    async fn strike_notice(&self, entry: &IndexEntry) -> Result<bool> {
        let call = call(self.names().notices_of(&entry.id), [entry.member()]);
        flag(&self.run(&scripts::OUTBOX_DROP, call).await?)
    }

    async fn move_notice(&self, entry: &IndexEntry, due: Option<Timestamp>, seen: Option<u64>) -> Result<()> {
        let args = [entry.member(), decimal(entry.score(due)), seen.map_or_else(Vec::new, decimal)];
        self.run(&scripts::OUTBOX_MOVE, call(self.names().notices_of(&entry.id), args)).await.map(drop)
    }

    /// What a script answers of each set of the index, members and scores.
    async fn indexed(
        &self,
        script: &'static scripts::Script,
        args: &[Vec<u8>],
    ) -> Result<Vec<(u64, IndexEntry)>> {
        let mut entries = Vec::new();
        for flat in self.of_each_set(script, args).await? {
            for pair in flat.as_chunks::<2>().0 {
                entries.push((number(pair[1].clone())?, IndexEntry::read(&pair[0])?));
            }
        }
        Ok(entries)
    }

    async fn of_each_set(
        &self,
        script: &'static scripts::Script,
        args: &[Vec<u8>],
    ) -> Result<Vec<Vec<Vec<u8>>>> {
        let requests = (0..OUTBOX_SETS).map(|set| {
            let (store, key, args) = (self.clone(), self.names().notices(set), args.to_vec());
            async move { all_bytes(list(store.run(script, call(key, args)).await?)?) }
        });
        each(requests).await.into_iter().collect()
    }
}

/// A number that a script answered as such, or as a text.
fn number_or_text(value: Value) -> Result<Vec<u8>> {
    match value {
        Value::Int(number) => Ok(number.to_string().into_bytes()),
        text => bytes(text),
    }
}

/// Reads what a script answers of a notice: base, ending, when, due, attempts, failure, sealed. `None`: it is not there, or its secret
/// has not ended.
fn read(entry: &IndexEntry, values: impl IntoIterator<Item = Value>) -> Result<Option<Notice>> {
    let fields = values.into_iter().map(optional_bytes).collect::<Result<Vec<_>>>()?;
    let [base, ending, ended, due, attempts, failure, sealed]: [_; 7] =
        fields.try_into().map_err(|_| DAMAGED)?;
    let (Some(base), Some(ending)) = (base, ending) else { return Ok(None) };
    let entry = IndexEntry::of(entry.id, &base)?;
    let end = match ending.as_slice() {
        b"r" => SecretEnd::Read,
        b"b" => SecretEnd::Burned,
        b"x" => SecretEnd::Expired,
        _ => return Err(DAMAGED),
    };
    let failure = failure.filter(|failure| !failure.is_empty());
    Ok(Some(Notice {
        id: entry.id,
        created: entry.created,
        until: entry.expires(),
        end,
        ended: Timestamp(number(ended.ok_or(DAMAGED)?)?),
        attempts: attempts.map(number).transpose()?.unwrap_or(0),
        failure: failure.map(number).transpose()?.and_then(Failure::from_code),
        due: due.map(number).transpose()?.map(Timestamp),
        sealed: sealed.unwrap_or_default(),
    }))
}
