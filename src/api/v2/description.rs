//! `GET /api/v2/openapi.json`: the `OpenAPI` 3.1 description of this API, with this server's public address in it.
//!
//! The document is `docs/openapi-v2.json`. `tests/it/process/described` holds it to the program.

use std::future::ready;

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::routing::MethodRouter;

use super::surface::V2;

const DOCUMENT: &str = include_str!("../../../docs/openapi-v2.json");
/// The address that stands in the file.
const ADDRESS: &str = "http://127.0.0.1:7143/api/v2";

/// The route's methods: GET answers with the description of a server at this public address.
pub(super) fn methods(only: MethodRouter<V2>, base_url: &str) -> MethodRouter<V2> {
    let document = Bytes::from(DOCUMENT.replacen(ADDRESS, &format!("{base_url}/api/v2"), 1));
    only.get(move || {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        ready(([(header::CONTENT_TYPE, json)], document.clone()))
    })
}
