//! What v1 answers instead of 200: a JSON body with a `message`, most often under status 404.

use std::any::Any;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::error_table::{BUSY, intended_status, message, status};
use crate::http::body::{BodyError, NO_ROOM_RETRY};
use crate::http::errors;
use crate::http::json_answer::json;
use crate::http::params::ParamsError;
use crate::http::path_key::PathError;
use crate::service::Error;

const INTENDED: HeaderName = HeaderName::from_static("x-ots-intended-status");

/// Why a request was not answered with 200.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    /// The key of the request, whichever it was meant to be. Only beside "Unknown secret".
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<&'a str>,
    /// What kind of failure it is, where older clients look for that: "Not Found", "Bad Request".
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    /// For people; some clients compare it.
    message: &'a str,
}

/// Why a request of the v1 API was not answered with 200. No `Debug`: one of them holds the key of the URL.
pub(super) enum ApiError {
    /// The service refused or failed.
    Service(Error),
    /// "Unknown secret", which echoes the key of the URL, whichever key it was meant to be.
    Unknown { key: String },
    /// The parameters could not be read.
    Params(ParamsError),
    /// The body could not be read.
    Body(BodyError),
}

impl ApiError {
    /// Lets "unknown secret" echo the key of the URL.
    pub(super) fn with_key(error: Error, key: &str) -> Self {
        match error {
            Error::UnknownSecret => Self::Unknown { key: key.to_owned() },
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

impl From<PathError> for ApiError {
    fn from(error: PathError) -> Self {
        match error {
            PathError::NotUtf8 => Self::Params(ParamsError::Malformed("The path is not valid UTF-8")),
            PathError::NotAKey => Self::Service(Error::UnknownSecret),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Service(error) => service_error(&error),
            Self::Unknown { key } => answer(
                StatusCode::NOT_FOUND,
                &Body { secret_key: Some(&key), error: None, message: "Unknown secret" },
            ),
            Self::Params(ParamsError::NotAnObject) => {
                let mut response = plain(StatusCode::NOT_FOUND, "Incorrect payload format");
                response.headers_mut().insert(INTENDED, HeaderValue::from_static("400"));
                response
            }
            Self::Params(error) => bad_request(&error.to_string()),
            Self::Body(BodyError::TooLong) => {
                plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large")
            }
            Self::Body(BodyError::TooSlow) => {
                plain(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time")
            }
            Self::Body(BodyError::NoRoom) => {
                let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, BUSY);
                response.headers_mut().insert(header::RETRY_AFTER, NO_ROOM_RETRY.as_secs().into());
                response
            }
            Self::Body(BodyError::Broken) => bad_request("The request body could not be read"),
        }
    }
}

/// The answer to an unknown path, or a known one with another method.
pub async fn not_found() -> Response {
    let body = Body { secret_key: None, error: Some("Not Found"), message: "Not Found" };
    answer(StatusCode::NOT_FOUND, &body)
}

/// The answer after a panic, which ended this request only.
pub fn panic_response(_: Box<dyn Any + Send>) -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "An unexpected error occurred :[")
}

fn service_error(error: &Error) -> Response {
    errors::log(error);
    let mut response = plain(status(error), &message(error));
    let headers = response.headers_mut();
    if let Some(wait) = errors::retry_after(error) {
        headers.insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
    }
    if let Some(intended) = intended_status(error) {
        headers.insert(INTENDED, HeaderValue::from_static(intended));
    }
    response
}

fn bad_request(message: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, &Body { secret_key: None, error: Some("Bad Request"), message })
}

fn plain(status: StatusCode, message: &str) -> Response {
    answer(status, &Body { secret_key: None, error: None, message })
}

fn answer(status: StatusCode, body: &Body<'_>) -> Response {
    let mut response = json(body);
    *response.status_mut() = status;
    response
}
