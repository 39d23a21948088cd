//! `[log]`: log lines. What is logged is `RUST_LOG`, which is read where logging is set up.

use serde::Deserialize;

use super::text::{self, FromText, Refusal, one_of};

/// How log lines are written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Their format.
    #[serde(deserialize_with = "text::required")]
    pub format: LogFormat,
}

/// A format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl FromText for LogFormat {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        one_of(text, [("text", Self::Text), ("json", Self::Json)])
    }
}
