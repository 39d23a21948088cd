//! `GET /api/v1/openapi.json`: the `OpenAPI` 3.1 description of this API, with this server's public address in it.
//!
//! The document is `docs/openapi.json`, a file like any other. `tests/it/process/described` holds it to the program: what it
//! calls invalid is refused, what it calls valid is answered as it says, and every answer fits its schema.

use std::future::ready;

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::routing::MethodRouter;

use super::surface::V1;
use crate::http::admit::Admit;
use crate::service::Caller;

const DOCUMENT: &str = include_str!("../../../docs/openapi.json");
/// The address that stands in the file.
const ADDRESS: &str = "http://127.0.0.1:7143/api/v1";

/// The route's methods: GET answers with the description of a server at this public address.
pub(super) fn methods(only: MethodRouter<V1>, base_url: &str) -> MethodRouter<V1> {
    let document = Bytes::from(DOCUMENT.replacen(ADDRESS, &format!("{base_url}/api/v1"), 1));
    only.get(move |_: Admit<Caller>| {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        ready(([(header::CONTENT_TYPE, json)], document.clone()))
    })
}
