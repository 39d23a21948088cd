//! Encoding of a notification's hash and of its index member.
//!
//! A notification's base is `sid[32] | created u64be | ttl u32be`; a member of the index is `created u64be | ttl u32be
//! | tag[3] | serial[16]`, so that notifications of expired secrets are recognised without reading them. The scripts
//! read the same bytes. Those of a notice are the same, but for `mid` in place of `sid`, and its `ttl` is its own.

use super::super::record::{array, text};
use crate::domain::{Failure, NotificationId, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Error, NOTICE_KEPT, NotificationStatus, Result};

const DAMAGED: Error = Error::Corrupt("a notification");
/// `sid`, or `mid`.
const HEAD: usize = 32;
const BASE: usize = HEAD + 8 + 4;
/// What a dead notification's score is above that of one due when its secret expires. No due date comes near it.
pub(in super::super) const DEAD: u64 = 1 << 40;

/// A notification or notice in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct IndexEntry {
    /// When it was shared.
    pub(in super::super) created: Timestamp,
    pub(in super::super) id: NotificationId,
    /// For how long its secret lives.
    ttl: u32,
}

impl IndexEntry {
    /// Of a notification about a secret with this receipt.
    pub(in super::super) fn new(id: NotificationId, receipt: &StoredReceipt) -> Self {
        Self { created: receipt.created, id, ttl: receipt.ttl }
    }

    /// Of a notice about the end of a secret with this receipt.
    pub(in super::super) fn of_notice(id: NotificationId, receipt: &StoredReceipt) -> Self {
        Self { created: receipt.created, id, ttl: receipt.ttl.saturating_add(NOTICE_KEPT) }
    }

    /// Of a notification or notice with this base.
    pub(in super::super) fn of(id: NotificationId, base: &[u8]) -> Result<Self> {
        if base.len() != BASE {
            return Err(DAMAGED);
        }
        let created = Timestamp(u64::from_be_bytes(array(&base[HEAD..HEAD + 8])?));
        Ok(Self { created, id, ttl: u32::from_be_bytes(array(&base[HEAD + 8..])?) })
    }

    /// From a member of the index.
    pub(in super::super) fn read(member: &[u8]) -> Result<Self> {
        const DAMAGED: Error = Error::Corrupt("the index of notifications");
        let (times, id) = member.split_at_checked(12).ok_or(DAMAGED)?;
        let (tag, serial) = id.split_at_checked(3).ok_or(DAMAGED)?;
        let tag = std::str::from_utf8(tag).ok().and_then(SlotTag::parse).ok_or(DAMAGED)?;
        Ok(Self {
            created: Timestamp(u64::from_be_bytes(array(&times[..8])?)),
            id: NotificationId { tag, serial: array(serial)? },
            ttl: u32::from_be_bytes(array(&times[8..])?),
        })
    }

    /// As a member of the index.
    pub(in super::super) fn member(&self) -> Vec<u8> {
        let mut member = Vec::with_capacity(31);
        member.extend_from_slice(&self.created.0.to_be_bytes());
        member.extend_from_slice(&self.ttl.to_be_bytes());
        member.extend_from_slice(self.id.tag.as_str().as_bytes());
        member.extend_from_slice(&self.id.serial);
        member
    }

    /// When its secret expires, or the notice itself.
    pub(in super::super) fn expires(&self) -> Timestamp {
        self.created.plus(self.ttl.into())
    }

    /// Its score, when it is due then, or dead.
    pub(in super::super) fn score(&self, due: Option<Timestamp>) -> u64 {
        due.map_or_else(|| DEAD + self.expires().0, |due| due.0)
    }

    /// How long its secret lives, or the notice itself, in milliseconds.
    pub(in super::super) fn lifetime_ms(&self) -> u64 {
        u64::from(self.ttl) * 1000
    }
}

/// The base of a new notification.
pub(in super::super) fn base(receipt: &StoredReceipt) -> Vec<u8> {
    written(&receipt.sid.0, receipt.created, receipt.ttl)
}

/// The base of a new notice.
pub(in super::super) fn notice_base(receipt: &StoredReceipt) -> Vec<u8> {
    written(&receipt.mid.0, receipt.created, receipt.ttl.saturating_add(NOTICE_KEPT))
}

fn written(of: &[u8; 32], created: Timestamp, ttl: u32) -> Vec<u8> {
    let mut base = Vec::with_capacity(BASE);
    base.extend_from_slice(of);
    base.extend_from_slice(&created.0.to_be_bytes());
    base.extend_from_slice(&ttl.to_be_bytes());
    base
}

/// A notification's status from base, due, attempts, failure and what is sealed, each as it is stored.
pub(super) fn status(
    id: NotificationId,
    base: &[u8],
    rest: [Option<Vec<u8>>; 4],
) -> Result<NotificationStatus> {
    let entry = IndexEntry::of(id, base)?;
    let [due, attempts, failure, sealed] = rest;
    Ok(NotificationStatus {
        id,
        created: entry.created,
        expires: entry.expires(),
        attempts: attempts.map(number).transpose()?.unwrap_or(0),
        failure: failure.map(number).transpose()?.and_then(Failure::from_code),
        due: due.map(number).transpose()?.map(Timestamp),
        sealed: sealed.unwrap_or_default(),
    })
}

/// A number that is stored in decimal.
pub(in super::super) fn number<T: std::str::FromStr>(value: Vec<u8>) -> Result<T> {
    text(value)?.parse().map_err(|_| DAMAGED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("redis-outbox");
        let tag = SlotTag::parse(&vector.text("tag")).unwrap();
        let id = NotificationId { tag, serial: vector.array("serial") };
        let entry = IndexEntry { created: Timestamp(vector.int("created")), id, ttl: vector.int("ttl") };
        assert_eq!(entry.member(), vector.hex("member"));
        assert_eq!(IndexEntry::read(&vector.hex("member")).unwrap(), entry);
        let base = vector.hex("field-b");
        assert_eq!((base.len(), &base[..HEAD]), (BASE, &*vector.hex("sid")));
        assert_eq!(IndexEntry::of(id, &base).unwrap(), entry);
        assert_eq!(entry.score(Some(entry.created)), vector.int::<u64>("score-of-new"));
        assert_eq!(entry.score(None), vector.int::<u64>("score-of-dead"));
    }

    fn entry() -> IndexEntry {
        let id = NotificationId { tag: SlotTag::parse("abc").unwrap(), serial: [9; 16] };
        IndexEntry { created: Timestamp(1_763_700_000), id, ttl: 3600 }
    }

    #[test]
    fn a_member_is_read_as_written_or_damaged() {
        let member = entry().member();
        assert_eq!(member.len(), 31);
        assert_eq!(IndexEntry::read(&member).unwrap(), entry());
        for len in 0..31 {
            assert!(IndexEntry::read(&member[..len]).is_err(), "{len}");
        }
        let mut strange = member;
        strange[12] = b'}';
        assert!(IndexEntry::read(&strange).is_err());
    }

    #[test]
    fn a_dead_notification_scores_above_every_waiting_one() {
        let entry = entry();
        assert_eq!(entry.score(Some(Timestamp(7))), 7);
        assert!(entry.score(None) > entry.score(Some(entry.expires().plus(1 << 35))));
        // A score is a double: whole numbers up to here are exact.
        assert!(entry.score(None) < 1 << 53);
    }

    #[test]
    fn a_status_is_read_or_damaged() {
        let mut base = vec![7; HEAD];
        base.extend_from_slice(&entry().member()[..12]);
        let full = ["5", "2", "451", "sealed"].map(|text| Some(text.as_bytes().to_vec()));
        let read = status(entry().id, &base, full).unwrap();
        assert_eq!(
            (read.due, read.attempts, read.failure),
            (Some(Timestamp(5)), 2, Some(Failure::Deferred(451)))
        );
        assert_eq!((read.created, read.expires), (entry().created, entry().expires()));
        assert_eq!(read.sealed, b"sealed");
        let read = status(entry().id, &base, [None, None, None, None]).unwrap();
        assert_eq!((read.due, read.attempts, read.failure), (None, 0, None));
        assert!(status(entry().id, &base[1..], [None, None, None, None]).is_err());
        assert!(status(entry().id, &base, [Some(b"x".to_vec()), None, None, None]).is_err());
    }

    /// The numbers written out in the scripts are those of the layout.
    #[test]
    fn the_scripts_read_where_the_layout_says() {
        let lease = include_str!("../scripts/notification_lease.lua");
        for lease in [lease, include_str!("../scripts/notice_lease.lua")] {
            assert!(lease.contains(&format!("#base ~= {BASE} ")));
            assert!(lease.contains(&format!("string.sub(base, 1, {HEAD})")));
        }
        for script in [lease, include_str!("../scripts/notification_change.lua")] {
            assert!(
                script.contains("struct.unpack('>I8I4', ") && script.contains(&format!(", {})", HEAD + 1))
            );
        }
    }
}
