//! What every request passes on its way in, and every answer on its way out, around each surface's routes.
//!
//! One service of our own and layers of tower-http, all in one `Router::layer`: each further call of that costs three
//! allocations a request, and so does a `from_fn` (decision 16). The trap is the order. The headers are outermost, so that a
//! refused head carries them too; the log line says what was really answered; and a panic is caught innermost, so that it is
//! answered and logged like anything else.

use std::any::Any;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tower::{Layer, Service};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use super::health::{self, Health};
use crate::http::drain;
use crate::http::headers;
use crate::http::request_checks::Refusal;
use crate::http::request_log::RequestLog;
use crate::http::routes::Operations;
use crate::http::state::AppState;

/// What it needs to know.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) app: AppState,
    pub(super) health: Health,
    pub(super) operations: Operations,
    pub(super) https: bool,
}

/// Looks at the head of a request.
type Check = fn(&Request) -> Result<(), Refusal>;
/// Answers a head that was refused.
type Refuse = Arc<dyn Fn(Refusal, &Request) -> Response + Send + Sync>;

/// Puts it around the routes of a surface, which begins with its check, and has its own answer to what that refuses. A panic ends
/// its request, and nothing else; `panicked` answers then.
pub(super) fn around(
    routes: Router,
    shared: &Arc<Shared>,
    (check, refuse): (Check, Refuse),
    panicked: fn(Box<dyn Any + Send>) -> Response,
) -> Router {
    let watch = WatchLayer(Arc::clone(shared), check, refuse);
    routes.layer((headers::layers(shared.https), watch, CatchPanicLayer::custom(panicked)))
}

#[derive(Clone)]
struct WatchLayer(Arc<Shared>, Check, Refuse);

impl<S> Layer<S> for WatchLayer {
    type Service = Watch<S>;

    fn layer(&self, routes: S) -> Watch<S> {
        Watch { shared: Arc::clone(&self.0), check: self.1, refuse: Arc::clone(&self.2), routes }
    }
}

/// Checks a request, logs it, drains what nobody read of it, and ends its connection when the server stops.
#[derive(Clone)]
struct Watch<S> {
    shared: Arc<Shared>,
    check: Check,
    refuse: Refuse,
    routes: S,
}

impl<S> Service<Request> for Watch<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.routes.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        let log = RequestLog::begin(&shared.app, &request);
        let unread = drain::track(&mut request);
        let answering = match (self.check)(&request) {
            Ok(()) => Ok(self.routes.call(request).instrument(log.span())),
            Err(refusal) => {
                let refused = (self.refuse)(refusal, &request);
                drop(request); // what is left of its body is found when that is dropped
                Err(refused)
            }
        };
        Box::pin(async move {
            let mut response = match answering {
                Ok(answering) => answering.await?.into_response(),
                Err(refused) => refused,
            };
            unread.drain(&mut response).await;
            health::end_connection(&shared.health, &mut response);
            log.end(&shared.app, &shared.operations, &mut response);
            Ok(response)
        })
    }
}
