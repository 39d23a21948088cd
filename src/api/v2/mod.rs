//! The v2 API (v2-contract.md): the route table. Handlers turn a request into a call of the service, and its outcome into the
//! wire.
//!
//! `private` and `receipt` are one route under two names. What is below `guest` is the same for callers whose credentials
//! nobody looks at. The trap: a GET consumes nothing, whatever its query says (ADR 0072).

use crate::http::methods::Methods;
use crate::http::routes::{Route, Routes};
use crate::http::state::AppState;
use crate::metrics::Operation;

mod create;
mod description;
mod error;
mod error_table;
mod info;
mod receipts;
mod recent;
mod secrets;
mod surface;
mod wire;

pub use error::{not_found, panic_response, refused};
use surface::V2;

/// Where every path of this API begins.
pub const BASE: &str = "/api/v2";

/// Every route, and what they are timed as; described for callers of this public address.
pub fn routes(app: AppState, base_url: &str) -> Vec<Route> {
    let path = |rest: &str| format!("{BASE}/{rest}");
    let (anybody, guest) = (V2::asking(app.clone()), V2::never_asking(app));
    let mut own = verbs(Routes::over(anybody), BASE, &["receipt", "private"])
        .route(Operation::V2Show, &path("secret/{key}/status"), only().get(secrets::status))
        .route(Operation::V2Show, &path("secret/status"), named().post(secrets::many));
    for name in ["receipt", "private"] {
        own = own.route(Operation::V2Recent, &path(&format!("{name}/recent")), only().get(recent::recent));
    }
    let open = verbs(Routes::over(guest), &path("guest"), &["receipt"])
        .route(Operation::V2Status, &path("status"), only().get(info::status))
        .route(Operation::V2Status, &path("supported-locales"), only().get(info::locales))
        .route(Operation::V2Status, &path("version"), only().get(info::version))
        .untimed(&path("openapi.json"), description::methods(only(), base_url));
    // No limit of the library's: bodies are limited where they are read (http::body), by the configured one.
    [own.into_routes(), open.into_routes()].into_iter().flatten().collect()
}

/// The routes that stand below `base` for callers of both kinds; the receipt's under each of these names.
fn verbs(routes: Routes<V2>, base: &str, names: &[&str]) -> Routes<V2> {
    let mut routes = routes
        // By GET they are secrets of that name, which nobody has.
        .route(Operation::V2Conceal, &format!("{base}/secret/conceal"), named().post(create::conceal))
        .route(Operation::V2Generate, &format!("{base}/secret/generate"), named().post(create::generate))
        .route(Operation::V2Show, &format!("{base}/secret/{{key}}"), only().get(secrets::show))
        .route(Operation::V2Reveal, &format!("{base}/secret/{{key}}/reveal"), only().post(secrets::reveal));
    for name in names {
        routes = routes
            .route(Operation::V2Receipt, &format!("{base}/{name}/{{key}}"), only().get(receipts::show))
            .route(Operation::V2Burn, &format!("{base}/{name}/{{key}}/burn"), only().post(receipts::burn));
    }
    routes
}

/// Other methods are answered like an unknown path.
fn only() -> Methods<V2> {
    Methods::otherwise(not_found)
}

/// The same for a path that is a secret's as well.
fn named() -> Methods<V2> {
    only().get(secrets::unknown)
}
