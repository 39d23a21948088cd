//! Labels of regions.

use super::text::{FromText, Refusal};

/// A region's label: 1 to 32 letters, digits, hyphens or underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label(String);

impl Label {
    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `text` has the form of a label. Plans are named alike, so that a variable and a TOML key can hold the name.
pub(super) fn is_label(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

impl FromText for Label {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if is_label(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::expected("at most 32 letters, digits, hyphens or underscores", text))
    }
}
