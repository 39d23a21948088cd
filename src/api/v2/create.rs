//! `POST secret/conceal` and `secret/generate` (v2-contract.md §5, §8.2). All that counts stands inside `secret`; what stands
//! beside it is ignored.

use axum::extract::{Request, State};
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Verb, admit_create, params, read_form};
use super::wire::created;
use crate::domain::Plaintext;
use crate::http::admit::{Admit, read_value};
use crate::http::params::{Params, ParamsError};
use crate::http::share_fields::{password_length, password_rule, share_options};
use crate::http::state::AppState;
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
    let request = GenerateRequest {
        length: password_length(&payload)?,
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

/// What both have in common. A truth value is no lifetime, and not the shortest there is.
fn options(mut payload: Params) -> Result<ShareOptions, ParamsError> {
    let options = share_options(&mut payload)?;
    if payload.text("ttl").is_some_and(|text| ["true", "false"].contains(&text)) {
        return Err(ParamsError::Shape { name: "ttl", wanted: "a number of seconds" });
    }
    Ok(options)
}
