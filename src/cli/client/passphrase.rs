//! Passphrases, and prompts at a terminal. What is typed is not echoed.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::hidden::Hidden;
use super::input;
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

/// What a request says of a passphrase. Without one it says something every server ignores: a body that is not empty shows
/// whether anything went out.
pub(super) fn parameters(passphrase: Option<&Hidden>) -> [(&'static str, &str); 1] {
    [passphrase.map_or(("continue", "true"), |passphrase| ("passphrase", passphrase.expose()))]
}

impl PassphraseArguments {
    /// One to protect a new secret with: typed twice, as a slip would lock the recipient out.
    pub(super) fn for_new(&self) -> Result<Option<Hidden>, Failure> {
        if let Some(given) = self.given()? {
            return Ok(Some(given));
        }
        if !self.ask {
            return Ok(None);
        }
        let first = ask_passphrase("passphrase (not shown): ")?;
        let second = ask_passphrase("the same again: ")?;
        if first.expose() != second.expose() {
            return Err(Failure::call("the two passphrases differ\nhint: nothing was shared; try again"));
        }
        filled(first).map(Some)
    }

    /// One that was told.
    pub(super) fn known(&self) -> Result<Option<Hidden>, Failure> {
        if let Some(given) = self.given()? {
            return Ok(Some(given));
        }
        if self.ask { filled(ask_passphrase("passphrase (not shown): ")?).map(Some) } else { Ok(None) }
    }

    /// Whether it is typed by a person, who may want to try again.
    pub(super) fn is_typed(&self) -> Result<bool, Failure> {
        Ok(self.ask && self.passphrase_file.is_none() && variable(PASSPHRASE)?.is_none())
    }

    fn given(&self) -> Result<Option<Hidden>, Failure> {
        let Some(path) = &self.passphrase_file else { return Ok(variable(PASSPHRASE)?.map(Hidden::new)) };
        let text = input::file(path)?;
        let line =
            text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        filled(Hidden::new(line.to_owned())).map(Some)
    }
}

fn filled(text: Hidden) -> Result<Hidden, Failure> {
    text.filled()
        .ok_or_else(|| Failure::call("an empty passphrase protects nothing\nhint: leave it out, or give one"))
}

/// Asks for a passphrase.
pub(super) fn ask_passphrase(question: &str) -> Result<Hidden, Failure> {
    ask(question, "--passphrase-file or READONCE_PASSPHRASE")
}

/// Asks for one line at the terminal, whatever stdin is; without a terminal, `otherwise` is what to do.
pub(super) fn ask(question: &str, otherwise: &str) -> Result<Hidden, Failure> {
    rpassword::prompt_password(question)
        .map(Hidden::new)
        .map_err(|error| Failure::call(format!("there is no terminal to ask at: {error}\nhint: {otherwise}")))
}
