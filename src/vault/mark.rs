//! Marks, stateless HMAC tokens: `kid[8] || u64be seconds || hash[16]`. An instance with this keyring gave something out, at
//! most some time ago; nothing is stored.
//!
//! The trap: a mark is not secret. That of a captcha is bound to no client and no secret: it tells people from scanners that
//! press buttons, and no more.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Vault;
use super::derive::Prk;
use super::encoding::{V, lp};
use super::root_key::RootKey;
use crate::domain::{ClientNetwork, KeyId, SecretId, Timestamp};

/// Length of the truncated HMAC, in bytes.
const HASH: usize = 16;
/// Tolerated clock skew between instances, in seconds.
const MAX_SKEW: u64 = 60;

/// What a mark is made for.
#[derive(Clone, Copy, Debug)]
pub enum Marked<'a> {
    /// The characters that a captcha shows.
    Captcha(&'a str),
    /// The page of a link, as it was given to one network; told from its other pages by a random number.
    Page {
        /// The random number.
        page: &'a [u8; 16],
        /// The secret that the link reads.
        secret: SecretId,
        /// Who got the page.
        network: ClientNetwork,
    },
    /// The forms that one session was given, by its number.
    Form(&'a [u8; 16]),
}

impl Vault {
    /// The mark of what was given out at `now`.
    #[must_use]
    pub fn mark(&self, what: Marked<'_>, now: Timestamp) -> Vec<u8> {
        let ring = self.ring();
        let writer = ring.writer();
        let hash = hmac(&writer.root, what, now).finalize().into_bytes();
        [&writer.id.0[..], &now.0.to_be_bytes(), &hash[..HASH]].concat()
    }

    /// Whether a key of the ring made this mark for this, at most `age` seconds before `now`.
    #[must_use]
    pub fn is_mark(&self, mark: &[u8], what: Marked<'_>, now: Timestamp, age: u64) -> bool {
        let Some((kid, rest)) = mark.split_first_chunk::<8>() else { return false };
        let Some((given, hash)) = rest.split_first_chunk::<8>() else { return false };
        let given = Timestamp(u64::from_be_bytes(*given));
        let in_time = given.until(now) <= age && now.until(given) <= MAX_SKEW;
        let ring = self.ring();
        let Ok(root) = ring.find(KeyId(*kid)) else { return false };
        in_time && hash.len() == HASH && hmac(root, what, given).verify_truncated_left(hash).is_ok()
    }
}

fn hmac(root: &RootKey, what: Marked<'_>, given: Timestamp) -> Hmac<Sha256> {
    let prk = Prk::extract(root, &[b"web"]);
    let given = given.0.to_be_bytes();
    let (key, text) = match what {
        Marked::Captcha(characters) => (prk.sub("web/type", b""), lp(&[V, &given, characters.as_bytes()])),
        Marked::Page { page, secret, network } => {
            (prk.sub("web/page", b""), lp(&[V, &given, page, &secret.0, &network.to_bytes()]))
        }
        Marked::Form(session) => (prk.sub("web/form", b""), lp(&[V, &given, session])),
    };
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("any key length will do");
    mac.update(&text);
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
        assert_eq!(
            Vault::from_vector(&vector).mark(Marked::Captcha(&vector.text("characters")), shown),
            vector.hex("mark")
        );
    }

    #[test]
    fn the_published_vector_of_a_page() {
        let vector = Vector::named("page-mark-1");
        let network = ClientNetwork::of(std::net::Ipv4Addr::from(vector.array::<4>("network")).into());
        let (page, secret) = (vector.array("page"), SecretId(vector.array("sid")));
        let what = Marked::Page { page: &page, secret, network };
        let given = Timestamp(vector.int("given"));
        assert_eq!(Vault::from_vector(&vector).mark(what, given), vector.hex("mark"));
    }

    #[test]
    fn the_published_vector_of_a_sessions_forms() {
        let vector = Vector::named("form-mark-1");
        let given = Timestamp(vector.int("given"));
        let mark = Vault::from_vector(&vector).mark(Marked::Form(&vector.array("session")), given);
        assert_eq!(mark, vector.hex("mark"));
    }

    #[test]
    fn a_sessions_mark_is_no_other_sessions() {
        let vault = vault();
        let mark = vault.mark(Marked::Form(&[1; 16]), NOW);
        assert!(vault.is_mark(&mark, Marked::Form(&[1; 16]), NOW, 600));
        assert!(!vault.is_mark(&mark, Marked::Form(&[2; 16]), NOW, 600));
    }

    /// Not for another one, another secret, another network, nor for a captcha.
    #[test]
    fn a_pages_mark_is_good_for_that_page() {
        let vault = vault();
        let network = |last| ClientNetwork::of([192, 0, 2, last].into());
        let what = Marked::Page { page: &[1; 16], secret: SecretId([2; 32]), network: network(3) };
        let mark = vault.mark(what, NOW);
        assert!(vault.is_mark(&mark, what, NOW, 600));
        for other in [
            Marked::Page { page: &[0; 16], secret: SecretId([2; 32]), network: network(3) },
            Marked::Page { page: &[1; 16], secret: SecretId([0; 32]), network: network(3) },
            Marked::Page { page: &[1; 16], secret: SecretId([2; 32]), network: network(0) },
            Marked::Captcha(""),
        ] {
            assert!(!vault.is_mark(&mark, other, NOW, 600), "{other:?}");
        }
    }

    #[test]
    fn a_mark_is_good_for_its_letters_and_its_time() {
        let vault = vault();
        let mark = vault.mark(Marked::Captcha("ABCE"), NOW);
        for (now, good) in
            [(NOW, true), (NOW.plus(600), true), (NOW.plus(601), false), (NOW.minus(61), false)]
        {
            assert_eq!(vault.is_mark(&mark, Marked::Captcha("ABCE"), now, 600), good, "{now:?}");
        }
        assert!(
            vault.is_mark(&mark, Marked::Captcha("ABCE"), NOW.minus(60), 600),
            "another instance's clock is behind"
        );
        assert!(!vault.is_mark(&mark, Marked::Captcha("ABCH"), NOW, 600));
    }

    #[test]
    fn what_this_ring_did_not_mark_is_none() {
        let vault = vault();
        let mark = vault.mark(Marked::Captcha("ABCE"), NOW);
        assert!(!self::vault().is_mark(&mark, Marked::Captcha("ABCE"), NOW, 600), "another ring");
        for at in 0..mark.len() {
            let mut other = mark.clone();
            other[at] ^= 1;
            assert!(!vault.is_mark(&other, Marked::Captcha("ABCE"), NOW, 600), "byte {at}");
            assert!(!vault.is_mark(&mark[..at], Marked::Captcha("ABCE"), NOW, 600), "{at} bytes");
        }
    }
}
