//! `GET status` and `authcheck` (v1-contract.md §7.1, §7.2). Cheap: two clients ask before almost every call.

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::surface::{AcceptedLocale, Form};
use super::wire::StatusAnswer;
use crate::domain::{Account, Locale};
use crate::http::admit::Admit;
use crate::http::json_answer::json;
use crate::http::params::Params;
use crate::http::state::AppState;
use crate::service::{Caller, SignedIn};

/// Whether the server is up. Open to all, but a bad credential is still refused.
pub(super) async fn status(
    State(app): State<AppState>,
    Admit(caller): Admit<Caller>,
    accepted: AcceptedLocale,
    Form(params): Form,
) -> Result<Response, ApiError> {
    answer(&app, caller.account(), &accepted, &params)
}

/// The same for accounts only: a log-in check.
pub(super) async fn authcheck(
    State(app): State<AppState>,
    Admit(signed_in): Admit<Box<SignedIn>>,
    accepted: AcceptedLocale,
    Form(params): Form,
) -> Result<Response, ApiError> {
    answer(&app, Some(&signed_in.account), &accepted, &params)
}

fn answer(
    app: &AppState,
    account: Option<&Account>,
    accepted: &AcceptedLocale,
    params: &Params,
) -> Result<Response, ApiError> {
    params.require_texts(&["locale"])?;
    let asked = params.text("locale").and_then(Locale::parse);
    let chosen = || account.and_then(|account| account.locale);
    let locale = asked.or_else(chosen).or(accepted.0).unwrap_or(app.service().policy().locale);
    Ok(json(&StatusAnswer { status: "nominal", locale: locale.tag() }))
}
