//! Upstream's encryption of values, reimplemented from its description. Up to v0.23: AES-256-CBC, key and IV from 2048 rounds of
//! MD5 over the hex digits of a SHA-256. From v0.24 on: XChaCha20-Poly1305, its key from `BLAKE2b` and HKDF.

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::Blake2bMac;
use blake2::digest::consts::U32;
use blake2::digest::{FixedOutput as _, Update as _};
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use hkdf::Hkdf;
use md5::Md5;
use sha2::{Digest as _, Sha256};

const ROUNDS: usize = 2048;

/// `value` under the server's secret, the link's key and the passphrase, which is empty for none.
pub(crate) fn seal(secret: &str, key: &str, passphrase: &str, value: &str) -> anyhow::Result<Vec<u8>> {
    let mut under = format!("{secret}:{key}");
    if !passphrase.is_empty() {
        under = format!("{under}:{passphrase}");
    }
    let word = hex(&Sha256::digest(under));
    let first = rounds(&[], &word);
    let second = rounds(&first, &word);
    let iv = rounds(&second, &word);
    let cipher = Encryptor::<Aes256>::new_from_slices(&[first, second].concat(), &iv)?;
    let mut buffer = value.as_bytes().to_vec();
    let length = buffer.len();
    buffer.resize((length / 16 + 1) * 16, 0);
    let sealed = cipher.encrypt_padded::<Pkcs7>(&mut buffer, length);
    Ok(sealed.map_err(|_| anyhow::anyhow!("a value was not padded"))?.to_vec())
}

/// `value` under the server's secret and the link's key, from v0.24 on: a JSON object.
pub(crate) fn seal_newer(secret: &str, key: &str, value: &str) -> anyhow::Result<Vec<u8>> {
    let failed = |_| anyhow::anyhow!("a value was not sealed");
    let context = format!("Onetime::Secret:ciphertext:{key}");
    let mut master = [0; 32];
    let derived = Hkdf::<Sha256>::new(Some(b"onetimesecret-v1"), secret.as_bytes());
    derived.expand(b"familia-enc", &mut master).map_err(|_| anyhow::anyhow!("no key was derived"))?;
    let hash = Blake2bMac::<U32>::new_with_salt_and_personal(Some(&master), &[], b"FamilialMatters\0");
    let mut hash = hash.map_err(|_| anyhow::anyhow!("no key was derived"))?;
    hash.update(context.as_bytes());
    let nonce: [u8; 24] = std::array::from_fn(|at| key.as_bytes().get(at).copied().unwrap_or_default());
    let payload = Payload { msg: value.as_bytes(), aad: context.as_bytes() };
    let cipher = XChaCha20Poly1305::new(&hash.finalize_fixed());
    let sealed = cipher.encrypt(&nonce.into(), payload).map_err(failed)?;
    let (sealed, tag) = sealed.split_at(sealed.len() - 16);
    let [nonce, sealed, tag] = [&nonce[..], sealed, tag].map(|bytes| STANDARD.encode(bytes));
    let json = format!(
        r#"{{"algorithm":"xchacha20poly1305","nonce":"{nonce}","ciphertext":"{sealed}","auth_tag":"{tag}","key_version":"v2","encoding":"UTF-8","envelope_version":2}}"#
    );
    Ok(json.into_bytes())
}

fn rounds(before: &[u8], word: &str) -> [u8; 16] {
    let first: [u8; 16] = Md5::digest([before, word.as_bytes()].concat()).into();
    (1..ROUNDS).fold(first, |block, _| Md5::digest(block).into())
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::{hex, seal};

    /// Made with Ruby's OpenSSL.
    #[test]
    fn vectors_of_the_original() {
        const KEY: &str = "153l8vbwqx5taskp92pf05uvgjefvu9";
        const SECRET: &str = "0123456789abcdef-test-secret";
        for (passphrase, value, expected) in [
            ("", "hello world", "8bdffa6ffc30a0cf53a214165c8c58d5"),
            ("plugh", "héllo ✓", "a8b2ecc2726a9a0cd914cd625c787b3c"),
        ] {
            let sealed = seal(SECRET, KEY, passphrase, value).unwrap();
            assert_eq!(hex(&sealed), expected);
        }
    }
}
