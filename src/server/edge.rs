//! What every request passes on its way in, and every answer on its way out.
//!
//! One layer of the router, not one for each step: a layer costs four boxes a request, and a step in it none. The trap for
//! newcomers: the order. The log line is the outermost, so that it tells what was really answered.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::health::{self, Health};
use crate::http::headers::{self, PublicHttps};
use crate::http::state::AppState;
use crate::http::{leftover, span};

/// What the steps need to know.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) app: AppState,
    pub(super) health: Health,
    pub(super) https: PublicHttps,
}

/// The layer.
pub(super) async fn pass(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let Edge { app, health, https } = edge;
    let checked = |request| headers::add(https, request, |request| next.run(request));
    let heard_out = |request| leftover::take_in(request, checked);
    let ended = |request| health::end_connections(&health, request, heard_out);
    span::log(&app, request, ended).await
}
