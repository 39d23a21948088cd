//! Upstream's encryption of values, reimplemented from its description: AES-256-CBC, key and IV from 2048 rounds of MD5
//! over the hex digits of a SHA-256.

use aes::Aes256;
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
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
