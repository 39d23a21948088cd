//! `GET receipt/recent`, by the name `private` as well (v2-contract.md §8.8).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::wire::recent_answer;
use crate::http::admit::Admit;
use crate::http::json_answer::json_held;
use crate::http::state::AppState;
use crate::service::{AccountPermit, RecentList};

/// The caller's own shares of the last 30 days, those that changed last first.
pub(super) async fn recent(
    State(app): State<AppState>,
    Admit(permit): Admit<AccountPermit>,
) -> Result<Response, ApiError> {
    let RecentList { mut views, turn, since, now } = app.service().secrets().recent(&permit).await?;
    views.sort_by_key(|view| std::cmp::Reverse(view.receipt.updated));
    let email = permit.signed_in().account.email.as_str();
    Ok(json_held(&recent_answer(&views, email, since, now), turn))
}
