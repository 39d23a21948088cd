//! `GET receipt/{key}`, by the name `private` as well, and its `/burn` (v2-contract.md §8.6, §8.7).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Form, Key, Verb, admit_receipt};
use super::wire::{BurnAnswer, BurnDetails, ReceiptDetails, ReceiptObject, Record};
use crate::domain::PresentedPassphrase;
use crate::http::admit::Admit;
use crate::http::json_answer::json;
use crate::http::path_key::PathKey;
use crate::http::state::AppState;
use crate::service::{Burned, Caller, Error, ReceiptView};

/// Shows what became of a secret.
pub(super) async fn show(
    State(app): State<AppState>,
    Admit(caller): Admit<Caller>,
    PathKey(key): PathKey<Key>,
) -> Result<Response, ApiError> {
    let permit = admit_receipt(&app, caller, Verb::Receipt)?;
    let view = app.service().secrets().receipt(&permit, &key.receipt()?).await?;
    let record = ReceiptObject::looked_at(&view, app.service().policy());
    Ok(json(&Record { record, details: ReceiptDetails::of(&view) }))
}

/// Destroys a secret unread: where `continue` is true, or not given (v2-contract.md §13). Of one that is gone already, or is to
/// stay, it says what became of it.
pub(super) async fn burn(
    State(app): State<AppState>,
    Admit(caller): Admit<Caller>,
    PathKey(key): PathKey<Key>,
    Form(mut params): Form,
) -> Result<Response, ApiError> {
    let permit = admit_receipt(&app, caller, Verb::Burn)?;
    params.require_texts(&["passphrase"])?;
    let key = key.receipt()?;
    let secrets = app.service().secrets();
    let (view, success) = if params.is_absent("continue") || params.text("continue") == Some("true") {
        let passphrase = PresentedPassphrase::parse(params.take_text("passphrase"));
        match secrets.burn(&permit, &key, passphrase).await {
            Ok(Burned { receipt, now, .. }) => {
                (ReceiptView { receipt_key: key, receipt, secret_key: None, now }, true)
            }
            Err(Error::UnknownSecret) => (secrets.receipt(&permit, &key).await?, false),
            Err(error) => return Err(ApiError::trying(error)),
        }
    } else {
        (secrets.receipt(&permit, &key).await?, false)
    };
    Ok(json(&BurnAnswer {
        success,
        record: ReceiptObject::looked_at(&view, app.service().policy()),
        details: BurnDetails::of(&view, success),
    }))
}
