//! API tokens: 40 hex digits, stored as a hash only (crypto.md §8). Imported ones keep their form, and from v0.24 on that is 50
//! characters of base 36.

use std::fmt;

use zeroize::Zeroizing;

use super::random;

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

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest[..]")
    }
}
