//! Errors of the client's verbs: the message and the exit code.

use std::fmt;
use std::process::ExitCode;

use crate::domain::text::printable;

/// The exit codes; the numbers are those of `--help` and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Something here, or an answer that nobody understands.
    Failed = 1,
    /// The call itself is wrong.
    WrongCall = 2,
    /// Unknown, read, burned or expired: a v1 server says no more.
    Gone = 3,
    /// Only where the server says so.
    WrongPassphrase = 4,
    /// Credentials, limits, a value it does not take.
    Refused = 5,
    /// Nothing was asked, or the server says that it did nothing.
    Unreachable = 6,
    /// It was asked, and nobody knows what came of it.
    OutcomeUnknown = 7,
    /// `receipt --wait`.
    Burned = 8,
    /// `receipt --wait`.
    Expired = 9,
    /// `receipt --wait --timeout`.
    StillUnread = 10,
}

/// An error with its exit code. The text may end in `\nhint: …`.
#[derive(Debug)]
pub(super) struct ClientError {
    pub(super) exit: Exit,
    message: String,
}

impl ClientError {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// A wrong call.
    pub(super) fn call(message: impl Into<String>) -> Self {
        Self::new(Exit::WrongCall, message)
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ClientError {}

/// The number of any error of the command: 1, unless a verb of the client knows better.
pub(in crate::cli) fn exit_code(error: &anyhow::Error) -> ExitCode {
    error
        .downcast_ref::<ClientError>()
        .map_or(ExitCode::FAILURE, |failure| ExitCode::from(failure.exit as u8))
}

/// The beginning of a server's text, fit to be shown: one short line, without anything that a terminal would obey.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 300;
    let text = text.trim();
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    printable(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_errors_are_ones() {
        assert_eq!(exit_code(&anyhow::anyhow!("x")), ExitCode::FAILURE);
        let failure = anyhow::Error::new(ClientError::new(Exit::Gone, "x"));
        assert_eq!(exit_code(&failure), ExitCode::from(3));
        assert_eq!(exit_code(&failure.context("while reading")), ExitCode::from(3));
    }

    #[test]
    fn servers_do_not_write_to_the_terminal() {
        assert_eq!(excerpt(" a\u{1b}[2Jb\n\u{9b}c "), "a\\u{1b}[2Jb\\n\\u{9b}c");
        assert_eq!(excerpt(&"x".repeat(1000)).len(), 300);
    }
}
