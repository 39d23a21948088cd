//! Storage ids of secrets and receipts, and the envelope as opaque bytes.
//!
//! The store never sees a link key: ids are hashes of them (crypto.md §4), made by the vault.

use std::fmt;

use super::text::{hex, unhex};

/// SHA-256 of the secret key under its label (`sid`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SecretId(pub [u8; 32]);

/// SHA-256 of the receipt key under its label (`mid`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ReceiptId(pub [u8; 32]);

/// The id of a root key (`kid`): derived from it, reveals nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for KeyId {
    type Err = ();

    /// Reads the 16 hex digits that `Display` writes.
    fn from_str(text: &str) -> Result<Self, ()> {
        unhex(text).map(Self).ok_or(())
    }
}

/// Offsets of the fixed fields of an envelope (crypto.md §5). The vault writes and opens envelopes; the store
/// reads only three plain fields of the head: key id, protected or not, nonce.
pub mod layout {
    /// `OTs` and the version.
    pub const MAGIC: [u8; 4] = *b"OTs\x01";
    /// Offset of the key id, 8 bytes.
    pub const KEY_ID: usize = 4;
    /// Offset of the key derivation: [`KDF_NONE`], [`KDF_BCRYPT`], [`KDF_LEGACY`] or [`KDF_IMPORTED`].
    pub const KDF: usize = 12;
    /// From link and root key alone.
    pub const KDF_NONE: u8 = 0;
    /// With a passphrase, by way of bcrypt.
    pub const KDF_BCRYPT: u8 = 1;
    /// An imported protected secret: the content is upstream's ciphertext and bcrypt string (`vault::legacy`). 2 and 3
    /// are taken by ADR 0033, and not built.
    pub const KDF_LEGACY: u8 = 4;
    /// An imported protected secret that was sealed anew, with the hash of its passphrase that the other server had; how that is
    /// made stands before the ciphertext (`vault::imported`).
    pub const KDF_IMPORTED: u8 = 5;
    /// Offset of the bcrypt cost.
    pub const COST: usize = 13;
    /// Offset of the bcrypt salt, 16 bytes.
    pub const SALT: usize = 14;
    /// Offset of the verifier, 32 bytes.
    pub const VERIFIER: usize = 30;
    /// Offset of the creation time, unix seconds, u64 big-endian.
    pub const CREATED: usize = 62;
    /// Offset of the expiry, unix seconds, u64 big-endian.
    pub const EXPIRES: usize = 70;
    /// Offset of the nonce, 12 bytes.
    pub const NONCE: usize = 78;
    /// Offset of ciphertext and tag: the length of the head.
    pub const BODY: usize = 90;
}

/// A sealed secret as it is stored. Opaque but for the three fields that a store has to read.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope(Vec<u8>);

impl Envelope {
    /// An envelope from stored bytes; `None` when they are too short, or of a version or a key derivation that is not
    /// known here: damaged, or of a later version of this program.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let is_known = bytes.len() >= layout::BODY
            && bytes[..layout::KEY_ID] == layout::MAGIC
            && matches!(
                bytes[layout::KDF],
                layout::KDF_NONE | layout::KDF_BCRYPT | layout::KDF_LEGACY | layout::KDF_IMPORTED
            );
        is_known.then_some(Self(bytes))
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The id of the root key that opens it.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        KeyId(self.field(layout::KEY_ID))
    }

    /// Whether a passphrase is part of its key.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.0[layout::KDF] != layout::KDF_NONE
    }

    /// Whether it holds an imported protected secret as the other server sealed it.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.0[layout::KDF] == layout::KDF_LEGACY
    }

    /// The nonce: identifies this envelope in a second [`take`](crate::store::SecretStore::take).
    #[must_use]
    pub fn nonce(&self) -> [u8; 12] {
        self.field(layout::NONCE)
    }

    /// The `N` bytes at `offset` of the head.
    ///
    /// # Panics
    /// When they do not lie within the head: a caller's mistake.
    #[must_use]
    pub fn field<const N: usize>(&self, offset: usize) -> [u8; N] {
        assert!(offset + N <= layout::BODY, "the field lies in the head");
        let mut out = [0; N];
        out.copy_from_slice(&self.0[offset..offset + N]);
        out
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope[{} bytes]", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys_are_read_as_written() {
        let id = KeyId([0x0a, 1, 2, 3, 4, 5, 6, 0xff]);
        assert_eq!(id.to_string(), "0a010203040506ff");
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "0a010203040506f", "0a010203040506ff0", "+a010203040506ff", "0a01020304050éf"] {
            assert_eq!(bad.parse::<KeyId>(), Err(()), "{bad}");
        }
    }
}
