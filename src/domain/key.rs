//! Link keys: 31 characters of `[0-9a-z]` (v1-contract.md §6, ADR 0020).
//!
//! Keys imported by `readonce import` have the form they were made in, and none of these is ever generated: before v0.18 they were
//! numbers in base 36 without leading zeros, so one in thirty is shorter, and is accepted from 25 characters on, which is more
//! than 128 bits (docs/decisions/0014); from v0.24 on they have 62 characters, leading zeros written (ADR 0078).
//!
//! The two keys of one secret begin with the same three characters, the [`SlotTag`], so that either key finds the
//! Redis Cluster slot of both; the other 28 are independent draws (144 bits each). A key
//! is a bearer credential, so a log may hold the short form only.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use super::random;

/// Characters in a key of ours, and in most imported ones.
pub const KEY_LEN: usize = 31;
/// Characters in the shortest imported key that is accepted: 129 bits.
pub const SHORTEST_OLD_KEY: usize = 25;
/// Characters in a key that a server of v0.24 or later made: 320 bits.
pub const LONG_KEY_LEN: usize = 62;
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
    characters: [u8; LONG_KEY_LEN],
    length: usize,
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_old = (SHORTEST_OLD_KEY..KEY_LEN).contains(&bytes.len()) && bytes[0] != b'0';
        let is_whole = matches!(bytes.len(), KEY_LEN | LONG_KEY_LEN);
        if !(is_old || is_whole) || !bytes.iter().all(|b| ALPHABET.contains(b)) {
            return None;
        }
        Some(Self::of(&[bytes]))
    }

    fn assemble(tag: SlotTag, rest: &[u8]) -> Option<Self> {
        if rest.len() != REST_LEN || !rest.iter().all(|b| ALPHABET.contains(b)) {
            return None;
        }
        Some(Self::of(&[&tag.0, rest]))
    }

    /// The key of these parts, which are no longer than a key together.
    fn of(parts: &[&[u8]]) -> Self {
        let mut key = Self { characters: [0; LONG_KEY_LEN], length: 0 };
        for part in parts {
            key.characters[key.length..key.length + part.len()].copy_from_slice(part);
            key.length += part.len();
        }
        key
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
            /// A key from the text of a link; `None` for anything but 31 or 62 characters of `[0-9a-z]`, or 25 to 30 of
            /// them that do not begin with a zero.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Key::parse(text).map(Self)
            }

            /// A key of ours from its tag and its own 28 characters.
            #[must_use]
            pub fn assemble(tag: SlotTag, rest: &[u8]) -> Option<Self> {
                Key::assemble(tag, rest).map(Self)
            }

            /// The part it shares with the other key of the secret.
            #[must_use]
            pub fn tag(&self) -> SlotTag {
                self.0.tag()
            }

            /// What follows the tag: the characters that are its own, 28 in a key of ours.
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
    let secret = Key::of(&[&drawn[..KEY_LEN]]);
    let receipt = Key::of(&[&drawn[..TAG_LEN], &drawn[KEY_LEN..]]);
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
        for text in [
            "",
            "abc",
            &"a".repeat(24),
            &"0".repeat(30),
            &"a".repeat(32),
            &"a".repeat(61),
            &"a".repeat(63),
            &"A".repeat(31),
            &"A".repeat(62),
            &"é".repeat(15),
            &"é".repeat(31),
        ] {
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
    fn a_long_key_is_whole_with_its_leading_zeros() {
        for text in ["0isq86gd8udpk0xs6vhnhmfrckgqht0geiwj6oke54jwmxbaax15epxnnqzd3w", &"0".repeat(62)] {
            let key = SecretKey::parse(text).unwrap();
            assert_eq!((key.expose(), key.rest().len()), (text, 59));
            assert_eq!((key.tag().as_str(), key.short()), (&text[..3], &text[..6]));
            assert_ne!(SecretKey::parse(&text[..31]), Some(key.clone()), "a key and its beginning are two");
            assert!(SecretKey::assemble(key.tag(), key.rest()).is_none(), "ours alone are assembled");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let (secret, receipt) = generate_pair();
        assert_eq!(format!("{secret:?} {receipt:?}"), "SecretKey[..] ReceiptKey[..]");
    }
}
