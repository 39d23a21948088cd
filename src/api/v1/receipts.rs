//! `private|metadata|receipt/{key}`, by GET and POST, and its `/burn` (v1-contract.md §7.5, §7.7).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Form, Key};
use super::wire::{BurnAnswer, Metadata};
use crate::domain::PresentedPassphrase;
use crate::http::admit::Admit;
use crate::http::json_answer::json;
use crate::http::state::AppState;
use crate::service::ReceiptPermit;

/// Shows what became of a secret. Takes no parameters but reads them, so that a malformed request is refused.
pub(super) async fn show(
    State(app): State<AppState>,
    Admit(permit): Admit<ReceiptPermit>,
    key: Key,
    Form(_): Form,
) -> Result<Response, ApiError> {
    let view = app
        .service()
        .secrets()
        .receipt(&permit, &key.receipt()?)
        .await
        .map_err(|error| ApiError::with_key(error, key.text()))?;
    Ok(json(&Metadata::for_receipt(&view)))
}

/// Destroys a secret unread.
pub(super) async fn burn(
    State(app): State<AppState>,
    Admit(permit): Admit<ReceiptPermit>,
    key: Key,
    Form(mut params): Form,
) -> Result<Response, ApiError> {
    params.require_texts(&["passphrase"])?;
    let passphrase = PresentedPassphrase::parse(params.take_text("passphrase"));
    let burned = app
        .service()
        .secrets()
        .burn(&permit, &key.receipt()?, passphrase)
        .await
        .map_err(|error| ApiError::with_key(error, key.text()))?;
    Ok(json(&BurnAnswer {
        state: Metadata::for_burn(key.text(), &burned),
        secret_shortkey: &burned.secret_shortkey,
    }))
}
