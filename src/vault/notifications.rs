//! Sealed outbox entries: recipient address and link of a notification, until it is sent (crypto.md §10).
//!
//! The trap: unlike a secret's envelope, this seal opens with the root key alone, because an email has to be sent
//! without anybody presenting its link. An attacker with database and keyring gets the links of unsent email;
//! `docs/attacker-table.md` says so.

use zeroize::Zeroizing;

use super::derive::Prk;
use super::encoding::{V, lp};
use super::root_key::RootKey;
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Error, Vault};
use crate::domain::{KeyId, NotificationId};

fn key(root: &RootKey, id: &str) -> Zeroizing<[u8; 32]> {
    Prk::extract(root, &[b"outbox"]).sub("outbox/seal", id.as_bytes())
}

fn aad(kid: KeyId, id: &str) -> Zeroizing<Vec<u8>> {
    lp(&[V, b"aad-outbox", &kid.0, id.as_bytes()])
}

impl Vault {
    /// Seals the content of a notification.
    #[must_use]
    pub fn seal_notification(&self, id: &NotificationId, content: &[u8]) -> Vec<u8> {
        let id = id.to_string();
        let ring = self.ring();
        let writer = ring.writer();
        seal_blob(writer.id, &key(&writer.root, &id), content, &aad(writer.id, &id))
    }

    /// Opens what [`seal_notification`](Self::seal_notification) made for this notification.
    pub fn open_notification(&self, id: &NotificationId, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
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
    use crate::vault::{HashPool, Keyring};

    fn vault() -> Vault {
        Vault::new(Keyring::generate(Timestamp(1_795_248_429)), HashPool::new(4))
    }

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("notification-1");
        let id: NotificationId = vector.text("id").parse().unwrap();
        assert_eq!((id.tag.as_str(), id.serial), (vector.text("tag").as_str(), vector.array("serial")));
        let opened = Vault::from_vector(&vector).open_notification(&id, &vector.hex("blob")).unwrap();
        assert_eq!(*opened, vector.text("content").into_bytes());
    }

    #[test]
    fn a_notification_opens_under_its_own_id_and_key_only() {
        let (ours, tag) = (vault(), SlotTag::parse("abc").unwrap());
        let [id, other] = [1, 2].map(|byte| NotificationId { tag, serial: [byte; 16] });
        let sealed = ours.seal_notification(&id, b"to and link");
        assert!(!sealed.windows(4).any(|window| window == b"link"));
        assert_eq!(ours.open_notification(&id, &sealed).unwrap().as_slice(), b"to and link");
        assert!(matches!(ours.open_notification(&other, &sealed), Err(Error::Damaged)));
        assert!(matches!(vault().open_notification(&id, &sealed), Err(Error::UnknownKey(_))));
        for index in 8..sealed.len() {
            let mut forged = sealed.clone();
            forged[index] ^= 1;
            assert!(matches!(ours.open_notification(&id, &forged), Err(Error::Damaged)), "byte {index}");
        }
    }
}
