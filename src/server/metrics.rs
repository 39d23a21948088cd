//! `GET /metrics`, on a listener of its own: the service's metrics in Prometheus' text format.
//!
//! Whoever can reach that listener may ask, as often as they like; so looks at the store rest in between, the longer the
//! longer one takes, and everybody who asks meanwhile gets what the last one saw. Nor does an answer wait for a look that takes
//! long, such as counting ten million secrets: what it sees is in the next one.

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
use crate::http::drain;
use crate::metrics::CONTENT_TYPE;
use crate::service::Service;

/// Between two looks at the store, at least.
const REST: Duration = Duration::from_secs(5);
/// And so many times as long as the look took, so that looking costs a twentieth of the time at most.
const REST_FACTOR: u32 = 20;
/// How long an answer waits for a look: longer than the store has to say whether it is ready, shorter than Prometheus waits.
const LOOK_WAIT: Duration = Duration::from_secs(6);
/// Connections to this listener at once. Prometheus needs one, and one more while it is replaced.
pub const MAX_SCRAPERS: usize = 16;

/// When to look again. Locked while somebody looks.
type Next = Arc<Mutex<Option<Instant>>>;

#[derive(Clone)]
struct Exposition {
    service: Arc<Service>,
    /// Whether the store is there. Apart from counting, so that news of it are never held back by that.
    store: Next,
    secrets: Next,
}

/// The route, and nothing else.
pub fn router(service: Arc<Service>) -> Router {
    let exposition = Exposition { service, store: Arc::default(), secrets: Arc::default() };
    Router::new()
        .route("/metrics", any(fallback::not_found).get(show).head(fallback::not_found))
        .with_state(exposition)
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
    async fn refresh(&self) {
        let (store, secrets) = (Arc::clone(&self.service), Arc::clone(&self.service));
        tokio::join!(
            look(&self.store, 1, async move { store.stats().probe_store().await }),
            look(&self.secrets, REST_FACTOR, async move { secrets.stats().count_secrets().await }),
        );
    }
}

/// Looks, unless it is too early or somebody does already. A look in vain says nothing of how long the next one takes.
async fn look(next: &Next, factor: u32, looking: impl Future<Output = bool> + Send + 'static) {
    let Ok(mut next) = Arc::clone(next).try_lock_owned() else { return };
    let started = Instant::now();
    if next.is_some_and(|next| next > started) {
        return;
    }
    let task = tokio::spawn(async move {
        let rest = if looking.await { REST.max(started.elapsed() * factor) } else { REST };
        *next = Some(Instant::now() + rest);
    });
    drop(tokio::time::timeout(LOOK_WAIT, task).await);
}
