//! JSON answers that may hold a value: the buffer is wiped once it is sent.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;
use zeroize::Zeroizing;

use super::headers::MOST;

/// A compact JSON answer, 200.
///
/// # Panics
/// As [`json_held`].
pub fn json(body: &impl Serialize) -> Response {
    json_held(body, ())
}

/// The same, of an answer that keeps something until it is sent, or its client has gone.
///
/// # Panics
/// When `body` does not serialise as JSON: a map with keys that are no texts.
pub fn json_held(body: &impl Serialize, kept: impl Send + 'static) -> Response {
    let mut bytes = Zeroizing::new(Vec::with_capacity(512));
    #[expect(clippy::expect_used, reason = "our own types have string keys only, and a Vec takes any write")]
    serde_json::to_writer(&mut *bytes, body).expect("wire types serialise");
    let mut response = Response::new(Body::from(Bytes::from_owner(Held { bytes, _kept: kept })));
    let headers = response.headers_mut();
    headers.reserve(MOST);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// Bytes of an answer: dropped when the last of them was written to the connection.
struct Held<T> {
    bytes: Zeroizing<Vec<u8>>,
    _kept: T,
}

impl<T> AsRef<[u8]> for Held<T> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
