//! `[redis]`: what a store's address cannot say.

use std::path::PathBuf;

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::text::{self, FromText, Refusal};
use crate::store::redis::Confirm;

/// Confirmation, and the files of TLS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisSection {
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

impl RedisSection {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        let (missing, set) = match (&self.cert_file, &self.key_file) {
            (Some(_), None) => ("redis.key_file", "redis.cert_file"),
            (None, Some(_)) => ("redis.cert_file", "redis.key_file"),
            _ => return Ok(()),
        };
        Err(Error::about(missing, &format!("empty, but `{set}` is set"), &check.origin(set)))
    }
}

impl FromText for Confirm {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| Refusal::expected("`none` or `replicas:N`, N at least 1", text))
    }
}
