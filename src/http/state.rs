//! State that the handlers of all surfaces share: the service, the body limit, the trusted proxies.

use std::sync::Arc;

use ipnet::IpNet;

use crate::service::Service;

/// The state of the surfaces: the verbs, and what it takes to read a request.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: Arc<Service>,
    body_limit: usize,
    trusted_proxies: Vec<IpNet>,
}

impl AppState {
    /// State over a service; `body_limit` in bytes, `trusted_proxies` as configured.
    #[must_use]
    pub fn new(service: Arc<Service>, body_limit: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self(Arc::new(Inner { service, body_limit, trusted_proxies }))
    }

    /// The verbs.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// The longest body taken, bytes.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.0.body_limit
    }

    /// Whose word about a client's address is taken.
    #[must_use]
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.trusted_proxies
    }
}
