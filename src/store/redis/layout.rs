//! Key names in Redis, and their lifetimes.
//!
//! | key | what | lives |
//! |---|---|---|
//! | `ro:{tag}:s:<sid>` | a secret's record (see `record`) | its ttl |
//! | `ro:{tag}:m:<mid>` | its receipt, a hash | twice its ttl |
//! | the same, with the one field `p` | the tag under which the receipt is stored, for a key of another server (see `import`) | as long |
//! | `ro:{tag}:f:<sid>` | failed tries, a hash | until the secret ends |
//! | `ro:{tag}:o:<serial>` | the notification about it that waits to be sent, a hash (see `outbox`) | until the secret ends |
//! | `ro:outbox:0` to `ro:outbox:15` | which notifications there are, sorted sets (see `outbox::index`) | as long as their longest-lived notification |
//! | `ro:{tag}:n:<serial>` | a notice of its end, a hash (see `notices`) | a week longer than its secret could |
//! | `ro:notices:0` to `ro:notices:15` | which notices there are, sorted sets as those of notifications | as long as their longest-lived notice |
//! | `ro:notices:turn` | that somebody looks for notices | 20 seconds |
//! | `ro:legacy` | which secrets are sealed as another server did, a sorted set | as long as the longest-lived of them |
//! | `ro:{any}:ready` | what `ready` writes | no longer than its script |
//! | `ro:recent:{account}` | an account's recent shares, a sorted set | 60 days after the last one |
//! | `ro:ends:{account}` | when their receipts are gone, a hash (see `lists`) | as long |
//! | `ro:shares:{account}` | what an account shared, a sorted set (see `shares`) | 60 days after the last share |
//! | `ro:acct:{account}`, `ro:accounts`, `ro:canary` | accounts, their index, the keyring's canary | for ever |
//! | `ro:audit` | how far the writers of audit trails have got, a hash (see `audit`) | 400 days after the last line |
//! | `ro:bound:<binding>` | whose account somebody at a provider has (see `bindings`) | as long as the account |
//!
//! The trap: what stands in braces decides the cluster slot, so all keys of a secret must hold the same tag and nothing
//! with a brace before it. Ids are raw bytes (half of hex); accounts are written in hex, because there the id itself
//! is in the braces and a raw `}` would end it early.

use crate::domain::key::TAG_LEN;
use crate::domain::text::hex;
use crate::domain::{AccountId, Binding, NotificationId, ReceiptId, SecretId, SlotTag};

/// Over how many sets the index of notifications is spread, so that in a cluster no one node has them all.
pub(super) const OUTBOX_SETS: u8 = 16;

/// The names under one prefix.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    prefix: String,
}

impl Layout {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What all keys of a slot tag begin with.
    pub(super) fn slot(&self, tag: SlotTag) -> Vec<u8> {
        self.begun(tag, 0)
    }

    /// The same, with room for more.
    fn begun(&self, tag: SlotTag, more: usize) -> Vec<u8> {
        let mut key = Vec::with_capacity(self.prefix.len() + 2 + TAG_LEN + 2 + more);
        for part in [&*self.prefix, ":{", tag.as_str(), "}:"] {
            key.extend_from_slice(part.as_bytes());
        }
        key
    }

    pub(super) fn secret(&self, tag: SlotTag, sid: &SecretId) -> Vec<u8> {
        self.in_slot(tag, b's', &sid.0)
    }

    pub(super) fn receipt(&self, tag: SlotTag, mid: &ReceiptId) -> Vec<u8> {
        self.in_slot(tag, b'm', &mid.0)
    }

    /// What the names of all receipts look like, for SCAN.
    pub(super) fn receipts_pattern(&self) -> Vec<u8> {
        format!("{}:{{???}}:m:*", self.prefix).into_bytes()
    }

    /// The receipt that a name is of.
    pub(super) fn receipt_in(&self, name: &[u8]) -> Option<(SlotTag, ReceiptId)> {
        let (tag, rest) =
            name.strip_prefix(self.prefix.as_bytes())?.strip_prefix(b":{")?.split_at_checked(TAG_LEN)?;
        let tag = SlotTag::parse(std::str::from_utf8(tag).ok()?)?;
        Some((tag, ReceiptId(rest.strip_prefix(b"}:m:")?.try_into().ok()?)))
    }

    pub(super) fn tries(&self, tag: SlotTag, sid: &SecretId) -> Vec<u8> {
        self.in_slot(tag, b'f', &sid.0)
    }

    pub(super) fn notification(&self, id: &NotificationId) -> Vec<u8> {
        self.in_slot(id.tag, b'o', &id.serial)
    }

    pub(super) fn notice(&self, id: &NotificationId) -> Vec<u8> {
        self.in_slot(id.tag, b'n', &id.serial)
    }

    /// The set of the index that a notice stands in.
    pub(super) fn notices_of(&self, id: &NotificationId) -> Vec<u8> {
        self.notices(id.serial[0] % OUTBOX_SETS)
    }

    /// A set of the index of notices, by its number.
    pub(super) fn notices(&self, set: u8) -> Vec<u8> {
        format!("{}:notices:{set}", self.prefix).into_bytes()
    }

    pub(super) fn notices_turn(&self) -> Vec<u8> {
        format!("{}:notices:turn", self.prefix).into_bytes()
    }

    /// The set of the index that a notification stands in.
    pub(super) fn outbox_of(&self, id: &NotificationId) -> Vec<u8> {
        self.outbox(id.serial[0] % OUTBOX_SETS)
    }

    /// A set of the index, by its number.
    pub(super) fn outbox(&self, set: u8) -> Vec<u8> {
        format!("{}:outbox:{set}", self.prefix).into_bytes()
    }

    pub(super) fn ready(&self, tag: SlotTag) -> Vec<u8> {
        let mut key = self.slot(tag);
        key.extend_from_slice(b"ready");
        key
    }

    pub(super) fn recent(&self, account: &AccountId) -> Vec<u8> {
        format!("{}:recent:{{{}}}", self.prefix, hex(&account.0)).into_bytes()
    }

    pub(super) fn ends(&self, account: &AccountId) -> Vec<u8> {
        format!("{}:ends:{{{}}}", self.prefix, hex(&account.0)).into_bytes()
    }

    pub(super) fn shares(&self, account: &AccountId) -> Vec<u8> {
        format!("{}:shares:{{{}}}", self.prefix, hex(&account.0)).into_bytes()
    }

    pub(super) fn bound(&self, binding: &Binding) -> Vec<u8> {
        format!("{}:bound:{}", self.prefix, hex(&binding.0)).into_bytes()
    }

    pub(super) fn account(&self, account: &AccountId) -> Vec<u8> {
        format!("{}:acct:{{{}}}", self.prefix, hex(&account.0)).into_bytes()
    }

    pub(super) fn audit(&self) -> Vec<u8> {
        format!("{}:audit", self.prefix).into_bytes()
    }

    pub(super) fn accounts(&self) -> Vec<u8> {
        format!("{}:accounts", self.prefix).into_bytes()
    }

    pub(super) fn legacy(&self) -> Vec<u8> {
        format!("{}:legacy", self.prefix).into_bytes()
    }

    pub(super) fn canary(&self) -> Vec<u8> {
        format!("{}:canary", self.prefix).into_bytes()
    }

    fn in_slot(&self, tag: SlotTag, kind: u8, id: &[u8]) -> Vec<u8> {
        let mut key = self.begun(tag, 2 + id.len());
        key.extend_from_slice(&[kind, b':']);
        key.extend_from_slice(id);
        key
    }
}

#[cfg(test)]
mod tests {
    use redis::cluster_routing::{Route, SlotAddr};

    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("redis-keys");
        let names = Layout::new(&vector.text("prefix"));
        let tag = SlotTag::parse(&vector.text("tag")).unwrap();
        let (sid, mid) = (SecretId(vector.array("sid")), ReceiptId(vector.array("mid")));
        let id = NotificationId { tag, serial: vector.array("serial") };
        let account = AccountId(vector.array("account"));
        for (field, name) in [
            ("secret", names.secret(tag, &sid)),
            ("receipt", names.receipt(tag, &mid)),
            ("tries", names.tries(tag, &sid)),
            ("notification", names.notification(&id)),
            ("outbox", names.outbox_of(&id)),
            ("notice", names.notice(&id)),
            ("notices", names.notices_of(&id)),
            ("notices-turn", names.notices_turn()),
            ("recent", names.recent(&account)),
            ("account-key", names.account(&account)),
            ("accounts", names.accounts()),
            ("legacy", names.legacy()),
            ("canary", names.canary()),
            ("ready", names.ready(tag)),
        ] {
            assert_eq!(name, vector.hex(field), "{field}");
        }
        assert_eq!(names.ends(&account), Vector::named("redis-ends").hex("key"));
        assert_eq!(names.shares(&account), Vector::named("redis-shares").hex("key"));
        let vector = Vector::named("binding-1");
        assert_eq!(names.bound(&Binding(vector.array("binding"))), vector.hex("redis-key"));
    }

    fn slot_of(key: &[u8]) -> Route {
        Route::with_key(key, SlotAddr::Master)
    }

    #[test]
    fn all_keys_of_a_secret_and_of_an_account_share_a_slot() {
        let names = Layout::new("ro");
        let tag = SlotTag::parse("a1z").unwrap();
        // Braces within the raw id must not change the slot.
        let (sid, mid) = (SecretId([b'}'; 32]), ReceiptId([b'{'; 32]));
        let secret = names.secret(tag, &sid);
        assert_eq!(&secret[..11], b"ro:{a1z}:s:");
        assert_eq!(slot_of(&secret), slot_of(&names.receipt(tag, &mid)));
        assert_eq!(slot_of(&secret), slot_of(&names.tries(tag, &sid)));
        assert_eq!(
            slot_of(&secret),
            slot_of(&names.notification(&NotificationId { tag, serial: [b'}'; 16] }))
        );
        let account = AccountId([b'}'; 32]);
        for list in [names.recent(&account), names.ends(&account), names.shares(&account)] {
            assert_eq!(slot_of(&names.account(&account)), slot_of(&list));
        }
    }
}
