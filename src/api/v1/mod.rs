//! The v1 API (v1-contract.md §7): the route table. Handlers turn a request into a call of the service, and its outcome
//! into the wire.
//!
//! `private`, `metadata` and `receipt` are one route under three names. The trap is the order: routing comes first, then
//! credentials (a bad one is refused everywhere, and never falls back to anonymous), then the rate, then the parameters.
//!
//! Nothing outside knows a path, a status or a text of v1. A version that stands beside it has a folder like this one, and
//! is named where this one is in `server`.

use crate::http::methods::Methods;
use crate::http::routes::{Route, Routes};
use crate::http::state::AppState;
use crate::metrics::Operation;

mod account;
mod description;
mod error;
mod error_table;
mod receipts;
mod secrets;
mod status;
mod surface;
mod wire;

pub use error::{not_found, panic_response};
use surface::V1;

/// Where every path of this API begins.
pub const BASE: &str = "/api/v1";

/// Every route, and what they are timed as; described for callers of this public address.
pub fn routes(app: AppState, base_url: &str) -> Vec<Route> {
    let path = |rest: &str| format!("{BASE}/{rest}");
    let mut routes = Routes::over(V1(app))
        .route(Operation::Status, &path("status"), only().get(status::status))
        .route(Operation::Status, &path("authcheck"), only().get(status::authcheck))
        .untimed(&path("openapi.json"), description::methods(only(), base_url))
        .route(Operation::Share, &path("share"), only().post(secrets::share))
        .route(Operation::Share, &path("create"), only().post(secrets::share))
        .route(Operation::Generate, &path("generate"), only().post(secrets::generate))
        .route(Operation::Reveal, &path("secret/{key}"), only().post(secrets::reveal));
    for name in ["private", "metadata", "receipt"] {
        let recent = only().get(account::recent).post(account::recent);
        let show = only().get(receipts::show).post(receipts::show);
        routes = routes
            .route(Operation::Recent, &path(&format!("{name}/recent")), recent)
            .route(Operation::Receipt, &path(&format!("{name}/{{key}}")), show)
            .route(Operation::Burn, &path(&format!("{name}/{{key}}/burn")), only().post(receipts::burn));
    }
    // No limit of the library's: bodies are limited where they are read (http::body), by the configured one.
    routes.into_routes()
}

/// Other methods are answered like an unknown path.
fn only() -> Methods<V1> {
    Methods::otherwise(not_found)
}
