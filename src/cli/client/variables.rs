//! The client's environment variables.
//!
//! An empty one is refused wherever it would count: a secret that a CI system does not find is an empty variable, and without
//! its passphrase or its account something would be shared otherwise than was meant, without a word. So is one with a blank
//! or a line end around it (ADR 0059).

use super::error::ClientError;
use crate::cli::variable::{self, VariableError};
use crate::domain::text::STRAY_END_HINT;

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
    variable::read(name).map_err(|error| {
        let hint = match error {
            VariableError::NotUtf8 => String::new(),
            VariableError::Empty => {
                "\nhint: unset it to go without; a secret that a CI system does not find is an empty variable"
                    .to_owned()
            }
            VariableError::Stray(_) if name == PASSPHRASE => {
                format!("\nhint: {STRAY_END_HINT}; --passphrase-file takes blanks as they are")
            }
            VariableError::Stray(_) => format!("\nhint: {STRAY_END_HINT}"),
        };
        ClientError::call(format!("the variable `{name}` {error}{hint}"))
    })
}
