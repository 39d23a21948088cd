//! A value as upstream keeps it from v0.24 on: a JSON object of base64 texts, sealed by one of two ciphers.
//!
//! The key of each value is derived from the master key of the server's secret and a *context* that names the record;
//! the context is authenticated, too. Where libsodium was there the cipher is XChaCha20-Poly1305, else AES-256-GCM: one store may
//! have both. The trap: what was shared may itself be such an object, which upstream stores unsealed and cannot read.

use aes_gcm::Aes256Gcm;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::Blake2bMac;
use blake2::digest::consts::U32;
use blake2::digest::{FixedOutput as _, Update as _};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use hkdf::Hkdf;
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of an authentication tag, of either cipher.
const TAG: usize = 16;
/// What the context begins with: class and field. The identifier follows.
const CONTEXT: &str = "Onetime::Secret:ciphertext:";
/// `BLAKE2b`'s personalisation, which has 16 bytes.
const PERSONAL: &[u8; 16] = b"FamilialMatters\0";
/// Salts of HKDF: today's, and one that its source calls older.
const SALTS: [&[u8]; 2] = [b"FamiliaEncryption", b"FamilialMatters"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Algorithm {
    XChaCha20Poly1305,
    Aes256Gcm,
}

impl Algorithm {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "xchacha20poly1305" | "xchacha20poly1305-secure" => Some(Self::XChaCha20Poly1305),
            "aes-256-gcm" => Some(Self::Aes256Gcm),
            _ => None,
        }
    }

    fn nonce_bytes(self) -> usize {
        match self {
            Self::XChaCha20Poly1305 => 24,
            Self::Aes256Gcm => 12,
        }
    }
}

/// A sealed value of v0.24 or later.
#[derive(Debug)]
pub struct UpstreamValue {
    algorithm: Algorithm,
    nonce: Vec<u8>,
    /// With the tag behind it.
    sealed: Vec<u8>,
    key_version: String,
}

/// The object's members that are needed; others are of no meaning for secrets.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    algorithm: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    nonce: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    ciphertext: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    auth_tag: std::borrow::Cow<'a, str>,
    key_version: String,
}

impl UpstreamValue {
    /// A value from its JSON text; `None` when it is not one that upstream could have sealed.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        let members: Members<'_> = serde_json::from_slice(json).ok()?;
        let algorithm = Algorithm::parse(&members.algorithm)?;
        let decoded = |text: &str| STANDARD.decode(text).ok();
        let (nonce, tag) = (decoded(&members.nonce)?, decoded(&members.auth_tag)?);
        if nonce.len() != algorithm.nonce_bytes() || tag.len() != TAG {
            return None;
        }
        let mut sealed = decoded(&members.ciphertext)?;
        sealed.extend_from_slice(&tag);
        Some(Self { algorithm, nonce, sealed, key_version: members.key_version })
    }

    /// Which of the server's secrets it was sealed under: `v2`, or `r` and eight hex digits.
    pub(super) fn key_version(&self) -> &str {
        &self.key_version
    }

    /// Opens the value of the secret `identifier`; `None` when it does not authenticate.
    pub(super) fn open(&self, master: &[u8; 32], identifier: &str) -> Option<Zeroizing<Vec<u8>>> {
        let context = format!("{CONTEXT}{identifier}");
        let payload = Payload { msg: &self.sealed, aad: context.as_bytes() };
        let opened = match self.algorithm {
            Algorithm::XChaCha20Poly1305 => {
                let key = blake2b(master, context.as_bytes())?;
                let nonce: &[u8; 24] = self.nonce.as_slice().try_into().ok()?;
                XChaCha20Poly1305::new((&*key).into()).decrypt(nonce.into(), payload).ok()
            }
            Algorithm::Aes256Gcm => {
                let nonce: &[u8; 12] = self.nonce.as_slice().try_into().ok()?;
                SALTS.into_iter().find_map(|salt| {
                    let key = hkdf(master, salt, context.as_bytes())?;
                    let payload = Payload { msg: payload.msg, aad: payload.aad };
                    Aes256Gcm::new((&*key).into()).decrypt(nonce.into(), payload).ok()
                })
            }
        };
        opened.map(Zeroizing::new)
    }
}

/// Keyed and personalised `BLAKE2b` without a salt, as libsodium's `crypto_generichash_blake2b_salt_personal`.
fn blake2b(key: &[u8; 32], message: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut hash = Blake2bMac::<U32>::new_with_salt_and_personal(Some(key), &[], PERSONAL).ok()?;
    hash.update(message);
    Some(Zeroizing::new(hash.finalize_fixed().into()))
}

/// 32 bytes of HKDF-SHA256.
pub(super) fn hkdf(input: &[u8], salt: &[u8], info: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), input).expand(info, key.as_mut_slice()).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(algorithm: &str, nonce: usize, tag: usize) -> String {
        let text = |bytes: usize| STANDARD.encode(vec![7; bytes]);
        format!(
            r#"{{"algorithm":"{algorithm}","nonce":"{}","ciphertext":"AAAA","auth_tag":"{}","key_version":"v2","more":[1]}}"#,
            text(nonce),
            text(tag)
        )
    }

    #[test]
    fn only_what_upstream_could_have_sealed_is_read() {
        for (algorithm, nonce, tag, is_read) in [
            ("xchacha20poly1305", 24, 16, true),
            ("xchacha20poly1305-secure", 24, 16, true),
            ("aes-256-gcm", 12, 16, true),
            ("aes-256-gcm", 24, 16, false),
            ("xchacha20poly1305", 12, 16, false),
            ("aes-256-gcm", 12, 12, false),
            ("rot13", 12, 16, false),
        ] {
            let text = json(algorithm, nonce, tag);
            assert_eq!(UpstreamValue::parse(text.as_bytes()).is_some(), is_read, "{text}");
        }
        let good = json("aes-256-gcm", 12, 16);
        for wrong in ["", "null", "[]", "{}", &good.replace("AAAA", "AA"), &good.replace("key_version", "kv")]
        {
            assert!(UpstreamValue::parse(wrong.as_bytes()).is_none(), "{wrong}");
        }
        assert!(UpstreamValue::parse(b"{\"algorithm\":\"\xff\"}").is_none());
    }
}
