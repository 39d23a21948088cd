//! Storage ids: hashes of link keys. No root key goes in, so rotating keys never renames anything; 160 bits of key
//! make the plain hash one-way, and a lookup by hash is no timing oracle (crypto.md §4).

use super::derive::{V, hash};
use crate::domain::{ReceiptId, ReceiptKey, SecretId, SecretKey};

/// `sid`: under which a secret lies.
#[must_use]
pub fn secret_id(key: &SecretKey) -> SecretId {
    SecretId(hash(&[V, b"id", b"secret", key.expose().as_bytes()]))
}

/// `mid`: under which a receipt lies.
#[must_use]
pub fn receipt_id(key: &ReceiptKey) -> ReceiptId {
    ReceiptId(hash(&[V, b"id", b"meta", key.expose().as_bytes()]))
}

/// Under which the receipt of a secret lies that was brought from another server without its receipt key. No key leads there.
#[must_use]
pub fn lost_receipt_id(key: &SecretKey) -> ReceiptId {
    ReceiptId(hash(&[V, b"id", b"no meta", key.expose().as_bytes()]))
}

/// What stands for the secret in a receipt from another server that does not name it any more. No key leads there.
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
        for name in ["ids", "ids-imported"] {
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
}
