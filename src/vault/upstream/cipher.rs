//! Upstream's encryption of values up to v0.23; stores that its scripts upgraded to v0.24 still hold such values.
//!
//! AES-256-CBC with key and IV from 2048 rounds of MD5 without salt, over the hex digits of a SHA-256. The trap: it is
//! not authenticated. A wrong key mostly shows as bad padding, and sometimes as garbage; so a passphrase is checked
//! against its bcrypt string first, and a value without one against its checksum.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use md5::Md5;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::UpstreamSecret;
use crate::domain::text::hex;

const ROUNDS: usize = 2048;

/// How a value was encrypted (`value_encryption`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cipher {
    /// The value is empty.
    Empty,
    /// Not at all.
    Plain,
    /// Under its link key, before 2012.
    Link,
    /// Under its link key and the server's secret.
    LinkAndSecret,
}

impl Cipher {
    /// Reads the field's text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_code(text.parse().ok()?)
    }

    pub(in crate::vault) fn from_code(code: i8) -> Option<Self> {
        match code {
            -1 => Some(Self::Empty),
            0 => Some(Self::Plain),
            1 => Some(Self::Link),
            2 => Some(Self::LinkAndSecret),
            _ => None,
        }
    }

    pub(in crate::vault) fn code(self) -> i8 {
        match self {
            Self::Empty => -1,
            Self::Plain => 0,
            Self::Link => 1,
            Self::LinkAndSecret => 2,
        }
    }

    /// Decrypts a value; `None` when the padding is bad or it is not UTF-8. Success does not prove that it is the value.
    #[must_use]
    pub fn open(
        self,
        secret: &UpstreamSecret,
        key: &str,
        passphrase: Option<&str>,
        sealed: &[u8],
    ) -> Option<Zeroizing<String>> {
        let under = match self {
            Self::Empty => return Some(Zeroizing::default()),
            Self::Plain => return text(sealed),
            Self::Link => join_present(&[Some(key), passphrase]),
            Self::LinkAndSecret => join_present(&[secret.text(), Some(key), passphrase]),
        };
        let word = Zeroizing::new(hex(&Sha256::digest(under.as_bytes())));
        let (key, iv) = key_and_iv(word.as_bytes());
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let opened = cbc::Decryptor::<Aes256>::new((&*key).into(), (&*iv).into());
        let length = opened.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
        buffer.truncate(length);
        text(&buffer)
    }
}

fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

/// The present parts, joined by colons.
pub(super) fn join_present(parts: &[Option<&str>]) -> Zeroizing<String> {
    let present: Vec<&str> = parts.iter().copied().flatten().collect();
    Zeroizing::new(present.join(":"))
}

/// OpenSSL's `EVP_BytesToKey` with MD5, no salt and 2048 rounds: three blocks, the first two of them the key.
fn key_and_iv(word: &[u8]) -> (Zeroizing<[u8; 32]>, Zeroizing<[u8; 16]>) {
    let first = rounds(word);
    let second = rounds(&Zeroizing::new([first.as_slice(), word].concat()));
    let iv = rounds(&Zeroizing::new([second.as_slice(), word].concat()));
    let mut key = Zeroizing::new([0; 32]);
    key[..16].copy_from_slice(first.as_slice());
    key[16..].copy_from_slice(second.as_slice());
    (key, iv)
}

fn rounds(input: &[u8]) -> Zeroizing<[u8; 16]> {
    let mut block = Zeroizing::new(<[u8; 16]>::from(Md5::digest(input)));
    for _ in 1..ROUNDS {
        *block = Md5::digest(block.as_slice()).into();
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "153l8vbwqx5taskp92pf05uvgjefvu9";

    fn secret(text: &str) -> UpstreamSecret {
        UpstreamSecret::new(Zeroizing::new(text.to_owned()))
    }

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    /// Made with Ruby's OpenSSL.
    #[test]
    fn vectors_of_the_original() {
        let (key, iv) = key_and_iv(&[b'a'; 64]);
        assert_eq!(hex(&*key), "2b15002ca5585471430b3af08b95f67a55d17fa40864e44c87fe55cac09ff160");
        assert_eq!(hex(&*iv), "7aa77f589129678b560299fb7d0801cb");
        let site = secret("0123456789abcdef-test-secret");
        for (cipher, passphrase, sealed, value) in [
            (Cipher::LinkAndSecret, None, "8bdffa6ffc30a0cf53a214165c8c58d5", "hello world"),
            (Cipher::LinkAndSecret, Some("plugh"), "a8b2ecc2726a9a0cd914cd625c787b3c", "héllo ✓"),
            (Cipher::Link, None, "bc5686e311316ff591c2a9e4d9117e01", "hello world"),
        ] {
            assert_eq!(*cipher.open(&site, KEY, passphrase, &bytes(sealed)).unwrap(), value);
        }
        let sealed = bytes("8bdffa6ffc30a0cf53a214165c8c58d5");
        let other = secret("another").text().map(|_| secret("another")).unwrap();
        assert!(Cipher::LinkAndSecret.open(&other, KEY, None, &sealed).is_none());
        assert!(Cipher::LinkAndSecret.open(&secret(""), KEY, None, &sealed).is_none());
        assert!(Cipher::LinkAndSecret.open(&site, KEY, None, &sealed[..15]).is_none(), "no whole block");
        assert!(Cipher::LinkAndSecret.open(&site, KEY, None, &[]).is_none());
    }
}
