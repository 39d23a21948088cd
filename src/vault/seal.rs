//! AES-256-GCM (NIST SP 800-38D), and the sealed blob of everything but secrets: `kid || nonce || ciphertext || tag`.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use zeroize::Zeroizing;

use super::Error;
use crate::domain::{KeyId, random};

const KEY_ID: usize = 8;
const NONCE: usize = 12;

/// Encrypts `msg`: ciphertext and tag.
pub(super) fn encrypt(key: &[u8; 32], nonce: [u8; 12], msg: &[u8], aad: &[u8]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "AES-GCM encrypts up to 64 GiB")]
    Aes256Gcm::new(key.into()).encrypt(&nonce.into(), Payload { msg, aad }).expect("messages are short")
}

/// Decrypts what [`encrypt`] made; `Damaged` if authentication fails.
pub(super) fn decrypt(
    key: &[u8; 32],
    nonce: [u8; 12],
    msg: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    Aes256Gcm::new(key.into())
        .decrypt(&nonce.into(), Payload { msg, aad })
        .map(Zeroizing::new)
        .map_err(|_| Error::Damaged)
}

/// Seals `msg` into a blob that names the root key `kid`.
pub(super) fn seal_blob(kid: KeyId, key: &[u8; 32], msg: &[u8], aad: &[u8]) -> Vec<u8> {
    let nonce = random::bytes::<NONCE>();
    let sealed = encrypt(key, nonce, msg, aad);
    let mut blob = Vec::with_capacity(KEY_ID + NONCE + sealed.len());
    blob.extend_from_slice(&kid.0);
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(&sealed);
    blob
}

/// Splits a blob into key id, nonce, and ciphertext with tag.
pub(super) fn split_blob(blob: &[u8]) -> Result<(KeyId, [u8; NONCE], &[u8]), Error> {
    let (kid, rest) = blob.split_first_chunk::<KEY_ID>().ok_or(Error::Damaged)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Error::Damaged)?;
    Ok((KeyId(*kid), *nonce, sealed))
}
