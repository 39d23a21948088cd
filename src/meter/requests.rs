//! Requests by route, method and status, and how long they took.
//!
//! Which combinations there are is not known in advance, so a counter is made when its first request is answered, and found
//! again under a lock that readers share. There are as many as route templates times statuses: nothing a client can add to.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Histogram};

use super::labels::Operation;
use super::registry::Registry;

pub(super) struct Requests {
    routes: RwLock<HashMap<Box<str>, Route>>,
    operations: Vec<Histogram>,
}

struct Route {
    operation: Option<Operation>,
    answers: Vec<(&'static str, u16, Counter)>,
}

impl Requests {
    pub(super) fn new(registry: &Registry) -> Self {
        let name = "readonce_operation_duration_seconds";
        let operations = registry.histograms(name, "operation", Operation::TEXTS);
        Self { routes: RwLock::default(), operations }
    }

    pub(super) fn answered(
        &self,
        registry: &Registry,
        route: &str,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        if self.count(route, method, status, took) {
            return;
        }
        self.add(registry, route, method, status);
        self.count(route, method, status, took);
    }

    /// `false` when there is no counter for this yet.
    fn count(&self, route: &str, method: &'static str, status: u16, took: Duration) -> bool {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        let Some(route) = routes.get(route) else { return false };
        let Some((.., counter)) = route.answers.iter().find(|(m, s, _)| (*m, *s) == (method, status)) else {
            return false;
        };
        counter.increment(1);
        if let Some(operation) = route.operation {
            self.operations[operation as usize].record(took.as_secs_f64());
        }
        true
    }

    fn add(&self, registry: &Registry, route: &str, method: &'static str, status: u16) {
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let known = routes
            .entry(route.into())
            .or_insert_with(|| Route { operation: Operation::of(route), answers: Vec::new() });
        // Somebody else may have added it meanwhile; the registry would hand out the same one.
        if !known.answers.iter().any(|(m, s, _)| (*m, *s) == (method, status)) {
            let labels = [("route", route), ("method", method), ("status", &status.to_string())];
            let counter = registry.counter("readonce_http_requests_total", &labels);
            known.answers.push((method, status, counter));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_counted_apart_and_operations_together() {
        let registry = Registry::new().unwrap();
        let requests = Requests::new(&registry);
        for (route, status) in [
            ("/api/v1/private/{key}", 200),
            ("/api/v1/receipt/{key}", 404),
            ("/api/v1/receipt/{key}", 404),
            ("/api/v1/receipt/{key}/burn", 200),
            ("/health/live", 200),
            ("-", 404),
        ] {
            requests.answered(&registry, route, "POST", status, Duration::from_millis(2));
        }
        let text = registry.text();
        for line in [
            "readonce_http_requests_total{route=\"/api/v1/private/{key}\",method=\"POST\",status=\"200\"} 1",
            "readonce_http_requests_total{route=\"/api/v1/receipt/{key}\",method=\"POST\",status=\"404\"} 2",
            "readonce_http_requests_total{route=\"-\",method=\"POST\",status=\"404\"} 1",
            "readonce_operation_duration_seconds_count{operation=\"receipt\"} 3",
            "readonce_operation_duration_seconds_bucket{operation=\"receipt\",le=\"0.001\"} 0",
            "readonce_operation_duration_seconds_bucket{operation=\"receipt\",le=\"0.0025\"} 3",
            "readonce_operation_duration_seconds_count{operation=\"burn\"} 1",
            "readonce_operation_duration_seconds_count{operation=\"share\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "`{line}` is not in:\n{text}");
        }
    }
}
