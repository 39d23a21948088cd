//! `GET /metrics`, on a listener of its own: what the service's meter has been told, as Prometheus reads it.
//!
//! Whoever can reach that listener may ask, as often as they like; so looks at the store rest in between, the longer the
//! longer one takes, and everybody who asks meanwhile gets what the last one saw. Nor does an answer wait for a look that takes
//! long, such as counting ten million secrets: what it sees is in the next one.

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
/// How long an answer waits for a look: longer than the store has to say whether it is ready, shorter than Prometheus waits.
const PATIENCE: Duration = Duration::from_secs(6);
/// How often measured latencies are filed away.
const TIDY: Duration = Duration::from_secs(1);
/// Connections to this listener at once. Prometheus needs one, and one more while it is replaced.
pub const MAX_SCRAPERS: usize = 16;

#[derive(Clone)]
struct Exposition {
    service: Arc<Service>,
    /// No look at the store before this. Locked while somebody looks.
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
    exposition.service.glance();
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], exposition.service.meter().text()).into_response()
}

impl Exposition {
    async fn refresh(&self) {
        let Ok(mut next) = Arc::clone(&self.next).try_lock_owned() else { return };
        let started = Instant::now();
        if next.is_some_and(|next| next > started) {
            return;
        }
        let service = Arc::clone(&self.service);
        let look = tokio::spawn(async move {
            service.look_at_store().await;
            *next = Some(Instant::now() + REST.max(started.elapsed() * REST_FACTOR));
        });
        drop(tokio::time::timeout(PATIENCE, look).await);
    }
}
