//! Security headers of every response (security-design.md §8): `no-store, no-transform`, CSP, `nosniff`, no referrer, HSTS.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Fields that an answer has in all, as a rule: these, what it is, and the request's id. Room for them is made once.
pub const MOST: usize = 8;

/// Those of every answer.
static FIXED: [(HeaderName, HeaderValue); 5] = [
    // Some who pass pages on rewrite what looks like an e-mail address, or an HTML page at all: a value must arrive as it is.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform")),
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
/// On a server whose public URL is https.
static HSTS: (HeaderName, HeaderValue) =
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));

/// Adds them for a server whose public URL is https, or is not. An answer that brings its own, such as a page with a stylesheet,
/// keeps it.
pub fn complete(headers: &mut HeaderMap, https: bool) {
    for (name, value) in FIXED.iter().chain(https.then_some(&HSTS)) {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_brings_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        complete(&mut headers, true);
        assert_eq!(headers[header::CACHE_CONTROL], "max-age=60");
        assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
        assert_eq!(headers.len(), 6);
        let mut plain = HeaderMap::new();
        complete(&mut plain, false);
        assert_eq!((plain.len(), plain.contains_key(header::STRICT_TRANSPORT_SECURITY)), (5, false));
    }
}
