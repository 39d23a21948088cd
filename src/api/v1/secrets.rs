//! `POST share`, `create`, `generate` and `secret/{key}` (v1-contract.md §7.3, §7.4).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Form, Key, SharingForm};
use super::wire::{Metadata, RevealAnswer};
use crate::domain::{Plaintext, PresentedPassphrase};
use crate::http::admit::Admit;
use crate::http::json_answer::json;
use crate::http::share_fields::{password_length, password_rule, share_options};
use crate::http::state::AppState;
use crate::service::{CreatePermit, GenerateRequest, ReadPermit, ShareRequest};

/// Shares a value.
pub(super) async fn share(
    State(app): State<AppState>,
    SharingForm { permit, params, held: _held }: SharingForm,
) -> Result<Response, ApiError> {
    let mut params = params.unwrap_secret();
    params.require_texts(&["secret"])?;
    let secret = Plaintext::new(params.take_text("secret").unwrap_or_default());
    let request = ShareRequest { secret, options: share_options(&mut params)? };
    let shared = app.service().secrets().share(&permit, request).await?;
    Ok(json(&Metadata::for_share(&shared, None)))
}

/// Generates a password, shares it and shows it this once. A `secret` is ignored here, whatever its shape.
pub(super) async fn generate(
    State(app): State<AppState>,
    Admit(permit): Admit<CreatePermit>,
    Form(mut params): Form,
) -> Result<Response, ApiError> {
    let request = GenerateRequest {
        length: password_length(&params)?,
        rule: password_rule(&params)?,
        options: share_options(&mut params)?,
    };
    let (shared, value) = app.service().secrets().generate(&permit, request).await?;
    Ok(json(&Metadata::for_share(&shared, Some(&value))))
}

/// Reveals a value, once.
pub(super) async fn reveal(
    State(app): State<AppState>,
    Admit(permit): Admit<ReadPermit>,
    key: Key,
    Form(mut params): Form,
) -> Result<Response, ApiError> {
    params.require_texts(&["passphrase"])?;
    let passphrase = PresentedPassphrase::parse(params.take_text("passphrase"));
    let revealed = app
        .service()
        .secrets()
        .reveal(&permit, &key.secret()?, passphrase)
        .await
        .map_err(|error| ApiError::with_key(error, key.text()))?;
    Ok(json(&RevealAnswer {
        value: revealed.plaintext.expose(),
        secret_key: key.text(),
        share_domain: &revealed.link_base,
    }))
}
