//! The formulas of the design, written out anew: what somebody with the source, and not its promises, would compute.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use readonce::domain::secret::layout;
use readonce::domain::{SecretId, SecretKey};
use readonce::vault::Keyring;
use sha2::{Digest as _, Sha256};

/// `u32be length || part` for each part.
pub(super) fn lp(parts: &[&[u8]]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| [&u32::try_from(part.len()).unwrap().to_be_bytes()[..], part].concat())
        .collect()
}

pub(super) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(lp(parts)).into()
}

/// The root key that writes, out of a stolen keyring file.
pub(super) fn root_key(ring: &Keyring) -> Vec<u8> {
    let line = ring.writer().to_line();
    URL_SAFE_NO_PAD.decode(line.trim_start_matches("readonce1:").split(' ').next().unwrap()).unwrap()
}

/// `HKDF-Expand(HKDF-Extract(root, LP("link", key, x)), LP(V, label, sid))`.
pub(super) fn derived(root: &[u8], key: &[u8], x: &[u8], label: &str, sid: SecretId) -> [u8; 32] {
    let mut out = [0; 32];
    let prk = Hkdf::<Sha256>::new(Some(root), &lp(&[b"link", key, x]));
    prk.expand(&lp(&[b"ots/v1/", label.as_bytes(), &sid.0]), &mut out).unwrap();
    out
}

/// What bcrypt is given for a guessed passphrase.
pub(super) fn prehash(root: &[u8], link: &SecretKey, sid: SecretId, word: &str) -> String {
    let pepper = derived(root, link.expose().as_bytes(), b"", "pass/pre", sid);
    let mut mac = Hmac::<Sha256>::new_from_slice(&pepper).unwrap();
    mac.update(word.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// One guess: a bcrypt run.
pub(super) fn stretched(prehash: &str, cost: u8, salt: [u8; 16]) -> String {
    let bytes = bcrypt::non_truncating_hash_with_salt_bytes(prehash.as_bytes(), cost.into(), salt).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A field of the envelope's head.
pub(super) fn field<const N: usize>(envelope: &[u8], at: usize) -> [u8; N] {
    envelope[at..at + N].try_into().unwrap()
}

/// The data key opens this envelope's value; the bytes of it.
pub(super) fn opens(envelope: &[u8], key: &[u8; 32], sid: SecretId) -> Option<Vec<u8>> {
    opens_from(envelope, layout::BODY, key, sid)
}

/// The same, where something stands between head and ciphertext, which begins at `body`.
pub(super) fn opens_from(envelope: &[u8], body: usize, key: &[u8; 32], sid: SecretId) -> Option<Vec<u8>> {
    use aes_gcm::aead::{Aead as _, Payload};
    let cipher = <aes_gcm::Aes256Gcm as aes_gcm::KeyInit>::new(key.into());
    let parts = [b"ots/v1/", &b"aad"[..], &envelope[..layout::NONCE], &sid.0, &envelope[layout::BODY..body]];
    let aad = lp(if body == layout::BODY { &parts[..4] } else { &parts });
    let nonce: [u8; 12] = field(envelope, layout::NONCE);
    let payload = Payload { msg: &envelope[body..], aad: &aad };
    cipher.decrypt(&nonce.into(), payload).ok()
}
