//! What every answer carries (security.md §8): never cached, never framed, never sniffed, no referrer.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

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

/// Adds them to an answer.
pub fn add(https: PublicHttps, response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // An answer that brings its own, such as a page with a stylesheet, keeps it.
        headers.entry(name).or_insert(value);
    }
    if https.0 {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
