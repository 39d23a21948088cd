//! Imported protected secrets whose value could be opened at home: sealed anew, under the hash of the passphrase that the other
//! server had, for as long as they live (ADR 0077).
//!
//! The hash is part of the key, as bcrypt's text is with our own, and is stored no more: what of it takes no passphrase, the
//! setting, stands before the ciphertext, and the rest comes from whoever has the passphrase.
//!
//! ```text
//! 90 length of the setting u8 | 91 setting | ciphertext || tag[16]
//! ```

use zeroize::Zeroizing;

use super::envelope::{Opened, head, open_verified, seal_verified};
use super::hashing::Hasher;
use super::key_material::hashed_prk;
use super::keyring::Keyring;
use super::passphrase_hash::{PassphraseHash, Setting};
use super::{Error, Vault, secret_id};
use crate::domain::secret::layout::{self, KDF_IMPORTED};
use crate::domain::{Envelope, Passphrase, Plaintext, SecretKey, Timestamp};

impl Vault {
    /// Seals a value that another server protected with the passphrase of this hash. Takes no run of bcrypt or Argon2id.
    pub fn seal_imported(
        &self,
        key: &SecretKey,
        plaintext: &Plaintext,
        hash: &PassphraseHash,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<Envelope, Error> {
        let (ring, sid) = (self.ring(), secret_id(key));
        let writer = ring.writer();
        let prk = hashed_prk(&writer.root, key, &hash.text());
        let head = head(writer, KDF_IMPORTED, created, expires);
        let setting = hash.setting().text();
        let length = u8::try_from(setting.len()).map_err(|_| Error::Damaged)?;
        let between = [&[length], setting.as_bytes()].concat();
        seal_verified(head, &between, &prk, sid, plaintext)
    }

    /// Tries a passphrase on what [`seal_imported`](Self::seal_imported) made.
    pub(super) async fn unlock_imported(
        &self,
        ring: &Keyring,
        key: &SecretKey,
        envelope: &Envelope,
        passphrase: &Passphrase,
        now: Timestamp,
        hasher: Hasher<'_>,
    ) -> Result<Option<Opened>, Error> {
        let (root, sid) = (ring.find(envelope.key_id())?, secret_id(key));
        let (setting, body) = setting(envelope).ok_or(Error::Damaged)?;
        // The other server hashed what it was sent.
        for (tried, form) in passphrase.as_sent_first().enumerate() {
            let digest = hasher.digest(setting.clone(), Zeroizing::new(form.to_owned())).await;
            let digest = digest.map_err(|error| error.of_form(tried > 0))?;
            let prk = hashed_prk(root, key, &setting.with(&digest));
            if let Some(opened) = open_verified(&prk, envelope, body, sid, now)? {
                return Ok(Some(opened));
            }
        }
        Ok(None)
    }
}

/// The setting before the ciphertext, and where that begins.
fn setting(envelope: &Envelope) -> Option<(Setting, usize)> {
    let (length, rest) = envelope.as_bytes().get(layout::BODY..)?.split_first()?;
    let text = std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
    Some((Setting::parse(text).ok()?, layout::BODY + 1 + text.len()))
}

#[cfg(test)]
mod tests {
    use super::super::envelope::seal_body;
    use super::*;
    use crate::domain::vectors::Vector;
    use crate::domain::{ClientNetwork, SecretId};

    fn here() -> ClientNetwork {
        ClientNetwork::of([192, 0, 2, 1].into())
    }

    #[tokio::test]
    async fn the_published_vectors_of_imported_secrets_that_were_sealed_anew() {
        for name in ["secret-1-imported-argon2id", "secret-1-imported-bcrypt"] {
            let vector = Vector::named(name);
            let value = vector.text("value");
            let key = SecretKey::parse(&vector.text("link")).unwrap();
            let envelope = Envelope::from_bytes(vector.hex("envelope")).unwrap();
            let (created, expires) = (Timestamp(vector.int("created")), Timestamp(vector.int("expires")));
            let vault = Vault::from_vector(&vector);
            let hash = PassphraseHash::parse(&vector.text("hash")).unwrap();
            assert_eq!(hash.setting().text(), vector.text("setting"));
            let word = |text: String| Passphrase::parse(Zeroizing::new(text)).unwrap();
            // The same bytes once more, from the head and the data key.
            let setting = vector.text("setting");
            let between = [&[u8::try_from(setting.len()).unwrap()], setting.as_bytes()].concat();
            let (head, dek, sid) = (envelope.field(0), vector.array("dek"), SecretId(vector.array("sid")));
            assert_eq!(seal_body(head, &between, &dek, sid, value.as_bytes()).unwrap(), envelope);
            // But for nonce, ciphertext and tag, all of it is the vector's.
            let text = Plaintext::new(Zeroizing::new(value.clone()));
            let sealed = vault.seal_imported(&key, &text, &hash, created, expires).unwrap();
            let same = |envelope: &Envelope| {
                let bytes = envelope.as_bytes();
                let at = layout::BODY + 1 + hash.setting().text().len();
                [&bytes[..layout::NONCE], &bytes[layout::BODY..at]].concat()
            };
            assert_eq!(
                (same(&sealed), sealed.as_bytes().len()),
                (same(&envelope), envelope.as_bytes().len())
            );
            for envelope in [envelope, sealed] {
                let unlock = async |passphrase: String, now| {
                    vault.unlock(&vault.ring(), &key, &envelope, &word(passphrase), now, here()).await
                };
                let opened = unlock(vector.text("passphrase"), created).await.unwrap().unwrap();
                assert_eq!((opened.plaintext.expose(), *opened.proof.nonce()), (&*value, envelope.nonce()));
                let longer = vector.text("passphrase") + "x";
                assert!(unlock(longer, created).await.unwrap().is_none(), "every byte counts");
                let ended = unlock(vector.text("passphrase"), expires).await;
                assert!(matches!(ended, Err(Error::Expired)));
                assert!(vault.ring().open(&key, &envelope, created).is_err(), "not without a passphrase");
            }
        }
    }

    /// The setting is authenticated, and none is asked for that takes more than it may.
    #[tokio::test]
    async fn a_changed_setting_opens_nothing() {
        let vector = Vector::named("secret-1-imported-bcrypt");
        let (vault, key) = (Vault::from_vector(&vector), SecretKey::parse(&vector.text("link")).unwrap());
        let (bytes, now) = (vector.hex("envelope"), Timestamp(vector.int("created")));
        let passphrase = Passphrase::parse(Zeroizing::new(vector.text("passphrase"))).unwrap();
        let tried = async |bytes: Vec<u8>| {
            let envelope = Envelope::from_bytes(bytes).unwrap();
            vault.unlock(&vault.ring(), &key, &envelope, &passphrase, now, here()).await
        };
        assert!(tried(bytes.clone()).await.unwrap().is_some());
        let at = layout::BODY + 1;
        let with = |from: usize, written: &[u8]| {
            let mut bytes = bytes.clone();
            bytes[from..from + written.len()].copy_from_slice(written);
            bytes
        };
        for other in [with(at + 2, b"b"), with(at + 5, b"5"), with(at + 8, b"P")] {
            assert!(tried(other).await.unwrap().is_none(), "another kind of bcrypt, cost or salt");
        }
        let cut = |length: usize| bytes[..length].to_vec();
        let no_settings =
            [with(at + 4, b"15"), with(at - 1, &[0]), with(at - 1, &[255]), with(at - 1, &[28])];
        for damaged in no_settings.into_iter().chain([cut(layout::BODY), cut(at), cut(at + 29)]) {
            assert!(matches!(tried(damaged).await, Err(Error::Damaged)));
        }
    }
}
