//! What pages refer to, and `robots.txt`.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::http::path_key::PathKey;
use crate::web::error::PageError;
use crate::web::{Pages, assets};

const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// A picture that is opened by itself is a document, and the operator's may hold anything: it runs and fetches nothing.
const ALONE: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// `GET /assets/{file}`.
pub(in crate::web) async fn asset(State(pages): State<Pages>, PathKey(file): PathKey<String>) -> Response {
    let Some(asset) = assets::find(&file, pages.logo()) else { return PageError::NotFound.bare() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media)),
        (header::CACHE_CONTROL, CACHED),
        (header::CONTENT_SECURITY_POLICY, ALONE),
    ];
    (headers, asset.body.clone()).into_response()
}

/// `GET /robots.txt`: nothing here is for search engines.
pub(in crate::web) async fn robots() -> Response {
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], ROBOTS).into_response()
}
