//! Receipts: what the creator of a secret can see of it ("metadata" on the wire, v1-contract.md §6).

use std::fmt;

use super::key::TAG_LEN;
use super::text::{hex, unhex};
use super::{AccountId, ReceiptId, SecretId, SlotTag, Timestamp};

/// The life of a secret (v1-contract.md §8). Only forward: every state but `New` is final.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum State {
    /// Stored, not yet given out.
    New,
    /// Given out, once ("received" on the wire).
    Revealed,
    /// Destroyed by the holder of the receipt key.
    Burned,
    /// Its lifetime passed unread. Never stored: it follows from the time.
    Expired,
    /// Gone without having been read, burned or expired: damaged, or its store lost it.
    Orphaned,
}

/// A receipt as it is stored. Nothing in it opens the secret: `sealed` takes the receipt key and a root key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredReceipt {
    /// The shared part of both keys.
    pub tag: SlotTag,
    /// The id the secret is, or was, stored under.
    pub sid: SecretId,
    /// Its own id.
    pub mid: ReceiptId,
    /// `New`, `Revealed`, `Burned` or `Orphaned` as stored; the store answers `Expired` or `Orphaned` for a `New`
    /// one whose secret is gone.
    pub state: State,
    /// Unix seconds of the share.
    pub created: Timestamp,
    /// Unix seconds of the last change of `state`.
    pub updated: Timestamp,
    /// The lifetime asked for, in seconds, after clamping.
    pub ttl: u32,
    /// The sharer's e-mail as the account was created with, `None` when anonymous.
    pub owner: Option<String>,
    /// The recipient's address, obfuscated; empty when none.
    pub recipient: String,
    /// The link domain asked for, empty when none.
    pub share_domain: String,
    /// Whether the secret takes a passphrase.
    pub protected: bool,
    /// The secret key's own 28 characters, sealed for the holder of the receipt key; empty once the secret is gone.
    pub sealed: Vec<u8>,
}

impl StoredReceipt {
    /// When the secret is gone: `created + ttl`.
    #[must_use]
    pub fn secret_expires(&self) -> Timestamp {
        self.created.plus(u64::from(self.ttl))
    }

    /// When the receipt is gone: `created + 2 × ttl` (v1-contract.md §5.3).
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.created.plus(2 * u64::from(self.ttl))
    }
}

/// By what an account names one of its shares, without a key: its receipt's id, and where that lies (ADR 0080).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShareId {
    /// The shared part of both keys.
    pub tag: SlotTag,
    /// The receipt's id.
    pub mid: ReceiptId,
}

impl ShareId {
    /// Reads what is displayed: the tag, and 64 hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (tag, mid) = text.split_at_checked(TAG_LEN)?;
        Some(Self { tag: SlotTag::parse(tag)?, mid: ReceiptId(unhex(mid)?) })
    }
}

impl fmt::Display for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.tag.as_str(), hex(&self.mid.0))
    }
}

impl From<&StoredReceipt> for ShareId {
    fn from(receipt: &StoredReceipt) -> Self {
        Self { tag: receipt.tag, mid: receipt.mid }
    }
}

/// An entry of an account's list of recent shares: a receipt key, sealed for the holder of the API token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedEntry {
    /// Unix seconds of the share.
    pub created: Timestamp,
    /// The sealed receipt key.
    pub sealed: Vec<u8>,
}

/// An entry to be added to `owner`'s list together with a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEntry {
    /// Whose list.
    pub owner: AccountId,
    /// The sealed receipt key.
    pub sealed: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_named_by_its_tag_and_its_receipts_id() {
        let share = ShareId { tag: SlotTag::parse("a1z").unwrap(), mid: ReceiptId([0xab; 32]) };
        assert_eq!(share.to_string(), format!("a1z{}", "ab".repeat(32)));
        assert_eq!(ShareId::parse(&share.to_string()), Some(share));
        for bad in ["", "a1", "a1z", "A1z", &format!("a1z{}", "ab".repeat(31)), "äöü"] {
            assert_eq!(ShareId::parse(bad), None, "{bad}");
        }
    }
}
