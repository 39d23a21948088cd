//! The `OpenAPI` 3.1 description of this API: what `/api/v1/openapi.json` answers, and `docs/openapi.json` holds.
//!
//! Schemas of answers are derived from the wire types, and texts of errors are asked of their one table, so that neither
//! can go stale. The trap for newcomers: the description is as lenient as the server. What it calls invalid must be
//! refused, because `tests/it/process/described` sends it.

use std::future::ready;
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::MethodRouter;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::server::Server;
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, LicenseBuilder, OpenApiBuilder, PathsBuilder,
};

use super::extract::Who;
use super::wire::{BurnAnswer, Metadata, RevealAnswer, StatusAnswer};
use crate::http::state::AppState;

mod errors;
mod examples;
mod operations;
mod parameters;

/// The name of the security scheme.
const BASIC: &str = "basic";

const ABOUT: &str = "Share a secret, get a link that can be read once. Requests that clients of Onetime Secret's v1 API send are \
answered as those clients expect.

Parameters are taken from an urlencoded, multipart or JSON body, from the query string, or from both; the body wins. A \
body of any other type, or of none, is read as urlencoded. Unknown parameters are ignored, and of a repeated one the last counts. Whatever stands in a query \
string is likely to be logged by somebody: prefer the body.

Credentials are optional but for `recent` and `authcheck`. Those that are sent have to be right everywhere.

Nearly every refusal is a 404 with a `message`, as these clients know it; `X-OTS-Intended-Status` tells what it would be otherwise. \
One slash at the end of a path is ignored. Unknown paths, and known ones with another method, are 404 as well.";

/// The route's methods: GET answers with the description of a server at this public address, made when it is first asked for.
pub(super) fn shown(only: MethodRouter<AppState>, base_url: &str) -> MethodRouter<AppState> {
    let base_url = base_url.to_owned();
    let made = Arc::new(LazyLock::new(move || Bytes::from(document(&base_url))));
    only.get(move |_: Who| ready(answer(LazyLock::force(&made).clone())))
}

fn answer(document: Bytes) -> Response {
    let mut response = Response::new(document.into());
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// The description of a server at this public address, as JSON with a line's end.
fn document(base_url: &str) -> String {
    let license =
        LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("readonce: the v1 API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license))
        .build();
    let paths = operations::all().into_iter().fold(PathsBuilder::new(), |paths, operation| {
        let item = PathItem::new(operation.method, operation.operation);
        paths.path(operation.path, item)
    });
    let basic = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("User: the account's e-mail address. Password: its API token."))
        .build();
    let components = errors::components(ComponentsBuilder::new())
        .schema_from::<Metadata<'_>>()
        .schema_from::<RevealAnswer<'_>>()
        .schema_from::<BurnAnswer<'_>>()
        .schema_from::<StatusAnswer>()
        .security_scheme(BASIC, SecurityScheme::Http(basic))
        .build();
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new(format!("{base_url}/api/v1"))]))
        .paths(paths)
        .components(Some(components))
        .security(Some([SecurityRequirement::default(), signed_in()]))
        .build();
    #[expect(clippy::expect_used, reason = "our own document, with string keys only")]
    let mut text = serde_json::to_string_pretty(&document).expect("the description serialises");
    text.push('\n');
    text
}

/// Credentials are needed.
fn signed_in() -> SecurityRequirement {
    SecurityRequirement::new(BASIC, [""; 0])
}

/// The methods of what is read: both, because clients use both.
const EITHER: [HttpMethod; 2] = [HttpMethod::Get, HttpMethod::Post];
