//! Errors of the service as v1 clients know them (v1-contract.md §4): a refusal is a 404 with a text, and only what proxies must
//! see has a status of its own.

use axum::http::StatusCode;

use crate::service::Error;

/// There is no room for this one among the others.
pub(super) const BUSY: &str = "The server is busy. Please try again shortly.";

/// The status.
pub(super) fn status(error: &Error) -> StatusCode {
    match error {
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
        | Error::ForeignDomain(_) => StatusCode::NOT_FOUND,
        Error::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::DiskShort { .. }
        | Error::Busy { .. }
        | Error::Unavailable(_)
        | Error::OutcomeUnknown(_)
        | Error::PerhapsMailed(_)
        | Error::Unconfirmed
        | Error::UnknownKey(_)
        | Error::NotUnderstood(_)
        | Error::Unreadable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What the status of a refusal would be otherwise, for `X-OTS-Intended-Status`.
pub(super) fn intended_status(error: &Error) -> Option<&'static str> {
    match error {
        Error::NotAuthorized => Some("401"),
        Error::UnknownSecret => None,
        _ => (status(error) == StatusCode::NOT_FOUND).then_some("400"),
    }
}

/// The texts that clients compare and people read.
pub(super) fn message(error: &Error) -> String {
    match error {
        Error::NotAuthorized => "Not authorized".into(),
        Error::UnknownSecret => "Unknown secret".into(),
        Error::WrongPassphrase => "Double check that passphrase".into(),
        Error::Empty => "You did not provide anything to share".into(),
        Error::TooBig { max } => format!("Secret value exceeds the maximum size of {max} bytes"),
        Error::BadPassphrase(why) => why.to_string(),
        Error::BadPasswordRule(why) => why.to_string(),
        Error::MailNeedsAccount => "An account is required to send emails.".into(),
        Error::Undeliverable(address) => format!("Undeliverable email address: {address}"),
        Error::NoMail => "This server does not send e-mail.".into(),
        Error::UnknownDomain(domain) => format!("Unknown domain: {domain}"),
        Error::ForeignDomain(domain) => format!("You do not have permission to use domain: {domain}"),
        Error::Limited { .. } => "Apologies dear citizen! You have been rate limited.".into(),
        Error::DiskShort { accounts_may: true, .. } => {
            "The server is short of disk space, so only accounts can share at the moment. What was shared can be read.".into()
        }
        Error::DiskShort { accounts_may: false, .. } => {
            "The server is short of disk space, so nothing can be shared at the moment. What was shared can be read.".into()
        }
        Error::Busy { .. } => BUSY.into(),
        Error::Unavailable(_) => "Service temporarily unavailable. Please try again shortly.".into(),
        Error::OutcomeUnknown(_) => {
            "The outcome is unknown: the store did not answer in time. If a retry says \
             unknown, the secret was consumed."
                .into()
        }
        Error::PerhapsMailed(_) => {
            "The outcome is unknown: the store did not confirm it in time. The recipient may get a link all the same."
                .into()
        }
        Error::Unconfirmed => {
            "The store could not confirm this on enough replicas, so nothing is given out. If a \
             retry says unknown, the secret was consumed."
                .into()
        }
        Error::UnknownKey(_) => "This server cannot open the secret at the moment. It is kept.".into(),
        Error::NotUnderstood(_) => {
            "This server cannot read what is stored here: it is damaged, or a later version wrote it. It was left \
             as it is."
                .into()
        }
        Error::Unreadable(_) => "The stored secret is damaged and cannot be opened.".into(),
    }
}
