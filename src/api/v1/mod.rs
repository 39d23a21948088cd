//! The v1 API (contract §7): the route table. Handlers turn a request into a verb, and its outcome into the wire.
//!
//! `private`, `metadata` and `receipt` are one route under three names. The trap for newcomers: order. Routing comes
//! first, then credentials (a bad one is refused everywhere, and never falls back to anonymous), then the rate, then the
//! parameters.

use axum::Router;
use axum::routing::{MethodRouter, any};

use crate::http::state::AppState;

mod account;
mod description;
mod error;
mod extract;
mod receipts;
mod secrets;
mod status;
mod wire;

pub use error::{not_found, panicked};

/// Every route of `/api/v1`, described for callers of this public address.
pub fn routes(base_url: &str) -> Router<AppState> {
    let mut router = Router::new()
        .route("/api/v1/status", only().get(status::status))
        .route("/api/v1/authcheck", only().get(status::authcheck))
        .route("/api/v1/openapi.json", description::shown(only(), base_url))
        .route("/api/v1/share", only().post(secrets::share))
        .route("/api/v1/create", only().post(secrets::share))
        .route("/api/v1/generate", only().post(secrets::generate))
        .route("/api/v1/secret/{key}", only().post(secrets::reveal));
    for name in ["private", "metadata", "receipt"] {
        router = router
            .route(&format!("/api/v1/{name}/recent"), only().get(account::recent).post(account::recent))
            .route(&format!("/api/v1/{name}/{{key}}"), only().get(receipts::show).post(receipts::show))
            .route(&format!("/api/v1/{name}/{{key}}/burn"), only().post(receipts::burn));
    }
    // No limit of the library's: bodies are limited where they are read (http::body), by the configured one.
    router
}

/// Other methods are answered like an unknown path, and without an `Allow` (contract §2), which axum would add.
fn only() -> MethodRouter<AppState> {
    any(not_found)
}
