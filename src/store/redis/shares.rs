//! What accounts shared, on Redis: a sorted set each, as a list of recent shares is (see `lists`), without keys.
//!
//! A member is a running number, u64; when the receipt is gone, u64; the tag; the receipt's id. An entry is made with the share,
//! in the step that makes its entry of the list of recent shares, where it has one; by an instance of an earlier version it is
//! not made at all.

use super::RedisStore;
use super::lists::{DAMAGED, Place};
use super::record::array;
use crate::domain::{AccountId, ReceiptId, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Cursor, Result, SecretStore as _, SharesPage};

/// What is entered of a share.
pub(super) fn entry(receipt: &StoredReceipt) -> Vec<u8> {
    [receipt.expires().0.to_be_bytes().as_slice(), receipt.tag.as_str().as_bytes(), &receipt.mid.0].concat()
}

/// When its receipt is gone, and which it is.
fn read(entered: &[u8]) -> Result<(Timestamp, SlotTag, ReceiptId)> {
    let (expires, rest) = entered.split_first_chunk().ok_or(DAMAGED)?;
    let (tag, mid) = rest.split_first_chunk::<3>().ok_or(DAMAGED)?;
    let tag = std::str::from_utf8(tag).ok().and_then(SlotTag::parse).ok_or(DAMAGED)?;
    Ok((Timestamp(u64::from_be_bytes(*expires)), tag, ReceiptId(array(mid)?)))
}

impl RedisStore {
    pub(super) async fn page_of_shares(
        &self,
        id: &AccountId,
        (since, now): (Timestamp, Timestamp),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<SharesPage> {
        // What is no place may come from outside.
        let place = after.and_then(|after| Place::read(after).ok());
        let page = self.page((self.names().shares(id), Vec::new()), since, place, limit).await?;
        let mut which = Vec::with_capacity(page.entries.len());
        for listed in page.entries {
            let (expires, tag, mid) = read(&listed.entry.sealed)?;
            if expires > now {
                which.push((tag, mid));
            }
        }
        let receipts = self.receipts(&which, now).await?.into_iter().flatten().collect();
        Ok(SharesPage { receipts, next: page.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("redis-shares");
        let (expires, tag, mid) = read(&vector.hex("member")[8..]).unwrap();
        assert_eq!(expires.0, vector.int::<u64>("expires"));
        assert_eq!((tag.as_str(), mid.0), (&*vector.text("tag"), vector.array("mid")));
    }

    proptest::proptest! {
        #[test]
        fn any_entry_is_read_or_damaged(entered: Vec<u8>) {
            let _ = read(&entered);
        }
    }
}
