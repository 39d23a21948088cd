//! The HTTP client: rustls with ring, the system's roots, no redirect followed, no request repeated.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::AgentScope;

use super::address::Address;
use super::error::ClientError;
use super::{certificates, proxy};

/// For a connection and its handshake.
const CONNECT: Duration = Duration::from_secs(10);

/// What every call of ours is made with, `timeout` for the whole of it.
pub(in crate::cli) fn config(timeout: Duration) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .timeout_global(Some(timeout))
        .timeout_connect(Some(CONNECT.min(timeout)))
        .http_status_as_error(false)
        // A redirect would carry what is secret to wherever it points.
        .max_redirects(0)
        .max_redirects_will_error(false)
        // A kept connection may be closed in the very moment of the next request, and nobody would know what happened.
        .max_idle_connections(0)
        .user_agent(concat!("readonce/", env!("CARGO_PKG_VERSION")))
        .accept("application/json")
}

/// A client for one server, with `timeout` for a whole call.
pub(super) fn to(address: &Address, timeout: Duration, ca_file: Option<&Path>) -> Result<Agent, ClientError> {
    let way = proxy::on_the_way_to(address, |name| std::env::var(name).ok())?;
    let mut config = self::config(timeout).proxy(way);
    if address.is_https() {
        let roots = match ca_file {
            Some(path) => certificates::of(path)?,
            // Only loaded when they are needed: an image without any can still ask over http.
            None => RootCerts::PlatformVerifier,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider);
        config = config.tls_config(tls.build());
    }
    Ok(config.build().into())
}
