//! Key derivation: `base` and `sub` of crypto.md §2 (HKDF-SHA256, RFC 5869).

use hkdf::{Hkdf, HkdfExtract};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encoding::{V, feed, length};
use super::root_key::RootKey;

/// A pseudorandom key from which labelled keys are expanded.
pub(super) struct Prk(Hkdf<Sha256>);

impl Prk {
    /// `HKDF-Extract(salt = root key, ikm = LP(parts))`.
    pub(super) fn extract(root: &RootKey, parts: &[&[u8]]) -> Self {
        let mut extract = HkdfExtract::<Sha256>::new(Some(root.expose()));
        feed(parts, |piece| extract.input_ikm(piece));
        Self(extract.finalize().1)
    }

    /// `base(K, kind, key, x)`.
    pub(super) fn base(root: &RootKey, kind: &str, key: &str, x: &[u8]) -> Self {
        Self::extract(root, &[kind.as_bytes(), key.as_bytes(), x])
    }

    /// `sub(prk, label, id)`: 32 bytes.
    pub(super) fn sub(&self, label: &str, id: &[u8]) -> Zeroizing<[u8; 32]> {
        let label = label.as_bytes();
        let info: [&[u8]; 6] = [&length(V), V, &length(label), label, &length(id), id];
        let mut out = Zeroizing::new([0; 32]);
        #[expect(clippy::expect_used, reason = "HKDF-SHA256 expands up to 8160 bytes")]
        self.0.expand_multi_info(&info, out.as_mut_slice()).expect("32 bytes can be expanded");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("derivation");
        let (kind, key) = (vector.text("kind"), vector.text("key"));
        let prk = Prk::base(&RootKey::from_bytes(vector.array("root")), &kind, &key, &vector.hex("x"));
        assert_eq!(*prk.sub(&vector.text("label"), &vector.hex("id")), vector.array("sub"));
    }
}
