//! Request counters by route, method and status.
//!
//! Which combinations occur is not known in advance, so a counter is made at the first response of its kind, and found
//! again under a read lock, without an allocation. There are at most as many as route templates times statuses: nothing
//! a client can add to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::{MetricType, TypedMetric as _};

/// All request counters. Clones share the same counters.
#[derive(Clone, Debug, Default)]
pub(super) struct Requests(Arc<RwLock<BTreeMap<Box<str>, Vec<ResponseCounter>>>>);

/// The responses of a route with one method and status.
#[derive(Debug)]
struct ResponseCounter {
    method: &'static str,
    status: u16,
    count: Counter,
}

impl Requests {
    /// Counts a request. `route` is its template, `method` one of HTTP's own.
    pub(super) fn count(&self, route: &str, method: &'static str, status: u16) {
        let same = |known: &&ResponseCounter| known.method == method && known.status == status;
        let routes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = routes.get(route).and_then(|counters| counters.iter().find(same)) {
            known.count.inc();
            return;
        }
        drop(routes);
        let mut routes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let counters = routes.entry(route.into()).or_default();
        // Another thread may have added it meanwhile.
        if let Some(known) = counters.iter().find(same) {
            known.count.inc();
            return;
        }
        let count = Counter::default();
        count.inc();
        counters.push(ResponseCounter { method, status, count });
    }
}

impl EncodeMetric for Requests {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let routes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for (route, counters) in &*routes {
            for ResponseCounter { method, status, count } in counters {
                let labels = ([("route", &**route), ("method", *method)], [("status", *status)]);
                count.encode(encoder.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        Counter::<u64>::TYPE
    }

    fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}
