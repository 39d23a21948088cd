//! Prompts at the terminal. What is typed is not echoed.

use super::error::ClientError;
use super::hidden::Hidden;

/// Asks for one line at the terminal, whatever stdin is; without a terminal, `otherwise` is what to do.
pub(super) fn ask(question: &str, otherwise: &str) -> Result<Hidden, ClientError> {
    rpassword::prompt_password(question).map(Hidden::new).map_err(|error| {
        ClientError::call(format!("there is no terminal to ask at: {error}\nhint: {otherwise}"))
    })
}
