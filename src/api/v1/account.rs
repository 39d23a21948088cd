//! `private|metadata|receipt/recent` (v1-contract.md §7.6). By POST as well: one client asks so (ADR 0024).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::wire::Metadata;
use crate::http::admit::Admit;
use crate::http::json_answer::json_held;
use crate::http::state::AppState;
use crate::service::{AccountPermit, RecentList};

/// The caller's own recent shares, newest first.
pub(super) async fn recent(
    State(app): State<AppState>,
    Admit(permit): Admit<AccountPermit>,
) -> Result<Response, ApiError> {
    let RecentList { views, turn, .. } = app.service().secrets().recent(&permit).await?;
    let items: Vec<_> = views.iter().map(Metadata::for_list).collect();
    Ok(json_held(&items, turn))
}
