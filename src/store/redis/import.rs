//! Import from another server: the secret and its receipt are stored in the secret key's slot, as all others are; in the
//! receipt key's slot, where it is another one, a pointer.
//!
//! The trap: these are two slots, so it takes two steps. The pointer comes second, and again with every later run; until
//! then the receipt is not found, and nothing else is wrong.

use async_trait::async_trait;

use super::args::Args;
use super::parallel::{AT_ONCE, each};
use super::record;
use super::reply::{all_bytes, flag, list};
use super::run::Call;
use super::run::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::receipt::NewEntry;
use crate::domain::{Envelope, SecretId, SlotTag, Timestamp};
use crate::store::{Error, ImportStore, ImportedSecret, LIST_LIFETIME, Put, Result};

#[async_trait]
impl ImportStore for RedisStore {
    async fn import(&self, records: Vec<ImportedSecret>, now: Timestamp) -> Result<Vec<Put>> {
        let mut answers = Vec::with_capacity(records.len());
        let mut records = records.into_iter();
        loop {
            let requests: Vec<_> = records
                .by_ref()
                .take(AT_ONCE)
                .map(|record| {
                    let store = self.clone();
                    async move { store.import_one(&record, now).await }
                })
                .collect();
            if requests.is_empty() {
                return Ok(answers);
            }
            for answer in each(requests).await {
                answers.push(answer?);
            }
        }
    }

    async fn import_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()> {
        for some in entries.chunks(AT_ONCE) {
            let requests = some.iter().cloned().map(|(entry, created)| {
                let store = self.clone();
                // When the receipt ends there is not known, and it may be brought later: at the latest, with its list.
                async move { store.add_entry(&entry, created, created.plus(LIST_LIFETIME)).await }
            });
            for answer in each(requests).await {
                answer?;
            }
        }
        Ok(())
    }

    async fn legacy(&self, now: Timestamp) -> Result<u64> {
        let args = [b"list".to_vec(), decimal(now.0)];
        let members = all_bytes(list(self.run(&scripts::LEGACY, call(self.names().legacy(), args)).await?)?)?;
        let mut there = 0;
        for some in members.chunks(AT_ONCE) {
            let requests = some.iter().map(|member| {
                let (store, member) = (self.clone(), member.clone());
                async move { store.is_there(&member).await }
            });
            for answer in each(requests).await {
                there += u64::from(answer?);
            }
        }
        Ok(there)
    }
}

impl RedisStore {
    async fn import_one(&self, record: &ImportedSecret, now: Timestamp) -> Result<Put> {
        let (names, receipt) = (self.names(), &record.receipt);
        let (secret, lives, bytes) = match &record.envelope {
            None => (Vec::new(), 0, Vec::new()),
            Some(envelope) => (
                names.secret(receipt.tag, &receipt.sid),
                now.until(receipt.secret_expires()),
                record::secret(envelope, receipt),
            ),
        };
        let receipt_lives = now.until(receipt.expires());
        if receipt_lives == 0 || (record.envelope.is_some() && lives == 0) {
            return Ok(Put::Conflict); // its time ran out on the way
        }
        let milliseconds = |seconds: u64| decimal(seconds.saturating_mul(1000));
        let mut args = Args::from([
            secret,
            decimal(self.replicas().into()),
            milliseconds(lives),
            milliseconds(receipt_lives),
            bytes,
        ]);
        record::add_receipt(&mut args, receipt);
        let key = names.receipt(receipt.tag, &receipt.mid);
        let answer = self.answer(&scripts::ADOPT, Call { key, args, confirm: true, counts: None }).await?;
        let stored = flag(&answer.value)?;
        if stored && !answer.confirmed {
            return Err(Error::Unconfirmed);
        }
        if record.asked_by != receipt.tag {
            let key = names.receipt(record.asked_by, &receipt.mid);
            let args = [receipt.tag.as_str().into(), milliseconds(receipt_lives)];
            self.run(&scripts::POINT, call(key, args)).await?;
        }
        if record.envelope.as_ref().is_some_and(Envelope::is_legacy) {
            let args = [
                b"add".to_vec(),
                decimal(now.0),
                decimal(receipt.secret_expires().0),
                member(receipt.tag, &receipt.sid),
                milliseconds(lives),
            ];
            self.run(&scripts::LEGACY, call(names.legacy(), args)).await?;
        }
        Ok(if stored { Put::Stored } else { Put::Conflict })
    }

    /// Whether the secret of a member of the index is still there.
    async fn is_there(&self, member: &[u8]) -> Result<bool> {
        const DAMAGED: Error = Error::Corrupt("the index of legacy secrets");
        let (tag, sid) = member.split_at_checked(3).ok_or(DAMAGED)?;
        let tag = std::str::from_utf8(tag).ok().and_then(SlotTag::parse).ok_or(DAMAGED)?;
        let key = self.names().secret(tag, &SecretId(record::array(sid)?));
        flag(&self.run(&scripts::THERE, call(key, [])).await?)
    }
}

fn member(tag: SlotTag, sid: &SecretId) -> Vec<u8> {
    [tag.as_str().as_bytes(), &sid.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("redis-legacy");
        let tag = SlotTag::parse(&vector.text("tag")).unwrap();
        assert_eq!(member(tag, &SecretId(vector.array("sid"))), vector.hex("member"));
    }
}
