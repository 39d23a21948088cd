//! `GET /metrics`, on a listener of its own: the service's metrics in Prometheus' text format. And `/health/…`, for those who
//! cannot ask the other listener, as where that wants the PROXY protocol.
//!
//! Whoever can reach that listener may ask, as often as they like; so counts of the store's secrets rest in between, the longer
//! the longer one takes, and everybody who asks meanwhile gets what the last one saw. Nor does an answer wait for a count that
//! takes long, such as that of ten million secrets: it is in the next one. Whether the store takes work is `/health/ready`'s.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::fallback;
use super::health::{self, Health};
use crate::http::drain;
use crate::metrics::CONTENT_TYPE;
use crate::service::Service;

/// Between two counts, at least.
const REST: Duration = Duration::from_secs(5);
/// And so many times as long as the count took, so that counting costs a twentieth of the time at most.
const REST_FACTOR: u32 = 20;
/// How long an answer waits for a count: as long as for readiness at most, shorter than Prometheus waits.
const COUNT_WAIT: Duration = Duration::from_secs(6);
/// Connections to this listener at once. Prometheus needs one, and one more while it is replaced.
pub const MAX_SCRAPERS: usize = 16;

/// When to count again. Locked while somebody counts.
type Next = Arc<Mutex<Option<Instant>>>;

#[derive(Clone)]
struct Exposition {
    service: Arc<Service>,
    secrets: Next,
}

/// The routes, and nothing else.
pub fn router(service: Arc<Service>, health: Health) -> Router {
    let exposition = Exposition { service, secrets: Arc::default() };
    Router::new()
        .route("/metrics", any(fallback::not_found).get(show).head(fallback::not_found))
        .with_state(exposition)
        .route("/health/live", any(fallback::not_found).get(health::live))
        .route("/health/ready", any(fallback::not_found).get(health::ready).with_state(health))
        .fallback(fallback::not_found)
        .layer(from_fn(async |mut request: Request, next: middleware::Next| {
            let unread = drain::track(&mut request);
            let mut response = next.run(request).await;
            unread.drain(&mut response).await;
            response
        }))
}

async fn show(State(exposition): State<Exposition>) -> Response {
    exposition.refresh().await;
    exposition.service.stats().record_gauges();
    let content_type = HeaderValue::from_static(CONTENT_TYPE);
    ([(header::CONTENT_TYPE, content_type)], exposition.service.metrics().encode()).into_response()
}

impl Exposition {
    /// Whether the store is there is asked apart from counting, so that news of it are never held back by that.
    async fn refresh(&self) {
        tokio::join!(self.service.readiness().is_ready(), self.count());
    }

    /// Counts, unless it is too early or somebody does already. A count in vain says nothing of how long the next one takes.
    async fn count(&self) {
        let Ok(mut next) = Arc::clone(&self.secrets).try_lock_owned() else { return };
        let started = Instant::now();
        if next.is_some_and(|next| next > started) {
            return;
        }
        let service = Arc::clone(&self.service);
        let task = tokio::spawn(async move {
            let counted = service.stats().count_secrets().await;
            let rest = if counted { REST.max(started.elapsed() * REST_FACTOR) } else { REST };
            *next = Some(Instant::now() + rest);
        });
        drop(tokio::time::timeout(COUNT_WAIT, task).await);
    }
}
