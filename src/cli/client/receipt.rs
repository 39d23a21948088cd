//! `readonce receipt`: shows what became of a secret; `--wait` waits until something did.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;

use super::answer::Answer;
use super::failure::{Ending, Failure, excerpt};
use super::hidden::Hidden;
use super::link::{Side, Target};
use super::server::{Server, ServerArguments};
use super::wire::{Metadata, Number, State};
use super::{ttl, wait};
use crate::cli::say;
use crate::domain::Timestamp;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The receipt's link, or the key in it
    #[arg(value_name = "LINK|KEY")]
    link: Hidden,
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
    let target = Target::parse(&arguments.link, Side::Receipt)?;
    let server = Server::of(&arguments.server, target.address)?;
    let path = format!("/private/{}", target.key.expose());
    let (answer, metadata) = if arguments.wait {
        wait::until_ended(&server, &path, arguments.timeout)?
    } else {
        look(&server, &path)?
    };
    if arguments.json {
        say::result(&format!("{}\n", String::from_utf8_lossy(answer.body()).trim_end()))?;
    } else {
        say::result(&table(&metadata))?;
    }
    if arguments.wait { verdict(&metadata) } else { Ok(()) }
}

/// Fetches a receipt once.
pub(super) fn look(server: &Server, path: &str) -> Result<(Answer, Metadata), Failure> {
    let answer = server.look(path)?;
    let metadata = read(&answer)?;
    Ok((answer, metadata))
}

/// The receipt in an answer.
pub(super) fn read(answer: &Answer) -> Result<Metadata, Failure> {
    let metadata: Metadata = answer.success().map_err(|failure| match failure.ending {
        Ending::Gone => Failure::new(
            Ending::Gone,
            format!("the server says: {failure}\nhint: there is no such receipt, or it has ended, twice as late as its secret"),
        ),
        _ => failure,
    })?;
    Ok(metadata)
}

/// The outcome as an exit code.
fn verdict(metadata: &Metadata) -> anyhow::Result<()> {
    let failure = match metadata.state() {
        State::Read => return Ok(()),
        State::Burned => Failure::new(Ending::Burned, "it was burned before anybody read it"),
        State::Ended => Failure::new(Ending::Expired, "it ended before anybody read it"),
        State::Unread => Failure::new(Ending::StillUnread, "it is still unread"),
        State::Other => Failure::new(Ending::Failed, "the server tells a state that is not known"),
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
        ("burned", if metadata.state() == State::Burned { metadata.updated } else { Number(None) }),
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
