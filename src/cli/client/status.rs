//! `readonce status`: asks a server whether it is up. Works with any v1 server, and is the container's health check, so
//! that it ends with 0 or 1 and with nothing else.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Deserialize;

use super::address::Address;
use super::agent;
use super::error::excerpt;
use super::server::{USUAL, why};
use super::variables::{URL, variable};
use crate::cli::say;

/// For the whole call: a health check must not hang.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    #[arg(
        long,
        value_name = "URL",
        help = "The server's address; READONCE_URL, or else http://127.0.0.1:7143"
    )]
    url: Option<String>,
    /// Trust the authorities of this PEM file, in place of the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Status {
    status: Option<String>,
    message: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    ask(arguments).map_err(|error| anyhow::anyhow!("{error}"))
}

fn ask(arguments: Arguments) -> anyhow::Result<()> {
    let named = arguments.url.map_or_else(|| variable(URL), |url| Ok(Some(url)))?;
    let listening = || anyhow::Ok(variable("READONCE_LISTEN")?.map(|listen| here(&listen)));
    let url = named.map_or_else(listening, |url| Ok(Some(url)))?.unwrap_or_else(|| USUAL.to_owned());
    let address = Address::parse(&url)?;
    let origin = address.origin();
    let agent = agent::to(&address, TIMEOUT, arguments.ca_file.as_deref())?;
    let mut answer = match agent.get(address.endpoint("/status")).call() {
        Ok(answer) => answer,
        Err(error) => bail!("`{origin}` cannot be reached: {}\nhint: --url, or READONCE_URL", why(&error)),
    };
    let code = answer.status();
    let body = answer.body_mut().with_config().limit(64 * 1024).read_to_string().unwrap_or_default();
    let Ok(status) = serde_json::from_str::<Status>(&body) else {
        bail!("`{origin}` answers {code}, and not as a v1 server does\nhint: is that the right address?");
    };
    match status.status {
        Some(word) if code.is_success() => say::result(&format!("{}\n", excerpt(&word))),
        _ => bail!("`{origin}` answers {code}: {}", excerpt(&status.message.unwrap_or_default())),
    }
}

/// The server of this very container, which may listen on every address.
fn here(listen: &str) -> String {
    match listen.parse::<SocketAddr>() {
        Ok(address) if !address.ip().is_unspecified() => format!("http://{address}"),
        Ok(address) => format!("http://127.0.0.1:{}", address.port()),
        Err(_) => USUAL.to_owned(),
    }
}
