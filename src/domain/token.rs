//! API tokens: 40 hex digits, stored as a hash only (crypto.md §8). Imported ones keep their form, and from v0.24 on that is 50
//! characters of base 36. An account has a first one, which came with it, and perhaps named ones (ADR 0079).

use std::fmt;

use zeroize::Zeroizing;

use super::text::{hex, is_obeyed, unhex};
use super::{Day, Timestamp, random};

/// An API token, as presented or as generated.
#[derive(Clone)]
pub struct ApiToken(Zeroizing<String>);

impl ApiToken {
    /// Generates a token of 160 bits, as 40 hex digits (one client accepts no other form).
    #[must_use]
    pub fn generate() -> Self {
        let mut digits = Zeroizing::new([0; 40]);
        random::draw(b"0123456789abcdef", &mut *digits);
        Self(Zeroizing::new(digits.iter().map(|digit| char::from(*digit)).collect()))
    }

    /// A token as a caller presented it. Not validated: only the comparison of hashes decides.
    #[must_use]
    pub fn presented(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Whether this text has the form of a token, of whichever server: what is to be logged must not be one.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        match text.len() {
            40 => text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            50 => text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            _ => false,
        }
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken[..]")
    }
}

/// The hash of a token under its account's id. Compare in constant time (`vault::accounts`).
#[derive(Clone, Copy)]
pub struct TokenDigest(pub [u8; 32]);

impl TokenDigest {
    /// The digest that no token has: where there is none.
    pub const NONE: Self = Self([0; 32]);

    /// Whether there is a token of it.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.0 != Self::NONE.0
    }

    /// The id of the token: the first 8 bytes. Another 24 are to be guessed by whoever wants to tell a token from it.
    #[must_use]
    pub fn id(&self) -> TokenId {
        let mut id = [0; 8];
        id.copy_from_slice(&self.0[..8]);
        TokenId(id)
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest[..]")
    }
}

/// Which of an account's named tokens: what its owner calls it by when it is to end. Reveals nothing of the token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TokenId(pub [u8; 8]);

impl TokenId {
    /// Reads 16 hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What an owner calls a token: 1 to 60 characters, none that a terminal would obey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenName(String);

impl TokenName {
    /// The most characters.
    pub const MOST: usize = 60;

    /// `None` when `text` is none. Surrounding blanks are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=Self::MOST).contains(&text.chars().count());
        (fits && !text.chars().any(is_obeyed)).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A named token as it is stored.
#[derive(Clone, Debug)]
pub struct NamedToken {
    /// Its name, which need not be the only one of it.
    pub name: TokenName,
    /// Its hash, and with it its id.
    pub digest: TokenDigest,
    /// When it was made, Unix seconds.
    pub created: Timestamp,
    /// From when on it is refused, Unix seconds; `None` for never.
    pub expires: Option<Timestamp>,
    /// The day of its last use.
    pub used: Option<Day>,
}

impl NamedToken {
    /// Whether it is refused at `now`.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["ci", " deploy of the shop ", "Büro – Drucker", "令牌", &"x".repeat(60)] {
            assert_eq!(TokenName::parse(good).unwrap().as_str(), good.trim());
        }
        for bad in ["", "  ", "a\nb", "a\u{1b}[2J", "\u{202e}ic", &"ü".repeat(61)] {
            assert!(TokenName::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn an_id_is_sixteen_hex_digits() {
        let digest = TokenDigest([0xab; 32]);
        assert_eq!(digest.id().to_string(), "abababababababab");
        assert_eq!(TokenId::parse("abababababababab"), Some(digest.id()));
        for bad in ["", "default", "abab", "ababababababababab", "abababababababax"] {
            assert_eq!(TokenId::parse(bad), None, "{bad}");
        }
    }
}
