//! One log line per request: method, route template, status, latency, request id. Nothing else (security.md §7).

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::domain::random;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The layer that logs. The request id is ours, and is sent back so that a caller can name the line.
pub async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let id = hex(random::bytes());
    let span = tracing::info_span!("request", id = id.as_str());
    let mut response = tracing::Instrument::instrument(next.run(request), span).await;
    let (status, ms) = (response.status(), milliseconds(started.elapsed()));
    if status.is_success() && route.starts_with("/health/") {
        // Proxies and supervisors ask every few seconds: worth a line only when something is wrong.
        tracing::debug!(method, route, status = status.as_u16(), ms, id, "request");
    } else {
        tracing::info!(method, route, status = status.as_u16(), ms, id, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A method's name; one that HTTP does not know is the client's own text and is not logged.
fn known(method: &Method) -> &'static str {
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

/// To the microsecond; more digits are noise.
fn milliseconds(span: Duration) -> f64 {
    (span.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

fn hex(bytes: [u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(bytes))
}
