//! Passphrases: from a file, the environment or a prompt.

use std::path::PathBuf;

use clap::Args;

use super::error::ClientError;
use super::hidden::Hidden;
use super::input;
use super::prompt;
use super::server::NOTHING;
use super::variables::{PASSPHRASE, variable};

/// How a verb takes a passphrase. Never on the command line itself, where others could read it.
#[derive(Args, Debug)]
pub(super) struct PassphraseArguments {
    #[arg(
        long = "passphrase",
        help = "Ask for the passphrase; without asking, it is READONCE_PASSPHRASE or in --passphrase-file"
    )]
    pub(super) ask: bool,
    /// A file with the passphrase; a line break at its end does not count
    #[arg(long = "passphrase-file", value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// What a request says of a passphrase.
pub(super) fn parameters(passphrase: Option<&Hidden>) -> [(&'static str, &str); 1] {
    [passphrase.map_or(NOTHING, |passphrase| ("passphrase", passphrase.expose()))]
}

impl PassphraseArguments {
    /// One to protect a new secret with: typed twice, as a slip would lock the recipient out.
    pub(super) fn for_new(&self) -> Result<Option<Hidden>, ClientError> {
        if let Some(given) = self.file_or_variable()? {
            return Ok(Some(given));
        }
        if !self.ask {
            return Ok(None);
        }
        let first = ask_passphrase("passphrase (not shown): ")?;
        let second = ask_passphrase("the same again: ")?;
        if first.expose() != second.expose() {
            return Err(ClientError::call("the two passphrases differ\nhint: nothing was shared; try again"));
        }
        non_empty(first).map(Some)
    }

    /// The one of an existing secret.
    pub(super) fn for_existing(&self) -> Result<Option<Hidden>, ClientError> {
        if let Some(given) = self.file_or_variable()? {
            return Ok(Some(given));
        }
        if self.ask { non_empty(ask_passphrase("passphrase (not shown): ")?).map(Some) } else { Ok(None) }
    }

    /// Whether it is typed by a person, who may want to try again.
    pub(super) fn is_typed(&self) -> Result<bool, ClientError> {
        Ok(self.ask && self.passphrase_file.is_none() && variable(PASSPHRASE)?.is_none())
    }

    fn file_or_variable(&self) -> Result<Option<Hidden>, ClientError> {
        let Some(path) = &self.passphrase_file else { return Ok(variable(PASSPHRASE)?.map(Hidden::new)) };
        let text = input::file(path)?;
        let line =
            text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        non_empty(Hidden::new(line.to_owned())).map(Some)
    }
}

fn non_empty(text: Hidden) -> Result<Hidden, ClientError> {
    text.non_empty().ok_or_else(|| {
        ClientError::call("an empty passphrase protects nothing\nhint: leave it out, or give one")
    })
}

/// Asks for a passphrase.
pub(super) fn ask_passphrase(question: &str) -> Result<Hidden, ClientError> {
    prompt::ask(question, "--passphrase-file or READONCE_PASSPHRASE")
}
