//! The plaintext of a secret, in memory only.

use std::fmt;

use zeroize::Zeroizing;

/// A secret's value: UTF-8, byte for byte as it was shared. Wiped when dropped; no `Display`, no `Clone`.
pub struct Plaintext(Zeroizing<String>);

impl Plaintext {
    /// Takes ownership of a value.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Length in bytes of UTF-8.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing to share.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plaintext[..]")
    }
}
