//! Answers where no route leads, and which surface gives them: an API version below its own paths, the pages to browsers, and
//! to everybody else plain JSON, which belongs to no version.

use std::any::Any;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::api::{v1, v2};
use crate::http::paths::is_below;
use crate::http::request_checks::Refusal;
use crate::web::Pages;

/// The answer to a path that no route has.
pub(super) async fn no_route(pages: Option<Pages>, serves_v2: bool, request: Request) -> Response {
    let path = request.uri().path();
    if serves_v2 && (path == v2::BASE || is_below(path, v2::BASE)) {
        return v2::not_found().await;
    }
    if is_below(path, v1::BASE) {
        return v1::not_found().await;
    }
    match pages {
        Some(pages) if is_for_people(&request) => pages.not_found(&request),
        _ => not_found().await,
    }
}

/// The answer to a head that is refused before it gets to a route.
pub(super) fn refused(pages: Option<&Pages>, refusal: Refusal, request: &Request) -> Response {
    match pages {
        Some(pages) if is_for_people(request) => pages.refused(refusal, request),
        _ => refusal.into_response(),
    }
}

/// Whether a browser asks, and for what is no program's.
fn is_for_people(request: &Request) -> bool {
    let path = request.uri().path();
    let is_for_machines = ["/api", "/health"].iter().any(|start| path == *start || is_below(path, start));
    !is_for_machines && accepts_html(request.headers())
}

/// Whether an `Accept` names HTML, as browsers do and API clients do not.
fn accepts_html(headers: &HeaderMap) -> bool {
    let names_html = |value: &HeaderValue| {
        value.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("text/html"))
    };
    headers.get_all(header::ACCEPT).iter().any(names_html)
}

/// "Not Found" of no surface.
pub(super) async fn not_found() -> Response {
    json(StatusCode::NOT_FOUND, r#"{"error":"Not Found","message":"Not Found"}"#)
}

/// The answer after a panic outside of the surfaces, which ended this request only.
pub(super) fn panic_response(_: Box<dyn Any + Send>) -> Response {
    json(StatusCode::INTERNAL_SERVER_ERROR, r#"{"message":"An unexpected error occurred :["}"#)
}

fn json(status: StatusCode, body: &'static str) -> Response {
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, json)], body).into_response()
}
