//! Root keys of the keyring, and their ids.

use std::fmt;

use zeroize::{Zeroize as _, ZeroizeOnDrop};

use super::encoding::{V, hash};
use crate::domain::{KeyId, random};

/// A root key: 32 random bytes that every other key is derived from. Wiped when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct RootKey([u8; 32]);

impl RootKey {
    /// A key from the system generator.
    #[must_use]
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// A key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its id: the first 8 bytes of `SHA-256(LP(V, "kid", key))`.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let mut digest = hash(&[V, b"kid", &self.0]);
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        digest.zeroize();
        KeyId(id)
    }

    /// The key itself.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey[..]")
    }
}
