//! `readonce status`: asks a server whether it is up. Works with any v1 server, and is the container's health check, so
//! that it ends with 0 or 1 and with nothing else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Deserialize;
use ureq::http::StatusCode;

use super::address::Address;
use super::agent;
use super::error::excerpt;
use super::server::{USUAL, why};
use super::variables::{URL, variable};
use crate::cli::local;
use crate::cli::say::{self, tell};
use crate::domain::Listen;

/// Where each API says that it is up.
const V1: &str = "/api/v1/status";
const V2: &str = "/api/v2/status";
/// Where a server says whether it takes work.
const READY: &str = "/health/ready";
/// For the whole call: a health check must not hang.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    #[arg(
        long,
        value_name = "URL",
        help = "The server's address, one of /health/ready, or unix: and the path of its socket; READONCE_URL, or else http://127.0.0.1:7143"
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
    let listening = || anyhow::Ok(health()?.or(variable("READONCE_LISTEN")?.map(|listen| here(&listen))));
    let url = named.map_or_else(listening, |url| Ok(Some(url)))?.unwrap_or_else(|| USUAL.to_owned());
    let ask = |path: &str| match Listen::parse(&url) {
        Some(socket @ Listen::Unix(_)) => ask_socket(&socket, path),
        _ => ask_at(&url, path, arguments.ca_file.as_deref()),
    };
    let (origin, code, body) = ask(V1)?;
    let Ok(status) = serde_json::from_str::<Status>(&body) else {
        bail!("`{origin}` answers {code}, and not as a v1 server does\nhint: is that the right address?");
    };
    match status.status {
        Some(word) if code.is_success() => {
            say::result(&format!("{}\n", excerpt(&word)))?;
            // Beside the word that scripts read. Whoever answers this as well speaks v2.
            let speaks_v2 = !is_health(&url) && ask(V2).is_ok_and(|(_, code, _)| code.is_success());
            if speaks_v2 {
                tell!("APIs: v1, v2");
            }
            Ok(())
        }
        word => bail!("`{origin}` answers {code}: {}", excerpt(&status.message.or(word).unwrap_or_default())),
    }
}

/// Whether an address names a server's health.
fn is_health(url: &str) -> bool {
    [READY, "/health/live"].iter().any(|path| url.ends_with(path))
}

/// Asks a server at an address of HTTP: what `path` is for, or for its health where the address names that.
fn ask_at(url: &str, path: &str, ca_file: Option<&Path>) -> anyhow::Result<(String, StatusCode, String)> {
    let address = Address::parse(url)?;
    let origin = address.origin().to_owned();
    let endpoint = if is_health(url) { url.to_owned() } else { address.at(path) };
    match agent::to(&address, TIMEOUT, ca_file)?.get(endpoint).call() {
        Ok(mut answer) => {
            let body = answer.body_mut().with_config().limit(64 * 1024).read_to_string();
            Ok((origin, answer.status(), body.unwrap_or_default()))
        }
        Err(error) => bail!("`{origin}` cannot be reached: {}\nhint: --url, or READONCE_URL", why(&error)),
    }
}

fn ask_socket(socket: &Listen, path: &str) -> anyhow::Result<(String, StatusCode, String)> {
    match local::ask(socket, path, TIMEOUT) {
        Ok((code, body)) => Ok((socket.to_string(), StatusCode::from_u16(code)?, body)),
        Err(error) => bail!("`{socket}` cannot be reached: {error}\nhint: --url, or READONCE_URL"),
    }
}

/// The server of this very container, which may listen on every address.
fn here(listen: &str) -> String {
    match Listen::parse(listen) {
        Some(Listen::Tcp(address)) if address.ip().is_unspecified() => {
            format!("http://127.0.0.1:{}", address.port())
        }
        Some(Listen::Tcp(address)) => format!("http://{address}"),
        Some(socket) => socket.to_string(),
        None => USUAL.to_owned(),
    }
}

/// Where it tells of its health when it takes connections with the PROXY protocol only.
fn health() -> anyhow::Result<Option<String>> {
    if variable("READONCE_HTTP__PROXY_PROTOCOL")?.as_deref() != Some("true") {
        return Ok(None);
    }
    Ok(variable("READONCE_METRICS__LISTEN")?.map(|listen| here(&listen) + READY))
}
