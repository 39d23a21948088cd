//! `readonce receipt`: shows what became of a secret; `--wait` waits until something did.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;

use super::error::{ClientError, Exit, excerpt};
use super::link::Side;
use super::options::{ServerArguments, TimeoutArguments};
use super::server::Server;
use super::target::LinkArguments;
use super::wire::{Metadata, Number, SecretState};
use super::{fetch, ttl};
use crate::cli::say;
use crate::domain::Timestamp;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    link: LinkArguments,
    /// Wait until the secret is read or gone; the exit code tells which
    #[arg(long)]
    wait: bool,
    /// Wait no longer than this, such as 30m
    #[arg(long, value_name = "TIME", requires = "wait", value_parser = ttl::parse_span)]
    timeout: Option<Duration>,
    /// Print the server's whole answer
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArguments,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let target = arguments.link.target(Side::Receipt)?;
    let server = Server::of(&arguments.server, &TimeoutArguments { timeout: None }, target.address)?;
    let path = format!("/private/{}", target.key.expose());
    let (answer, metadata) = if arguments.wait {
        fetch::until_ended(&server, &path, arguments.timeout)?
    } else {
        fetch::once(&server, &path)?
    };
    if arguments.json {
        say::result(&format!("{}\n", String::from_utf8_lossy(answer.body()).trim_end()))?;
    } else {
        say::result(&table(&metadata))?;
    }
    if arguments.wait { verdict(&metadata) } else { Ok(()) }
}

/// The outcome as an exit code.
fn verdict(metadata: &Metadata) -> anyhow::Result<()> {
    let failure = match metadata.state() {
        SecretState::Read => return Ok(()),
        SecretState::Burned => ClientError::new(Exit::Burned, "it was burned before anybody read it"),
        SecretState::Ended => ClientError::new(Exit::Expired, "it ended before anybody read it"),
        SecretState::Unread => ClientError::new(Exit::StillUnread, "it is still unread"),
        SecretState::Other => ClientError::new(Exit::Failed, "the server reports an unknown state"),
    };
    Err(failure.into())
}

fn table(metadata: &Metadata) -> String {
    let mut lines = format!("state      {}\n", excerpt(&metadata.state.0));
    let expires = metadata.created.0.zip(metadata.ttl.0).and_then(|(created, ttl)| created.checked_add(ttl));
    let times = [
        ("created", metadata.created),
        ("expires", Number(expires)),
        ("received", metadata.received),
        // Without its own time on the wire.
        ("burned", if metadata.state() == SecretState::Burned { metadata.updated } else { Number(None) }),
    ];
    for (name, number) in times {
        if let Some(time) = time(number) {
            let _ = writeln!(lines, "{name:<9}  {time}");
        }
    }
    for recipient in &metadata.recipient.0 {
        let _ = writeln!(lines, "recipient  {}", excerpt(recipient));
    }
    if !metadata.share_domain.0.is_empty() {
        let _ = writeln!(lines, "domain     {}", excerpt(&metadata.share_domain.0));
    }
    lines
}

/// A time for people, in UTC. `None` for none, and for what no calendar has.
pub(super) fn time(number: Number) -> Option<String> {
    number.0.map(Timestamp).filter(|time| *time <= Timestamp::LAST_DATE).map(|time| time.to_string())
}
