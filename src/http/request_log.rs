//! One log line per request: method, route template, status, latency, request id. Nothing else (security-design.md §7).
//!
//! Lines written while the request was worked on are in its span, and so have its id too. Requests are counted for the
//! metrics here as well, because this alone sees every request and its answer.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use tracing::Span;

use super::routes::Operations;
use super::state::AppState;
use crate::domain::text::hex;
use crate::domain::{ApiToken, Peer, SecretKey, TrustedProxy, random};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is taken over.
const LONGEST_ID: usize = 64;

/// A request that is being worked on.
#[derive(Debug)]
pub struct RequestLog {
    started: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    id: String,
}

impl RequestLog {
    /// Begins. The request id is a trusted proxy's, or else ours, and is sent back so that a caller can name the line.
    #[must_use]
    pub fn begin(app: &AppState, request: &Request) -> Self {
        let started = Instant::now();
        let peer = request.extensions().get::<Peer>().copied().unwrap_or(Peer::Unnamed);
        let id = proxys_id(peer, request.headers(), app.trusted_proxies());
        Self {
            started,
            method: method_name(request.method()),
            route: request.extensions().get::<MatchedPath>().cloned(),
            id: id.unwrap_or_else(|| hex(&random::public_bytes())),
        }
    }

    /// What lines about this request are written in.
    #[must_use]
    pub fn span(&self) -> Span {
        // At the level of errors: where only those are logged, they need it most.
        tracing::error_span!("request", id = self.id.as_str())
    }

    /// Logs how it was answered.
    pub fn end(self, app: &AppState, operations: &Operations, response: &mut Response) {
        let Self { started, method, route, id } = self;
        let route = route.as_ref().map_or("-", MatchedPath::as_str);
        let (status, took) = (response.status(), started.elapsed());
        app.service().metrics().answered(route, operations.of(route), method, status.as_u16(), took);
        // To the microsecond; more digits are noise.
        let ms = (took.as_secs_f64() * 1_000_000.0).round() / 1000.0;
        if status.is_success() && route.starts_with("/health/") {
            // Proxies and supervisors ask every few seconds: worth a line only when something is wrong.
            tracing::debug!(method, route, status = status.as_u16(), ms, id, "request");
        } else {
            tracing::info!(method, route, status = status.as_u16(), ms, id, "request");
        }
        if let Ok(value) = HeaderValue::try_from(id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
    }
}

/// The id a trusted proxy gave the request, when it is one: short, of harmless characters, and nothing that a key or a
/// token could be, because a proxy may pass on what its client sent.
fn proxys_id(peer: Peer, headers: &HeaderMap, trusted: &[TrustedProxy]) -> Option<String> {
    if !peer.is_trusted(trusted) {
        return None;
    }
    let mut ids = headers.get_all(REQUEST_ID).iter();
    let (Some(id), None) = (ids.next(), ids.next()) else { return None };
    let id = id.to_str().ok()?;
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_sane = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(sane);
    (is_sane && !ApiToken::looks_like(id) && SecretKey::parse(id).is_none()).then(|| id.to_owned())
}

/// A method's name; one that HTTP does not know is the client's own text and is not logged.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, ids: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for id in ids {
            headers.append(REQUEST_ID, HeaderValue::from_bytes(id.as_bytes()).unwrap());
        }
        let trusted = [TrustedProxy::parse("10.0.0.0/8").unwrap()];
        proxys_id(Peer::Address(peer.parse().unwrap()), &headers, &trusted)
    }

    #[test]
    fn a_trusted_proxys_id_is_taken_over() {
        let longest = "x".repeat(64);
        for id in ["a", "7f3c9a2b1d4e5f60", "00-4bf9_2.F", "123e4567-e89b-12d3-a456-426614174000", &longest] {
            assert_eq!(seen("10.0.0.1", &[id]).as_deref(), Some(id));
            assert_eq!(seen("::ffff:10.0.0.1", &[id]).as_deref(), Some(id));
            assert_eq!(seen("192.0.2.1", &[id]), None, "a stranger's");
        }
    }

    #[test]
    fn what_is_no_id_is_not() {
        let too_long = "x".repeat(65);
        let (key, token) = ("0123456789abcdefghijklmnopqrstu", "0123456789abcdef0123456789abcdef01234567");
        let (long_key, long_token) = (key.repeat(2), "1jtj7uby0xd7262koux2ygm0eq7j4redmi8ougueqjh7cipg80");
        for id in
            ["", " ", "a b", "a\tb", "a;b", "ü", "a\"b", "a/b", &too_long, key, token, &long_key, long_token]
        {
            assert_eq!(seen("10.0.0.1", &[id]), None, "{id}");
        }
        assert_eq!(seen("10.0.0.1", &[]), None);
        assert_eq!(seen("10.0.0.1", &["a", "b"]), None, "which of the two?");
    }
}
