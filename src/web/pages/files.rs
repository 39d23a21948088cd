//! What pages refer to, and `robots.txt`.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::web::assets;
use crate::web::error::PageError;

const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// `GET /assets/{file}`.
pub(in crate::web) async fn asset(Path(file): Path<String>) -> Response {
    let Some(asset) = assets::find(&file) else { return PageError::NotFound.bare() };
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(asset.media)), (header::CACHE_CONTROL, CACHED)];
    (headers, asset.text).into_response()
}

/// `GET /robots.txt`: nothing here is for search engines.
pub(in crate::web) async fn robots() -> Response {
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], ROBOTS).into_response()
}
