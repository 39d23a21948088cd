//! State that the handlers of all surfaces share: the service, the budget of bodies, the trusted proxies.

use std::sync::Arc;

use super::body::budget::Budget;
use crate::domain::TrustedProxy;
use crate::service::Service;

/// The state of the surfaces: the verbs, and what it takes to read a request.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: Arc<Service>,
    bodies: Budget,
    trusted_proxies: Vec<TrustedProxy>,
}

impl AppState {
    /// State over a service; `trusted_proxies` as configured.
    #[must_use]
    pub fn new(service: Arc<Service>, trusted_proxies: Vec<TrustedProxy>) -> Self {
        Self(Arc::new(Inner { service, bodies: Budget::default(), trusted_proxies }))
    }

    /// The verbs.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// What large bodies in flight hold.
    #[must_use]
    pub fn bodies(&self) -> &Budget {
        &self.0.bodies
    }

    /// Whose word about a client's address is taken.
    #[must_use]
    pub fn trusted_proxies(&self) -> &[TrustedProxy] {
        &self.0.trusted_proxies
    }
}
