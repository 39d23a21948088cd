//! Passphrases, and what a caller sent as one.

use std::fmt;

use zeroize::Zeroizing;

/// The longest passphrase, in characters (v1-contract.md §5.4).
pub const MAX_CHARS: usize = 128;

/// A passphrase of 1 to 128 characters: not trimmed, case-sensitive. Wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// `None` when empty (which means "no passphrase") or longer than [`MAX_CHARS`].
    #[must_use]
    pub fn parse(text: Zeroizing<String>) -> Option<Self> {
        let is_too_long = text.chars().nth(MAX_CHARS).is_some();
        (!text.is_empty() && !is_too_long).then_some(Self(text))
    }

    /// The passphrase itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What a caller sent as a passphrase, parsed once, at the edge.
#[derive(Debug)]
pub enum PresentedPassphrase {
    /// Nothing; or an empty text, which means the same.
    Absent,
    /// One that may be right.
    Possible(Passphrase),
    /// Longer than [`MAX_CHARS`]: no secret can have it.
    TooLong,
}

impl PresentedPassphrase {
    /// Reads what was sent, if anything was.
    #[must_use]
    pub fn parse(text: Option<Zeroizing<String>>) -> Self {
        match text {
            None => Self::Absent,
            Some(text) if text.is_empty() => Self::Absent,
            Some(text) => Passphrase::parse(text).map_or(Self::TooLong, Self::Possible),
        }
    }
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

    #[test]
    fn nothing_is_not_too_long() {
        let read = |text: &str| PresentedPassphrase::parse(Some(Zeroizing::new(text.to_owned())));
        assert!(matches!(PresentedPassphrase::parse(None), PresentedPassphrase::Absent));
        assert!(matches!(read(""), PresentedPassphrase::Absent));
        assert!(matches!(read(&"ä".repeat(128)), PresentedPassphrase::Possible(_)));
        assert!(matches!(read(&"ä".repeat(129)), PresentedPassphrase::TooLong));
    }
}
