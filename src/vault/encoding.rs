//! Length-prefixed encoding (`LP` of crypto.md §2), and SHA-256 of it.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Separates this format from every other use of the same keys.
pub(super) const V: &[u8] = b"ots/v1/";

/// `u32be length || part` for each part: no two lists of parts have the same encoding.
pub(super) fn lp(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let size = parts.iter().map(|part| part.len() + 4).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    feed(parts, |piece| out.extend_from_slice(piece));
    out
}

/// Hands the pieces of `LP(parts)` on, one after the other: nobody has to put them together who takes them so.
pub(super) fn feed(parts: &[&[u8]], mut take: impl FnMut(&[u8])) {
    for part in parts {
        take(&length(part));
        take(part);
    }
}

/// What stands before a part.
pub(super) fn length(part: &[u8]) -> [u8; 4] {
    #[expect(clippy::expect_used, reason = "parts are keys, ids and values of at most some megabytes")]
    u32::try_from(part.len()).expect("a part is shorter than 4 GiB").to_be_bytes()
}

/// SHA-256 of `LP(parts)`.
pub(super) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    feed(parts, |piece| hasher.update(piece));
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("lp");
        let (first, second, third) = (vector.text("first"), vector.hex("second"), vector.text("third"));
        let parts: [&[u8]; 3] = [first.as_bytes(), &second, third.as_bytes()];
        assert_eq!(*lp(&parts), vector.hex("lp"));
        assert_eq!(hash(&parts), vector.array("sha256"));
    }

    /// What grows is moved, and leaves a copy behind that nobody wipes.
    #[test]
    fn what_is_encoded_never_grows() {
        let many: [&[&[u8]]; 4] = [&[], &[b""], &[b"", b"x", b""], &[&[7; 100], b"x"]];
        for parts in many {
            let encoded = lp(parts);
            assert_eq!(encoded.capacity(), encoded.len());
        }
    }
}
