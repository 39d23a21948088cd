//! Test values that follow from their number, so that a client remembers 70 bytes a secret and can still check the
//! exact value.

use anyhow::{Context as _, ensure};
use memchr::memmem;

/// Length of a key, in characters.
const KEY: usize = 31;
/// Length of a value, in bytes.
pub(crate) const SIZE: usize = 100;

/// A secret that was stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub(crate) secret_key: [u8; KEY],
    pub(crate) metadata_key: [u8; KEY],
    pub(crate) number: u64,
}

impl Stored {
    /// Reads the answer to the share of value `number`.
    pub(crate) fn from_answer(number: u64, body: &[u8]) -> anyhow::Result<Self> {
        let key = |name: &str| -> anyhow::Result<[u8; KEY]> {
            let text = member(body, name).with_context(|| format!("no {name}"))?;
            Ok(text.try_into()?)
        };
        Ok(Self { secret_key: key("\"secret_key\":\"")?, metadata_key: key("\"metadata_key\":\"")?, number })
    }

    /// The answer holds this secret's value and no other.
    pub(crate) fn check_value(&self, body: &[u8]) -> anyhow::Result<()> {
        let got = member(body, "\"value\":\"").context("an answer without a value")?;
        ensure!(got == value(self.number), "an answer with another secret's value");
        Ok(())
    }

    /// The answer is about this unread secret.
    pub(crate) fn check_metadata(&self, body: &[u8]) -> anyhow::Result<()> {
        let key = member(body, "\"metadata_key\":\"");
        ensure!(key == Some(self.metadata_key.as_slice()), "an answer about another secret");
        let state = member(body, "\"state\":\"");
        ensure!(state == Some(b"new".as_slice()), "an unread secret is not new");
        Ok(())
    }
}

/// The text of a member, when it needs no unescaping; `name` comes with its quotes and colon.
fn member<'a>(body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let start = memmem::find(body, name.as_bytes())? + name.len();
    let rest = &body[start..];
    Some(&rest[..memchr::memchr(b'"', rest)?])
}

/// The value with this number: hex digits that look random (splitmix64), so that nothing gains by compressing them.
pub(crate) fn value(number: u64) -> [u8; SIZE] {
    let mut out = [b'-'; SIZE];
    for (word, digits) in (0u64..).zip(out.chunks_exact_mut(16)) {
        let mut mixed = (number * 6 + word + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let halves = mixed.to_le_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        for (digit, half) in digits.iter_mut().zip(halves) {
            *digit = b"0123456789abcdef"[usize::from(half)];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_differ() {
        let values: std::collections::HashSet<_> = (0..10_000).map(value).collect();
        assert_eq!(values.len(), 10_000);
    }

    #[test]
    fn another_value_is_noticed() {
        let stored = Stored { secret_key: [b'a'; KEY], metadata_key: [b'b'; KEY], number: 7 };
        let answer = |number| [b"{\"value\":\"".as_slice(), &value(number), b"\"}"].concat();
        assert!(stored.check_value(&answer(7)).is_ok());
        assert!(stored.check_value(&answer(8)).is_err());
        assert!(stored.check_value(b"{}").is_err());
    }
}
