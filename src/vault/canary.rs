//! The canary: a known plaintext sealed in the store. A server whose keyring does not open it refuses to start, before
//! it could consume a secret (ADR 0031).

use super::derive::Prk;
use super::encoding::{V, lp};
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Keyring, Vault};
use crate::domain::KeyId;

const PLAINTEXT: &[u8] = b"readonce";

/// Why the keyring does not fit the store.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CanaryError {
    /// The store was sealed under a key that is not in the ring.
    #[error("the store wants key {0}, which the keyring does not hold")]
    WantsKey(KeyId),
    /// The ring has the key with that id, but it does not open the canary.
    #[error("the store's canary is damaged")]
    Damaged,
}

/// The id of the key a canary was sealed under; `None` when it is damaged.
#[must_use]
pub fn canary_key(blob: &[u8]) -> Option<KeyId> {
    split_blob(blob).ok().map(|(kid, ..)| kid)
}

impl Vault {
    /// Seals a canary under the active key.
    #[must_use]
    pub fn seal_canary(&self) -> Vec<u8> {
        let ring = self.ring();
        let writer = ring.writer();
        let key = Prk::extract(&writer.root, &[b"canary"]).sub("canary/seal", b"");
        seal_blob(writer.id, &key, PLAINTEXT, &lp(&[V, b"aad-canary", &writer.id.0]))
    }

    /// Whether a stored canary opens under the ring in use.
    pub fn check_canary(&self, blob: &[u8]) -> Result<(), CanaryError> {
        self.ring().check_canary(blob)
    }
}

impl Keyring {
    /// Whether a stored canary opens under this ring.
    pub fn check_canary(&self, blob: &[u8]) -> Result<(), CanaryError> {
        let (kid, nonce, sealed) = split_blob(blob).map_err(|_| CanaryError::Damaged)?;
        let root = self.find(kid).map_err(|_| CanaryError::WantsKey(kid))?;
        let key = Prk::extract(root, &[b"canary"]).sub("canary/seal", b"");
        match decrypt(&key, nonce, sealed, &lp(&[V, b"aad-canary", &kid.0])) {
            Ok(opened) if opened.as_slice() == PLAINTEXT => Ok(()),
            _ => Err(CanaryError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("canary-1");
        let vault = Vault::from_vector(&vector);
        assert_eq!(vault.check_canary(&vector.hex("blob")), Ok(()));
        assert_eq!(vector.text("word").as_bytes(), PLAINTEXT);
    }
}
