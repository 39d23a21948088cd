//! One log line per request: method, route template, status, latency, request id. Nothing else (security-design.md §7).
//!
//! Lines written while the request was worked on have its id too. Requests are counted for the
//! metrics here as well, because this alone sees every request and its answer.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use tokio::task::JoinHandle;

use super::routes::Route;
use super::state::AppState;
use crate::domain::{ApiToken, Peer, SecretKey, TrustedProxy, random};
use crate::telemetry::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request that is being worked on.
#[derive(Debug)]
pub struct RequestLog {
    started: Instant,
    method: &'static str,
    id: RequestId,
}

impl RequestLog {
    /// Begins. The request id is a trusted proxy's, or else ours, and is sent back so that a caller can name the line.
    #[must_use]
    pub fn begin(app: &AppState, request: &Request) -> Self {
        let started = Instant::now();
        let peer = request.extensions().get::<Peer>().copied().unwrap_or(Peer::Unnamed);
        let id = proxys_id(peer, request.headers(), app.trusted_proxies());
        let id = id.unwrap_or_else(|| RequestId::drawn(random::public_bytes()));
        Self { started, method: method_name(request.method()), id }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// Logs how it was answered.
    pub fn end(self, app: &AppState, route: Option<&Route>, response: &mut Response) {
        let Self { started, method, id } = self;
        let operation = route.and_then(|route| route.operation);
        let route = route.map_or("-", |route| &*route.template);
        let (status, took) = (response.status(), started.elapsed());
        app.service().metrics().answered(route, operation, method, status.as_u16(), took);
        // To the microsecond; more digits are noise.
        let ms = (took.as_secs_f64() * 1_000_000.0).round() / 1000.0;
        if status.is_success() && route.starts_with("/health/") {
            // Proxies and supervisors ask every few seconds: worth a line only when something is wrong.
            tracing::debug!(method, route, status = status.as_u16(), ms, id = id.as_str(), "request");
        } else {
            tracing::info!(method, route, status = status.as_u16(), ms, id = id.as_str(), "request");
        }
        if let Ok(value) = HeaderValue::from_str(id.as_str()) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
    }
}

/// Has a task of its own go on with what is worked on for the request, and its lines have the same id.
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    match RequestId::current() {
        Some(id) => tokio::spawn(id.within(work)),
        None => tokio::spawn(work),
    }
}

/// The id a trusted proxy gave the request, when it is one: short, of harmless characters, and nothing that a key or a
/// token could be, because a proxy may pass on what its client sent.
fn proxys_id(peer: Peer, headers: &HeaderMap, trusted: &[TrustedProxy]) -> Option<RequestId> {
    if !peer.is_trusted(trusted) {
        return None;
    }
    let mut ids = headers.get_all(REQUEST_ID).iter();
    let (Some(id), None) = (ids.next(), ids.next()) else { return None };
    let text =
        id.to_str().ok().filter(|text| !ApiToken::looks_like(text) && SecretKey::parse(text).is_none())?;
    RequestId::parse(text)
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
        let id = proxys_id(Peer::Address(peer.parse().unwrap()), &headers, &trusted);
        id.map(|id| id.as_str().to_owned())
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
