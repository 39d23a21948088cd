//! The v1 API (contract §7): the route table. Handlers turn a request into a verb, and its outcome into the wire.
//!
//! `private`, `metadata` and `receipt` are one route under three names. The trap for newcomers: order. Routing comes
//! first, then credentials (a bad one is refused everywhere, and never falls back to anonymous), then the parameters.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::http::state::AppState;

mod account;
mod error;
mod extract;
mod receipts;
mod secrets;
mod status;
mod wire;

pub use error::{not_found, panicked};

/// Every route of `/api/v1`.
pub fn routes() -> Router<AppState> {
    let mut router = Router::new()
        .route("/api/v1/status", get(status::status))
        .route("/api/v1/authcheck", get(status::authcheck))
        .route("/api/v1/share", post(secrets::share))
        .route("/api/v1/create", post(secrets::share))
        .route("/api/v1/generate", post(secrets::generate))
        .route("/api/v1/secret/{key}", post(secrets::reveal));
    for name in ["private", "metadata", "receipt"] {
        router = router
            .route(&format!("/api/v1/{name}/recent"), get(account::recent).post(account::recent))
            .route(&format!("/api/v1/{name}/{{key}}"), get(receipts::show).post(receipts::show))
            .route(&format!("/api/v1/{name}/{{key}}/burn"), post(receipts::burn));
    }
    // Bodies are limited where they are read (http::body), by the configured limit.
    router.layer(DefaultBodyLimit::disable())
}
