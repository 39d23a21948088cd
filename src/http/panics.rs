//! A panic ends its request, and nothing else.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum::response::Response;
use futures_util::FutureExt as _;

/// The answer of `answering`, or `panicked`'s if that panicked. What it left half-done is no concern: what requests share is
/// behind locks that stay usable.
pub async fn caught(
    answering: impl Future<Output = Response>,
    panicked: fn(Box<dyn Any + Send>) -> Response,
) -> Response {
    AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(panicked)
}
