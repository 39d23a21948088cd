//! Imported protected secrets: upstream's ciphertext and bcrypt string, in an envelope of ours.
//!
//! Without the passphrase nobody can open them, so the import cannot re-encrypt the value. From outside they look like
//! every other envelope: link and root key open it, and only then is there anything to check a passphrase against. The
//! trap: with both at hand, a guess costs one bcrypt run as with our own, but at the cost that upstream hashed with.
//!
//! ```text
//! cipher i8 | length of upstream's secret u16be | secret | bcrypt string[60] | ciphertext
//! ```

use zeroize::Zeroizing;

use super::envelope::{COSTS, Opened, content, head, seal_body};
use super::hashing::Hasher;
use super::key_material::link_prk;
use super::keyring::Keyring;
use super::root_key::RootKey;
use super::upstream::{Cipher, UpstreamSecret};
use super::{Error, Vault, secret_id};
use crate::domain::secret::layout::KDF_LEGACY;
use crate::domain::{Envelope, Passphrase, Plaintext, SecretId, SecretKey, Timestamp, Unlocked};

/// Characters of a bcrypt string.
const BCRYPT: usize = 60;

/// A protected secret as upstream stored it.
pub struct Legacy {
    cipher: Cipher,
    secret: UpstreamSecret,
    hash: Zeroizing<String>,
    sealed: Vec<u8>,
}

impl Legacy {
    /// Assembles one; `None` when `hash` is no bcrypt string that would be accepted.
    #[must_use]
    pub fn new(cipher: Cipher, secret: UpstreamSecret, hash: &str, sealed: Vec<u8>) -> Option<Self> {
        cost(hash)?;
        Some(Self { cipher, secret, hash: Zeroizing::new(hash.to_owned()), sealed })
    }

    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let secret = self.secret.text().unwrap_or_default();
        let length = u16::try_from(secret.len()).ok()?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(3 + secret.len() + BCRYPT + self.sealed.len()));
        bytes.extend_from_slice(&self.cipher.code().to_be_bytes());
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(secret.as_bytes());
        bytes.extend_from_slice(self.hash.as_bytes());
        bytes.extend_from_slice(&self.sealed);
        Some(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (cipher, rest) = bytes.split_first_chunk::<1>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (secret, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let (hash, sealed) = rest.split_at_checked(BCRYPT)?;
        let secret = Zeroizing::new(std::str::from_utf8(secret).ok()?.to_owned());
        let cipher = Cipher::from_code(i8::from_be_bytes(*cipher))?;
        Self::new(cipher, UpstreamSecret::new(secret), std::str::from_utf8(hash).ok()?, sealed.to_vec())
    }
}

/// The cost in a bcrypt string; `None` for anything else, and for a cost that would keep a core for minutes.
fn cost(hash: &str) -> Option<u8> {
    let rest = ["$2a$", "$2b$", "$2x$", "$2y$"].iter().find_map(|kind| hash.strip_prefix(kind))?;
    let (cost, rest) = rest.split_once('$')?;
    let cost: u8 = cost.parse().ok()?;
    let is_radix64 = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/');
    (hash.len() == BCRYPT && is_radix64 && COSTS.contains(&cost)).then_some(cost)
}

fn dek(root: &RootKey, key: &SecretKey, sid: SecretId) -> Zeroizing<[u8; 32]> {
    link_prk(root, key).sub("legacy/dek", &sid.0)
}

impl Vault {
    /// Seals an imported protected secret as it is.
    pub fn seal_legacy(
        &self,
        key: &SecretKey,
        legacy: &Legacy,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<Envelope, Error> {
        let (ring, sid) = (self.ring(), secret_id(key));
        let writer = ring.writer();
        let bytes = legacy.to_bytes().ok_or(Error::Damaged)?;
        seal_body(head(writer, KDF_LEGACY, created, expires), &dek(&writer.root, key, sid), sid, &bytes)
    }

    /// Tries a passphrase on what [`seal_legacy`](Self::seal_legacy) made: checks the bcrypt string, then decrypts.
    pub(super) async fn unlock_legacy(
        &self,
        ring: &Keyring,
        key: &SecretKey,
        envelope: &Envelope,
        passphrase: &Passphrase,
        now: Timestamp,
        hasher: Hasher<'_>,
    ) -> Result<Option<Opened>, Error> {
        let (root, sid) = (ring.find(envelope.key_id())?, secret_id(key));
        let bytes = content(&dek(root, key, sid), envelope, sid, now)?;
        let legacy = Legacy::from_bytes(&bytes).ok_or(Error::Damaged)?;
        let cost = cost(&legacy.hash).ok_or(Error::Damaged)?;
        let Legacy { cipher, secret, sealed, .. } = &legacy;
        // Upstream hashed what it was sent.
        for (tried, form) in passphrase.as_sent_first().enumerate() {
            let input = Zeroizing::new(form.to_owned());
            let matches = hasher.matches(input, cost, legacy.hash.clone()).await;
            if matches.map_err(|error| error.of_form(tried > 0))? {
                let value = cipher.open(secret, key.expose(), Some(form), sealed);
                let plaintext = Plaintext::new(value.ok_or(Error::Damaged)?);
                return Ok(Some(Opened { proof: Unlocked::verified(envelope.nonce()), plaintext }));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vectors() {
        for name in [
            "secret-1-legacy",
            "legacy-cipher-empty",
            "legacy-cipher-plain",
            "legacy-cipher-link",
            "legacy-cipher-secret",
        ] {
            let (vector, passphrase) = (Vector::named(name), Vector::named(name).text("passphrase"));
            let legacy = Legacy::from_bytes(&vector.hex("content")).unwrap();
            assert_eq!(*legacy.to_bytes().unwrap(), vector.hex("content"), "{name}");
            assert_eq!(legacy.cipher.code(), vector.int::<i8>("cipher"), "{name}");
            assert_eq!(legacy.secret.text().unwrap_or_default(), vector.text("site"), "{name}");
            assert_eq!((&*legacy.hash, &legacy.sealed), (&vector.text("bcrypt"), &vector.hex("ciphertext")));
            assert!(bcrypt::verify(&passphrase, &legacy.hash).unwrap(), "{name}");
            let link = if vector.has("link") { vector.text("link") } else { String::new() };
            let value = legacy.cipher.open(&legacy.secret, &link, Some(&passphrase), &legacy.sealed);
            assert_eq!(*value.unwrap(), vector.text("value"), "{name}");
        }
    }

    #[test]
    fn only_bcrypt_strings_that_are_ever_checked() {
        let hash = "$2a$12$3C95L/g2PLjfnyoJiYT/DuNmrU2myedi9WbW9wieJV5fHN98dliom";
        assert_eq!(cost(hash), Some(12));
        for wrong in [
            "",
            "open sesame",
            &hash[..59],
            &format!("{hash}x"),
            &hash.replace("$12$", "$31$"),
            &hash.replace("2a", "1a"),
            &hash.replace("C9", "--"),
        ] {
            assert_eq!(cost(wrong), None, "{wrong}");
        }
    }

    proptest::proptest! {
        /// Whoever could forge an envelope must not make us panic.
        #[test]
        fn any_bytes_are_read_or_not(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            if let Some(read) = Legacy::from_bytes(&bytes) {
                let written = read.to_bytes().unwrap();
                proptest::prop_assert_eq!(&*written, &bytes);
            }
        }
    }
}
