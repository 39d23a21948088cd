//! Logging of service errors, and their `Retry-After`: what every surface does alike, whatever status and text it gives
//! them.

use std::time::Duration;

use crate::service::Error;

/// When to come back if the store is out: long enough for a fail-over to begin.
const STORE_RETRY: Duration = Duration::from_secs(5);

/// When to come back, where that helps.
#[must_use]
pub fn retry_after(error: &Error) -> Option<Duration> {
    match error {
        Error::Limited { retry_after }
        | Error::DiskShort { retry_after, .. }
        | Error::Busy { retry_after } => Some(*retry_after),
        Error::Unavailable(_)
        | Error::OutcomeUnknown(_)
        | Error::PerhapsMailed(_)
        | Error::Unconfirmed
        | Error::UnknownKey(_)
        | Error::NotUnderstood(_)
        | Error::Unreadable(_) => Some(STORE_RETRY),
        Error::NotAuthorized
        | Error::UnknownSecret
        | Error::WrongPassphrase
        | Error::Empty
        | Error::TooBig { .. }
        | Error::BadPassphrase(_)
        | Error::BadPasswordRule(_)
        | Error::MailNeedsAccount
        | Error::Undeliverable(_)
        | Error::NoMail
        | Error::UnknownDomain(_)
        | Error::ForeignDomain(_) => None,
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
        Error::NotUnderstood(_) => {
            tracing::error!(
                error = dynamic,
                "what is stored cannot be read and was left as it is: it is damaged, or a later version wrote it"
            );
        }
        Error::UnknownKey(kid) => {
            tracing::error!(%kid, "a record is sealed under a key that is not in the keyring");
        }
        Error::Busy { .. } => tracing::warn!("a passphrase was refused: all cores that may hash are busy"),
        _ => tracing::debug!(error = dynamic, "a request was refused"),
    }
}
