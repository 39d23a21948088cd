//! What every answer carries (security.md §8): never cached, never framed, never sniffed, no referrer.
//!
//! Heads are checked here too, so that a refused one costs no layer of its own and its answer looks like any other.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::head;

const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Whether the public URL is https.
#[derive(Clone, Copy, Debug)]
pub struct PublicHttps(pub bool);

/// Adds them to what `next` answers, and lets no request through whose head is not as it should be.
pub async fn add<F: Future<Output = Response>>(
    https: PublicHttps,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let mut response = match head::check(&request) {
        Ok(()) => next(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // An answer that brings its own, such as a page with a stylesheet, keeps it.
        headers.entry(name).or_insert(value);
    }
    if https.0 {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}
