//! v2 as a surface: how it finds its caller, who may do what, and its extractors for the key of the path and the parameters.

use axum::body::Body;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;

use super::error::ApiError;
use crate::domain::{ReceiptKey, SecretKey};
use crate::http::admit::{Surface, anonymous, by_basic};
use crate::http::body;
use crate::http::params::{Params, ParamsError};
use crate::http::path_key::FromPath;
use crate::http::state::AppState;
use crate::service::{Caller, CreatePermit, Error, ReceiptPermit};

/// The state of v2's handlers.
#[derive(Clone, Debug)]
pub(super) struct V2 {
    app: AppState,
    /// Whether credentials are looked at.
    asks: bool,
}

impl V2 {
    /// For routes where credentials are looked at, and have to be right when they are sent.
    pub(super) fn asking(app: AppState) -> Self {
        Self { app, asks: true }
    }

    /// For those where everybody is a guest (v2-contract.md §3).
    pub(super) fn never_asking(app: AppState) -> Self {
        Self { app, asks: false }
    }
}

impl FromRef<V2> for AppState {
    fn from_ref(v2: &V2) -> Self {
        v2.app.clone()
    }
}

impl Surface for V2 {
    type Rejection = ApiError;

    fn app(&self) -> &AppState {
        &self.app
    }

    async fn caller(&self, parts: &Parts) -> Result<Caller, ApiError> {
        if self.asks { Ok(by_basic(&self.app, parts).await?) } else { Ok(anonymous(&self.app, parts)) }
    }
}

/// What guests may be kept from, as the error names it.
#[derive(Clone, Copy)]
pub(super) enum Verb {
    Conceal,
    Generate,
    Receipt,
    Burn,
}

/// Lets a caller create; a guest who may not is told which verb is closed.
pub(super) fn admit_create(app: &AppState, caller: Caller, verb: Verb) -> Result<CreatePermit, ApiError> {
    let is_guest = caller.signed_in.is_none();
    app.service().admit_create(caller).map_err(|error| closed(error, is_guest, verb))
}

/// Lets a caller see a receipt, or burn with it.
pub(super) fn admit_receipt(app: &AppState, caller: Caller, verb: Verb) -> Result<ReceiptPermit, ApiError> {
    let is_guest = caller.signed_in.is_none();
    app.service().admit_receipt(caller).map_err(|error| closed(error, is_guest, verb))
}

fn closed(error: Error, is_guest: bool, verb: Verb) -> ApiError {
    match error {
        Error::NotAuthorized if is_guest => ApiError::Closed(verb),
        error => ApiError::Service(error),
    }
}

/// The `{key}` of the path, as text: answers about a secret repeat it.
pub(super) struct Key(String);

impl FromPath for Key {
    fn from_path(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }
}

impl Key {
    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// As a secret key; anything else is unknown before the store is asked.
    pub(super) fn secret(&self) -> Result<SecretKey, Error> {
        SecretKey::parse(&self.0).ok_or(Error::UnknownSecret)
    }

    /// As a receipt key.
    pub(super) fn receipt(&self) -> Result<ReceiptKey, Error> {
        ReceiptKey::parse(&self.0).ok_or(Error::UnknownSecret)
    }
}

/// The parameters of query and body, where no value is sent.
pub(super) struct Form(pub(super) Params);

impl FromRequest<V2> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &V2) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        read_form(&parts, body).await
    }
}

/// Reads them where the handler decides when.
pub(super) async fn read_form(parts: &Parts, body: Body) -> Result<Form, ApiError> {
    let bytes = body::read_small(body).await?;
    Ok(Form(params(parts, &bytes)?))
}

/// The parameters of a request with this body (v2-contract.md §2): JSON's `null` is as good as none, and a byte order mark is
/// malformed.
pub(super) fn params(parts: &Parts, body: &[u8]) -> Result<Params, ParamsError> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    if body.starts_with(MARK) {
        return Err(ParamsError::Malformed("The body begins with a byte order mark"));
    }
    let content_type = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let body = if body.trim_ascii() == b"null" { b"" } else { body };
    Params::parse_by_look(parts.uri.query(), content_type, body)
}
