//! The HTTP server: assembles the surfaces into one router, and accepts and serves connections.
//!
//! hyper's http1 builder with a timer, not `axum::serve`: the latter lets a silent client hold a connection for ever
//! (security-design.md §6, §9). HTTP/2 is the proxy's business.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse as _;

use crate::api::{v1, v2};
use crate::http::paths::Normaliser;
use crate::http::request_checks::{self, Refusal};
use crate::http::routes::Answering;
use crate::http::state::AppState;
use crate::web::{self, Pages};

mod accept;
mod connection;
mod fallback;
mod health;
mod idle;
mod listen;
pub mod metrics;
pub mod proxy_protocol;
mod room;
mod serve;
mod socket_file;
mod stream;
mod surfaces;

pub use health::Health;
pub use listen::{Bound, Listener, bind, bind_tcp};
pub use serve::{Connections, MAX_CONNECTIONS, serve};
pub use socket_file::{BoundFile, SocketAccess, SocketFile};
pub use surfaces::{Answers, Surfaces};
use surfaces::{Building, Guard};

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

/// All routes, and what stands around them. An API version is added here, as v1 is, and named in `fallback` and `normaliser`.
pub fn router(state: AppState, health: Health, site: &Site) -> Surfaces {
    let pages = site.pages.clone().map(|settings| Pages::new(state.clone(), &site.base_path, settings));
    let base_url = state.service().policy().base_url.clone();
    let guard = |check, refuse, panicked| Arc::new(Guard { check, refuse, panicked });
    let of_v1 = guard(
        request_checks::check_call,
        Box::new(|refusal: Refusal, _: &Request| refusal.into_response()),
        v1::panic_response,
    );
    let of_v2 = guard(
        request_checks::check_call,
        Box::new(|refusal: Refusal, _: &Request| v2::refused(refusal)),
        v2::panic_response,
    );
    let others = {
        let pages = pages.clone();
        guard(
            request_checks::check,
            Box::new(move |refusal, request: &Request| fallback::refused(pages.as_ref(), refusal, request)),
            fallback::panic_response,
        )
    };
    let no_route = {
        let (pages, v2) = (pages.clone(), site.v2);
        move |request: Request| -> Answering { Box::pin(fallback::no_route(pages.clone(), v2, request)) }
    };
    let newer = if site.v2 { v2::routes(state.clone(), base_url.as_str()) } else { Vec::new() };
    Building::new(state.clone(), health.clone(), site.https, no_route, Arc::clone(&others))
        .with(v1::routes(state, base_url.as_str()), &of_v1)
        .with(newer, &of_v2)
        .with(pages.as_ref().map(web::routes).unwrap_or_default(), &others)
        .with(health::routes(health), &others)
        .finish()
}

/// Paths of requests as the routes expect them, on a server whose public URL has the path `base`.
#[must_use]
pub fn normaliser(base: &str) -> Normaliser {
    Normaliser::new(base, [&[v1::BASE, v2::BASE, "/health"][..], &web::BASES].concat(), v2::BASE)
}
