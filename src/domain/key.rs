//! Link keys: 31 characters of `[0-9a-z]` (v1-contract.md §6, ADR 0020).
//!
//! Keys imported by `readonce import` are numbers in base 36 without leading zeros, so one in thirty is shorter. Such a
//! key is accepted from 25 characters on, which is more than 128 bits (docs/decisions/0014); none is ever generated.
//!
//! The two keys of one secret begin with the same three characters, the [`SlotTag`], so that either key finds the
//! Redis Cluster slot of both; the other 28 are independent draws (144 bits each). A key
//! is a bearer credential, so a log may hold the short form only.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use super::random;

/// Characters in a key.
pub const KEY_LEN: usize = 31;
/// Characters in the shortest imported key that is accepted: 129 bits.
pub const SHORTEST_OLD_KEY: usize = 25;
/// Characters in the tag that both keys of a secret share.
pub const TAG_LEN: usize = 3;
/// Characters of a key that are its own.
pub const REST_LEN: usize = KEY_LEN - TAG_LEN;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The first three characters of both keys of a secret. Not secret: it is part of Redis key names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SlotTag([u8; TAG_LEN]);

impl SlotTag {
    /// A tag from its three characters; `None` when they are not of `[0-9a-z]`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; TAG_LEN] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|b| ALPHABET.contains(b)).then_some(Self(bytes))
    }

    /// The three characters.
    ///
    /// # Panics
    /// Never: a tag holds ASCII only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

#[derive(Clone, ZeroizeOnDrop)]
struct Key {
    characters: [u8; KEY_LEN],
    length: usize,
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_old = (SHORTEST_OLD_KEY..KEY_LEN).contains(&bytes.len()) && bytes[0] != b'0';
        if !(is_old || bytes.len() == KEY_LEN) || !bytes.iter().all(|b| ALPHABET.contains(b)) {
            return None;
        }
        let mut key = Self { characters: [0; KEY_LEN], length: bytes.len() };
        key.characters[..bytes.len()].copy_from_slice(bytes);
        Some(key)
    }

    fn assemble(tag: SlotTag, rest: &[u8]) -> Option<Self> {
        if rest.len() != REST_LEN || !rest.iter().all(|b| ALPHABET.contains(b)) {
            return None;
        }
        let mut key = Self { characters: [0; KEY_LEN], length: KEY_LEN };
        key.characters[..TAG_LEN].copy_from_slice(&tag.0);
        key.characters[TAG_LEN..].copy_from_slice(rest);
        Some(key)
    }

    fn as_bytes(&self) -> &[u8] {
        &self.characters[..self.length]
    }

    fn tag(&self) -> SlotTag {
        SlotTag([self.characters[0], self.characters[1], self.characters[2]])
    }
}

fn ascii(bytes: &[u8]) -> &str {
    #[expect(clippy::expect_used, reason = "the constructors let only [0-9a-z] in")]
    std::str::from_utf8(bytes).expect("keys are ASCII")
}

macro_rules! link_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Key);

        impl $name {
            /// A key from the text of a link; `None` for anything but 31 characters of `[0-9a-z]`, or 25 to 30 of them
            /// that do not begin with a zero.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Key::parse(text).map(Self)
            }

            /// A key from its tag and its own 28 characters.
            #[must_use]
            pub fn assemble(tag: SlotTag, rest: &[u8]) -> Option<Self> {
                Key::assemble(tag, rest).map(Self)
            }

            /// The part it shares with the other key of the secret.
            #[must_use]
            pub fn tag(&self) -> SlotTag {
                self.0.tag()
            }

            /// What follows the tag: the 28 characters that are its own.
            #[must_use]
            pub fn rest(&self) -> &[u8] {
                &self.0.as_bytes()[TAG_LEN..]
            }

            /// The first six characters: the only form a log or a `secret_shortkey` may hold. (A `shortid` of v2 is an answer to
            /// whoever has the key.)
            #[must_use]
            pub fn short(&self) -> &str {
                ascii(&self.0.as_bytes()[..6])
            }

            /// The whole key, which is the right to what it opens.
            #[must_use]
            pub fn expose(&self) -> &str {
                ascii(self.0.as_bytes())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "[..]"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }
        }

        impl Eq for $name {}
    };
}

link_key! {
    /// The key in the link for the recipient (`secret_key` on the wire). Reads the secret, once.
    SecretKey
}
link_key! {
    /// The sharer's key (`metadata_key` on the wire). Shows the receipt, which names the link while the secret is unread, and
    /// burns the secret: unread and unprotected, it is as good as the link.
    ReceiptKey
}

/// Draws the two keys of a new secret.
///
/// # Panics
/// When the system has no randomness to give.
#[must_use]
pub fn generate_pair() -> (SecretKey, ReceiptKey) {
    let mut drawn = [0; TAG_LEN + 2 * REST_LEN];
    random::draw(ALPHABET, &mut drawn);
    let mut secret = Key { characters: [0; KEY_LEN], length: KEY_LEN };
    secret.characters.copy_from_slice(&drawn[..KEY_LEN]);
    let mut receipt = Key { characters: [0; KEY_LEN], length: KEY_LEN };
    receipt.characters[..TAG_LEN].copy_from_slice(&drawn[..TAG_LEN]);
    receipt.characters[TAG_LEN..].copy_from_slice(&drawn[KEY_LEN..]);
    drawn.zeroize();
    (SecretKey(secret), ReceiptKey(receipt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_shares_its_tag_and_nothing_else() {
        let (secret, receipt) = generate_pair();
        assert_eq!(secret.tag(), receipt.tag());
        assert_ne!(secret.rest(), receipt.rest());
        assert_eq!(secret.expose().len(), 31);
        assert_eq!(SecretKey::parse(secret.expose()), Some(secret.clone()));
        assert_eq!(SecretKey::assemble(secret.tag(), secret.rest()), Some(secret));
    }

    #[test]
    fn anything_else_is_no_key() {
        for text in
            ["", "abc", &"a".repeat(24), &"0".repeat(30), &"a".repeat(32), &"A".repeat(31), &"é".repeat(15)]
        {
            assert!(SecretKey::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_that_lost_its_leading_zeros_is_one_and_another_than_with_them() {
        for length in 25..=30 {
            let text = "a".repeat(length);
            let key = SecretKey::parse(&text).unwrap();
            assert_eq!((key.expose(), key.rest().len()), (text.as_str(), length - 3));
            assert_ne!(SecretKey::parse(&format!("{text:0>31}")), Some(key));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let (secret, receipt) = generate_pair();
        assert_eq!(format!("{secret:?} {receipt:?}"), "SecretKey[..] ReceiptKey[..]");
    }
}
