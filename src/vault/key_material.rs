//! Key material of a secret: from its link key, a root key and, if there is one, its passphrase (crypto.md §5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Error;
use super::derive::Prk;
use super::hashing::Hasher;
use super::root_key::RootKey;
use crate::domain::{SecretId, SecretKey};

/// Key material of a secret without a passphrase: link key and root key.
pub(super) fn link_prk(root: &RootKey, key: &SecretKey) -> Prk {
    Prk::base(root, "link", key.expose(), b"")
}

/// Key material of a secret with a passphrase, by the whole text of the passphrase's hash.
pub(super) fn hashed_prk(root: &RootKey, key: &SecretKey, hash: &str) -> Prk {
    Prk::base(root, "link", key.expose(), hash.as_bytes())
}

/// Key material of a secret whose passphrase is hashed here. The passphrase is hashed under link and root key first (43 characters: no
/// NUL, under bcrypt's 72 bytes, a pepper per secret), then stretched by bcrypt; the bcrypt string goes into the key and
/// is never stored.
pub(super) async fn protected_prk(
    hasher: Hasher<'_>,
    root: &RootKey,
    key: &SecretKey,
    sid: SecretId,
    passphrase: &str,
    cost: u8,
    salt: [u8; 16],
) -> Result<Prk, Error> {
    let stretched = hasher.bcrypt(prehash(root, key, sid, passphrase), cost, salt).await?;
    Ok(hashed_prk(root, key, &stretched))
}

/// The input of bcrypt: the passphrase under a pepper that link key and root key make.
pub(super) fn prehash(root: &RootKey, key: &SecretKey, sid: SecretId, passphrase: &str) -> Zeroizing<String> {
    let pepper = link_prk(root, key).sub("pass/pre", &sid.0);
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper.as_slice()).expect("any key length will do");
    mac.update(passphrase.as_bytes());
    let digest = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
    Zeroizing::new(URL_SAFE_NO_PAD.encode(digest.as_slice()))
}
