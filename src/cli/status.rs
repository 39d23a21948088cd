//! `readonce status`: asks a server whether it is up. Works with any v1 server, and is the container's health check.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Deserialize;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use super::say;

/// Where a server listens when nobody says otherwise.
const USUAL: &str = "http://127.0.0.1:7143";
/// For the whole call: a health check must not hang.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[arg(
        long,
        value_name = "URL",
        help = "The server's address; READONCE_URL, or else http://127.0.0.1:7143"
    )]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    status: Option<String>,
    message: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let listening = || Some(here(&variable("READONCE_LISTEN")?));
    let url = arguments.url.or_else(|| variable("READONCE_URL")).or_else(listening);
    let url = url.unwrap_or_else(|| USUAL.to_owned());
    if !url.starts_with("http://") && !url.starts_with("https://") {
        bail!("`{url}` is no address of a server\nhint: it begins with http:// or https://");
    }
    let url = url.trim_end_matches('/');
    let mut answer = agent(url)
        .get(format!("{url}/api/v1/status"))
        .call()
        .with_context(|| format!("`{url}` cannot be reached\nhint: --url, or READONCE_URL"))?;
    let code = answer.status();
    let body = answer.body_mut().with_config().limit(64 * 1024).read_to_string().unwrap_or_default();
    let Ok(status) = serde_json::from_str::<Status>(&body) else {
        bail!("`{url}` answers {code}, and not as a v1 server does\nhint: is that the right address?");
    };
    match status.status {
        Some(word) if code.is_success() => say::result(&format!("{word}\n")),
        _ => bail!("`{url}` answers {code}: {}", status.message.unwrap_or_default()),
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

/// TLS by rustls with the system's roots, which are only looked for when they are needed.
fn agent(url: &str) -> Agent {
    let config = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
    let config = if url.starts_with("https:") {
        // Whoever installed another provider before has chosen it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        config.tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
    } else {
        config
    };
    config.build().into()
}
