//! What every request passes on its way in, and every answer on its way out, around each surface's routes.
//!
//! One function, in the order in which it happens: each thing that stands around another costs a box a request where it is a layer
//! (ADR 0090). The trap is that order. The headers come last, so that a refused head carries them too; the log line says what was
//! really answered; and a panic is caught innermost, so that it is answered and logged like anything else.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use tower::ServiceExt as _;

use super::health::{self, Health};
use crate::http::drain;
use crate::http::headers;
use crate::http::panics;
use crate::http::path_key::KeyAt;
use crate::http::request_checks::Refusal;
use crate::http::request_log::RequestLog;
use crate::http::routes::{Answering, Route};
use crate::http::state::AppState;

/// What answers requests.
pub trait Answers: Clone + Send + Sync + 'static {
    /// Answers one.
    fn answer(&self, request: Request) -> impl Future<Output = Response> + Send;
}

impl Answers for Router {
    async fn answer(&self, request: Request) -> Response {
        self.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

/// Looks at the head of a request.
type Check = fn(&Request) -> Result<(), Refusal>;
/// Answers a head that was refused.
type Refuse = Box<dyn Fn(Refusal, &Request) -> Response + Send + Sync>;

/// What a surface has around its routes: its check of heads, its answer to what that refuses, and its answer after a panic.
pub(super) struct Guard {
    pub(super) check: Check,
    pub(super) refuse: Refuse,
    pub(super) panicked: fn(Box<dyn Any + Send>) -> Response,
}

/// All surfaces: their routes, and what stands around them.
#[derive(Clone)]
pub struct Surfaces(Arc<Inner>);

struct Inner {
    app: AppState,
    health: Health,
    https: bool,
    table: matchit::Router<(Route, Arc<Guard>)>,
    /// Where no route leads.
    no_route: Box<dyn Fn(Request) -> Answering + Send + Sync>,
    others: Arc<Guard>,
}

/// Surfaces that are put together.
pub(super) struct Building(Inner);

impl Building {
    /// No routes yet; `no_route` answers, within `others`, where none leads.
    pub(super) fn new(
        app: AppState,
        health: Health,
        https: bool,
        no_route: impl Fn(Request) -> Answering + Send + Sync + 'static,
        others: Arc<Guard>,
    ) -> Self {
        let table = matchit::Router::new();
        Self(Inner { app, health, https, table, no_route: Box::new(no_route), others })
    }

    /// Adds routes.
    ///
    /// # Panics
    /// When two routes have the same path.
    pub(super) fn with(mut self, routes: Vec<Route>, guard: &Arc<Guard>) -> Self {
        for route in routes {
            let template = route.template.to_string();
            #[expect(clippy::expect_used, reason = "the routes are written here, and tests make them all")]
            self.0.table.insert(template, (route, Arc::clone(guard))).expect("a path leads to one route");
        }
        self
    }

    pub(super) fn finish(self) -> Surfaces {
        Surfaces(Arc::new(self.0))
    }
}

impl Answers for Surfaces {
    async fn answer(&self, mut request: Request) -> Response {
        let Inner { app, health, https, table, no_route, others } = &*self.0;
        let (route, guard, key) = match table.at(request.uri().path()) {
            Ok(found) => {
                let (route, guard) = found.value;
                let key = found.params.iter().next().and_then(|(_, text)| key_at(route, text));
                (Some(route), guard, key)
            }
            Err(_) => (None, others, None),
        };
        if let Some(key) = key {
            request.extensions_mut().insert(KeyAt(key));
        }
        let log = RequestLog::begin(app, &request);
        let unread = drain::track(&mut request);
        let is_head = request.method() == Method::HEAD;
        let mut response = match (guard.check)(&request) {
            Ok(()) => {
                let answering = async move {
                    match route {
                        Some(route) => (route.endpoint)(request).await,
                        None => no_route(request).await,
                    }
                };
                log.id().within(panics::caught(answering, guard.panicked)).await
            }
            Err(refusal) => {
                let refused = (guard.refuse)(refusal, &request);
                drop(request); // what is left of its body is found when that is dropped
                refused
            }
        };
        unread.drain(&mut response).await;
        health::end_connection(health, &mut response);
        log.end(app, route, &mut response);
        headers::complete(response.headers_mut(), *https);
        if is_head {
            take_body(&mut response);
        }
        response
    }
}

/// Where in the path the text stands that a route's braces stand for.
fn key_at(route: &Route, text: &str) -> Option<Range<usize>> {
    let start = route.template.find('{')?;
    Some(start..start + text.len())
}

/// Has the answer to a HEAD say how long the body would be, and leaves it out.
fn take_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact() {
        let length = HeaderValue::from(length);
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length);
    }
    *response.body_mut() = Body::empty();
}
