//! `[access]`: who may do what.

use serde::Deserialize;

use super::text::{self, FromText, Refusal, one_of};

/// What needs an account.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Who may create secrets.
    #[serde(deserialize_with = "text::required")]
    pub create: Who,
    /// Who may see metadata and burn, given the metadata key.
    #[serde(deserialize_with = "text::required")]
    pub metadata: Who,
}

/// Whom a door is open to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Those with an account.
    Account,
}

impl FromText for Who {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        one_of(text, [("anyone", Self::Anyone), ("account", Self::Account)])
    }
}
