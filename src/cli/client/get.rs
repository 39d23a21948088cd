//! `readonce get`: reads a secret, which is gone then.
//!
//! The order is the point: everything that can fail by itself comes first, then the server is asked, once, and what it
//! gave is written or saved, whatever happens.

use std::path::PathBuf;

use clap::Args;

use super::answer::RequestKind;
use super::error::{ClientError, Exit};
use super::link::Side;
use super::options::{ServerArguments, TimeoutArguments};
use super::passphrase::{PassphraseArguments, ask_passphrase, parameters};
use super::server::Server;
use super::sink::Sink;
use super::target::LinkArguments;
use super::wire::Revealed;

/// For a person who types; servers count wrong tries.
const TRIES: usize = 3;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    link: LinkArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    /// Write it to a file that is not there yet, for its owner only; - is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the server's whole answer
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArguments,
    #[command(flatten)]
    timeout: TimeoutArguments,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let target = arguments.link.target(Side::Secret)?;
    let server = Server::of(&arguments.server, &arguments.timeout, target.address)?;
    let path = format!("/secret/{}", target.key.expose());
    let sink = Sink::prepare(arguments.output.as_deref())?;
    let mut passphrase = arguments.passphrase.for_existing()?;
    let mut left = if arguments.passphrase.is_typed()? { TRIES } else { 1 };
    let answer = loop {
        let answer = server.post(&path, &parameters(passphrase.as_ref()), RequestKind::Claim)?;
        match answer.success::<Revealed>() {
            Ok(revealed) => break (answer, revealed),
            Err(failure) if failure.exit == Exit::Gone => {
                left -= 1;
                if left == 0 {
                    return Err(gone(&failure, passphrase.is_some()).into());
                }
                // Nothing was consumed: the next try is another question, not the same once more.
                let again = ask_passphrase("wrong, or the secret is gone; passphrase (nothing ends it): ")?;
                let Some(again) = again.non_empty() else { return Err(gone(&failure, true).into()) };
                passphrase = Some(again);
            }
            Err(failure) => return Err(failure.into()),
        }
    };
    let (answer, revealed) = answer;
    // Nothing empty can be shared: what looks like a value of no bytes is a server that lost it.
    if revealed.value.expose().is_empty() {
        let message =
            "the server answers without a value\nhint: it may be gone all the same; its receipt tells";
        return Err(ClientError::new(Exit::Failed, message).into());
    }
    if arguments.json { sink.write(answer.body()) } else { sink.write(revealed.value.expose().as_bytes()) }
}

fn gone(failure: &ClientError, with_passphrase: bool) -> ClientError {
    let hint = if with_passphrase {
        "it was read, burned, has expired, or never was; or the passphrase is wrong, which is answered alike"
    } else {
        "it was read, burned, has expired, or never was; if it has a passphrase: --passphrase"
    };
    ClientError::new(Exit::Gone, format!("the server says: {failure}\nhint: {hint}"))
}
