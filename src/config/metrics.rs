//! `[metrics]`: Prometheus.

use std::net::SocketAddr;

use serde::Deserialize;

use super::text;

/// The listener of its own that metrics are read from.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Its address; `None` means there is none.
    #[serde(deserialize_with = "text::optional")]
    pub listen: Option<SocketAddr>,
}
