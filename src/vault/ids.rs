//! Storage ids: hashes of link keys. No root key goes in, so key rotation never renames a record; 160 bits of key make
//! the plain hash one-way, and a lookup by hash is no timing oracle (crypto.md §4).

use super::encoding::{V, hash};
use crate::domain::notification::SERIAL_LEN;
use crate::domain::{NotificationId, ReceiptId, ReceiptKey, SecretId, SecretKey, SlotTag};

/// `sid`: the id a secret is stored under.
#[must_use]
pub fn secret_id(key: &SecretKey) -> SecretId {
    SecretId(hash(&[V, b"id", b"secret", key.expose().as_bytes()]))
}

/// `mid`: the id a receipt is stored under.
#[must_use]
pub fn receipt_id(key: &ReceiptKey) -> ReceiptId {
    ReceiptId(hash(&[V, b"id", b"meta", key.expose().as_bytes()]))
}

/// The id of the notification about the secret of this receipt (ADR 0058).
#[must_use]
pub fn notification_id(tag: SlotTag, mid: ReceiptId) -> NotificationId {
    let hash = hash(&[V, b"id", b"notification", &mid.0]);
    let mut serial = [0; SERIAL_LEN];
    serial.copy_from_slice(&hash[..SERIAL_LEN]);
    NotificationId { tag, serial }
}

/// The id of a notice of the end of this receipt's secret, for whoever is told by this `way`.
#[must_use]
pub fn notice_id(tag: SlotTag, mid: ReceiptId, way: &[u8]) -> NotificationId {
    let hash = hash(&[V, b"id", b"notice", &mid.0, way]);
    let mut serial = [0; SERIAL_LEN];
    serial.copy_from_slice(&hash[..SERIAL_LEN]);
    NotificationId { tag, serial }
}

/// Which account shared a secret, told to whoever holds its receipt: the same for all of an account's, and not its e-mail. No
/// more secret than that.
#[must_use]
pub fn owner_id(email: &str) -> [u8; 16] {
    let hash = hash(&[V, b"id", b"owner", email.as_bytes()]);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    id
}

/// The receipt id of an imported secret whose receipt key is unknown. No key leads to it.
#[must_use]
pub fn lost_receipt_id(key: &SecretKey) -> ReceiptId {
    ReceiptId(hash(&[V, b"id", b"no meta", key.expose().as_bytes()]))
}

/// The secret id in an imported receipt that no longer names its secret. No key leads to it.
#[must_use]
pub fn lost_secret_id(key: &ReceiptKey) -> SecretId {
    SecretId(hash(&[V, b"id", b"no secret", key.expose().as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vectors() {
        for name in ["ids", "ids-imported", "ids-imported-long"] {
            let vector = Vector::named(name);
            let link = SecretKey::parse(&vector.text("link")).unwrap();
            let receipt = ReceiptKey::parse(&vector.text("receipt")).unwrap();
            assert_eq!(link.tag().as_str(), vector.text("tag"));
            assert_eq!(receipt.tag().as_str(), vector.text("receipt-tag"));
            assert_eq!(secret_id(&link).0, vector.array("sid"));
            assert_eq!(receipt_id(&receipt).0, vector.array("mid"));
            assert_eq!(lost_receipt_id(&link).0, vector.array("mid-without-receipt-key"));
            assert_eq!(lost_secret_id(&receipt).0, vector.array("sid-without-link"));
        }
    }

    /// Programs keep it, so it is the same in every version.
    #[test]
    fn an_account_is_told_from_others_by_a_hash_of_its_email() {
        assert_eq!(
            crate::domain::text::hex(&owner_id("anna@example.org")),
            "ea2f3cae8b69f59910b8a8cc082235c8"
        );
        assert_ne!(owner_id("anna@example.org"), owner_id("anna@example.com"));
    }
}
