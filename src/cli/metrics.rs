//! `serve`'s Prometheus listener.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::say::tell;
use crate::config::Settings;
use crate::domain::{Clock as _, Listen, RegionName, SystemClock};
use crate::metrics::{Build, Metrics};
use crate::server::{self, Bound, Connections, Health, metrics};
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
pub(super) struct MetricsListener(Bound);

/// Serves on it until shutdown.
pub(super) struct MetricsServer {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl MetricsListener {
    /// Takes the address before anything is opened; `None` when there is no such setting.
    pub(super) fn bind(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(address) = settings.metrics.listen else { return Ok(None) };
        let socket =
            server::bind_tcp(address).map_err(|error| cannot_listen(&error, &Listen::Tcp(address)))?;
        Ok(Some(Self(Bound::Tcp(socket))))
    }

    /// Serves the service's metrics, and says where.
    pub(super) fn serve(
        self,
        service: &Arc<Service>,
        health: Health,
        idle_timeout: Duration,
        abort: &CancellationToken,
    ) -> anyhow::Result<MetricsServer> {
        let stop = CancellationToken::new();
        let address = self.0.place()?;
        let listener = self.0.listen().map_err(|error| cannot_listen(&error, &address))?;
        tell!("metrics on http://{address}/metrics");
        let router = metrics::router(service.clone(), health);
        let connections = Connections {
            most: metrics::MAX_SCRAPERS,
            idle_timeout,
            trusted_proxies: Vec::new(),
            proxy_protocol: false,
        };
        let serving =
            server::serve(listener, router, String::new(), connections, stop.clone(), abort.clone());
        Ok(MetricsServer { task: tokio::spawn(serving), stop })
    }
}

fn cannot_listen(error: &io::Error, address: &Listen) -> anyhow::Error {
    anyhow::anyhow!(
        "cannot listen on {address} for metrics: {error}\nhint: set `metrics.listen` to an address of this machine with a \
         free port, such as 127.0.0.1:9143, or to nothing"
    )
}

impl MetricsServer {
    /// Lets a scrape that is on its way end.
    pub(super) async fn end(self) {
        self.stop.cancel();
        drop(self.task.await);
    }
}
