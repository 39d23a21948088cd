//! Imported protected secrets of v0.23 or earlier: upstream's ciphertext and bcrypt string, in an envelope of ours.
//!
//! Without the passphrase nobody can open them, so the import cannot re-encrypt the value. From outside they look like
//! every other envelope: link and root key open it, and only then is there anything to check a passphrase against. The
//! trap: with both at hand, a guess costs one bcrypt run as with our own, but at the cost that upstream hashed with.
//!
//! ```text
//! cipher i8 | length of upstream's secret u16be | secret | bcrypt string[60] | ciphertext
//! ```

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::envelope::{Opened, content, head, seal_body};
use super::hashing::Hasher;
use super::key_material::link_prk;
use super::keyring::Keyring;
use super::passphrase_hash::PassphraseHash;
use super::root_key::RootKey;
use super::upstream::{Cipher, UpstreamSecret};
use super::{Error, Vault, secret_id};
use crate::domain::secret::layout::{self, KDF_LEGACY};
use crate::domain::{Envelope, Passphrase, Plaintext, SecretId, SecretKey, Timestamp, Unlocked};

/// Characters of a bcrypt string.
const BCRYPT: usize = 60;

/// A protected secret as upstream stored it.
pub struct Legacy {
    cipher: Cipher,
    secret: UpstreamSecret,
    hash: PassphraseHash,
    sealed: Vec<u8>,
}

impl Legacy {
    /// Assembles one; `None` when `hash` is no bcrypt string that would be accepted.
    #[must_use]
    pub fn new(cipher: Cipher, secret: UpstreamSecret, hash: &str, sealed: Vec<u8>) -> Option<Self> {
        Some(Self { cipher, secret, hash: PassphraseHash::parse_bcrypt(hash)?, sealed })
    }

    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let secret = self.secret.text().unwrap_or_default();
        let length = u16::try_from(secret.len()).ok()?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(3 + secret.len() + BCRYPT + self.sealed.len()));
        bytes.extend_from_slice(&self.cipher.code().to_be_bytes());
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(secret.as_bytes());
        bytes.extend_from_slice(self.hash.text().as_bytes());
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
        seal_body(head(writer, KDF_LEGACY, created, expires), &[], &dek(&writer.root, key, sid), sid, &bytes)
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
        let bytes = content(&dek(root, key, sid), envelope, layout::BODY, sid, now)?;
        let legacy = Legacy::from_bytes(&bytes).ok_or(Error::Damaged)?;
        let Legacy { cipher, secret, hash, sealed } = &legacy;
        // Upstream hashed what it was sent.
        for (tried, form) in passphrase.as_sent_first().enumerate() {
            let input = Zeroizing::new(form.to_owned());
            let digest = hasher.digest(hash.setting().clone(), input).await;
            let digest = digest.map_err(|error| error.of_form(tried > 0))?;
            if bool::from(digest.as_bytes().ct_eq(hash.digest().as_bytes())) {
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
            assert_eq!(
                (&*legacy.hash.text(), &legacy.sealed),
                (&vector.text("bcrypt"), &vector.hex("ciphertext"))
            );
            assert!(bcrypt::verify(&passphrase, &legacy.hash.text()).unwrap(), "{name}");
            let link = if vector.has("link") { vector.text("link") } else { String::new() };
            let value = legacy.cipher.open(&legacy.secret, &link, Some(&passphrase), &legacy.sealed);
            assert_eq!(*value.unwrap(), vector.text("value"), "{name}");
        }
    }

    #[test]
    fn only_bcrypt_is_taken() {
        let sealed = |hash| Legacy::new(Cipher::Plain, UpstreamSecret::default(), hash, Vec::new());
        assert!(sealed("$2a$12$3C95L/g2PLjfnyoJiYT/DuNmrU2myedi9WbW9wieJV5fHN98dliom").is_some());
        let argon2id =
            "$argon2id$v=19$m=64,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$De5MZVtWm/sd3Tbk4q73bAYaiEgtroIw8eVV4JjFFEY";
        assert!(sealed(argon2id).is_none() && sealed("open sesame").is_none());
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
