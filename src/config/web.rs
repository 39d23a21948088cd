//! `[web]`: the pages.

use serde::Deserialize;

use super::text::{self, FromText, Refusal, one_of};

/// Whether and how pages are served.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Whether they are.
    pub enabled: bool,
    /// How a page asks before it shows a secret.
    #[serde(deserialize_with = "text::required")]
    pub reveal: Reveal,
}

/// What a reader has to do to see a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// Click a button.
    Click,
    /// Type four characters the page shows.
    Type,
}

impl FromText for Reveal {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        one_of(text, [("click", Self::Click), ("type", Self::Type)])
    }
}
