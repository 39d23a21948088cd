//! Encodings and key derivation: `LP`, `base` and `sub` of crypto.md §2 (HKDF-SHA256, RFC 5869).

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::keyring::RootKey;

/// Separates this format from every other use of the same keys.
pub(super) const V: &[u8] = b"ots/v1/";

/// `u32be length || part` for each part: no two lists of parts have the same encoding.
pub(super) fn lp(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let size = parts.iter().map(|part| part.len() + 4).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    for part in parts {
        #[expect(clippy::expect_used, reason = "parts are keys, ids and values of at most some megabytes")]
        let length = u32::try_from(part.len()).expect("a part is shorter than 4 GiB");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// SHA-256 of `LP(parts)`.
pub(super) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(lp(parts).as_slice()).into()
}

/// A pseudorandom key from which labelled keys are expanded.
pub(super) struct Prk(Hkdf<Sha256>);

impl Prk {
    /// `HKDF-Extract(salt = root key, ikm = LP(parts))`.
    pub(super) fn extract(root: &RootKey, parts: &[&[u8]]) -> Self {
        Self(Hkdf::new(Some(root.expose()), &lp(parts)))
    }

    /// `base(K, kind, key, x)`.
    pub(super) fn base(root: &RootKey, kind: &str, key: &str, x: &[u8]) -> Self {
        Self::extract(root, &[kind.as_bytes(), key.as_bytes(), x])
    }

    /// `sub(prk, label, id)`: 32 bytes.
    pub(super) fn sub(&self, label: &str, id: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        #[expect(clippy::expect_used, reason = "HKDF-SHA256 expands up to 8160 bytes")]
        self.0.expand(&lp(&[V, label.as_bytes(), id]), out.as_mut_slice()).expect("32 bytes can be expanded");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vectors() {
        let vector = Vector::named("lp");
        let (first, second, third) = (vector.text("first"), vector.hex("second"), vector.text("third"));
        let parts: [&[u8]; 3] = [first.as_bytes(), &second, third.as_bytes()];
        assert_eq!(*lp(&parts), vector.hex("lp"));
        assert_eq!(hash(&parts), vector.array("sha256"));
        let vector = Vector::named("derivation");
        let (kind, key) = (vector.text("kind"), vector.text("key"));
        let prk = Prk::base(&RootKey::from_bytes(vector.array("root")), &kind, &key, &vector.hex("x"));
        assert_eq!(*prk.sub(&vector.text("label"), &vector.hex("id")), vector.array("sub"));
    }
}
