//! `[http]`, `[web]`, `[drain]`, `[metrics]` and `[log]`: how the server meets its surroundings.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::text::{self, FromText, Refusal};
use crate::domain::{Contact, Label, SiteLink};
use crate::telemetry::Format;

/// The largest `idle_timeout`, in seconds: an hour. A balancer that keeps connections for longer has a limit of its own.
const LONGEST_IDLE: u32 = 60 * 60;

/// `[http]`: what is in front of the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSection {
    /// The networks whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "text::each")]
    pub trusted_proxies: Vec<IpNet>,
    /// Seconds that a kept connection may idle between two requests.
    pub idle_timeout: u32,
}

impl HttpSection {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        check.within("http.idle_timeout", self.idle_timeout, 1..=LONGEST_IDLE)
    }
}

/// A network, or one address of its own. Bits beyond the prefix are dropped: `10.1.2.3/8` is `10.0.0.0/8`; so is
/// `::ffff:10.1.2.3/104`, as peers' addresses are read.
impl FromText for IpNet {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let network = text.parse::<Self>().ok().or_else(|| text.parse::<IpAddr>().ok().map(Self::from));
        network.map(|network| as_ipv4(network).unwrap_or(network).trunc()).ok_or_else(|| {
            Refusal::expected("a network such as `10.0.0.0/8` or `2001:db8::/32`, or one address", text)
        })
    }
}

/// An IPv4 network written as one of IPv6.
fn as_ipv4(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(network) = network else { return None };
    let IpAddr::V4(address) = network.addr().to_canonical() else { return None };
    IpNet::new(address.into(), network.prefix_len().checked_sub(96)?).ok()
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
    /// How a page asks before it shows a secret.
    pub reveal: Reveal,
    /// Whether a page whose form comes twice is answered twice.
    pub second_answer: bool,
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

/// `[log]`: how log lines are written. What is logged is `RUST_LOG`, which is read where logging is set up.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSection {
    /// Their format.
    pub format: Format,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_network_is_one_however_it_is_written() {
        for (text, network) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:10.1.2.3", "10.1.2.3/32"),
            ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
            ("2001:db8::1/64", "2001:db8::/64"),
            ("::/0", "::/0"),
        ] {
            let read = IpNet::from_text(text).unwrap_or_else(|_| panic!("{text} is refused"));
            assert_eq!(read.to_string(), network, "{text}");
        }
    }
}
