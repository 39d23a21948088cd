//! An environment variable as a command reads it: one that has a blank or a line end around it is not what was meant
//! (ADR 0059).

use std::env::VarError;
use std::mem;

use zeroize::Zeroizing;

use crate::domain::text::stray_end;

/// Why a variable cannot be used. Holds nothing of its text.
#[derive(Debug, thiserror::Error)]
pub(super) enum VariableError {
    /// It is no text.
    #[error("is not UTF-8")]
    NotUtf8,
    /// It is set, and empty: what a CI system makes of a secret that it does not find.
    #[error("is set, and empty")]
    Empty,
    /// Something stands around it.
    #[error("{0}")]
    Stray(String),
}

/// Reads a variable; `None` when it is not set.
pub(super) fn read(name: &str) -> Result<Option<String>, VariableError> {
    let mut text = match std::env::var(name) {
        Ok(text) => Zeroizing::new(text),
        Err(VarError::NotPresent) => return Ok(None),
        Err(VarError::NotUnicode(_)) => return Err(VariableError::NotUtf8),
    };
    if text.is_empty() {
        return Err(VariableError::Empty);
    }
    match stray_end(&text) {
        Some(stray) => Err(VariableError::Stray(stray)),
        None => Ok(Some(mem::take(&mut *text))),
    }
}
