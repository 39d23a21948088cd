//! Secrets with a passphrase: sealed under a key that bcrypt makes of it, with link and root key (crypto.md §5).

use super::envelope::{Opened, head, open_verified, seal_verified};
use super::hashing::Hasher;
use super::key_material::protected_prk;
use super::keyring::Keyring;
use super::passphrase_hash::COSTS;
use super::{Error, Vault, secret_id};
use crate::domain::secret::layout::{self, KDF_BCRYPT};
use crate::domain::{Envelope, Passphrase, Plaintext, SecretKey, Timestamp, random};

impl Vault {
    /// Seals `plaintext` under `key` and `passphrase`: one run of bcrypt.
    pub(super) async fn seal_protected(
        &self,
        key: &SecretKey,
        plaintext: &Plaintext,
        passphrase: &str,
        created: Timestamp,
        expires: Timestamp,
        hasher: Hasher<'_>,
    ) -> Result<Envelope, Error> {
        let ring = self.ring();
        let writer = ring.writer();
        let sid = secret_id(key);
        let (cost, salt) = (self.pool.cost(), random::bytes::<16>());
        let prk = protected_prk(hasher, &writer.root, key, sid, passphrase, cost, salt).await?;
        let mut head = head(writer, KDF_BCRYPT, created, expires);
        head[layout::COST] = cost;
        head[layout::SALT..layout::VERIFIER].copy_from_slice(&salt);
        seal_verified(head, &[], &prk, sid, plaintext)
    }

    /// Tries a passphrase on what [`seal_protected`](Self::seal_protected) made.
    pub(super) async fn unlock_protected(
        &self,
        ring: &Keyring,
        key: &SecretKey,
        envelope: &Envelope,
        passphrase: &Passphrase,
        now: Timestamp,
        hasher: Hasher<'_>,
    ) -> Result<Option<Opened>, Error> {
        let (root, sid) = (ring.find(envelope.key_id())?, secret_id(key));
        let ([cost], salt) = (envelope.field(layout::COST), envelope.field(layout::SALT));
        if !COSTS.contains(&cost) {
            return Err(Error::Damaged); // write access to the store must not be enough to make us hash for hours
        }
        // As it was sent, it is the passphrase of what was sealed before passphrases were composed.
        for (tried, form) in passphrase.composed_first().enumerate() {
            let prk = protected_prk(hasher, root, key, sid, form, cost, salt).await;
            let prk = prk.map_err(|error| error.of_form(tried > 0))?;
            if let Some(opened) = open_verified(&prk, envelope, layout::BODY, sid, now)? {
                return Ok(Some(opened));
            }
        }
        Ok(None)
    }
}
