//! What every request passes on its way in, and every answer on its way out.
//!
//! One layer of the router, not one for each step: a layer costs four boxes a request, and a step in it none. Steps are
//! calls before and after, not functions around the rest: each of those would hold a request of its own, and the whole would
//! not fit into what the allocator has at hand. The trap for newcomers: the order. The log line is the outermost, so that
//! it tells what was really answered, and a refused head is answered like anything else.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::health::{self, Health};
use crate::api::v1;
use crate::http::headers::{self, PublicHttps};
use crate::http::span::Watched;
use crate::http::state::AppState;
use crate::http::{head, leftover};

/// What the steps need to know.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) app: AppState,
    pub(super) health: Health,
    pub(super) https: PublicHttps,
}

/// The layer. A panic ends its request, and nothing else.
pub(super) async fn pass(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let watched = Watched::begin(&edge.app, &request);
    let left = leftover::watch(&mut request);
    let mut response = match head::check(&request) {
        Ok(()) => {
            // In a box of its own, or this future would hold the request three times.
            let answered = AssertUnwindSafe(Box::pin(next.run(request))).catch_unwind();
            let answered = answered.instrument(watched.span());
            answered.await.unwrap_or_else(|_| v1::panicked())
        }
        Err(refusal) => {
            drop(request); // what is left of its body is found when that is dropped
            refusal.into_response()
        }
    };
    headers::add(edge.https, &mut response);
    left.take_in(&mut response).await;
    health::end_connection(&edge.health, &mut response);
    watched.end(&edge.app, &mut response);
    response
}
