//! Which status an error of the verbs has: one table (decisions §3.3), for the API and the pages alike.

use std::time::Duration;

use axum::http::StatusCode;

use crate::service::Error;

/// Seconds after which to come back when the store is out: long enough for a fail-over to begin.
const STORE_RETRY: Duration = Duration::from_secs(5);

/// Status and, where it helps, when to come back.
#[must_use]
pub fn of(error: &Error) -> (StatusCode, Option<Duration>) {
    match error {
        Error::NotAuthorized
        | Error::UnknownSecret
        | Error::WrongPassphrase
        | Error::Empty
        | Error::TooBig { .. }
        | Error::PassphraseTooLong
        | Error::BadPasswordRule(_)
        | Error::MailNeedsAccount
        | Error::Undeliverable(_)
        | Error::NoMail
        | Error::UnknownDomain(_)
        | Error::ForeignDomain(_) => (StatusCode::NOT_FOUND, None),
        Error::Limited { retry_after } => (StatusCode::TOO_MANY_REQUESTS, Some(*retry_after)),
        Error::Busy { retry_after } => (StatusCode::SERVICE_UNAVAILABLE, Some(*retry_after)),
        Error::Unavailable(_)
        | Error::OutcomeUnknown(_)
        | Error::PerhapsMailed(_)
        | Error::Unconfirmed
        | Error::UnknownKey(_)
        | Error::Unreadable(_) => (StatusCode::SERVICE_UNAVAILABLE, Some(STORE_RETRY)),
    }
}

/// Logs what only an operator can mend, once, with its causes. Answers never carry a cause.
pub fn log(error: &Error) {
    let dynamic = error as &dyn std::error::Error;
    match error {
        Error::Unavailable(_)
        | Error::OutcomeUnknown(_)
        | Error::PerhapsMailed(_)
        | Error::Unconfirmed
        | Error::Unreadable(_) => {
            tracing::error!(error = dynamic, "the store failed a request");
        }
        Error::UnknownKey(kid) => {
            tracing::error!(%kid, "a record is sealed under a key that is not in the keyring");
        }
        Error::Busy { .. } => tracing::warn!("a passphrase was refused: all cores that may hash are busy"),
        _ => tracing::debug!(error = dynamic, "a request was refused"),
    }
}
