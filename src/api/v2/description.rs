//! `GET /api/v2/openapi.json`: the `OpenAPI` 3.1 description of this API, with this server's public address in it.
//!
//! The document is `docs/openapi-v2.json`. `tests/it/process/described` holds it to the program.

use std::future::ready;

use super::BASE;
use super::surface::V2;
use crate::http::description::Description;
use crate::http::methods::Methods;

const DOCUMENT: &str = include_str!("../../../docs/openapi-v2.json");

/// The route's methods: GET answers with the description of a server at this public address.
pub(super) fn methods(only: Methods<V2>, base_url: &str) -> Methods<V2> {
    let description = Description::new(DOCUMENT, base_url, BASE);
    only.get(move || ready(description.answer()))
}
