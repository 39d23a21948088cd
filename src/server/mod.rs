//! The surfaces assembled, and the loop that serves them.
//!
//! hyper's http1 builder with a timer, not `axum::serve`: the latter lets a silent client hold a connection for ever
//! (security.md §6, §9). HTTP/2 is the proxy's business.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::any;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::v1;
use crate::http::headers::{self, PublicHttps};
use crate::http::state::AppState;
use crate::http::{paths, span};

mod health;

pub use health::Health;

/// A head must come within this, and a kept-alive connection must not idle longer: hyper has one value for both.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// hyper's read buffer, which bounds the head.
const HEAD_BUFFER: usize = 32 * 1024;
/// Fields in a head.
const MAX_FIELDS: usize = 100;
/// Connections served at once; one more waits to be accepted.
const MAX_CONNECTIONS: usize = 4096;
/// How long requests in flight may take to end after a stop.
const GRACE: Duration = Duration::from_secs(10);

/// What the assembled server needs to know besides its state.
#[derive(Clone, Debug)]
pub struct Site {
    /// The path of the public URL, empty or `/x`.
    pub base_path: String,
    /// Whether the public URL is https.
    pub https: bool,
}

/// All routes with all layers.
pub fn router(state: AppState, health: Health, site: &Site) -> Router {
    Router::new()
        .merge(v1::routes())
        .with_state(state)
        .merge(
            Router::new()
                .route("/health/live", any(v1::not_found).get(health::live))
                .route("/health/ready", any(v1::not_found).get(health::ready))
                .with_state(health),
        )
        .fallback(v1::not_found)
        .layer(CatchPanicLayer::custom(|_| v1::panicked()))
        .layer(from_fn_with_state(PublicHttps(site.https), headers::add))
        .layer(from_fn(span::log))
}

/// Serves until `stop`, then lets what is in flight end; an `abort` ends at once.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    site: Site,
    stop: CancellationToken,
    abort: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let base: Arc<str> = site.base_path.into();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = stop.cancelled() => break,
        };
        let service = Handler { router: router.clone(), base: Arc::clone(&base), peer };
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BUFFER)
            .max_headers(MAX_FIELDS)
            .serve_connection(TokioIo::new(stream.0), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _permit = stream.1;
            // An error here is a client that went away or sent no HTTP; hyper has answered what can be answered.
            drop(connection.await);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("some requests did not end in time and were cut off"),
        () = abort.cancelled() => {}
    }
}

type Connection = (tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit);

/// Waits for a place and a connection. Errors of `accept` (no file descriptors left) pass by themselves.
async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> (Connection, SocketAddr) {
    loop {
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, peer)) => {
                drop(stream.set_nodelay(true)); // only a matter of speed
                return ((stream, permit), peer);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One connection's service: normalises the path, tells the peer, hands over to the routes.
#[derive(Clone)]
struct Handler {
    router: Router,
    base: Arc<str>,
    peer: SocketAddr,
}

impl hyper::service::Service<hyper::Request<Incoming>> for Handler {
    type Response = Response;
    type Error = Infallible;
    type Future = tower::util::Oneshot<Router, Request>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        parts.uri = paths::normalise(parts.uri, &self.base);
        parts.extensions.insert(ConnectInfo(self.peer));
        self.router.clone().oneshot(Request::from_parts(parts, Body::new(body)))
    }
}
