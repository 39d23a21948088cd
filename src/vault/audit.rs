//! Keys of an audit trail: pseudonyms for whom its lines speak of, and the chain that shows what became of the lines
//! (crypto.md §19).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::derive::Prk;
use super::encoding::lp;
use super::{Keyring, RingKey};
use crate::domain::KeyId;

/// Both keys under one root key. They open nothing that is stored.
pub struct AuditKeys {
    kid: KeyId,
    ids: Zeroizing<[u8; 32]>,
    chain: Zeroizing<[u8; 32]>,
}

impl AuditKeys {
    fn of(key: &RingKey) -> Self {
        let prk = Prk::extract(&key.root, &[b"audit"]);
        Self { kid: key.id, ids: prk.sub("audit/ids", b""), chain: prk.sub("audit/chain", b"") }
    }

    /// Under which root key.
    #[must_use]
    pub fn kid(&self) -> KeyId {
        self.kid
    }

    /// The pseudonym of something of a kind: the same as long as this key writes, and of no use without it.
    #[must_use]
    pub fn pseudonym(&self, kind: &str, value: &[u8]) -> [u8; 8] {
        let mac = mac(&self.ids, &lp(&[kind.as_bytes(), value]));
        let mut short = [0; 8];
        short.copy_from_slice(&mac[..8]);
        short
    }

    /// The MAC over a line and the MAC of the one before it.
    #[must_use]
    pub fn mac(&self, before: &[u8; 32], line: &[u8]) -> [u8; 32] {
        mac(&self.chain, &lp(&[before, line]))
    }
}

impl Keyring {
    /// The keys that a trail is written under.
    #[must_use]
    pub fn audit_keys(&self) -> AuditKeys {
        AuditKeys::of(self.writer())
    }

    /// The keys under which a line was written, if the ring has them.
    #[must_use]
    pub fn audit_keys_of(&self, kid: KeyId) -> Option<AuditKeys> {
        self.keys().iter().find(|key| key.id == kid).map(AuditKeys::of)
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("32 bytes are a key");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;
    use crate::vault::RootKey;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("audit-1");
        let keys = AuditKeys::of(&RingKey::new(RootKey::from_bytes(vector.array("root"))));
        assert_eq!(keys.pseudonym(&vector.text("kind"), &vector.hex("value")), vector.array("pseudonym"));
        assert_eq!(keys.mac(&[0; 32], vector.text("line").as_bytes()), vector.array("mac"));
    }
}
