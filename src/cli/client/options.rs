//! The options every verb takes: the server, the credentials, the CA file.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::ttl;

/// What every verb takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Server")]
pub(super) struct ServerArguments {
    #[arg(
        long,
        value_name = "URL",
        help = "The server's address, a path is allowed; READONCE_URL, or else http://127.0.0.1:7143"
    )]
    pub(super) url: Option<String>,
    #[arg(
        long,
        value_name = "EMAIL",
        help = "The account; or READONCE_USER. Its API token is READONCE_TOKEN, or in --token-file, or asked for"
    )]
    pub(super) user: Option<String>,
    /// A file with the API token. There is no --token: others could read it off the list of processes
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
    /// Send no credentials, whatever the environment says
    #[arg(long, conflicts_with_all = ["user", "token_file"])]
    pub(super) anonymous: bool,
    /// Trust the authorities of this PEM file, in place of the system's
    #[arg(long, value_name = "FILE")]
    pub(super) ca_file: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// How long a call may take.
#[derive(Args, Debug)]
#[command(next_help_heading = "Server")]
pub(super) struct TimeoutArguments {
    /// Wait for the server no longer than this, such as 10s; a minute without it
    #[arg(long, value_name = "TIME", value_parser = ttl::parse_timeout)]
    pub(super) timeout: Option<Duration>,
}
