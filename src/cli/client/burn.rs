//! `readonce burn`: destroys a secret unread.

use anyhow::Result;
use clap::Args;

use super::answer::{Anything, RequestKind};
use super::error::{ClientError, Exit};
use super::link::Side;
use super::options::{ServerArguments, TimeoutArguments};
use super::passphrase::{PassphraseArguments, parameters};
use super::server::Server;
use super::target::LinkArguments;
use crate::cli::say;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    link: LinkArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    /// Print the server's whole answer
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArguments,
    #[command(flatten)]
    timeout: TimeoutArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let target = arguments.link.target(Side::Receipt)?;
    let server = Server::of(&arguments.server, &arguments.timeout, target.address)?;
    let passphrase = arguments.passphrase.for_existing()?;
    let path = format!("/private/{}/burn", target.key.expose());
    let answer = server.post(&path, &parameters(passphrase.as_ref()), RequestKind::Burn)?;
    // Not the state in the answer: upstream's is that of the moment before (v1-contract.md §7.7).
    let _: Anything = answer.success().map_err(|failure| match failure.exit {
        Exit::Gone => ClientError::new(
            Exit::Gone,
            format!(
                "the server says: {failure}\nhint: it was read or burned already, has expired, or never was"
            ),
        ),
        Exit::WrongPassphrase => ClientError::new(
            Exit::WrongPassphrase,
            format!("the server says: {failure}\nhint: it is kept; --passphrase asks for it"),
        ),
        _ => failure,
    })?;
    if arguments.json {
        return say::result(&format!("{}\n", String::from_utf8_lossy(answer.body()).trim_end()));
    }
    say::result("burned\n")
}
