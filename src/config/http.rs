//! `[http]`: what is in front of the server.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;

use super::text::{self, FromText, Refusal};

/// Proxies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// The networks whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "text::each")]
    pub trusted_proxies: Vec<IpNet>,
}

/// A network, or one address of its own. Bits beyond the prefix are dropped: `10.1.2.3/8` is `10.0.0.0/8`.
impl FromText for IpNet {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let network = text.parse::<Self>().ok().or_else(|| text.parse::<IpAddr>().ok().map(Self::from));
        network.map(|network| network.trunc()).ok_or_else(|| {
            Refusal::expected("a network such as `10.0.0.0/8` or `2001:db8::/32`, or one address", text)
        })
    }
}
