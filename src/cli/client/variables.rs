//! The client's environment variables. Empty ones count as absent.

use std::env::VarError;

use super::error::ClientError;

/// Where the server is.
pub(super) const URL: &str = "READONCE_URL";
/// The account.
pub(super) const USER: &str = "READONCE_USER";
/// Its API token.
pub(super) const TOKEN: &str = "READONCE_TOKEN";
/// The passphrase of the secret.
pub(super) const PASSPHRASE: &str = "READONCE_PASSPHRASE";

/// A variable's text.
pub(super) fn variable(name: &str) -> Result<Option<String>, ClientError> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ClientError::call(format!("the variable `{name}` is not UTF-8"))),
    }
}
