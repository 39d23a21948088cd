//! Imported protected secrets whose value could be opened at home: sealed anew, under the hash of the passphrase that the other
//! server had, for as long as they live (ADR 0077).
//!
//! The hash is part of the key, as bcrypt's text is with our own, and is stored no more: what of it takes no passphrase, the
//! setting, stands before the ciphertext, and the rest comes from whoever has the passphrase.
//!
//! ```text
//! 90 length of the setting u8 | 91 setting | ciphertext || tag[16]
//! ```

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::derive::Prk;
use super::envelope::{Opened, head, open_text, seal_body};
use super::hashing::Hasher;
use super::keyring::Keyring;
use super::passphrase_hash::{PassphraseHash, Setting};
use super::root_key::RootKey;
use super::{Error, Vault, secret_id};
use crate::domain::secret::layout::{self, KDF_IMPORTED};
use crate::domain::{Envelope, Passphrase, Plaintext, SecretKey, Timestamp, Unlocked};

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
        let mut head = head(writer, KDF_IMPORTED, created, expires);
        head[layout::VERIFIER..layout::CREATED].copy_from_slice(&*prk.sub("pass/verify", &sid.0));
        let setting = hash.setting().text();
        let length = u8::try_from(setting.len()).map_err(|_| Error::Damaged)?;
        let between = [&[length], setting.as_bytes()].concat();
        seal_body(head, &between, &prk.sub("secret/dek", &sid.0), sid, plaintext.expose().as_bytes())
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
        let verifier: [u8; 32] = envelope.field(layout::VERIFIER);
        // The other server hashed what it was sent.
        for (tried, form) in passphrase.as_sent_first().enumerate() {
            let digest = hasher.digest(setting.clone(), Zeroizing::new(form.to_owned())).await;
            let digest = digest.map_err(|error| error.of_form(tried > 0))?;
            let prk = hashed_prk(root, key, &setting.with(&digest));
            if bool::from(prk.sub("pass/verify", &sid.0).ct_eq(&verifier)) {
                let plaintext = open_text(&prk, envelope, body, sid, now)?;
                return Ok(Some(Opened { proof: Unlocked::verified(envelope.nonce()), plaintext }));
            }
        }
        Ok(None)
    }
}

/// Key material of a secret, by the whole text of its passphrase's hash.
fn hashed_prk(root: &RootKey, key: &SecretKey, hash: &str) -> Prk {
    Prk::base(root, "link", key.expose(), hash.as_bytes())
}

/// The setting before the ciphertext, and where that begins.
fn setting(envelope: &Envelope) -> Option<(Setting, usize)> {
    let (length, rest) = envelope.as_bytes().get(layout::BODY..)?.split_first()?;
    let text = std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
    Some((Setting::parse(text).ok()?, layout::BODY + 1 + text.len()))
}
