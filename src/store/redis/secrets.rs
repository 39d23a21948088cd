//! Secrets and receipts on Redis: each store operation as a script call.
//!
//! The trap: an account's share writes to two slots, and to three with a notification, so it cannot be one step. The
//! entries of list and index are written first; one whose receipt or notification is missing is skipped by whoever
//! reads them, so nothing half-done ever shows.

use async_trait::async_trait;
use redis::Value;
use std::time::Duration;

use super::args::Args;
use super::parallel::{AT_ONCE, each};
use super::reply::{all_bytes, bytes, flag, list, number};
use super::run::{Call, call, decimal};
use super::{RedisStore, outbox, record, scripts};
use crate::domain::{
    Ending, KeyId, NetworkTag, ReceiptId, SecretId, SlotTag, State, StoredReceipt, Timestamp, Tries,
    TryLimits,
};
use crate::metrics::SecretEvent;
use crate::store::{
    Claim, ClaimRequest, Error, Locked, NOTICE_KEPT, NewSecret, Put, Result, SecretStore, Taken, Target, Won,
};

#[async_trait]
impl SecretStore for RedisStore {
    async fn put(&self, secret: NewSecret) -> Result<Put> {
        if secret.notification.is_none() && secret.owner.is_none() && secret.notices.is_empty() {
            return self.put_together(&secret).await;
        }
        // Boxed: a share without an account would be as large as one with it.
        Box::pin(self.put_and_enter(&secret)).await
    }

    async fn take(&self, claim: Claim) -> Result<Taken> {
        match self.take_at(claim.request.tag, &claim).await? {
            Answered::Taken(taken) => Ok(taken),
            // Only the pointer was read there: what follows is still the first claim.
            Answered::Moved(home) => match Box::pin(self.take_at(home, &claim)).await? {
                Answered::Taken(taken) => Ok(taken),
                Answered::Moved(_) => Err(Error::Corrupt("a pointer to a pointer")),
                Answered::Damaged => Err(DAMAGED),
            },
            Answered::Damaged => Err(DAMAGED),
        }
    }

    async fn give_back(
        &self,
        tag: SlotTag,
        sid: SecretId,
        network: NetworkTag,
        now: Timestamp,
    ) -> Result<()> {
        let call = call(self.names().tries(tag, &sid), [network.0.to_vec(), decimal(now.0)]);
        self.run(&scripts::GIVE_BACK, call).await.map(drop)
    }

    async fn tries(
        &self,
        tag: SlotTag,
        sid: SecretId,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Option<Tries>> {
        let args = [
            decimal(now.0),
            decimal(limits.tries.into()),
            decimal(limits.window.as_secs()),
            decimal(limits.lifetime.into()),
        ];
        let answer = list(self.run(&scripts::TRIES, call(self.names().tries(tag, &sid), args)).await?)?;
        let [count, until] = answer.as_slice() else { return Ok(None) };
        let count = u32::try_from(number(count)?).map_err(|_| Error::Corrupt("the tries on a secret"))?;
        let until = Timestamp(number(until)?.unsigned_abs());
        Ok(Some(Tries { count, refused_until: (until > now).then_some(until) }))
    }

    async fn orphan(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()> {
        let call = call(self.names().receipt(tag, &mid), [decimal(now.0)]);
        self.run(&scripts::ORPHAN, call).await.map(drop)
    }

    async fn receipt(&self, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        let answer = match self.receipt_at(tag, mid, now).await? {
            Some(Err(home)) => self.receipt_at(home, mid, now).await?,
            answer => answer,
        };
        answer.transpose().map_err(|_| Error::Corrupt("a pointer to a pointer"))
    }

    async fn look(&self, tag: SlotTag, sid: SecretId, now: Timestamp) -> Result<Option<StoredReceipt>> {
        let call = call(self.names().secret(tag, &sid), self.slot_and_now(tag, now));
        let mut values = list(self.run(&scripts::LOOK, call).await?)?.into_iter();
        let Some(record) = values.next() else { return Ok(None) };
        let (mid, envelope) = record::read_secret(bytes(record)?)?;
        let fields = all_bytes(values)?;
        Ok(Some(if fields.is_empty() {
            record::lost_receipt(tag, sid, mid, &envelope)
        } else {
            record::read_receipt(tag, mid, fields)?
        }))
    }

    async fn receipts(
        &self,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        let mut receipts = Vec::with_capacity(which.len());
        for some in which.chunks(AT_ONCE) {
            let requests = some.iter().copied().map(|(tag, mid)| {
                let store = self.clone();
                async move { store.receipt(tag, mid, now).await }
            });
            for receipt in each(requests).await {
                receipts.push(receipt?);
            }
        }
        Ok(receipts)
    }
}

/// What a claim could not read.
const DAMAGED: Error = Error::Corrupt("a secret, its receipt or its tries");

/// What the claim script answers.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, for a moment")]
enum Answered {
    Taken(Taken),
    /// The receipt of another server's secret, which is stored under this tag.
    Moved(SlotTag),
    /// It cannot be read, and was left as it is.
    Damaged,
}

impl RedisStore {
    /// Makes a claim at a slot: that of its key or, for an imported one, the one it is stored in.
    async fn take_at(&self, tag: SlotTag, claim: &Claim) -> Result<Answered> {
        let ClaimRequest { target, ending, proof, attempt, .. } = claim.request;
        let (kind, key): (&[u8], _) = match &target {
            Target::Secret(sid) => (b"s", self.names().secret(tag, sid)),
            Target::Receipt(mid) => (b"m", self.names().receipt(tag, mid)),
        };
        let code: &[u8] = match ending {
            Ending::Revealed => b"r",
            Ending::Burned => b"b",
        };
        let mut args = Args::with_room(10 + claim.ring.len(), 256);
        args.add([kind, &self.names().slot(tag)]);
        args.add_numbers([self.replicas().into(), claim.now.0]);
        args.add([code, proof.as_ref().map_or(&[], |proof| proof.nonce())]);
        // A proof makes the attempt irrelevant.
        match attempt.filter(|_| proof.is_none()) {
            Some(attempt) => {
                args.add([&attempt.network.0]);
                let limits = attempt.limits;
                args.add_numbers([limits.tries.into(), limits.window.as_secs(), limits.lifetime.into()]);
            }
            None => args.add([b"", b"0", b"0", b"0"]),
        }
        claim.ring.iter().for_each(|key_id| args.add([&key_id.0]));
        let counts: fn(&Value) -> _ = match ending {
            Ending::Revealed => |taken| is_won(taken).then_some(SecretEvent::Revealed),
            Ending::Burned => |taken| is_won(taken).then_some(SecretEvent::Burned),
        };
        let call = Call { key, args, confirm: true, counts: Some(counts) };
        let answer = self.answer(&scripts::TAKE, call).await?;
        // The script has checked whatever is read here. Should it be wrong, nobody knows what it did.
        let answered = read_taken(tag, target, answer.value);
        let (answered, notices) = answered.map_err(|error| Error::OutcomeUnknown(error.into()))?;
        let Answered::Taken(taken) = answered else { return Ok(answered) };
        if let (Taken::Won(won), Some(serials)) = (&taken, &notices) {
            self.notices_turned(serials, &won.receipt, claim.now);
        }
        // Withheld: it is deleted where it was, and a replica that does not know may yet take over.
        if matches!(taken, Taken::Won(_)) && !answer.confirmed {
            return Err(Error::Unconfirmed);
        }
        Ok(Answered::Taken(taken))
    }

    fn slot_and_now(&self, tag: SlotTag, now: Timestamp) -> Args {
        let mut args = Args::with_room(2, 32);
        args.add([&self.names().slot(tag)]);
        args.add_numbers([now.0]);
        args
    }

    /// A receipt as one slot has it, or the tag under which it is stored.
    async fn receipt_at(
        &self,
        tag: SlotTag,
        mid: ReceiptId,
        now: Timestamp,
    ) -> Result<Option<std::result::Result<StoredReceipt, SlotTag>>> {
        let call = call(self.names().receipt(tag, &mid), self.slot_and_now(tag, now));
        let mut values = list(self.run(&scripts::RECEIPT, call).await?)?.into_iter();
        let Some(there) = values.next() else { return Ok(None) };
        let fields = all_bytes(values)?;
        if let Some(home) = record::pointer(&fields)? {
            return Ok(Some(Err(home)));
        }
        let receipt = record::read_receipt(tag, mid, fields)?;
        let there = Whereabouts::read(&there)?;
        Ok((receipt.expires() > now).then(|| Ok(as_answered(receipt, there, now))))
    }

    /// Enters the notification and the notices in their indexes and the share in its account's lists first, so that none is ever missed.
    async fn put_and_enter(&self, secret: &NewSecret) -> Result<Put> {
        let notification = secret
            .notification
            .as_ref()
            .map(|notification| outbox::IndexEntry::new(notification.id, &secret.receipt));
        let (entered, noticed, listed) = tokio::join!(
            async {
                let Some(notification) = &notification else { return Ok(()) };
                let set = self.names().outbox_of(&notification.id);
                self.enter_in(set, notification, secret.receipt.created).await
            },
            self.enter_notices(secret),
            async {
                let Some(owner) = secret.owner else { return Ok(None) };
                self.enter_share(owner, secret.entry.as_ref(), &secret.receipt).await.map(Some)
            },
        );
        entered?;
        noticed?;
        let listed = listed?;
        let put = self.put_together(secret).await;
        if matches!(put, Ok(Put::Conflict)) {
            if let Some(listed) = listed {
                self.leave(listed).await?;
            }
            if let Some(notification) = &notification {
                self.withdraw_notification(notification).await?;
            }
            self.withdraw_notices(secret).await?;
        }
        put
    }

    async fn put_together(&self, secret: &NewSecret) -> Result<Put> {
        let receipt = &secret.receipt;
        let ttl_ms = u64::from(receipt.ttl) * 1000;
        let record = record::secret(&secret.envelope, receipt);
        let mut args = Args::with_room(20, 512 + record.len());
        args.add([&self.names().receipt(receipt.tag, &receipt.mid)]);
        args.add_numbers([self.replicas().into(), ttl_ms, 2 * ttl_ms]);
        args.add([&record]);
        match &secret.notification {
            Some(notification) => {
                args.add([&self.names().notification(&notification.id), &outbox::base(receipt)]);
                args.add_numbers([receipt.created.0]);
                args.add([&notification.sealed]);
            }
            None => args.add([b"", b"", b"", b""]),
        }
        match secret.notices.len() as u64 {
            0 => args.add([b""]),
            count => {
                let lives = ttl_ms + u64::from(NOTICE_KEPT) * 1000;
                args.add_numbers([count, lives, receipt.secret_expires().0]);
                for notice in &secret.notices {
                    let key = self.names().notice(&notice.id);
                    args.add([&key, &outbox::notice_base(receipt), &notice.sealed]);
                }
            }
        }
        record::add_receipt(&mut args, receipt);
        if !secret.notices.is_empty() {
            record::add_notices(&mut args, &secret.notices);
        }
        let key = self.names().secret(receipt.tag, &receipt.sid);
        let counts: fn(&Value) -> _ = |stored| (*stored == Value::Int(1)).then_some(SecretEvent::Shared);
        let call = Call { key, args, confirm: true, counts: Some(counts) };
        let answer = self.answer(&scripts::PUT, call).await?;
        match flag(&answer.value)? {
            false => Ok(Put::Conflict),
            true if answer.confirmed => Ok(Put::Stored),
            true => Err(Error::Unconfirmed),
        }
    }
}

/// Whether a claim's answer is that it was won, be it confirmed or not.
fn is_won(taken: &Value) -> bool {
    let Value::Array(parts) = taken else { return false };
    matches!(parts.first(), Some(Value::BulkString(outcome)) if outcome == b"won")
}

/// Reads the answer to a claim, and the serials of the notices that came due by it.
fn read_taken(tag: SlotTag, target: Target, answer: Value) -> Result<(Answered, Option<Vec<u8>>)> {
    const UNREADABLE: Error = Error::Corrupt("the answer to a claim");
    let mut values = list(answer)?.into_iter();
    let outcome = bytes(values.next().ok_or(UNREADABLE)?)?;
    let taken = match outcome.as_slice() {
        b"moved" => {
            let home = record::home(&bytes(values.next().ok_or(UNREADABLE)?)?);
            return Ok((home.map_or(Answered::Damaged, Answered::Moved), None));
        }
        b"gone" => Taken::Gone,
        b"protected" => Taken::Protected,
        b"key" => {
            let key_id = bytes(values.next().ok_or(UNREADABLE)?)?;
            Taken::UnknownKey(KeyId(record::array(&key_id)?))
        }
        b"limited" => {
            let seconds = number(&values.next().ok_or(UNREADABLE)?)?;
            Taken::Limited { retry_after: Duration::from_secs(seconds.unsigned_abs()) }
        }
        b"damaged" => return Ok((Answered::Damaged, None)),
        b"won" | b"locked" => {
            let left = match outcome.as_slice() {
                b"won" => None,
                _ => Some(u32::try_from(number(&values.next().ok_or(UNREADABLE)?)?).map_err(|_| UNREADABLE)?),
            };
            let (mid, envelope) = record::read_secret(bytes(values.next().ok_or(UNREADABLE)?)?)?;
            let fields = all_bytes(values)?;
            let notices = record::notices_of(&fields).filter(|_| left.is_none());
            let receipt = match target {
                Target::Secret(sid) if fields.is_empty() => record::lost_receipt(tag, sid, mid, &envelope),
                _ => record::read_receipt(tag, mid, fields)?,
            };
            match left {
                None => {
                    let won = Won { envelope, receipt, has_notices: notices.is_some() };
                    return Ok((Answered::Taken(Taken::Won(won)), notices));
                }
                Some(left) => Taken::Locked(Locked { envelope, receipt, left }),
            }
        }
        _ => return Err(UNREADABLE),
    };
    Ok((Answered::Taken(taken), None))
}

/// What Redis has of a new receipt's secret (`scripts/receipt.lua`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    There,
    /// It is not there, or was not looked for.
    Missing,
    /// It was forgotten at its end.
    Ended,
}

impl Whereabouts {
    fn read(answer: &Value) -> Result<Self> {
        match number(answer)? {
            0 => Ok(Self::Missing),
            1 => Ok(Self::There),
            2 => Ok(Self::Ended),
            _ => Err(Error::Corrupt("the answer about a receipt")),
        }
    }
}

/// A new receipt whose secret is gone is answered as what became of it.
fn as_answered(receipt: StoredReceipt, secret: Whereabouts, now: Timestamp) -> StoredReceipt {
    if receipt.state != State::New {
        return receipt;
    }
    let ended = receipt.secret_expires();
    match secret {
        _ if ended <= now => {
            StoredReceipt { state: State::Expired, updated: ended, sealed: Vec::new(), ..receipt }
        }
        Whereabouts::There => receipt,
        // Redis' clock was first.
        Whereabouts::Ended => {
            StoredReceipt { state: State::Expired, updated: now, sealed: Vec::new(), ..receipt }
        }
        Whereabouts::Missing => StoredReceipt { state: State::Orphaned, sealed: Vec::new(), ..receipt },
    }
}
