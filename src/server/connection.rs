//! One connection: hyper's http1 with our limits, and the service that hands its requests to the routes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1::{self, Connection};
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::idle::{HeadTimer, Patience, Waiting};
use super::stream::Watched;
use super::surfaces::Answers;
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
pub(super) struct Handler<A> {
    pub(super) surfaces: A,
    pub(super) normaliser: Arc<Normaliser>,
    pub(super) peer: Peer,
    pub(super) waiting: Arc<Waiting>,
}

impl<A: Answers> Handler<A> {
    /// Serves a connection that may idle for so long.
    pub(super) fn serve<S: AsyncRead + AsyncWrite + Unpin>(
        self,
        stream: S,
        idle_timeout: Duration,
    ) -> Connection<
        TokioIo<Watched<S>>,
        impl HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> + Send,
    > {
        let patience = Patience { head: HEAD_TIMEOUT, idle: idle_timeout };
        let waiting = Arc::clone(&self.waiting);
        let stream = Watched::new(stream, Arc::clone(&waiting));
        // A future of its own type, which hyper keeps in the connection: it takes no box a request.
        let service = service_fn(move |request| self.clone().answer(request));
        http1::Builder::new()
            .timer(HeadTimer { waiting, patience })
            .header_read_timeout(HEAD_TIMEOUT) // the timer decides when that is over
            .max_buf_size(HEAD_BUFFER)
            .max_headers(MAX_FIELDS)
            .serve_connection(TokioIo::new(stream), service)
    }

    async fn answer(self, request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
        self.waiting.served();
        let (mut parts, body) = request.into_parts();
        parts.uri = self.normaliser.normalise(parts.uri);
        parts.extensions.insert(self.peer);
        // An empty one needs no box.
        let body = if body.is_end_stream() { Body::empty() } else { Body::new(body) };
        let response = self.surfaces.answer(Request::from_parts(parts, body)).await;
        if response.extensions().get::<StillSending>().is_some() {
            self.waiting.linger();
        }
        Ok(response)
    }
}
