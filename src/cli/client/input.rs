//! Reading the secret from a file, a pipe or the terminal: byte for byte, line breaks too.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::error::{ClientError, Exit};
use super::hidden::Hidden;
use super::prompt;

/// More than any server takes; what grows without end is a mistake.
const LARGEST: u64 = 32 * 1024 * 1024;

/// How `share` takes the secret.
#[derive(Args, Debug)]
pub(super) struct SecretArguments {
    /// Take the secret from this file; `-` is stdin, which is also taken when it is no terminal
    #[arg(long, value_name = "FILE", conflicts_with = "secret")]
    file: Option<PathBuf>,
    /// The secret itself. Every user of this machine can read it here, and the shell keeps it: prefer stdin
    #[arg(long, value_name = "TEXT")]
    secret: Option<Hidden>,
    /// Leave out line breaks at the end, as `echo` and editors add one
    #[arg(long)]
    trim: bool,
}

impl SecretArguments {
    /// The secret; `true` when it is a single line with a line break behind it, which is seldom meant.
    pub(super) fn read(&self) -> Result<(Hidden, bool), ClientError> {
        let text = match (&self.secret, &self.file) {
            (Some(secret), _) => Zeroizing::new(secret.expose().to_owned()),
            (None, Some(path)) if path.as_os_str() != "-" => file(path)?,
            (None, None) if io::stdin().is_terminal() => {
                let typed = prompt::ask("secret, one line (not shown): ", "--file, or a pipe")?;
                Zeroizing::new(typed.expose().to_owned())
            }
            (None, _) => stdin()?,
        };
        let trimmed = text.trim_end_matches(['\r', '\n']);
        let odd = !self.trim && trimmed.len() < text.len() && text.lines().count() == 1;
        let taken = if self.trim { trimmed } else { text.as_str() };
        if taken.is_empty() {
            return Err(ClientError::call("there is nothing to share\nhint: stdin, --file, or --secret"));
        }
        Ok((Hidden::new(taken.to_owned()), odd))
    }
}

/// The text of a file.
pub(super) fn file(path: &Path) -> Result<Zeroizing<String>, ClientError> {
    let name = format!("`{}`", path.display());
    text(File::open(path).map_err(|error| unreadable(&name, &error))?, &name)
}

/// All of stdin.
pub(super) fn stdin() -> Result<Zeroizing<String>, ClientError> {
    text(io::stdin().lock(), "stdin")
}

fn text(from: impl Read, name: &str) -> Result<Zeroizing<String>, ClientError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    from.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(ClientError::call(format!("{name} is larger than any server takes")));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(error) => Err(ClientError::call(format!(
            "{name} is not UTF-8 from byte {} on, and v1 servers keep text only\nhint: `base64`, and `base64 -d` behind `readonce get`",
            error.valid_up_to()
        ))),
    }
}

fn unreadable(name: &str, error: &io::Error) -> ClientError {
    ClientError::new(Exit::Failed, format!("{name} cannot be read: {error}"))
}
