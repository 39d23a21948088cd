//! The secret that an upstream server was configured with.

use std::fmt;

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use super::cipher::join_present;
use crate::domain::text::hex;

/// The secret that an upstream server was configured with (`site.secret`); none, the default, where it was switched off.
#[derive(Clone, Default)]
pub struct UpstreamSecret(Option<Zeroizing<String>>);

impl UpstreamSecret {
    /// The secret from its text; empty means none.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self((!text.is_empty()).then_some(text))
    }

    pub(in crate::vault) fn text(&self) -> Option<&str> {
        self.0.as_ref().map(|text| text.as_str())
    }

    /// Whether `stored` is the checksum of `value` on a server with this secret: SHA-1 over secret, class, length in
    /// characters and value.
    #[must_use]
    pub fn is_checksum(&self, value: &str, stored: &str) -> bool {
        let lengths = [value.chars().count(), value.len()];
        lengths.into_iter().any(|length| {
            let length = length.to_string();
            let text = join_present(&[self.text(), Some("String"), Some(&length), Some(value)]);
            Zeroizing::new(hex(&Sha1::digest(text.as_bytes()))).eq_ignore_ascii_case(stored)
        })
    }
}

impl fmt::Debug for UpstreamSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamSecret[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> UpstreamSecret {
        UpstreamSecret::new(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn the_checksum_takes_secret_and_value() {
        let site = secret("0123456789abcdef0123456789abcdef0123456789abcdef");
        let stored = "76e01c680f73eb9d18294c4dff2f050f688e2db6";
        assert!(site.is_checksum("plain value one", stored));
        assert!(!site.is_checksum("plain value two", stored));
        assert!(!secret("another").is_checksum("plain value one", stored));
    }
}
