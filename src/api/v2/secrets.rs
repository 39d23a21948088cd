//! `GET secret/{key}` and `secret/{key}/status`, `POST secret/{key}/reveal` (v2-contract.md §8.3 to §8.5).

use axum::extract::State;
use axum::response::Response;

use super::error::ApiError;
use super::surface::{Form, Key};
use super::wire::{
    ManyAnswer, Record, RevealDetails, SecretObject, ShowDetails, StatusDetails, UnknownAnswer,
};
use crate::domain::{PresentedPassphrase, SecretKey};
use crate::http::admit::Admit;
use crate::http::json_answer::json;
use crate::http::params::ParamsError;
use crate::http::path_key::PathKey;
use crate::http::state::AppState;
use crate::service::{Error, ReadPermit, Reveal};

/// Secrets that are looked for by one request, which counts as one.
const MOST_AT_ONCE: usize = 50;

/// Shows what is known of a secret before it is read. A `continue` or a passphrase in its query does nothing.
pub(super) async fn show(
    State(app): State<AppState>,
    Admit(permit): Admit<ReadPermit>,
    PathKey(key): PathKey<Key>,
) -> Result<Response, ApiError> {
    look(&app, &permit, &key).await
}

/// The same, of a name that is a route's and no secret's.
pub(super) async fn unknown(Admit(_): Admit<ReadPermit>) -> ApiError {
    ApiError::Service(Error::UnknownSecret)
}

/// Whether a secret is there, and how long it will be. One that is not is no error here.
pub(super) async fn status(
    State(app): State<AppState>,
    Admit(permit): Admit<ReadPermit>,
    key: Result<PathKey<Key>, ApiError>,
) -> Result<Response, ApiError> {
    // What does not decode is no more there than what is no key.
    let Some(secret) = key.ok().and_then(|PathKey(key)| key.secret().ok()) else {
        return Ok(json(&UnknownAnswer::new()));
    };
    match app.service().secrets().look(&permit, &secret).await {
        Ok(view) => Ok(json(&Record {
            record: SecretObject::unread(secret.expose(), &view),
            details: StatusDetails { current_expiration: view.left },
        })),
        Err(Error::UnknownSecret) => Ok(json(&UnknownAnswer::new())),
        Err(error) => Err(error.into()),
    }
}

/// Which of many secrets are there: `identifiers` is a list, or a text with commas. Those that are not are left out.
pub(super) async fn many(
    State(app): State<AppState>,
    Admit(permit): Admit<ReadPermit>,
    Form(params): Form,
) -> Result<Response, ApiError> {
    params.require_list("identifiers")?;
    let ids: Vec<_> = params.list("identifiers").into_iter().flat_map(|text| text.split(',')).collect();
    if ids.len() > MOST_AT_ONCE {
        return Err(ParamsError::Shape { name: "identifiers", wanted: "50 identifiers at most" }.into());
    }
    let secrets = ids.into_iter().filter_map(|id| SecretKey::parse(id.trim())).collect();
    let found = app.service().secrets().look_at_each(&permit, secrets).await?;
    let records: Vec<_> =
        found.iter().map(|(secret, view)| SecretObject::unread(secret.expose(), view)).collect();
    Ok(json(&ManyAnswer { count: records.len(), records }))
}

/// Reveals a value, once, where `continue` is true; else shows what `show` does, and looks at no passphrase.
pub(super) async fn reveal(
    State(app): State<AppState>,
    Admit(permit): Admit<ReadPermit>,
    PathKey(key): PathKey<Key>,
    Form(mut params): Form,
) -> Result<Response, ApiError> {
    params.require_texts(&["passphrase"])?;
    if params.text("continue") != Some("true") {
        return look(&app, &permit, &key).await;
    }
    let passphrase = PresentedPassphrase::parse(params.take_text("passphrase"));
    let secret = key.secret()?;
    match app.service().secrets().reveal_or_why_not(&permit, &secret, passphrase).await {
        Ok(Reveal::Given(revealed)) => {
            let value = revealed.plaintext.expose();
            Ok(json(&Record {
                record: SecretObject::revealed(key.text(), &revealed.secret, value),
                details: RevealDetails::of(&revealed.secret, value),
            }))
        }
        Ok(Reveal::Protected | Reveal::WrongPassphrase { .. }) => Err(ApiError::IncorrectPassphrase),
        Err(error) => Err(ApiError::trying(error)),
    }
}

async fn look(app: &AppState, permit: &ReadPermit, key: &Key) -> Result<Response, ApiError> {
    let view = app.service().secrets().look(permit, &key.secret()?).await?;
    Ok(json(&Record { record: SecretObject::unread(key.text(), &view), details: ShowDetails::of(&view) }))
}
