//! `/about`: what this server promises, in plain words, and where it is.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::web::answer;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    p: &'a Visitor,
    switch: bool,
}

/// Asks nobody anything.
pub(in crate::web) async fn show(visitor: Visitor) -> Response {
    answer::page(StatusCode::OK, &About { p: &visitor, switch: true })
}
