//! The HTTP server: assembles the surfaces into one router, and accepts and serves connections.
//!
//! hyper's http1 builder with a timer, not `axum::serve`: the latter lets a silent client hold a connection for ever
//! (security-design.md §6, §9). HTTP/2 is the proxy's business.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::any;
use hyper::body::{Body as _, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::api::v1;
use crate::http::paths::Normaliser;
use crate::http::request_checks;
use crate::http::state::AppState;
use crate::web::{self, Pages};

mod fallback;
mod health;
mod listen;
pub mod metrics;
mod middleware;

pub use health::Health;
pub use listen::{bind, listen};
use middleware::{Shared, around};

/// A head must come within this, and a kept-alive connection must not idle longer: hyper has one value for both
/// (docs/decisions/0007-deadlines-of-requests.md).
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// hyper's read buffer, which bounds the head roughly. Larger than `http::request_checks` allows, so that most heads that are too
/// large get an answer of ours.
const HEAD_BUFFER: usize = 40 * 1024;
/// Fields in a head.
const MAX_FIELDS: usize = 100;
/// Connections served at once; one more waits to be accepted.
pub const MAX_CONNECTIONS: usize = 4096;
/// How long a peer may take nothing of what it was sent. hyper sets no deadline for writing, so the kernel keeps this one.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(20);
/// Before `accept` is tried again when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a connection that was taken in before a stop has to send a request: hyper closes one that has not sent
/// anything yet, though its request may be on the way. A proxy's is there within a millisecond.
const SETTLING: Duration = Duration::from_millis(200);
/// How long requests in flight may take to end after a stop.
const GRACE: Duration = Duration::from_secs(10);

/// What the assembled server needs to know besides its state.
#[derive(Clone, Debug)]
pub struct Site {
    /// The path of the public URL, empty or `/x`.
    pub base_path: String,
    /// Whether the public URL is https.
    pub https: bool,
    /// The pages, when there shall be any.
    pub pages: Option<web::Settings>,
}

/// All routes with all layers. An API version is merged here, as v1 is, and named in `fallback` and `normaliser`.
pub fn router(state: AppState, health: Health, site: &Site) -> Router {
    let pages = site.pages.clone().map(|settings| Pages::new(state.clone(), &site.base_path, settings));
    let (api, operations) = v1::routes(state.clone(), state.service().policy().base_url.as_str());
    let shared = Shared { app: state, health: health.clone(), operations, https: site.https };
    let shared = Arc::new(shared);
    let others = Router::new()
        .merge(pages.as_ref().map(web::routes).unwrap_or_default())
        .route("/health/live", any(fallback::not_found).get(health::live))
        .route("/health/ready", any(fallback::not_found).get(health::ready).with_state(health))
        .fallback(move |request: Request| fallback::no_route(pages.clone(), request));
    let api = around(api, &shared, request_checks::check_call, v1::panic_response);
    Router::new().merge(api).merge(around(others, &shared, request_checks::check, fallback::panic_response))
}

/// Paths of requests as the routes expect them, on a server whose public URL has the path `base`.
#[must_use]
pub fn normaliser(base: &str) -> Normaliser {
    Normaliser::new(base, [&[v1::BASE, "/health"][..], &web::BASES].concat())
}

/// Serves at most `connections` at once until `stop`, then lets what is in flight end; an `abort` ends at once.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    site: Site,
    connections: usize,
    stop: CancellationToken,
    abort: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    let normaliser = Arc::new(normaliser(&site.base_path));
    let begin = |stream: TcpStream, permit: Option<OwnedSemaphorePermit>, peer: SocketAddr| {
        let service = Handler { router: router.clone(), normaliser: Arc::clone(&normaliser), peer };
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BUFFER)
            .max_headers(MAX_FIELDS)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _permit = permit;
            // An error here is a client that went away or sent no HTTP; hyper has answered what can be answered.
            drop(connection.await);
        });
    };
    loop {
        tokio::select! {
            ((stream, permit), peer) = accept(&listener, &permits) => begin(stream, Some(permit), peer),
            () = stop.cancelled() => break,
        }
    }
    // The kernel has already taken them in, and their requests with them: a listener that closed now would reset them.
    for (stream, peer) in waiting(listener) {
        begin(stream, None, peer);
    }
    tokio::select! {
        () = tokio::time::sleep(SETTLING) => {}
        () = abort.cancelled() => {}
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("some requests did not end in time and were cut off"),
        () = abort.cancelled() => {}
    }
}

/// The connections that nobody has accepted yet; no more come after them. The kernel bounds their number.
fn waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let accept = || {
        let (stream, peer) = listener.accept().ok()?; // it never blocks: none left is an error too
        stream.set_nonblocking(true).ok()?;
        let stream = TcpStream::from_std(stream).ok()?;
        prepare(&stream);
        Some((stream, peer))
    };
    std::iter::from_fn(accept).collect()
}

type Connection = (TcpStream, OwnedSemaphorePermit);

/// Waits for a place and a connection. Errors of `accept` pass by themselves; that there are no file descriptors left is
/// logged once, not twenty times a second.
async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> (Connection, SocketAddr) {
    let mut is_logged = false;
    loop {
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, peer)) => {
                prepare(&stream);
                return ((stream, permit), peer);
            }
            // Of a client that went away while it waited: the next one may be there already.
            Err(error)
                if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                if !std::mem::replace(&mut is_logged, true) {
                    tracing::warn!(%error, "no connection can be accepted at the moment");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Options without which a connection works too.
fn prepare(stream: &TcpStream) {
    drop(stream.set_nodelay(true));
    let timeout = u32::try_from(UNREAD_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
    let _ = set_tcp_user_timeout(stream, timeout);
}

/// One connection's service: normalises the path, notes the peer, hands over to the routes.
#[derive(Clone)]
struct Handler {
    router: Router,
    normaliser: Arc<Normaliser>,
    peer: SocketAddr,
}

impl hyper::service::Service<hyper::Request<Incoming>> for Handler {
    type Response = Response;
    type Error = Infallible;
    type Future = tower::util::Oneshot<Router, Request>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        parts.uri = self.normaliser.normalise(parts.uri);
        parts.extensions.insert(ConnectInfo(self.peer));
        // An empty one needs no box.
        let body = if body.is_end_stream() { Body::empty() } else { Body::new(body) };
        self.router.clone().oneshot(Request::from_parts(parts, body))
    }
}
