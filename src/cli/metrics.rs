//! `serve`'s Prometheus listener.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::say::tell;
use crate::config::Settings;
use crate::domain::RegionName;
use crate::domain::{Clock as _, SystemClock};
use crate::metrics::{Build, Metrics};
use crate::server::{self, Connections, metrics};
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
pub(super) struct MetricsListener(TcpSocket);

/// Serves on it until shutdown.
pub(super) struct MetricsServer {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl MetricsListener {
    /// Takes the address before anything is opened; `None` when there is no such setting.
    pub(super) fn bind(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(address) = settings.metrics.listen else { return Ok(None) };
        Ok(Some(Self(server::bind(address).map_err(|error| cannot_listen(&error, address))?)))
    }

    /// Serves the service's metrics, and says where.
    pub(super) fn serve(
        self,
        service: &Arc<Service>,
        idle_timeout: Duration,
        abort: &CancellationToken,
    ) -> anyhow::Result<MetricsServer> {
        let stop = CancellationToken::new();
        let address = self.0.local_addr()?;
        let listener = server::listen(self.0).map_err(|error| cannot_listen(&error, address))?;
        tell!("metrics on http://{address}/metrics");
        let router = metrics::router(service.clone());
        let connections =
            Connections { most: metrics::MAX_SCRAPERS, idle_timeout, trusted_proxies: Vec::new() };
        let serving =
            server::serve(listener, router, String::new(), connections, stop.clone(), abort.clone());
        Ok(MetricsServer { task: tokio::spawn(serving), stop })
    }
}

fn cannot_listen(error: &io::Error, address: SocketAddr) -> anyhow::Error {
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
