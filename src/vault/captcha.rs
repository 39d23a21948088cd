//! Stateless HMAC token for the typed confirmation (captcha) of the reveal page: `kid[8] || u64be seconds || hash[16]`.
//!
//! Proves that an instance with this keyring showed these characters at most some minutes ago; nothing is stored. The
//! trap: a token is not secret and not bound to a client or a secret. It tells people from scanners that press buttons,
//! and no more.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Vault;
use super::derive::Prk;
use super::encoding::{V, lp};
use super::root_key::RootKey;
use crate::domain::{KeyId, Timestamp};

/// Length of the truncated HMAC, in bytes.
const HASH: usize = 16;
/// Tolerated clock skew between instances, in seconds.
const MAX_SKEW: u64 = 60;

impl Vault {
    /// The token for characters shown at `now`.
    #[must_use]
    pub fn mark(&self, letters: &str, now: Timestamp) -> Vec<u8> {
        let ring = self.ring();
        let writer = ring.writer();
        let hash = hmac(&writer.root, letters, now).finalize().into_bytes();
        [&writer.id.0[..], &now.0.to_be_bytes(), &hash[..HASH]].concat()
    }

    /// Whether a key of the ring made this token for these characters, at most `age` seconds before `now`.
    #[must_use]
    pub fn is_mark(&self, mark: &[u8], letters: &str, now: Timestamp, age: u64) -> bool {
        let Some((kid, rest)) = mark.split_first_chunk::<8>() else { return false };
        let Some((shown, hash)) = rest.split_first_chunk::<8>() else { return false };
        let shown = Timestamp(u64::from_be_bytes(*shown));
        let in_time = shown.until(now) <= age && now.until(shown) <= MAX_SKEW;
        let ring = self.ring();
        let Ok(root) = ring.find(KeyId(*kid)) else { return false };
        in_time && hash.len() == HASH && hmac(root, letters, shown).verify_truncated_left(hash).is_ok()
    }
}

fn hmac(root: &RootKey, letters: &str, shown: Timestamp) -> Hmac<Sha256> {
    let key = Prk::extract(root, &[b"web"]).sub("web/type", b"");
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("any key length will do");
    mac.update(&lp(&[V, &shown.0.to_be_bytes(), letters.as_bytes()]));
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;
    use crate::vault::{HashPool, Keyring};

    const NOW: Timestamp = Timestamp(1_795_248_429);

    fn vault() -> Vault {
        Vault::new(Keyring::generate(NOW), HashPool::new(4))
    }

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("captcha-mark-1");
        let shown = Timestamp(vector.int("shown"));
        assert_eq!(Vault::from_vector(&vector).mark(&vector.text("characters"), shown), vector.hex("mark"));
    }

    #[test]
    fn a_mark_is_good_for_its_letters_and_its_time() {
        let vault = vault();
        let mark = vault.mark("ABCE", NOW);
        for (now, good) in
            [(NOW, true), (NOW.plus(600), true), (NOW.plus(601), false), (NOW.minus(61), false)]
        {
            assert_eq!(vault.is_mark(&mark, "ABCE", now, 600), good, "{now:?}");
        }
        assert!(vault.is_mark(&mark, "ABCE", NOW.minus(60), 600), "another instance's clock is behind");
        assert!(!vault.is_mark(&mark, "ABCH", NOW, 600));
    }

    #[test]
    fn what_this_ring_did_not_mark_is_none() {
        let vault = vault();
        let mark = vault.mark("ABCE", NOW);
        assert!(!self::vault().is_mark(&mark, "ABCE", NOW, 600), "another ring");
        for at in 0..mark.len() {
            let mut other = mark.clone();
            other[at] ^= 1;
            assert!(!vault.is_mark(&other, "ABCE", NOW, 600), "byte {at}");
            assert!(!vault.is_mark(&mark[..at], "ABCE", NOW, 600), "{at} bytes");
        }
    }
}
