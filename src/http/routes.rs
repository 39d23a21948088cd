//! A route table in which each route says which operation it is, so that every API version is timed alike.

use std::collections::HashMap;

use axum::Router;
use axum::routing::MethodRouter;

use crate::metrics::Operation;

/// Routes, and what they are timed as.
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    operations: Operations,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes.
    #[must_use]
    pub fn new() -> Self {
        Self { router: Router::new(), operations: Operations::default() }
    }

    /// Adds a route whose requests are timed as `operation`, together with those of other routes for the same.
    #[must_use]
    pub fn route(mut self, operation: Operation, path: &str, methods: MethodRouter<S>) -> Self {
        self.operations.0.insert(path.into(), operation);
        self.untimed(path, methods)
    }

    /// Adds a route whose requests are only counted.
    #[must_use]
    pub fn untimed(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        self.router = self.router.route(path, methods);
        self
    }

    /// The routes over their state, and the operations.
    pub fn with_state(self, state: S) -> (Router, Operations) {
        (self.router.with_state(state), self.operations)
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// The operations of route templates.
#[derive(Clone, Debug, Default)]
pub struct Operations(HashMap<Box<str>, Operation>);

impl Operations {
    /// These, and those of other routes.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// What requests to a route are timed as, if anything.
    #[must_use]
    pub fn of(&self, template: &str) -> Option<Operation> {
        self.0.get(template).copied()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_route_is_timed_as_what_it_was_added_for_whatever_its_path() {
        let (router, operations) = Routes::new()
            .route(Operation::Share, "/api/v9/secrets", get(async || "shared"))
            .untimed("/api/v9/description", get(async || "described"))
            .with_state(());
        assert!(matches!(operations.of("/api/v9/secrets"), Some(Operation::Share)));
        for template in ["/api/v9/description", "/api/v1/share", "-"] {
            assert!(operations.of(template).is_none(), "{template}");
        }
        for path in ["/api/v9/secrets", "/api/v9/description"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            assert_eq!(router.clone().oneshot(request).await.unwrap().status(), 200, "{path}");
        }
    }
}
