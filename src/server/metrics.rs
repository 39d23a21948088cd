//! `GET /metrics`, on a listener of its own: what the service's meter has been told, as Prometheus reads it.
//!
//! Whoever can reach that listener may ask, as often as they like; so looks at the store rest in between, the longer the
//! longer one takes, and everybody who asks meanwhile gets what the last one saw.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::api::v1;
use crate::http::leftover;
use crate::service::Service;

/// Between two looks at the store, at least.
const REST: Duration = Duration::from_secs(5);
/// And so many times as long as the look took, so that looking costs a twentieth of the time at most.
const REST_FACTOR: u32 = 20;
/// How often measured latencies are filed away.
const TIDY: Duration = Duration::from_secs(1);
/// Connections to this listener at once. Prometheus needs one, and one more while it is replaced.
pub const MAX_SCRAPERS: usize = 16;

#[derive(Clone)]
struct Exposition {
    service: Arc<Service>,
    /// No look at the store before this. Locked while somebody looks: others wait for what comes of it.
    next: Arc<Mutex<Option<Instant>>>,
}

/// The route, and nothing else.
pub fn router(service: Arc<Service>) -> Router {
    let exposition = Exposition { service, next: Arc::default() };
    Router::new()
        .route("/metrics", any(v1::not_found).get(show).head(v1::not_found))
        .with_state(exposition)
        .fallback(v1::not_found)
        .layer(from_fn(leftover::take_in))
}

/// Keeps what was measured from piling up when nobody scrapes, until `stop`.
pub async fn tidy_until(service: Arc<Service>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(TIDY)).await.is_some() {
        service.meter().tidy();
    }
}

async fn show(State(exposition): State<Exposition>) -> Response {
    exposition.refresh().await;
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], exposition.service.meter().text()).into_response()
}

impl Exposition {
    async fn refresh(&self) {
        let mut next = self.next.lock().await;
        let started = Instant::now();
        if next.is_none_or(|next| next <= started) {
            self.service.measure().await;
            *next = Some(Instant::now() + REST.max(started.elapsed() * REST_FACTOR));
        }
    }
}
