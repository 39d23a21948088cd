//! One connection: hyper's http1 with our limits, and the service that hands its requests to the routes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt as _;
use tower::util::Oneshot;

use super::idle::{HeadTimer, Patience, Waiting};
use super::stream::Watched;
use crate::domain::Peer;
use crate::http::drain::StillSending;
use crate::http::paths::Normaliser;

/// A head must come within this.
pub(super) const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// hyper's read buffer, which bounds the head roughly. Larger than `http::request_checks` allows, so that most heads that are too
/// large get an answer of ours.
const HEAD_BUFFER: usize = 40 * 1024;
/// Fields in a head.
const MAX_FIELDS: usize = 100;

/// One connection's service: normalises the path, notes the peer, hands over to the routes.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) router: Router,
    pub(super) normaliser: Arc<Normaliser>,
    pub(super) peer: Peer,
    pub(super) waiting: Arc<Waiting>,
}

impl Handler {
    /// Serves a connection that may idle for so long.
    pub(super) fn serve<S: AsyncRead + AsyncWrite + Unpin>(
        self,
        stream: S,
        idle_timeout: Duration,
    ) -> http1::Connection<TokioIo<Watched<S>>, Self> {
        let patience = Patience { head: HEAD_TIMEOUT, idle: idle_timeout };
        let stream = Watched::new(stream, Arc::clone(&self.waiting));
        http1::Builder::new()
            .timer(HeadTimer { waiting: Arc::clone(&self.waiting), patience })
            .header_read_timeout(HEAD_TIMEOUT) // the timer decides when that is over
            .max_buf_size(HEAD_BUFFER)
            .max_headers(MAX_FIELDS)
            .serve_connection(TokioIo::new(stream), self)
    }
}

impl hyper::service::Service<hyper::Request<Incoming>> for Handler {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: hyper::Request<Incoming>) -> Answering {
        self.waiting.served();
        let (mut parts, body) = request.into_parts();
        parts.uri = self.normaliser.normalise(parts.uri);
        parts.extensions.insert(self.peer);
        // An empty one needs no box.
        let body = if body.is_end_stream() { Body::empty() } else { Body::new(body) };
        let answer = self.router.clone().oneshot(Request::from_parts(parts, body));
        Answering { answer, waiting: Arc::clone(&self.waiting) }
    }
}

pin_project! {
    /// An answer to come.
    pub(super) struct Answering {
        #[pin]
        answer: Oneshot<Router, Request>,
        waiting: Arc<Waiting>,
    }
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.answer.poll(context));
        if answer.as_ref().is_ok_and(|response| response.extensions().get::<StillSending>().is_some()) {
            this.waiting.linger();
        }
        Poll::Ready(answer)
    }
}
