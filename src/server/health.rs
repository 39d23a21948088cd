//! `GET /health/live` and `/health/ready`: for proxies and supervisors, outside of every limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::fallback;
use crate::http::methods::Methods;
use crate::http::routes::{Route, Routes};
use crate::service::Service;

/// Whether this instance takes work.
#[derive(Clone, Debug)]
pub struct Health {
    service: Arc<Service>,
    draining: Arc<AtomicBool>,
}

impl Health {
    /// Health of a service that takes work.
    #[must_use]
    pub fn new(service: Arc<Service>) -> Self {
        Self { service, draining: Arc::default() }
    }

    /// Answers "not ready" from now on, so that a proxy sends new work elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

/// Has every answer of a draining server end its connection. A proxy keeps connections for its next request;
/// one that met a closing connection would be lost, as nobody may send a claim twice.
pub(super) fn end_connection(health: &Health, response: &mut Response) {
    if health.draining.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

/// Both routes.
pub(super) fn routes(health: Health) -> Vec<Route> {
    let only = || Methods::otherwise(fallback::not_found);
    Routes::over(health)
        .untimed("/health/live", only().get(live))
        .untimed("/health/ready", only().get(ready))
        .into_routes()
}

/// The process answers.
pub(super) async fn live() -> Response {
    answer(StatusCode::OK, r#"{"status":"live"}"#)
}

/// The store takes work, and no stop was asked for. Strangers ask: how the store does is for the log and for metrics.
pub(super) async fn ready(State(health): State<Health>) -> Response {
    if health.draining.load(Ordering::Relaxed) {
        return answer(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"draining"}"#);
    }
    if health.service.readiness().is_ready().await {
        answer(StatusCode::OK, r#"{"status":"ready"}"#)
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"unavailable"}"#)
    }
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, json)], body).into_response()
}
