//! Confidential text: values, passphrases, tokens, and the links and keys that open them.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// Wiped when dropped, `[..]` under `Debug`.
#[derive(Clone, Default)]
pub(super) struct Hidden(Zeroizing<String>);

impl Hidden {
    pub(super) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// `None` for an empty text.
    pub(super) fn non_empty(self) -> Option<Self> {
        (!self.0.is_empty()).then_some(self)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden[..]")
    }
}

/// For arguments.
impl FromStr for Hidden {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // Null is as good as absent.
        Ok(Option::<String>::deserialize(from)?.map_or_else(Self::default, Self::new))
    }
}
