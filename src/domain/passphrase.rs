//! A passphrase as it was presented.

use std::fmt;

use zeroize::Zeroizing;

/// The longest passphrase, in characters (contract §5.4).
pub const MAX_CHARS: usize = 128;

/// A passphrase of 1 to 128 characters: not trimmed, case-sensitive. Wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// `None` when empty (which means "no passphrase") or longer than [`MAX_CHARS`].
    #[must_use]
    pub fn parse(text: Zeroizing<String>) -> Option<Self> {
        (!text.is_empty() && !is_too_long(&text)).then_some(Self(text))
    }

    /// The passphrase itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Whether `text` is longer than a passphrase may be.
#[must_use]
pub fn is_too_long(text: &str) -> bool {
    text.chars().nth(MAX_CHARS).is_some()
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Passphrase::parse(Zeroizing::new("ä".repeat(128))).is_some());
        assert!(Passphrase::parse(Zeroizing::new("ä".repeat(129))).is_none());
        assert!(Passphrase::parse(Zeroizing::new(String::new())).is_none());
        assert!(Passphrase::parse(Zeroizing::new(" ".to_owned())).is_some(), "not trimmed");
    }
}
