//! Passphrases, and what a caller sent as one.
//!
//! What people read as one letter has several spellings in Unicode: `é` is one character from most keyboards, and two from
//! a Mac. A passphrase is therefore composed (NFC) before it is hashed, when it is set and when it is tried; nothing else
//! about it is changed (ADR 0044).

use std::{fmt, iter};

use icu_normalizer::ComposingNormalizerBorrowed;
use zeroize::Zeroizing;

/// The longest passphrase, in characters, composed (v1-contract.md §5.4).
pub const MAX_CHARS: usize = 128;
/// Into how many characters one can be taken apart at most: U+1F82 has as many.
const MOST_PARTS: usize = 4;
/// How many times as many bytes composing takes at most (Unicode FAQ on normalization: U+1D160).
const MOST_GROWTH: usize = 3;

/// A passphrase of 1 to 128 characters: composed, not trimmed, case-sensitive. Wiped when dropped.
pub struct Passphrase {
    composed: Zeroizing<String>,
    /// What was sent, where that is something else.
    sent: Option<Zeroizing<String>>,
}

impl Passphrase {
    /// `None` when empty (which means "no passphrase") or, composed, longer than [`MAX_CHARS`].
    #[must_use]
    pub fn parse(text: Zeroizing<String>) -> Option<Self> {
        let is_too_long = |text: &str, most: usize| text.chars().nth(most).is_some();
        // Before anything is made of it: no longer one has so few characters, composed.
        if text.is_empty() || is_too_long(&text, MOST_PARTS * MAX_CHARS) {
            return None;
        }
        let passphrase = match compose(&text) {
            Some(composed) => Self { composed, sent: Some(text) },
            None => Self { composed: text, sent: None },
        };
        (!is_too_long(&passphrase.composed, MAX_CHARS)).then_some(passphrase)
    }

    /// The passphrase itself, composed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.composed
    }

    /// The forms to try on what was sealed here: composed, then as it was sent where that differs.
    pub fn composed_first(&self) -> impl Iterator<Item = &str> {
        iter::once(self.expose()).chain(self.sent())
    }

    /// The forms to try on what another server sealed, which did not compose: as it was sent, then composed.
    pub fn as_sent_first(&self) -> impl Iterator<Item = &str> {
        self.sent().into_iter().chain(iter::once(self.expose()))
    }

    fn sent(&self) -> Option<&str> {
        self.sent.as_ref().map(|text| text.as_str())
    }
}

/// The text composed, where that is another one.
fn compose(text: &str) -> Option<Zeroizing<String>> {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    if nfc.is_normalized(text) {
        return None;
    }
    // With room for the longest outcome: a text that grows leaves a copy behind.
    let mut composed = Zeroizing::new(String::with_capacity(MOST_GROWTH * text.len()));
    nfc.normalize_to(text, &mut *composed).ok()?;
    Some(composed)
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
    fn letters_are_composed_and_nothing_else_is_changed() {
        let read = |text: &str| Passphrase::parse(Zeroizing::new(text.to_owned())).unwrap();
        for (sent, composed) in [
            ("cafe\u{301}", "caf\u{e9}"),
            ("\u{212b}", "\u{c5}"),
            ("\u{1100}\u{1161}", "\u{ac00}"),
            // The order of marks of which neither moves the other.
            ("a\u{301}\u{323}", "\u{1ea1}\u{301}"),
        ] {
            let passphrase = read(sent);
            assert_eq!(passphrase.expose(), composed);
            assert!(passphrase.composed_first().eq([composed, sent]), "{sent}");
            assert!(passphrase.as_sent_first().eq([sent, composed]), "{sent}");
        }
        for kept in ["caf\u{e9}", "\u{fb01}", " a\0\r\n\u{7f}\u{a0} ", "\u{feff}x", "PASS", "x\u{200d}"] {
            let passphrase = read(kept);
            assert!(
                passphrase.composed_first().eq([kept]) && passphrase.as_sent_first().eq([kept]),
                "{kept:?}"
            );
        }
    }

    proptest::proptest! {
        /// Composing twice is composing once, in the room that was made for it.
        #[test]
        fn any_text_is_composed_within_its_bounds(text in "[a-zé\u{300}-\u{36f}\u{958}-\u{95f}\u{1d15e}-\u{1d164}\u{1f82}\u{ac00}\u{1100}-\u{1175}]{1,200}") {
            let Some(composed) = compose(&text) else { return Ok(()) };
            proptest::prop_assert!(composed.capacity() == MOST_GROWTH * text.len(), "it did not grow");
            proptest::prop_assert!(compose(&composed).is_none());
            proptest::prop_assert!(text.chars().count() <= MOST_PARTS * composed.chars().count());
        }
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
