//! `POST secret/conceal` and `secret/generate` (v2-contract.md §5, §8.2). All that counts stands inside `secret`; what stands
//! beside it is ignored.

use axum::extract::{Request, State};
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Verb, admit_create, params, read_form};
use super::wire::created;
use crate::domain::{Locale, Plaintext, PresentedPassphrase, ttl};
use crate::http::admit::{Admit, read_value};
use crate::http::params::{Params, ParamsError};
use crate::http::state::AppState;
use crate::service::password::PasswordRule;
use crate::service::{Caller, GenerateRequest, ShareOptions, ShareRequest};

/// Shares a value.
pub(super) async fn conceal(
    State(app): State<AppState>,
    Admit(caller): Admit<Caller>,
    request: Request,
) -> Result<Response, ApiError> {
    let is_guest = caller.signed_in.is_none();
    let permit = admit_create(&app, caller, Verb::Conceal)?;
    let (parts, body) = request.into_parts();
    let (body, _held) = read_value(&permit, body, &app).await?;
    let mut payload = payload(params(&parts, &body)?)?;
    payload.require_texts(&["secret"])?;
    let secret = Plaintext::new(payload.take_text("secret").unwrap_or_default());
    let request = ShareRequest { secret, options: options(payload)? };
    let shared = app.service().secrets().share(&permit, request).await;
    let shared = shared.map_err(|error| ApiError::creating(error, is_guest))?;
    Ok(created(&shared, app.service().policy(), None))
}

/// Generates a password, shares it and shows it this once (v2-contract.md §11, 2).
pub(super) async fn generate(
    State(app): State<AppState>,
    Admit(caller): Admit<Caller>,
    request: Request,
) -> Result<Response, ApiError> {
    let is_guest = caller.signed_in.is_none();
    let permit = admit_create(&app, caller, Verb::Generate)?;
    let (parts, body) = request.into_parts();
    let payload = payload(read_form(&parts, body).await?.0)?;
    payload.require_values(&["length"])?;
    let request = GenerateRequest {
        length: payload.text("length").filter(|text| !text.trim().is_empty()).map(ttl::leading_integer),
        rule: password_rule(&payload)?,
        options: options(payload)?,
    };
    let made = app.service().secrets().generate(&permit, request).await;
    let (shared, value) = made.map_err(|error| ApiError::creating(error, is_guest))?;
    Ok(created(&shared, app.service().policy(), Some(&value)))
}

/// What stands inside `secret`; nothing where nothing does.
fn payload(mut params: Params) -> Result<Params, ApiError> {
    match params.take_map("secret") {
        Some(payload) => Ok(payload),
        None if params.is_absent("secret") => Ok(Params::default()),
        None => Err(ParamsError::NotAnObject.into()),
    }
}

/// What both have in common. One of the wrong shape must not read as none: the secret would be stored unprotected, live
/// longer, or its link lead elsewhere, than the sharer believes.
fn options(mut payload: Params) -> Result<ShareOptions, ApiError> {
    payload.require_texts(&["passphrase", "share_domain", "locale"])?;
    payload.require_values(&["ttl"])?;
    payload.require_list("recipient")?;
    Ok(ShareOptions {
        passphrase: PresentedPassphrase::parse(payload.take_text("passphrase")),
        ttl: lifetime(&payload)?,
        recipients: payload.list("recipient").into_iter().map(str::to_owned).collect(),
        share_domain: payload.text("share_domain").unwrap_or_default().to_owned(),
        locale: payload.text("locale").and_then(Locale::parse),
    })
}

/// The lifetime asked for. A truth value is none, and not the shortest there is.
fn lifetime(payload: &Params) -> Result<Option<i64>, ParamsError> {
    let asked = payload.text("ttl");
    if asked.is_some_and(|text| ["true", "false"].contains(&text)) {
        return Err(ParamsError::Shape { name: "ttl", wanted: "a number of seconds" });
    }
    Ok(asked.and_then(ttl::parse))
}

/// `character_sets` is laid over "all of them".
fn password_rule(payload: &Params) -> Result<PasswordRule, ApiError> {
    payload.require_map("character_sets")?;
    let all = PasswordRule::default();
    let Some(sets) = payload.map("character_sets") else { return Ok(all) };
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
