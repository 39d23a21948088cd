//! `serve`'s Prometheus listener.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::say::tell;
use crate::config::Settings;
use crate::domain::RegionName;
use crate::domain::{Clock as _, SystemClock};
use crate::metrics::{Build, Metrics};
use crate::server::{self, Site, metrics};
use crate::service::Service;

/// Metrics, recorded only when a listener is configured.
pub(super) fn recorder(settings: &Settings) -> Metrics {
    if settings.metrics.listen.is_none() {
        return Metrics::default();
    }
    let (version, started) = (env!("CARGO_PKG_VERSION"), SystemClock.now());
    let region = settings.region.as_ref().map_or("", RegionName::as_str);
    Metrics::enabled(&Build { version, region, started })
}

/// The listener that is only for Prometheus.
pub(super) struct MetricsListener(TcpListener);

/// Serves on it until shutdown.
pub(super) struct MetricsServer {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl MetricsListener {
    /// Takes the address before anything is opened; `None` when there is no such setting.
    pub(super) fn bind(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(address) = settings.metrics.listen else { return Ok(None) };
        let listener = server::listen(address).map_err(|error| {
            anyhow::anyhow!(
                "cannot listen on {address} for metrics: {error}\nhint: set `metrics.listen` to an address of this machine \
                 with a free port, such as 127.0.0.1:9143, or to nothing"
            )
        })?;
        Ok(Some(Self(listener)))
    }

    /// Serves the service's metrics, and says where.
    pub(super) fn serve(self, service: &Arc<Service>, abort: &CancellationToken) -> MetricsServer {
        let stop = CancellationToken::new();
        if let Ok(address) = self.0.local_addr() {
            tell!("metrics on http://{address}/metrics");
        }
        let site = Site { base_path: String::new(), https: false, pages: None };
        let router = metrics::router(service.clone());
        let serving = server::serve(self.0, router, site, metrics::MAX_SCRAPERS, stop.clone(), abort.clone());
        MetricsServer { task: tokio::spawn(serving), stop }
    }
}

impl MetricsServer {
    /// Lets a scrape that is on its way end.
    pub(super) async fn end(self) {
        self.stop.cancel();
        drop(self.task.await);
    }
}
