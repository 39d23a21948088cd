//! A route table in which each route says which operation it is, so that every API version is timed alike.
//!
//! Ours and not axum's router, which makes a copy of what answers a route for every request, boxes what each layer waits for, and
//! keeps path and parameters beside the request (ADR 0090). Handlers and extractors are axum's.

use std::pin::Pin;

use axum::extract::Request;
use axum::response::Response;
use axum::routing::MethodRouter;
use tower::ServiceExt as _;

use super::methods::Methods;
use crate::metrics::Operation;

/// An answer to come.
pub type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A path with what answers there.
pub struct Route {
    /// The path, with names in braces for what differs: all of it that is ever logged.
    pub template: Box<str>,
    /// What its requests are timed as, together with those of other routes for the same; `None` where they are only counted.
    pub operation: Option<Operation>,
    /// Answers a request.
    pub endpoint: Box<dyn Fn(Request) -> Answering + Send + Sync>,
}

impl Route {
    /// A page's, whose methods bring their state and layers with them.
    #[must_use]
    pub fn page(path: &str, methods: MethodRouter) -> Self {
        let endpoint = move |request| -> Answering {
            let answering = methods.clone().oneshot(request);
            Box::pin(async move { answering.await.unwrap_or_else(|never| match never {}) })
        };
        Self { template: path.into(), operation: None, endpoint: Box::new(endpoint) }
    }
}

/// Routes over one state.
pub struct Routes<S> {
    state: S,
    routes: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes.
    #[must_use]
    pub fn over(state: S) -> Self {
        Self { state, routes: Vec::new() }
    }

    /// Adds a route whose requests are timed as `operation`, together with those of other routes for the same.
    #[must_use]
    pub fn route(mut self, operation: Operation, path: &str, methods: Methods<S>) -> Self {
        self.add(Some(operation), path, methods);
        self
    }

    /// Adds a route whose requests are only counted.
    #[must_use]
    pub fn untimed(mut self, path: &str, methods: Methods<S>) -> Self {
        self.add(None, path, methods);
        self
    }

    fn add(&mut self, operation: Option<Operation>, path: &str, methods: Methods<S>) {
        let state = self.state.clone();
        let endpoint = move |request| methods.call(request, state.clone());
        self.routes.push(Route { template: path.into(), operation, endpoint: Box::new(endpoint) });
    }

    /// The routes.
    #[must_use]
    pub fn into_routes(self) -> Vec<Route> {
        self.routes
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;

    use super::*;

    #[tokio::test]
    async fn a_route_is_timed_as_what_it_was_added_for_whatever_its_path() {
        let only = || Methods::otherwise(async || "no such");
        let routes = Routes::over(())
            .route(Operation::Share, "/api/v9/secrets", only().get(async || "shared"))
            .untimed("/api/v9/description", only().get(async || "described"))
            .into_routes();
        assert!(matches!(routes[0].operation, Some(Operation::Share)));
        assert!(routes[1].operation.is_none());
        for (route, said) in routes.iter().zip(["shared", "described"]) {
            let request = Request::get(&*route.template).body(Body::empty()).unwrap();
            let body = axum::body::to_bytes((route.endpoint)(request).await.into_body(), 100).await.unwrap();
            assert_eq!(body, said);
        }
    }
}
