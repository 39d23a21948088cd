//! AES-256-GCM (NIST SP 800-38D), and the sealed blob of everything but secrets: `kid || nonce || ciphertext || tag`.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, AeadInOut as _, KeyInit as _, Payload};
use zeroize::Zeroizing;

use super::Error;
use crate::domain::{KeyId, random};

const KEY_ID: usize = 8;
const NONCE: usize = 12;

/// Room for the tag.
pub(super) const TAG: usize = 16;

/// Encrypts what stands in `bytes` from `start` on, where it is, and puts the tag behind it. There has to be room for that: a buffer
/// that grows leaves a copy behind of what was in it.
pub(super) fn encrypt(key: &[u8; 32], nonce: [u8; 12], bytes: &mut Vec<u8>, start: usize, aad: &[u8]) {
    let cipher = Aes256Gcm::new(key.into());
    #[expect(clippy::expect_used, reason = "AES-GCM encrypts up to 64 GiB")]
    let tag = cipher
        .encrypt_inout_detached(&nonce.into(), aad, (&mut bytes[start..]).into())
        .expect("messages are short");
    bytes.extend_from_slice(&tag);
}

/// Decrypts what [`encrypt`] made, ciphertext and tag; `Damaged` if authentication fails.
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
    let mut blob = Zeroizing::new(Vec::with_capacity(KEY_ID + NONCE + msg.len() + TAG));
    blob.extend_from_slice(&kid.0);
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(msg);
    encrypt(key, nonce, &mut blob, KEY_ID + NONCE, aad);
    std::mem::take(&mut *blob)
}

/// Splits a blob into key id, nonce, and ciphertext with tag.
pub(super) fn split_blob(blob: &[u8]) -> Result<(KeyId, [u8; NONCE], &[u8]), Error> {
    let (kid, rest) = blob.split_first_chunk::<KEY_ID>().ok_or(Error::Damaged)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Error::Damaged)?;
    Ok((KeyId(*kid), *nonce, sealed))
}
