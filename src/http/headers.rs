//! Security headers of every response (security-design.md §8): `no-store, no-transform`, CSP, `nosniff`, no referrer, HSTS.

use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

type Fixed = SetResponseHeaderLayer<HeaderValue>;

/// The layers that add them. An answer that brings its own, such as a page with a stylesheet, keeps it.
pub type Layers = (Fixed, Fixed, Fixed, Fixed, Fixed, SetResponseHeaderLayer<Option<HeaderValue>>);

/// Those for a server whose public URL is https, or is not.
#[must_use]
pub fn layers(https: bool) -> Layers {
    let fixed = |name, value| Fixed::if_not_present(name, HeaderValue::from_static(value));
    let hsts = https.then_some(HeaderValue::from_static("max-age=31536000"));
    (
        // Some who pass pages on rewrite what looks like an e-mail address, or an HTML page at all: a value must arrive as it is.
        fixed(header::CACHE_CONTROL, "no-store, no-transform"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::REFERRER_POLICY, "no-referrer"),
        fixed(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
        fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, hsts),
    )
}
