//! `/about`: what this server promises, in plain words, and where it is.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::web::answer;
use crate::web::page_context::PageContext;

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    page: &'a PageContext,
    switch: bool,
}

/// Asks no store.
pub(in crate::web) async fn show(page: PageContext) -> Response {
    answer::page(StatusCode::OK, &About { page: &page, switch: true })
}
