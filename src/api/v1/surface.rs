//! v1 as a surface: how it finds its caller, and its extractors for the key of the path and the parameters.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::HeaderValue;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::request::Parts;

use super::error::ApiError;
use crate::domain::{Locale, ReceiptKey, SecretKey};
use crate::http::admit::{Admit, Surface, by_basic, read_value};
use crate::http::body;
use crate::http::body::budget::Reservation;
use crate::http::params::{Params, ParamsError};
use crate::http::path_key::PathKey;
use crate::http::state::AppState;
use crate::service::{Caller, CreatePermit};

/// The state of v1's handlers.
#[derive(Clone, Debug)]
pub(super) struct V1(pub(super) AppState);

impl FromRef<V1> for AppState {
    fn from_ref(V1(app): &V1) -> Self {
        app.clone()
    }
}

impl Surface for V1 {
    type Rejection = ApiError;

    fn app(&self) -> &AppState {
        &self.0
    }

    async fn caller(&self, parts: &Parts) -> Result<Caller, ApiError> {
        Ok(by_basic(&self.0, parts).await?)
    }
}

/// The `{key}` of the path, as text: what it is read as is decided after the parameters, and errors echo it.
pub(super) type Key = PathKey<String>;

impl Key {
    /// The text, for the echo in errors.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// As a secret key; anything else is unknown before the store is asked.
    pub(super) fn secret(&self) -> Result<SecretKey, ApiError> {
        SecretKey::parse(&self.0).ok_or_else(|| ApiError::Unknown { key: self.0.clone() })
    }

    /// As a receipt key.
    pub(super) fn receipt(&self) -> Result<ReceiptKey, ApiError> {
        ReceiptKey::parse(&self.0).ok_or_else(|| ApiError::Unknown { key: self.0.clone() })
    }
}

/// The language that the request's `Accept-Language` asks for, if it does.
pub(super) struct AcceptedLocale(pub(super) Option<Locale>);

impl FromRequestParts<V1> for AcceptedLocale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &V1) -> Result<Self, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(header.and_then(Locale::from_header)))
    }
}

/// The parameters of query and body, where no value is sent.
pub(super) struct Form(pub(super) Params);

impl FromRequest<V1> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &V1) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = body::read_small(body).await?;
        Ok(Self(params(&parts, &bytes)?))
    }
}

/// A permit to share, and the parameters with the value, up to what the permit's caller may share.
pub(super) struct SharingForm {
    pub(super) permit: CreatePermit,
    pub(super) params: Params,
    /// To be kept until the request is answered.
    pub(super) held: Reservation,
}

impl FromRequest<V1> for SharingForm {
    type Rejection = ApiError;

    async fn from_request(request: Request, v1: &V1) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Admit(permit) = Admit::from_request_parts(&mut parts, v1).await?;
        let (body, held) = read_value(&permit, body, v1.app()).await?;
        Ok(Self { permit, params: params(&parts, &body)?, held })
    }
}

fn params(parts: &Parts, body: &[u8]) -> Result<Params, ParamsError> {
    let content_type = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    Params::parse(parts.uri.query(), content_type, body)
}
