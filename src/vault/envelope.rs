//! The envelope: an encrypted value, under its link key, a root key and, if there is one, a passphrase (crypto.md §5).
//!
//! ```text
//!  0 "OTs" 0x01 | 4 kid[8] | 12 kdf u8 (0 none, 1 bcrypt, 4 see `legacy`, 5 see `imported`) | 13 cost u8 | 14 salt[16] | 30 verifier[32]
//! 62 created u64be s | 70 expires u64be s | 78 nonce[12] | 90 ciphertext || tag[16]
//! ```
//!
//! Additional authenticated data: the head without the nonce, and the secret's id. A data key encrypts exactly one
//! message, so nonce reuse is no concern.

use std::mem;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::derive::Prk;
use super::encoding::{V, length, lp};
use super::fair_queue::Priority;
use super::key_material::link_prk;
use super::keyring::{Keyring, RingKey};
use super::seal::{TAG, decrypt, encrypt};
use super::{Error, Vault, secret_id};
use crate::domain::secret::layout::{self, KDF_BCRYPT, KDF_IMPORTED, KDF_LEGACY, KDF_NONE};
use crate::domain::{
    ClientNetwork, Envelope, Passphrase, Plaintext, SecretId, SecretKey, Timestamp, Unlocked, random,
};

/// Plaintexts are padded to a multiple of this, to hide the length of short passwords.
const BLOCK: usize = 64;

/// A protected secret whose passphrase was right.
#[derive(Debug)]
pub struct Opened {
    /// The right to claim it.
    pub proof: Unlocked,
    /// Its value. Must not be returned to anybody before the claim is won.
    pub plaintext: Plaintext,
}

impl Vault {
    /// Seals `plaintext` under `key`, and under `passphrase` if there is one, which takes a bcrypt run; `network` waits for
    /// it, after those who read.
    pub async fn seal(
        &self,
        key: &SecretKey,
        plaintext: &Plaintext,
        passphrase: Option<&Passphrase>,
        created: Timestamp,
        expires: Timestamp,
        network: ClientNetwork,
    ) -> Result<Envelope, Error> {
        let Some(passphrase) = passphrase else {
            return self.seal_open(key, plaintext, created, expires);
        };
        // Boxed: the future of a secret without a passphrase would be as large.
        let hasher = self.pool.asked_by(network, Priority::Create);
        Box::pin(self.seal_protected(key, plaintext, passphrase.expose(), created, expires, hasher)).await
    }

    /// Seals `plaintext` under `key` and no passphrase.
    pub fn seal_open(
        &self,
        key: &SecretKey,
        plaintext: &Plaintext,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<Envelope, Error> {
        let ring = self.ring();
        let writer = ring.writer();
        let sid = secret_id(key);
        let dek = link_prk(&writer.root, key).sub("secret/dek", &sid.0);
        seal_body(head(writer, KDF_NONE, created, expires), &[], &dek, sid, plaintext.expose().as_bytes())
    }

    /// Tries a passphrase on a protected envelope: a run of its hash for each form of it, a constant-time compare, and the value
    /// is opened *before* any claim, so that damage is found while nothing is consumed. `network` waits for the runs. `None`:
    /// wrong passphrase.
    pub async fn unlock(
        &self,
        ring: &Keyring,
        key: &SecretKey,
        envelope: &Envelope,
        passphrase: &Passphrase,
        now: Timestamp,
        network: ClientNetwork,
    ) -> Result<Option<Opened>, Error> {
        let hasher = self.pool.asked_by(network, Priority::Read);
        match envelope.field(layout::KDF) {
            [KDF_BCRYPT] => self.unlock_protected(ring, key, envelope, passphrase, now, hasher).await,
            #[cfg(not(feature = "import"))]
            [KDF_LEGACY] => Err(Error::NoCipher),
            #[cfg(feature = "import")]
            [KDF_LEGACY] => self.unlock_legacy(ring, key, envelope, passphrase, now, hasher).await,
            [KDF_IMPORTED] => self.unlock_imported(ring, key, envelope, passphrase, now, hasher).await,
            _ => Err(Error::Damaged),
        }
    }
}

impl Keyring {
    /// Opens an unprotected envelope. A method of the ring and not of the vault: what was claimed under a ring is opened
    /// under the same one, even if keys were retired since.
    pub fn open(&self, key: &SecretKey, envelope: &Envelope, now: Timestamp) -> Result<Plaintext, Error> {
        if envelope.field::<1>(layout::KDF) != [KDF_NONE] {
            return Err(Error::Damaged);
        }
        let root = self.find(envelope.key_id())?;
        open_text(&link_prk(root, key), envelope, layout::BODY, secret_id(key), now)
    }
}

/// What is authenticated: the head without the nonce, the secret's id, and what stands between head and ciphertext, if
/// anything does.
fn aad(head: &[u8; layout::BODY], sid: SecretId, between: &[u8]) -> Zeroizing<Vec<u8>> {
    let parts = [V, b"aad", &head[..layout::NONCE], &sid.0, between];
    lp(if between.is_empty() { &parts[..4] } else { &parts })
}

/// The head of a new envelope; the fields for a passphrase are zero.
pub(super) fn head(writer: &RingKey, kdf: u8, created: Timestamp, expires: Timestamp) -> [u8; layout::BODY] {
    let mut head = [0u8; layout::BODY];
    head[..4].copy_from_slice(&layout::MAGIC);
    head[layout::KEY_ID..layout::KDF].copy_from_slice(&writer.id.0);
    head[layout::KDF] = kdf;
    head[layout::CREATED..layout::EXPIRES].copy_from_slice(&created.0.to_be_bytes());
    head[layout::EXPIRES..layout::NONCE].copy_from_slice(&expires.0.to_be_bytes());
    head[layout::NONCE..].copy_from_slice(&random::bytes::<12>());
    head
}

/// Seals a value under a key that a passphrase is part of, with a verifier in the head that tells whether it was right.
pub(super) fn seal_verified(
    mut head: [u8; layout::BODY],
    between: &[u8],
    prk: &Prk,
    sid: SecretId,
    plaintext: &Plaintext,
) -> Result<Envelope, Error> {
    head[layout::VERIFIER..layout::CREATED].copy_from_slice(&*prk.sub("pass/verify", &sid.0));
    seal_body(head, between, &prk.sub("secret/dek", &sid.0), sid, plaintext.expose().as_bytes())
}

/// Opens what [`seal_verified`] made, whose ciphertext begins at `body`. `None`: the key is made of another passphrase.
pub(super) fn open_verified(
    prk: &Prk,
    envelope: &Envelope,
    body: usize,
    sid: SecretId,
    now: Timestamp,
) -> Result<Option<Opened>, Error> {
    let verifier: [u8; 32] = envelope.field(layout::VERIFIER);
    if !bool::from(prk.sub("pass/verify", &sid.0).ct_eq(&verifier)) {
        return Ok(None);
    }
    let plaintext = open_text(prk, envelope, body, sid, now)?;
    Ok(Some(Opened { proof: Unlocked::verified(envelope.nonce()), plaintext }))
}

/// Encrypts `content` and appends it to a complete head and what stands `between`, which is nothing but with `KDF_IMPORTED`.
pub(super) fn seal_body(
    head: [u8; layout::BODY],
    between: &[u8],
    dek: &[u8; 32],
    sid: SecretId,
    content: &[u8],
) -> Result<Envelope, Error> {
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&head[layout::NONCE..]);
    let (start, padded) = (head.len() + between.len(), (4 + content.len()).next_multiple_of(BLOCK));
    let mut bytes = Zeroizing::new(Vec::with_capacity(start + padded + TAG));
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(between);
    bytes.extend_from_slice(&length(content));
    bytes.extend_from_slice(content);
    bytes.resize(start + padded, 0);
    encrypt(dek, nonce, &mut bytes, start, &aad(&head, sid, between));
    Envelope::from_bytes(mem::take(&mut *bytes)).ok_or(Error::Damaged)
}

/// Decrypts the value of an envelope whose ciphertext begins at `body`.
fn open_text(
    prk: &Prk,
    envelope: &Envelope,
    body: usize,
    sid: SecretId,
    now: Timestamp,
) -> Result<Plaintext, Error> {
    let mut content = content(&prk.sub("secret/dek", &sid.0), envelope, body, sid, now)?;
    let text = String::from_utf8(mem::take(&mut *content)).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        Error::Damaged
    })?;
    Ok(Plaintext::new(Zeroizing::new(text)))
}

/// Decrypts what [`seal_body`] encrypted, from `body` on; refused once expired.
pub(super) fn content(
    dek: &[u8; 32],
    envelope: &Envelope,
    body: usize,
    sid: SecretId,
    now: Timestamp,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let head: [u8; layout::BODY] = envelope.field(0);
    let (before, sealed) = envelope.as_bytes().split_at_checked(body).ok_or(Error::Damaged)?;
    let mut padded = decrypt(dek, envelope.nonce(), sealed, &aad(&head, sid, &before[layout::BODY..]))?;
    if now >= Timestamp(u64::from_be_bytes(envelope.field(layout::EXPIRES))) {
        return Err(Error::Expired);
    }
    let (length, rest) = padded.split_first_chunk::<4>().ok_or(Error::Damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Error::Damaged)?;
    if length > rest.len() {
        return Err(Error::Damaged);
    }
    padded.drain(..4);
    padded.truncate(length);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use super::super::key_material::{prehash, protected_prk};
    use super::super::{HashPool, RootKey};
    use super::*;
    use crate::domain::vectors::Vector;

    fn vault() -> Vault {
        let ring = Keyring::new(vec![RingKey::new(RootKey::from_bytes([7; 32]))]).unwrap();
        Vault::new(ring, HashPool::new(4))
    }

    fn here() -> ClientNetwork {
        ClientNetwork::of([192, 0, 2, 1].into())
    }

    fn text(text: &str) -> Plaintext {
        Plaintext::new(Zeroizing::new(text.to_owned()))
    }

    /// What every vector of an envelope says of its head and of what is encrypted.
    fn fits(vector: &Vector, content: &[u8]) -> (SecretKey, Envelope, Timestamp) {
        let key = SecretKey::parse(&vector.text("link")).unwrap();
        let sid = secret_id(&key);
        assert_eq!(sid.0, vector.array("sid"));
        let envelope = Envelope::from_bytes(vector.hex("envelope")).unwrap();
        assert_eq!(envelope.nonce(), vector.array("nonce"));
        assert_eq!(*aad(&envelope.field(0), sid, &[]), vector.hex("aad"));
        let (dek, sealed) = (vector.array("dek"), &envelope.as_bytes()[layout::BODY..]);
        let padded = decrypt(&dek, envelope.nonce(), sealed, &vector.hex("aad")).unwrap();
        assert_eq!(*padded, vector.hex("padded"));
        // The same bytes once more, from the head and the data key.
        let again = seal_body(envelope.field(0), &[], &vector.array("dek"), sid, content).unwrap();
        assert_eq!(again, envelope);
        assert_eq!(
            Timestamp(u64::from_be_bytes(envelope.field(layout::EXPIRES))),
            Timestamp(vector.int("expires"))
        );
        (key, envelope, Timestamp(vector.int("created")))
    }

    #[test]
    fn the_published_vector_without_a_passphrase() {
        let vector = Vector::named("secret-1-none");
        let value = vector.text("value");
        let (key, envelope, created) = fits(&vector, value.as_bytes());
        let vault = Vault::from_vector(&vector);
        assert_eq!(vault.ring().open(&key, &envelope, created).unwrap().expose(), value);
        let made = head(vault.ring().writer(), KDF_NONE, created, Timestamp(vector.int("expires")));
        assert_eq!(made[..layout::NONCE], envelope.as_bytes()[..layout::NONCE]);
    }

    #[tokio::test]
    async fn the_published_vector_with_a_passphrase() {
        let vector = Vector::named("secret-1-bcrypt");
        let (value, root) = (vector.text("value"), RootKey::from_bytes(vector.array("root")));
        let passphrase = Passphrase::parse(Zeroizing::new(vector.text("passphrase"))).unwrap();
        let (key, envelope, created) = fits(&vector, value.as_bytes());
        let sid = secret_id(&key);
        let (cost, salt) = (vector.int("cost"), vector.array("salt"));
        let pre = prehash(&root, &key, sid, passphrase.expose());
        assert_eq!(*pre, vector.text("p"));
        let pool = HashPool::new(cost);
        let hasher = pool.asked_by(here(), Priority::Read);
        assert_eq!(*hasher.bcrypt(pre, cost, salt).await.unwrap(), vector.text("h"));
        let prk = protected_prk(hasher, &root, &key, sid, passphrase.expose(), cost, salt).await.unwrap();
        assert_eq!(*prk.sub("pass/verify", &sid.0), vector.array("verifier"));
        assert_eq!(*prk.sub("secret/dek", &sid.0), vector.array("dek"));
        let vault = Vault::from_vector(&vector);
        let opened = vault
            .unlock(&vault.ring(), &key, &envelope, &passphrase, created, here())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(opened.plaintext.expose(), value);
    }

    #[tokio::test]
    async fn the_published_vector_of_an_imported_secret() {
        let vector = Vector::named("secret-1-legacy");
        let passphrase = Passphrase::parse(Zeroizing::new(vector.text("passphrase"))).unwrap();
        let (key, envelope, created) = fits(&vector, &vector.hex("content"));
        let vault = Vault::from_vector(&vector);
        let opened = vault
            .unlock(&vault.ring(), &key, &envelope, &passphrase, created, here())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(opened.plaintext.expose(), vector.text("value"));
    }

    #[tokio::test]
    async fn a_value_takes_its_link_its_root_key_and_its_passphrase() {
        let vault = vault();
        let (key, _) = crate::domain::key::generate_pair();
        let (other_key, _) = crate::domain::key::generate_pair();
        let (now, later) = (Timestamp(1_000), Timestamp(2_000));
        let open = vault.seal(&key, &text("value"), None, now, later, here()).await.unwrap();
        assert_eq!(vault.ring().open(&key, &open, now).unwrap().expose(), "value");
        assert!(matches!(vault.ring().open(&other_key, &open, now), Err(Error::Damaged)));
        assert!(
            matches!(vault.ring().open(&key, &open, later), Err(Error::Expired)),
            "gone exactly at its expiry"
        );
        let stranger = Vault::new(Keyring::generate(now), HashPool::new(4));
        assert!(
            matches!(stranger.ring().open(&key, &open, now), Err(Error::UnknownKey(id)) if id == open.key_id())
        );

        let word = |word: &str| Passphrase::parse(Zeroizing::new(word.to_owned())).unwrap();
        let locked =
            vault.seal(&key, &text("value"), Some(&word("right")), now, later, here()).await.unwrap();
        assert!(
            vault.unlock(&vault.ring(), &key, &locked, &word("wrong"), now, here()).await.unwrap().is_none()
        );
        let opened =
            vault.unlock(&vault.ring(), &key, &locked, &word("right"), now, here()).await.unwrap().unwrap();
        assert_eq!((opened.plaintext.expose(), *opened.proof.nonce()), ("value", locked.nonce()));
        assert!(matches!(vault.ring().open(&key, &locked, now), Err(Error::Damaged)));
    }

    /// Sealed before passphrases were composed, it opens to who sends the same bytes.
    #[tokio::test]
    async fn an_older_secret_is_tried_with_the_passphrase_as_it_was_sent() {
        let vault = vault();
        let (key, _) = crate::domain::key::generate_pair();
        let (now, later) = (Timestamp(1_000), Timestamp(2_000));
        let hasher = vault.pool.asked_by(here(), Priority::Create);
        let sealed =
            vault.seal_protected(&key, &text("value"), "cafe\u{301}", now, later, hasher).await.unwrap();
        let word = |word: &str| Passphrase::parse(Zeroizing::new(word.to_owned())).unwrap();
        let ring = vault.ring();
        let opened = vault.unlock(&ring, &key, &sealed, &word("cafe\u{301}"), now, here()).await.unwrap();
        assert_eq!(opened.unwrap().plaintext.expose(), "value");
        for wrong in ["caf\u{e9}", "cafe", "cafe\u{300}"] {
            assert!(
                vault.unlock(&ring, &key, &sealed, &word(wrong), now, here()).await.unwrap().is_none(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_guess_whose_other_form_found_no_core_stays_one() {
        let busy = || Error::Busy { retry_after: std::time::Duration::from_secs(1) };
        assert!(matches!(busy().of_form(false), Error::Busy { .. }));
        assert!(matches!(busy().of_form(true), Error::BusyAfterTry { .. }));
    }

    #[tokio::test]
    async fn lengths_of_short_values_do_not_show() {
        let vault = vault();
        let (key, _) = crate::domain::key::generate_pair();
        let mut lengths = std::collections::HashSet::new();
        for length in 0..=60 {
            let sealed = vault
                .seal(&key, &text(&"x".repeat(length)), None, Timestamp(1), Timestamp(2), here())
                .await
                .unwrap();
            lengths.insert(sealed.as_bytes().len());
        }
        assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [90 + 64 + 16]);
    }
}
