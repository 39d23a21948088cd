//! `readonce share`: a secret goes in, the link that reads it once comes out.

use clap::Args;

use super::created::{CreateArguments, need_output};
use super::input::SecretArguments;
use super::options::{ServerArguments, TimeoutArguments};
use super::server::Server;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    secret: SecretArguments,
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
    let (secret, odd) = arguments.secret.read()?;
    if odd {
        server.note("note: the secret ends with a line break, which is kept; --trim leaves it out");
    }
    let answer = arguments.create.ask(&server, "/share", &[("secret", secret.expose())])?;
    arguments.create.print(&server, &answer, false)
}
