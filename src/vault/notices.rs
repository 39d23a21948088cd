//! Sealed notices: whose account is told of which ends of a secret, until it was told (crypto.md §10).
//!
//! The trap: as a notification, a notice opens with the root key alone. It leads to nothing: no link, no address.

use zeroize::Zeroizing;

use super::derive::Prk;
use super::encoding::{V, lp};
use super::root_key::RootKey;
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Error, Vault};
use crate::domain::{KeyId, NotificationId};

fn key(root: &RootKey, id: &str) -> Zeroizing<[u8; 32]> {
    Prk::extract(root, &[b"outbox"]).sub("notice/seal", id.as_bytes())
}

fn aad(kid: KeyId, id: &str) -> Zeroizing<Vec<u8>> {
    lp(&[V, b"aad-notice", &kid.0, id.as_bytes()])
}

impl Vault {
    /// Seals the content of a notice.
    #[must_use]
    pub fn seal_notice(&self, id: &NotificationId, content: &[u8]) -> Vec<u8> {
        let id = id.to_string();
        let ring = self.ring();
        let writer = ring.writer();
        seal_blob(writer.id, &key(&writer.root, &id), content, &aad(writer.id, &id))
    }

    /// Opens what [`seal_notice`](Self::seal_notice) made for this notice.
    pub fn open_notice(&self, id: &NotificationId, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let id = id.to_string();
        let (kid, nonce, sealed) = split_blob(blob)?;
        let ring = self.ring();
        decrypt(&key(ring.find(kid)?, &id), nonce, sealed, &aad(kid, &id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;
    use crate::domain::{SlotTag, Timestamp};
    use crate::vault::{HashPool, Keyring, notice_id};

    fn vault() -> Vault {
        Vault::new(Keyring::generate(Timestamp(1_795_248_429)), HashPool::new(4))
    }

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("notice-1");
        let tag = SlotTag::parse(&vector.text("tag")).unwrap();
        let id = notice_id(tag, crate::domain::ReceiptId(vector.array("mid")), b"mail");
        assert_eq!(id.serial, vector.array("serial"));
        let opened = Vault::from_vector(&vector).open_notice(&id, &vector.hex("blob")).unwrap();
        assert_eq!(*opened, vector.text("content").into_bytes());
    }

    #[test]
    fn a_notice_opens_under_its_own_id_and_key_and_is_no_notification() {
        let (ours, tag) = (vault(), SlotTag::parse("abc").unwrap());
        let [id, other] = [1, 2].map(|byte| NotificationId { tag, serial: [byte; 16] });
        let sealed = ours.seal_notice(&id, b"whom and what");
        assert_eq!(ours.open_notice(&id, &sealed).unwrap().as_slice(), b"whom and what");
        assert!(matches!(ours.open_notice(&other, &sealed), Err(Error::Damaged)));
        assert!(matches!(ours.open_notification(&id, &sealed), Err(Error::Damaged)));
        assert!(matches!(vault().open_notice(&id, &sealed), Err(Error::UnknownKey(_))));
    }
}
