//! The client's environment variables.
//!
//! An empty one is refused wherever it would count: a secret that a CI system does not find is an empty variable, and without
//! its passphrase or its account something would be shared otherwise than was meant, without a word. So is one with a blank
//! or a line end around it (ADR 0059).

use std::env::VarError;

use super::error::ClientError;
use crate::domain::text::{STRAY_END_HINT, stray_end};

/// Where the server is.
pub(super) const URL: &str = "READONCE_URL";
/// The account.
pub(super) const USER: &str = "READONCE_USER";
/// Its API token.
pub(super) const TOKEN: &str = "READONCE_TOKEN";
/// The passphrase of the secret.
pub(super) const PASSPHRASE: &str = "READONCE_PASSPHRASE";
/// The link of the secret, or of its receipt.
pub(super) const LINK: &str = "READONCE_LINK";

/// A variable's text, `None` when it is not set. It is not in any error.
pub(super) fn variable(name: &str) -> Result<Option<String>, ClientError> {
    let text = match std::env::var(name) {
        Ok(text) => text,
        Err(VarError::NotPresent) => return Ok(None),
        Err(VarError::NotUnicode(_)) => {
            return Err(ClientError::call(format!("the variable `{name}` is not UTF-8")));
        }
    };
    if text.is_empty() {
        return Err(ClientError::call(format!(
            "the variable `{name}` is set, and empty\nhint: unset it to go without; a secret that a CI system does not find is an empty variable"
        )));
    }
    if let Some(stray) = stray_end(&text) {
        let as_it_is = if name == PASSPHRASE { "; --passphrase-file takes blanks as they are" } else { "" };
        return Err(ClientError::call(format!(
            "the variable `{name}` {stray}\nhint: {STRAY_END_HINT}{as_it_is}"
        )));
    }
    Ok(Some(text))
}
