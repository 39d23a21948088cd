//! `private|metadata|receipt/recent` (contract §7.6). By POST as well: one client asks so (decisions §3.7).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::extract::Reading;
use super::wire::{Metadata, json};
use crate::http::state::AppState;

/// The caller's own recent shares, newest first.
pub(super) async fn recent(
    State(app): State<AppState>,
    Reading(reader): Reading,
) -> Result<Response, ApiError> {
    let views = app.service().recent(&reader).await?;
    let items: Vec<_> = views.iter().map(Metadata::listed).collect();
    Ok(json(&items))
}
