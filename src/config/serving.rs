//! `[api]`, `[http]`, `[web]`, `[drain]`, `[metrics]` and `[log]`: how the server meets its surroundings.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::rules::SecretsSection;
use super::text::{self, FromText, Refusal};
use crate::audit::Target;
use crate::domain::{Contact, Label, SiteLink, TrustedProxy};
use crate::telemetry::Format;

/// The largest `idle_timeout`, in seconds: an hour. A balancer that keeps connections for longer has a limit of its own.
const LONGEST_IDLE: u32 = 60 * 60;

/// The most lifetimes that the form offers.
const MOST_LIFETIMES: usize = 20;

/// `[api]`: which versions are served beside v1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiSection {
    /// Whether v2 is.
    pub v2: bool,
}

/// `[http]`: what is in front of the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSection {
    /// The networks whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "text::each")]
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Seconds that a kept connection may idle between two requests.
    pub idle_timeout: u32,
    /// The mode of the socket of `listen = "unix:…"`.
    #[serde(deserialize_with = "text::required")]
    pub socket_mode: SocketMode,
    /// Its group, by name or number; empty is that of the process.
    pub socket_group: String,
    /// Whether every connection begins with the header of the PROXY protocol, from a trusted proxy.
    pub proxy_protocol: bool,
}

/// Who may connect to a socket in the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketMode(pub u32);

impl FromText for SocketMode {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let digits = text.strip_prefix("0o").unwrap_or(text);
        let mode = u32::from_str_radix(digits, 8).ok().filter(|mode| *mode <= 0o777);
        mode.map(Self).ok_or_else(|| Refusal::expected("a mode such as `0660`", text))
    }
}

impl HttpSection {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        check.within("http.idle_timeout", self.idle_timeout, 1..=LONGEST_IDLE)?;
        let key = "http.proxy_protocol";
        if self.proxy_protocol && self.trusted_proxies.is_empty() {
            let problem = "it says whose a connection is, and nobody is trusted to say it\nhint: name the balancers in `http.trusted_proxies`";
            return Err(Error::about(key, problem, &check.origin(key)));
        }
        Ok(())
    }
}

impl FromText for TrustedProxy {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected(
                "a network such as `10.0.0.0/8` or `2001:db8::/32`, one address, or `unix`",
                text,
            )
        })
    }
}

/// `[web]`: whether and how pages are served, and whose they are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSection {
    /// Whether they are.
    pub enabled: bool,
    /// The name of whoever they are of.
    #[serde(deserialize_with = "text::optional")]
    pub name: Option<Label>,
    /// How to reach them.
    #[serde(deserialize_with = "text::optional")]
    pub contact: Option<Contact>,
    /// Links at the foot of every page.
    #[serde(default)]
    pub links: Vec<SiteLink>,
    /// The file with their logo.
    #[serde(deserialize_with = "text::optional")]
    pub logo: Option<PathBuf>,
    /// The lifetimes that the form offers, in seconds; none are round ones.
    #[serde(deserialize_with = "text::numbers")]
    pub lifetimes: Vec<u32>,
    /// How a page asks before it shows a secret.
    pub reveal: Reveal,
    /// Whether a page whose form comes twice is answered twice.
    pub second_answer: bool,
}

impl WebSection {
    /// What no secret may live for is not offered.
    pub(super) fn check(&self, check: &Check<'_>, secrets: &SecretsSection) -> Result<(), Error> {
        let key = "web.lifetimes";
        if self.lifetimes.len() > MOST_LIFETIMES {
            let problem =
                format!("expected at most {MOST_LIFETIMES} numbers, found {}", self.lifetimes.len());
            return Err(Error::about(key, &problem, &check.origin(key)));
        }
        let allowed = secrets.ttl_min..=secrets.ttl_max;
        match self.lifetimes.iter().find(|seconds| !allowed.contains(seconds)) {
            None => Ok(()),
            Some(seconds) => {
                let problem = format!(
                    "`{seconds}` is not within `secrets.ttl_min` and `secrets.ttl_max`, {} to {}",
                    allowed.start(),
                    allowed.end()
                );
                Err(Error::about(key, &problem, &check.origin(key)))
            }
        }
    }
}

/// What a reader has to do to see a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reveal {
    /// Click a button.
    Click,
    /// Type four characters the page shows.
    Type,
}

/// `[drain]`: how the server goes away.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrainSection {
    /// Seconds between saying "not ready" and closing.
    pub delay: u32,
}

/// `[metrics]`: the listener of its own that Prometheus reads.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsSection {
    /// Its address; `None` means there is none.
    #[serde(deserialize_with = "text::optional")]
    pub listen: Option<SocketAddr>,
}

/// `[audit]`: the audit trail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSection {
    /// Where it is written to; `None` means that there is none.
    #[serde(deserialize_with = "text::optional")]
    pub to: Option<Target>,
}

impl FromText for Target {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text {
            "stdout" => Ok(Self::Stdout),
            path if path.contains('/') => Ok(Self::File(path.into())),
            _ => Err(Refusal::expected("`stdout`, or a path with a slash such as `./audit.ndjson`", text)),
        }
    }
}

/// `[log]`: how log lines are written. What is logged is `RUST_LOG`, which is read where logging is set up.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSection {
    /// Their format.
    pub format: Format,
}
