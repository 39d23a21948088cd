//! What handlers take from a request: the caller, the key of the path, the parameters; in this order.

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;

use super::error::ApiError;
use crate::domain::{ReceiptKey, SecretKey};
use crate::http::basic::{Basic, parse_basic};
use crate::http::body;
use crate::http::client_ip::client_network;
use crate::http::params::{Params, ParamsError};
use crate::http::state::AppState;
use crate::service::{AccountPermit, Caller, CreatePermit, Error, ReadPermit, ReceiptPermit};

/// Who calls. Credentials that are sent are checked on every endpoint; bad ones never count as none (contract §3).
pub(super) struct Who(pub(super) Caller);

impl FromRequestParts<AppState> for Who {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let network = client_network(parts, state.trusted_proxies());
        let values = parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
        let signed_in = match parse_basic(values) {
            Basic::None => None,
            Basic::Refused => return Err(Error::NotAuthorized.into()),
            Basic::Credentials { user, token } => {
                Some(Box::new(state.service().accounts().sign_in(network, &user, token).await?))
            }
        };
        Ok(Self(Caller { network, signed_in }))
    }
}

/// Who calls, and may create a secret. Stands before the parameters: a request over the limit is not read.
pub(super) struct Creating(pub(super) CreatePermit);

impl FromRequestParts<AppState> for Creating {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        Ok(Self(state.service().admit_create(caller)?))
    }
}

/// Who calls, and may ask for a secret.
pub(super) struct Reading(pub(super) ReadPermit);

impl FromRequestParts<AppState> for Reading {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        Ok(Self(state.service().admit_read(caller)?))
    }
}

/// Who calls, and may ask for a receipt, or burn with it.
pub(super) struct Holding(pub(super) ReceiptPermit);

impl FromRequestParts<AppState> for Holding {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        Ok(Self(state.service().admit_receipt(caller)?))
    }
}

/// Which account calls, and may ask for its own.
pub(super) struct Belonging(pub(super) AccountPermit);

impl FromRequestParts<AppState> for Belonging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        Ok(Self(state.service().admit_account(caller)?))
    }
}

/// Who calls, not anonymously; without a limit.
pub(super) struct Known(pub(super) Caller);

impl FromRequestParts<AppState> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        if caller.account().is_none() {
            return Err(Error::NotAuthorized.into());
        }
        Ok(Self(caller))
    }
}

/// The `{key}` of the path, as text.
pub(super) struct Key(String);

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

impl FromRequestParts<AppState> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        const BAD_PATH: ParamsError = ParamsError::Malformed("The path is not valid UTF-8");
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| BAD_PATH)?;
        let key = params.iter().find(|(name, _)| *name == "key").map(|(_, key)| key.to_owned());
        Ok(Self(key.unwrap_or_default()))
    }
}

/// The parameters of query and body.
pub(super) struct Form(pub(super) Params);

impl FromRequest<AppState> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = body::read(body, state.body_limit()).await?;
        let content_type = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        Ok(Self(Params::parse(parts.uri.query(), content_type, &bytes)?))
    }
}
