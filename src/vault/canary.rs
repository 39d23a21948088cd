//! The canary: one sealed word in the store, which only the right keyring opens. A server with a wrong one refuses to
//! start, before it could consume anything (ADR 0031).

use super::derive::{Prk, V, lp};
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Keyring, Vault};
use crate::domain::KeyId;

const WORD: &[u8] = b"readonce";

/// Why a canary did not sing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CanaryError {
    /// The store was written under a key that is not in the ring.
    #[error("the store wants key {0}, which the keyring does not hold")]
    WantsKey(KeyId),
    /// The key has the right name, and does not open it.
    #[error("the store's canary is damaged")]
    Damaged,
}

/// Under which key a canary was sealed; `None` when it is damaged.
#[must_use]
pub fn canary_key(blob: &[u8]) -> Option<KeyId> {
    split_blob(blob).ok().map(|(kid, ..)| kid)
}

impl Vault {
    /// A canary under the writing key.
    #[must_use]
    pub fn seal_canary(&self) -> Vec<u8> {
        let ring = self.ring();
        let writer = ring.writer();
        let key = Prk::extract(&writer.root, &[b"canary"]).sub("canary/seal", b"");
        seal_blob(writer.id, &key, WORD, &lp(&[V, b"aad-canary", &writer.id.0]))
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
            Ok(word) if word.as_slice() == WORD => Ok(()),
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
        let vault = Vault::of_vector(&vector);
        assert_eq!(vault.check_canary(&vector.hex("blob")), Ok(()));
        assert_eq!(vector.text("word").as_bytes(), WORD);
    }
}
