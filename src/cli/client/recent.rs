//! `readonce recent`: what the account shared lately, one line each, in the server's order.

use std::fmt::Write as _;

use clap::Args;

use super::error::{ClientError, Exit, excerpt};
use super::options::{ServerArguments, TimeoutArguments};
use super::receipt::time;
use super::server::Server;
use super::wire::Metadata;
use crate::cli::say;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Print the server's whole answer
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArguments,
    #[command(flatten)]
    timeout: TimeoutArguments,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = Server::of(&arguments.server, &arguments.timeout, None)?;
    if !server.is_signed_in() {
        let message = "only accounts have a list\nhint: --user, and READONCE_TOKEN or --token-file";
        return Err(ClientError::new(Exit::WrongCall, message).into());
    }
    let answer = server.get("/private/recent")?;
    let list: Vec<Metadata> = answer.success()?;
    if arguments.json {
        return say::result(&format!("{}\n", String::from_utf8_lossy(answer.body()).trim_end()));
    }
    let mut lines = String::new();
    for one in &list {
        let (state, key) = (excerpt(&one.state.0), excerpt(one.metadata_key.expose()));
        let _ = write!(lines, "{}  {state:<8}  {key}", time(one.created).unwrap_or_default());
        for recipient in &one.recipient.0 {
            let _ = write!(lines, "  {}", excerpt(recipient));
        }
        lines.push('\n');
    }
    say::result(&lines)
}
