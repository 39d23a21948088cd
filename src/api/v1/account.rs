//! `private|metadata|receipt/recent` (contract §7.6). By POST as well: one client asks so (decisions §3.7).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::extract::Belonging;
use super::wire::{Metadata, json};
use crate::http::state::AppState;

/// The caller's own recent shares, newest first.
pub(super) async fn recent(
    State(app): State<AppState>,
    Belonging(member): Belonging,
) -> Result<Response, ApiError> {
    let views = app.service().secrets().recent(&member).await?;
    let items: Vec<_> = views.iter().map(Metadata::listed).collect();
    Ok(json(&items))
}
