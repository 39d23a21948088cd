//! `[redis]`: what a store's address cannot say.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::text::{self, FromText, Refusal};

/// Confirmation, and the files of TLS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// By whom a write has to be confirmed before it counts.
    #[serde(deserialize_with = "text::required")]
    pub confirm: Confirm,
    /// Certificates to check the server's against; `None` means the system's.
    #[serde(deserialize_with = "text::optional")]
    pub ca_file: Option<PathBuf>,
    /// This client's certificate; there whenever `key_file` is.
    #[serde(deserialize_with = "text::optional")]
    pub cert_file: Option<PathBuf>,
    /// This client's private key.
    #[serde(deserialize_with = "text::optional")]
    pub key_file: Option<PathBuf>,
}

impl Redis {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        let (missing, set) = match (&self.cert_file, &self.key_file) {
            (Some(_), None) => ("redis.key_file", "redis.cert_file"),
            (None, Some(_)) => ("redis.cert_file", "redis.key_file"),
            _ => return Ok(()),
        };
        Err(Error::about(missing, &format!("empty, but `{set}` is set"), &check.origin(set)))
    }
}

/// Who has to confirm a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Nobody but the server that took it.
    None,
    /// So many replicas.
    Replicas(NonZeroU32),
}

impl FromText for Confirm {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if text == "none" {
            return Ok(Self::None);
        }
        let count = text.strip_prefix("replicas:").filter(|count| count.bytes().all(|b| b.is_ascii_digit()));
        count
            .and_then(|count| count.parse().ok())
            .map(Self::Replicas)
            .ok_or_else(|| Refusal::expected("`none` or `replicas:N`, N at least 1", text))
    }
}
