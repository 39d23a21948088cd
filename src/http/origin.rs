//! Which site had a browser send a request (ADR 0056): `Sec-Fetch-Site`, and `Origin`, which is all there is over plain http.
//!
//! Programs send neither, and are let through: this keeps other sites from using a visitor's browser, and nobody else out.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::service::Policy;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether a form may be one of our own pages'. Not that of a page which hides where it is from (`null`), nor of another
/// host below the same domain.
#[must_use]
pub fn is_own_pages(headers: &HeaderMap, policy: &Policy) -> bool {
    let sites = headers.get_all(SITE);
    let is_one_of = |value: &HeaderValue, names: &[&str]| names.iter().any(|name| value == name);
    if !sites.iter().all(|site| is_one_of(site, &["same-origin", "none"])) {
        return false;
    }
    // The browser knows the address that it shows; a proxy in between may have told us another.
    let is_vouched_for = sites.iter().any(|site| site == "same-origin");
    headers.get_all(header::ORIGIN).iter().all(|origin| match origin.to_str() {
        Ok("null") | Err(_) => false,
        Ok(origin) => is_vouched_for || is_ours(origin, headers, policy),
    })
}

/// Whether another site had a browser send this without asking us: by a form, a link, or a request whose answer it may not
/// read. Extensions of browsers ask (`cors`).
#[must_use]
pub fn is_sent_blindly(headers: &HeaderMap) -> bool {
    let has = |name, value| headers.get_all(name).iter().any(|it: &HeaderValue| it == value);
    has(SITE, "cross-site") && (has(MODE, "no-cors") || has(MODE, "navigate"))
}

/// Whether an origin is the public address, a link domain, or the host that was asked for.
fn is_ours(origin: &str, headers: &HeaderMap, policy: &Policy) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    if authority.eq_ignore_ascii_case(policy.base_url.authority()) {
        // What anybody on the way may have written at `http://` is another site.
        return scheme == policy.base_url.scheme();
    }
    let is_link_domain = policy.domains.iter().any(|domain| authority == domain.host.as_str());
    if is_link_domain {
        return scheme == "https";
    }
    let asked_for = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    authority.eq_ignore_ascii_case(asked_for.strip_suffix(default_port).unwrap_or(asked_for))
}
