//! `readonce generate`: the server makes up a password and shares it.

use clap::Args;

use super::created::{CreateArguments, need_output};
use super::options::{ServerArguments, TimeoutArguments};
use super::server::Server;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// How many characters it has; old servers always make 12
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    length: Option<u16>,
    /// Print the password too, in the line behind the link, for whoever has to set it somewhere
    #[arg(long, conflicts_with = "json")]
    show: bool,
    #[command(flatten)]
    create: CreateArguments,
    #[command(flatten)]
    server: ServerArguments,
    #[command(flatten)]
    timeout: TimeoutArguments,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    need_output()?;
    let server = Server::of(&arguments.server, &arguments.timeout, None)?;
    let length = arguments.length.map(|length| length.to_string());
    let own: Vec<_> = length.as_deref().map(|length| ("length", length)).into_iter().collect();
    let answer = arguments.create.ask(&server, "/generate", &own)?;
    arguments.create.print(&server, &answer, arguments.show)
}
