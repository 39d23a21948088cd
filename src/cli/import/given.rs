//! The old server's address and secrets, from wherever the call says.

use std::io;
use std::path::Path;

use anyhow::{Context as _, bail};
use zeroize::Zeroizing;

use super::super::variable::{self, VariableError};
use super::Arguments;
use crate::domain::text::STRAY_END_HINT;
use crate::vault::UpstreamSecret;

/// The old server's secrets, in the order of the call.
pub(super) fn secrets(arguments: &Arguments, is_needed: bool) -> anyhow::Result<Vec<UpstreamSecret>> {
    let otherwise = "`--secret-file FILE` reads a file, an empty one for a server without a secret";
    let files = arguments.secret_file.iter().map(|file| read(file, "secret"));
    let variables = arguments.secret_env.iter().map(|name| from_variable(name, otherwise));
    let secrets = files.chain(variables).map(|text| text.map(UpstreamSecret::new));
    let secrets: Vec<UpstreamSecret> = secrets.collect::<anyhow::Result<_>>()?;
    if secrets.is_empty() && is_needed {
        bail!(
            "secrets cannot be opened without the old server's secret\nhint: `--secret-file FILE` or `--secret-env NAME`, with \
             `SECRET` of the old server's environment or `site: secret:` of its etc/config.yaml; `--only accounts` and \
             `--only metadata` need none"
        );
    }
    Ok(secrets)
}

/// The old server's address, from wherever the call says.
pub(super) fn source(arguments: &Arguments) -> anyhow::Result<Zeroizing<String>> {
    match (&arguments.source, &arguments.source_file, &arguments.source_env) {
        (Some(address), ..) => Ok(Zeroizing::new(address.clone())),
        (None, Some(file), _) => read(file, "address"),
        (None, None, Some(name)) => from_variable(name, "`--source-file FILE` reads a file"),
        (None, None, None) => bail!(
            "nothing says where the old server's Redis is\nhint: `--source-file FILE` or `--source-env NAME`, with \
             `redis://:PASSWORD@HOST:6379`; one without a password may be on the command line"
        ),
    }
}

/// What a variable holds, as it is: one that is empty, or has a blank or a line end around it, is not what was meant.
fn from_variable(name: &str, otherwise: &str) -> anyhow::Result<Zeroizing<String>> {
    match variable::read(name) {
        Ok(Some(text)) => Ok(Zeroizing::new(text)),
        Ok(None) | Err(VariableError::NotUtf8) => {
            bail!("the variable `{name}` is not set, or is no text\nhint: {otherwise}")
        }
        Err(error @ VariableError::Empty) => bail!("the variable `{name}` {error}\nhint: {otherwise}"),
        Err(error @ VariableError::Stray(_)) => {
            bail!("the variable `{name}` {error}\nhint: {STRAY_END_HINT}")
        }
    }
}

/// The file's text without the end of its line; `-` is stdin.
fn read(file: &Path, what: &str) -> anyhow::Result<Zeroizing<String>> {
    let text =
        if file == Path::new("-") { io::read_to_string(io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.map(Zeroizing::new).with_context(|| {
        let file = file.display();
        format!("the {what} cannot be read from `{file}`\nhint: the file holds the old server's {what} as text, and nothing else")
    })?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
