//! `GET /api/v1/openapi.json`: the `OpenAPI` 3.1 description of this API, with this server's public address in it.
//!
//! The document is `docs/openapi.json`, a file like any other. `tests/it/process/described` holds it to the program: what it
//! calls invalid is refused, what it calls valid is answered as it says, and every answer fits its schema.

use std::future::ready;

use super::BASE;
use super::surface::V1;
use crate::http::admit::Admit;
use crate::http::description::Description;
use crate::http::methods::Methods;
use crate::service::Caller;

const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// The route's methods: GET answers with the description of a server at this public address.
pub(super) fn methods(only: Methods<V1>, base_url: &str) -> Methods<V1> {
    let description = Description::new(DOCUMENT, base_url, BASE);
    only.get(move |_: Admit<Caller>| ready(description.answer()))
}
