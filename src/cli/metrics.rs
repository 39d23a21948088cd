//! `serve`'s listener for Prometheus, from its setting to its end.

use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::say::tell;
use crate::config::{Label, Settings};
use crate::domain::{Clock as _, SystemClock};
use crate::meter::{Build, Meter};
use crate::server::{self, Site, metrics};
use crate::service::Service;

/// A meter that tells only where somebody may ask.
pub(super) fn meter(settings: &Settings) -> anyhow::Result<Meter> {
    if settings.metrics.listen.is_none() {
        return Ok(Meter::default());
    }
    let (version, started) = (env!("CARGO_PKG_VERSION"), SystemClock.now());
    let region = settings.region.as_ref().map_or("", Label::as_str);
    Meter::on(&Build { version, region, started }).context("metrics cannot be kept")
}

/// The listener that is only for Prometheus.
pub(super) struct Metrics(TcpListener);

/// Serves, until it is told to end.
pub(super) struct Serving {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl Metrics {
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

    /// Serves what the service's meter is told, and says where.
    pub(super) fn serve(self, service: &Arc<Service>, abort: &CancellationToken) -> Serving {
        let stop = CancellationToken::new();
        if let Ok(address) = self.0.local_addr() {
            tell!("metrics on http://{address}/metrics");
        }
        tokio::spawn(metrics::tidy_until(service.clone(), stop.clone()));
        let site = Site { base_path: String::new(), https: false, pages: None };
        let router = metrics::router(service.clone());
        let serving = server::serve(self.0, router, site, metrics::MAX_SCRAPERS, stop.clone(), abort.clone());
        Serving { task: tokio::spawn(serving), stop }
    }
}

impl Serving {
    /// Lets a scrape that is on its way end.
    pub(super) async fn end(self) {
        self.stop.cancel();
        drop(self.task.await);
    }
}
