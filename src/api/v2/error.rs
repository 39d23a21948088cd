//! What v2 answers instead of 200 (v2-contract.md §4): JSON with `error` and `error_type`, and a status that says what it is.

use std::any::Any;
use std::borrow::Cow;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::error_table;
use super::surface::Verb;
use crate::http::body::BodyError;
use crate::http::errors;
use crate::http::json_answer::json;
use crate::http::params::ParamsError;
use crate::http::path_key::PathError;
use crate::http::request_checks;
use crate::service::Error;

/// Why a request of the v2 API was not answered with 200. No `Debug`: one of them holds what a caller sent.
pub(super) enum ApiError {
    /// The service refused or failed.
    Service(Error),
    /// Too many wrong passphrases were tried.
    TooManyTries(Duration),
    /// The passphrase of a reveal is missing or wrong.
    IncorrectPassphrase,
    /// A guest asked what guests may not.
    Closed(Verb),
    /// A guest asked for a link domain that is not the server's own.
    ForeignToGuests(String),
    /// The parameters could not be read.
    Params(ParamsError),
    /// The body could not be read.
    Body(BodyError),
}

impl ApiError {
    /// Of a verb that creates: a guest may use no other domain, be it known here or not.
    pub(super) fn creating(error: Error, is_guest: bool) -> Self {
        match error {
            Error::UnknownDomain(domain) | Error::ForeignDomain(domain) if is_guest => {
                Self::ForeignToGuests(domain)
            }
            error => Self::Service(error),
        }
    }

    /// Of a verb that counts tries: what it limits are those.
    pub(super) fn trying(error: Error) -> Self {
        match error {
            Error::Limited { retry_after } => Self::TooManyTries(retry_after),
            error => Self::Service(error),
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<ParamsError> for ApiError {
    fn from(error: ParamsError) -> Self {
        Self::Params(error)
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

/// Whatever is no key is unknown.
impl From<PathError> for ApiError {
    fn from(_: PathError) -> Self {
        Self::Service(Error::UnknownSecret)
    }
}

/// The body of a refusal, and its status.
#[derive(Serialize)]
pub(super) struct Refusal {
    #[serde(skip)]
    pub(super) status: StatusCode,
    /// For people, in English.
    pub(super) error: Cow<'static, str>,
    /// For programs.
    pub(super) error_type: &'static str,
    /// The field of the request that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<&'static str>,
    /// For programs, more exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_key: Option<&'static str>,
    /// More for people, beside wrong credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<&'static str>,
    /// Unix time, beside wrong credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<u64>,
    /// Seconds to wait, as the header says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retry_after: Option<u64>,
}

impl Refusal {
    /// With the members that every refusal has.
    pub(super) fn new(
        status: StatusCode,
        error_type: &'static str,
        error: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            error: error.into(),
            error_type,
            field: None,
            code: None,
            error_key: None,
            message: None,
            timestamp: None,
            retry_after: None,
        }
    }

    /// To be asked again after a while.
    pub(super) fn after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait.as_secs().max(1)), ..self }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = json(&self);
        *response.status_mut() = self.status;
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let refusal = match self {
            Self::Service(error) => {
                errors::log(&error);
                let refusal = error_table::service(&error);
                match errors::retry_after(&error) {
                    Some(wait) => refusal.after(wait),
                    None => refusal,
                }
            }
            Self::TooManyTries(wait) => error_table::too_many_tries().after(wait),
            Self::IncorrectPassphrase => error_table::wrong_passphrase("Incorrect passphrase"),
            Self::Closed(verb) => error_table::closed(verb),
            Self::ForeignToGuests(domain) => error_table::foreign_to_guests(&domain),
            Self::Params(error) => error_table::params(error),
            Self::Body(error) => error_table::body(error),
        };
        refusal.into_response()
    }
}

/// The answer to an unknown path, or a known one with another method.
pub async fn not_found() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "NotFound", "Not Found").into_response()
}

/// The answer to a head that is refused: with the status and the fate of the connection that it has everywhere, and this
/// API's body.
pub fn refused(head: request_checks::Refusal) -> Response {
    let (error_type, text) = error_table::head(head);
    let plain = head.into_response();
    let mut response = Refusal::new(plain.status(), error_type, text).into_response();
    if let Some(connection) = plain.headers().get(header::CONNECTION) {
        response.headers_mut().insert(header::CONNECTION, connection.clone());
    }
    response
}

/// The answer after a panic, which ended this request only.
pub fn panic_response(_: Box<dyn Any + Send>) -> Response {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "ServerError", "Internal Server Error").into_response()
}
