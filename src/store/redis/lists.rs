//! Lists of recent shares on Redis: a sorted set of entries, and a hash beside it that says when their receipts are gone.
//!
//! The trap: the hash is a help, and may lack an entry: one made by an earlier version, or while a cluster moved the two. So
//! an entry without an end is one whose receipt has to be asked for. The sorted set is as earlier versions have it, so that
//! they and this one can work on it side by side.

use async_trait::async_trait;
use redis::Value;

use super::reply::{all_bytes, bytes, list};
use super::run::{call, decimal};
use super::{RedisStore, scripts, shares};
use crate::domain::receipt::{NewEntry, SealedEntry};
use crate::domain::{AccountId, StoredReceipt, Timestamp};
use crate::store::{Cursor, Error, LIST_KEPT, LIST_LIFETIME, ListPage, ListStore, ListedEntry, Result};

/// Entries that one share takes off a list that is too long, or whose oldest are too old, for each of the two reasons.
const PER_SHARE: u64 = 64;
/// Entries that one script takes off.
const AT_ONCE: usize = 64;
pub(super) const DAMAGED: Error = Error::Corrupt("an account's list");

#[async_trait]
impl ListStore for RedisStore {
    async fn recent(
        &self,
        owner: &AccountId,
        since: Timestamp,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<ListPage> {
        let place = after.map(Place::read).transpose()?;
        self.page((self.names().recent(owner), self.names().ends(owner)), since, place, limit).await
    }

    async fn forget_entries(&self, owner: &AccountId, entries: Vec<ListedEntry>) -> Result<()> {
        for some in entries.chunks(AT_ONCE) {
            let list = (self.names().recent(owner), self.names().ends(owner));
            self.drop_entries(list, some.iter().map(member).collect()).await?;
        }
        Ok(())
    }

    /// A list is deleted at once, with the account's token or with the account, and a share takes off what is too much.
    async fn tidy_lists(&self, _limit: usize) -> Result<usize> {
        Ok(0)
    }
}

impl RedisStore {
    /// A page of a list, of which there may be a hash of ends.
    pub(super) async fn page(
        &self,
        (key, ends): (Vec<u8>, Vec<u8>),
        since: Timestamp,
        place: Option<Place>,
        limit: usize,
    ) -> Result<ListPage> {
        let (from, shown, last) = place.as_ref().map_or_else(
            || (b"+inf".to_vec(), 0, Vec::new()),
            |place| (decimal(place.created.0), place.shown, place.last.clone()),
        );
        let limit = limit.min(LIST_KEPT);
        let args = [decimal(since.0), decimal(limit as u64), ends, from, decimal(shown), last];
        let mut answer = list(self.run(&scripts::RECENT, call(key, args)).await?)?.into_iter();
        let passed_over = seconds(&bytes(answer.next().ok_or(DAMAGED)?)?)?.0;
        let entries = read_entries(answer)?;
        let next = entries
            .last()
            .filter(|_| entries.len() == limit)
            .map(|last| Place::after(last, &entries, place.as_ref(), passed_over).write());
        Ok(ListPage { entries, next })
    }

    /// Puts an entry on a list of recent shares.
    pub(super) async fn add_entry(
        &self,
        entry: &NewEntry,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        let recent = (self.names().recent(&entry.owner), entry.sealed.clone());
        let ends = (self.names().ends(&entry.owner), expires);
        self.enter(created, recent, Some(ends), None).await.map(drop)
    }

    /// Puts a share on its account's lists, in one step.
    pub(super) async fn enter_share(
        &self,
        owner: AccountId,
        entry: Option<&NewEntry>,
        receipt: &StoredReceipt,
    ) -> Result<Entered> {
        let (names, created) = (self.names(), receipt.created);
        let share = (names.shares(&owner), shares::entry(receipt));
        let Some(entry) = entry else {
            let [shares, _] = self.enter(created, share, None, None).await?;
            return Ok(Entered { owner, recent: Vec::new(), shares });
        };
        let recent = (names.recent(&owner), entry.sealed.clone());
        let ends = (names.ends(&owner), receipt.expires());
        let [recent, shares] = self.enter(created, recent, Some(ends), Some(share)).await?;
        Ok(Entered { owner, recent, shares })
    }

    /// Takes off again what [`enter_share`](Self::enter_share) has entered.
    pub(super) async fn leave(&self, entered: Entered) -> Result<()> {
        let Entered { owner, recent, shares } = entered;
        if !recent.is_empty() {
            self.drop_entries((self.names().recent(&owner), self.names().ends(&owner)), vec![recent]).await?;
        }
        if !shares.is_empty() {
            self.drop_entries((self.names().shares(&owner), Vec::new()), vec![shares]).await?;
        }
        Ok(())
    }

    /// Enters something in a list, of which there may be a hash of `ends`, and something in an `other` one, if there is one; answers
    /// the members that were made, empty where none was.
    async fn enter(
        &self,
        created: Timestamp,
        (key, entered): (Vec<u8>, Vec<u8>),
        ends: Option<(Vec<u8>, Timestamp)>,
        other: Option<(Vec<u8>, Vec<u8>)>,
    ) -> Result<[Vec<u8>; 2]> {
        let (ends, expires) = ends.unwrap_or((Vec::new(), Timestamp(0)));
        let (other, entered_there) = other.unwrap_or_default();
        let args = [
            decimal(created.0),
            entered,
            decimal(LIST_LIFETIME * 1000),
            decimal(created.0),
            decimal(LIST_KEPT as u64),
            ends,
            decimal(expires.0),
            decimal(PER_SHARE),
            other,
            entered_there,
        ];
        let made = all_bytes(list(self.run(&scripts::ENTRY_ADD, call(key, args)).await?)?)?;
        made.try_into().map_err(|_| DAMAGED)
    }

    /// Takes members off a list, and off its hash of ends; there has to be one.
    async fn drop_entries(&self, (key, ends): (Vec<u8>, Vec<u8>), members: Vec<Vec<u8>>) -> Result<()> {
        let args = [vec![ends], members].concat();
        self.run(&scripts::ENTRIES_DROP, call(key, args)).await.map(drop)
    }
}

/// What a share was entered as, to be taken off again.
pub(super) struct Entered {
    owner: AccountId,
    recent: Vec<u8>,
    shares: Vec<u8>,
}

/// Where a page ended: the members of one second have no other order than their place.
pub(super) struct Place {
    created: Timestamp,
    /// How many of that second were shown.
    shown: u64,
    /// The last of them.
    last: Vec<u8>,
}

impl Place {
    fn after(last: &ListedEntry, page: &[ListedEntry], before: Option<&Self>, passed_over: u64) -> Self {
        let created = last.entry.created;
        let of_it = page.iter().rev().take_while(|listed| listed.entry.created == created).count();
        let all = of_it == page.len() && before.is_some_and(|before| before.created == created);
        let shown = of_it as u64 + if all { passed_over } else { 0 };
        Self { created, shown, last: member(last) }
    }

    fn write(&self) -> Cursor {
        let numbers = [self.created.0, self.shown].map(u64::to_be_bytes);
        Cursor([numbers.as_flattened(), &self.last].concat())
    }

    pub(super) fn read(cursor: &Cursor) -> Result<Self> {
        let number = |bytes: &[u8; 8]| u64::from_be_bytes(*bytes);
        let (created, rest) = cursor.0.split_first_chunk().ok_or(DAMAGED)?;
        let (shown, last) = rest.split_first_chunk().ok_or(DAMAGED)?;
        Ok(Self { created: Timestamp(number(created)), shown: number(shown), last: last.to_vec() })
    }
}

/// A member of the sorted set: a running number, then what was entered: the sealed key, or which share it is (see `shares`).
fn member(listed: &ListedEntry) -> Vec<u8> {
    [&listed.place, listed.entry.sealed.as_slice()].concat()
}

fn read_entries(answer: impl Iterator<Item = Value>) -> Result<Vec<ListedEntry>> {
    let flat = all_bytes(answer)?;
    let (triples, rest) = flat.as_chunks();
    if !rest.is_empty() {
        return Err(DAMAGED);
    }
    triples.iter().map(read_entry).collect()
}

/// Reads a member with its time and its end.
fn read_entry([member, created, expires]: &[Vec<u8>; 3]) -> Result<ListedEntry> {
    let (place, sealed) = member.split_first_chunk().ok_or(DAMAGED)?;
    Ok(ListedEntry {
        entry: SealedEntry { created: seconds(created)?, sealed: sealed.to_vec() },
        expires: if expires.is_empty() { None } else { Some(seconds(expires)?) },
        place: *place,
    })
}

fn seconds(text: &[u8]) -> Result<Timestamp> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.map(Timestamp).ok_or(DAMAGED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vectors() {
        let vector = Vector::named("redis-recent");
        let listed = read_entry(&[vector.hex("member"), b"7".to_vec(), Vec::new()]).unwrap();
        let entry = SealedEntry { created: Timestamp(7), sealed: vector.hex("blob") };
        assert_eq!((&listed.entry, listed.expires), (&entry, None));
        assert_eq!(member(&listed), vector.hex("member"));

        let vector = Vector::named("redis-ends");
        assert_eq!(vector.hex("member")[..28], vector.hex("field"));
        let value = vector.text("value").into_bytes();
        let listed = read_entry(&[vector.hex("member"), b"7".to_vec(), value]).unwrap();
        assert_eq!(listed.expires, Some(Timestamp(vector.int("expires"))));
    }

    #[test]
    fn what_is_damaged_is_said_to_be() {
        for triple in [["", "7", ""], ["0123456", "7", ""], ["01234567", "x", ""], ["01234567", "7", "x"]] {
            let damaged = read_entry(&triple.map(|text| text.as_bytes().to_vec()));
            assert!(matches!(damaged, Err(Error::Corrupt(_))), "{triple:?}");
        }
        assert!(matches!(Place::read(&Cursor(vec![0; 15])), Err(Error::Corrupt(_))));
    }

    proptest::proptest! {
        #[test]
        fn a_place_comes_back(created: u64, shown: u64, last: Vec<u8>) {
            let place = Place::read(&Place { created: Timestamp(created), shown, last: last.clone() }.write()).unwrap();
            proptest::prop_assert_eq!((place.created.0, place.shown, place.last), (created, shown, last));
        }
    }
}
