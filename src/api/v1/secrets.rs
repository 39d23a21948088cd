//! `POST share`, `create`, `generate` and `secret/{key}` (v1-contract.md §7.3, §7.4).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Form, Key, SharingForm};
use super::wire::{Metadata, RevealAnswer};
use crate::domain::{Locale, Plaintext, PresentedPassphrase, ttl};
use crate::http::admit::Admit;
use crate::http::json_answer::json;
use crate::http::params::Params;
use crate::http::state::AppState;
use crate::service::password::PasswordRule;
use crate::service::{CreatePermit, GenerateRequest, ReadPermit, ShareOptions, ShareRequest};

/// Shares a value.
pub(super) async fn share(
    State(app): State<AppState>,
    SharingForm { permit, params, held: _held }: SharingForm,
) -> Result<Response, ApiError> {
    let mut params = params.unwrap_secret();
    params.require_texts(&["secret"])?;
    let secret = Plaintext::new(params.take_text("secret").unwrap_or_default());
    let request = ShareRequest { secret, options: share_options(params)? };
    let shared = app.service().secrets().share(&permit, request).await?;
    Ok(json(&Metadata::for_share(&shared, None)))
}

/// Generates a password, shares it and shows it this once. A `secret` is ignored here, whatever its shape.
pub(super) async fn generate(
    State(app): State<AppState>,
    Admit(permit): Admit<CreatePermit>,
    Form(params): Form,
) -> Result<Response, ApiError> {
    params.require_values(&["length"])?;
    let request = GenerateRequest {
        length: params.text("length").filter(|text| !text.trim().is_empty()).map(ttl::leading_integer),
        rule: password_rule(&params)?,
        options: share_options(params)?,
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

/// What share and generate have in common. A passphrase of the wrong shape must not read as
/// none: the secret would be stored unprotected. Nor must recipients: the sharer would wait for mail to be sent. Nor a
/// lifetime or a link domain: the secret would live longer, or its link lead elsewhere, than the sharer believes.
fn share_options(mut params: Params) -> Result<ShareOptions, ApiError> {
    params.require_texts(&["passphrase", "share_domain", "locale"])?;
    params.require_values(&["ttl"])?;
    params.require_list("recipient")?;
    Ok(ShareOptions {
        passphrase: PresentedPassphrase::parse(params.take_text("passphrase")),
        ttl: params.text("ttl").and_then(ttl::parse),
        recipients: params.list("recipient").into_iter().map(str::to_owned).collect(),
        share_domain: params.text("share_domain").unwrap_or_default().to_owned(),
        locale: params.text("locale").and_then(Locale::parse),
    })
}

/// `character_sets` is laid over "all of them" (v1-contract.md §5.7).
fn password_rule(params: &Params) -> Result<PasswordRule, ApiError> {
    params.require_map("character_sets")?;
    let all = PasswordRule::default();
    let Some(sets) = params.map("character_sets") else { return Ok(all) };
    sets.require_values(&["uppercase", "lowercase", "numbers", "symbols", "exclude_ambiguous"])?;
    Ok(PasswordRule {
        uppercase: sets.flag("uppercase").unwrap_or(all.uppercase),
        lowercase: sets.flag("lowercase").unwrap_or(all.lowercase),
        numbers: sets.flag("numbers").unwrap_or(all.numbers),
        symbols: sets.flag("symbols").unwrap_or(all.symbols),
        exclude_ambiguous: sets.flag("exclude_ambiguous").unwrap_or(all.exclude_ambiguous),
        ..all
    })
}
