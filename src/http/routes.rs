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
    /// What requests to a route are timed as, if anything.
    #[must_use]
    pub fn of(&self, template: &str) -> Option<Operation> {
        self.0.get(template).copied()
    }
}
