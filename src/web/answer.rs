//! Renders a page into an answer: into a buffer that is wiped once it is sent, as it may hold a value or a link.

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use zeroize::Zeroizing;

/// Room for a page without what people put into it. The largest has half of this.
const PAGE: usize = 32 * 1024;

/// What a page carries besides what every answer does (security-design.md §8).
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ),
    // Whoever comes next learns the site, never a link. With `no-referrer` browsers would say of our own forms that they come
    // from `null`, as they do of whoever hides (ADR 0056).
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// The head of a page, for those who ask only for that.
pub(super) fn head() -> Response {
    let mut response = Response::new(Body::empty());
    response.headers_mut().extend(HEADERS);
    response
}

/// Sends a browser elsewhere, to be asked by GET. `None` where no header can hold the address.
pub(super) fn see_other(address: &str) -> Option<Response> {
    let address = HeaderValue::from_str(address).ok()?;
    let mut response = head();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, address);
    Some(response)
}

/// Renders a page.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    page_of(status, template, 0)
}

/// Renders a page that holds a text of `length` bytes.
pub(super) fn page_of(status: StatusCode, template: &impl Template, length: usize) -> Response {
    // Growing would leave unwiped copies behind, so there is room for a text of escapes only.
    let mut text = Zeroizing::new(String::with_capacity(PAGE + 8 * length));
    #[expect(
        clippy::expect_used,
        reason = "our templates hold nothing that fails, and a String takes any write"
    )]
    template.render_into(&mut *text).expect("pages render");
    let bytes = Zeroizing::new(std::mem::take(&mut *text).into_bytes());
    let mut response = head();
    *response.status_mut() = status;
    *response.body_mut() = Body::from(Bytes::from_owner(bytes));
    response
}
