//! An API's description of itself, with this server's public address in it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// The address that stands in the files of `docs/`.
const ADDRESS: &str = "http://127.0.0.1:7143";

/// An `OpenAPI` 3.1 document, ready to be sent.
#[derive(Clone, Debug)]
pub struct Description(Bytes);

impl Description {
    /// `document`, in which the API stands at `ADDRESS` and `base`, for callers of `base_url`.
    #[must_use]
    pub fn new(document: &str, base_url: &str, base: &str) -> Self {
        let text = document.replacen(&format!("{ADDRESS}{base}"), &format!("{base_url}{base}"), 1);
        Self(text.into())
    }

    /// The answer that is the document.
    #[must_use]
    pub fn answer(&self) -> Response {
        let mut response = Response::new(Body::from(self.0.clone()));
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}
