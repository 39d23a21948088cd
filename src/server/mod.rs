//! The HTTP server: assembles the surfaces into one router, and accepts and serves connections.
//!
//! hyper's http1 builder with a timer, not `axum::serve`: the latter lets a silent client hold a connection for ever
//! (security-design.md §6, §9). HTTP/2 is the proxy's business.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use axum::routing::any;

use crate::api::{v1, v2};
use crate::http::paths::Normaliser;
use crate::http::request_checks::{self, Refusal};
use crate::http::state::AppState;
use crate::web::{self, Pages};

mod accept;
mod connection;
mod fallback;
mod health;
mod idle;
mod listen;
pub mod metrics;
mod middleware;
pub mod proxy_protocol;
mod room;
mod serve;
mod socket_file;
mod stream;

pub use health::Health;
pub use listen::{Bound, Listener, bind, bind_tcp};
use middleware::{Shared, around};
pub use serve::{Connections, MAX_CONNECTIONS, serve};
pub use socket_file::{BoundFile, SocketAccess, SocketFile};

/// What the assembled server needs to know besides its state.
#[derive(Clone, Debug)]
pub struct Site {
    /// The path of the public URL, empty or `/x`.
    pub base_path: String,
    /// Whether the public URL is https.
    pub https: bool,
    /// Whether the v2 API is served.
    pub v2: bool,
    /// The pages, when there shall be any.
    pub pages: Option<web::Settings>,
}

/// All routes with all layers. An API version is merged here, as v1 is, and named in `fallback` and `normaliser`.
pub fn router(state: AppState, health: Health, site: &Site) -> Router {
    let pages = site.pages.clone().map(|settings| Pages::new(state.clone(), &site.base_path, settings));
    let base_url = state.service().policy().base_url.clone();
    let (api, operations) = v1::routes(state.clone(), base_url.as_str());
    let (newer, more) =
        if site.v2 { v2::routes(state.clone(), base_url.as_str()) } else { Default::default() };
    let operations = operations.and(more);
    let shared = Arc::new(Shared { app: state, health: health.clone(), operations, https: site.https });
    let refused = {
        let pages = pages.clone();
        Arc::new(move |refusal, request: &Request| fallback::refused(pages.as_ref(), refusal, request))
    };
    let others = Router::new()
        .merge(pages.as_ref().map(web::routes).unwrap_or_default())
        .route("/health/live", any(fallback::not_found).get(health::live))
        .route("/health/ready", any(fallback::not_found).get(health::ready).with_state(health))
        .fallback({
            let v2 = site.v2;
            move |request: Request| fallback::no_route(pages.clone(), v2, request)
        });
    let plain = Arc::new(|refusal: Refusal, _: &Request| refusal.into_response());
    let of_v2 = Arc::new(|refusal: Refusal, _: &Request| v2::refused(refusal));
    Router::new()
        .merge(around(api, &shared, (request_checks::check_call, plain), v1::panic_response))
        .merge(around(newer, &shared, (request_checks::check_call, of_v2), v2::panic_response))
        .merge(around(others, &shared, (request_checks::check, refused), fallback::panic_response))
}

/// Paths of requests as the routes expect them, on a server whose public URL has the path `base`.
#[must_use]
pub fn normaliser(base: &str) -> Normaliser {
    Normaliser::new(base, [&[v1::BASE, v2::BASE, "/health"][..], &web::BASES].concat(), v2::BASE)
}
