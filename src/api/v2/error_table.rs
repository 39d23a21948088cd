//! Refusals as v2 clients know them (v2-contract.md §4): status, texts and marks, in one table.

use axum::http::StatusCode;

use super::error::Refusal;
use super::surface::Verb;
use crate::domain::{Clock as _, SystemClock};
use crate::http::body::{BodyError, NO_ROOM_RETRY};
use crate::http::params::ParamsError;
use crate::http::request_checks::Refusal as HeadRefusal;
use crate::service::{BadPasswordRule, Error};

const BUSY: &str = "The server is busy. Please try again shortly.";

/// Errors of the service.
pub(super) fn service(error: &Error) -> Refusal {
    match error {
        Error::NotAuthorized => Refusal {
            message: Some("[CREDENTIALS_INVALID] Invalid credentials"),
            timestamp: Some(SystemClock.now().0),
            ..Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Authentication Required")
        },
        Error::UnknownSecret => Refusal::new(StatusCode::NOT_FOUND, "RecordNotFound", "Unknown secret"),
        Error::WrongPassphrase => wrong_passphrase("Double check that passphrase"),
        Error::Empty => Refusal {
            error_type: "missing",
            ..field("secret", "You did not provide anything to share".into())
        },
        Error::TooBig { max } => {
            field("secret", format!("Secret content must be no more than {max} bytes long"))
        }
        Error::BadPassphrase(why) => form(why.to_string()),
        Error::BadPasswordRule(why) => {
            let name = match why {
                BadPasswordRule::TooLong | BadPasswordRule::TooShort => "length",
                BadPasswordRule::NoCharacters => "character_sets",
            };
            field(name, why.to_string())
        }
        Error::MailNeedsAccount => {
            Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", "An account is required to send emails.")
        }
        Error::Undeliverable(address) => Refusal {
            error_type: "invalid_email",
            ..field("recipient", format!("Undeliverable email address: {address}"))
        },
        Error::NoMail => field("recipient", "This server does not send e-mail.".into()),
        Error::UnknownDomain(domain) => form(format!("Unknown domain: {domain}")),
        Error::ForeignDomain(domain) => no_permission(domain),
        Error::Limited { .. } => Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "LimitExceeded",
            "Too many requests. Please try again later.",
        ),
        Error::DiskShort { accounts_may: true, .. } => unavailable(
            "The server is short of disk space, so only accounts can share at the moment. What was shared can be read.",
        ),
        Error::DiskShort { accounts_may: false, .. } => unavailable(
            "The server is short of disk space, so nothing can be shared at the moment. What was shared can be read.",
        ),
        Error::Busy { .. } => unavailable(BUSY),
        Error::Unavailable(_) => unavailable("Service temporarily unavailable. Please try again shortly."),
        Error::OutcomeUnknown(_) => unknown(
            "The outcome is unknown: the store did not answer in time. If a retry says unknown, the secret was \
             consumed.",
        ),
        Error::PerhapsMailed(_) => unknown(
            "The outcome is unknown: the store did not confirm it in time. The recipient may get a link all the same.",
        ),
        Error::Unconfirmed => unknown(
            "The store could not confirm this on enough replicas, so nothing is given out. If a retry says unknown, \
             the secret was consumed.",
        ),
        Error::UnknownKey(_) => {
            undecryptable("This server cannot open the secret at the moment. It is kept.")
        }
        Error::NotUnderstood(_) => undecryptable(
            "This server cannot read what is stored here: it is damaged, or a later version wrote it. It was left as \
             it is.",
        ),
        Error::Unreadable(_) => undecryptable("The stored secret is damaged and cannot be opened."),
    }
}

/// A passphrase that is not right, in the words of the verb.
pub(super) fn wrong_passphrase(text: &'static str) -> Refusal {
    form(text.into())
}

/// Tries are used up, for a while.
pub(super) fn too_many_tries() -> Refusal {
    let text = "Too many incorrect passphrase attempts. Please try again later.";
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, "LimitExceeded", text)
}

/// A verb that guests may not use (v2-contract.md §3).
pub(super) fn closed(verb: Verb) -> Refusal {
    let (text, code) = match verb {
        Verb::Conceal => ("Guest conceal is disabled", "GUEST_CONCEAL_DISABLED"),
        Verb::Generate => ("Guest generate is disabled", "GUEST_GENERATE_DISABLED"),
        Verb::Receipt => ("Guest receipt is disabled", "GUEST_RECEIPT_DISABLED"),
        Verb::Burn => ("Guest burn is disabled", "GUEST_BURN_DISABLED"),
    };
    Refusal { code: Some(code), ..Refusal::new(StatusCode::FORBIDDEN, "GuestRoutesDisabled", text) }
}

/// Nobody's account may use a domain.
pub(super) fn foreign_to_guests(domain: &str) -> Refusal {
    Refusal {
        error_key: Some("api.secrets.errors.domain_permission_anonymous_cross_domain"),
        ..no_permission(domain)
    }
}

/// Parameters that cannot be read.
pub(super) fn params(error: ParamsError) -> Refusal {
    match error {
        ParamsError::NotAnObject => form(error.to_string()),
        ParamsError::Shape { name, .. } => field(name, error.to_string()),
        ParamsError::Malformed(text) => bad_request(text),
    }
}

/// A body that cannot be read.
pub(super) fn body(error: BodyError) -> Refusal {
    match error {
        BodyError::TooLong => {
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge", "The request is too large")
        }
        BodyError::TooSlow => Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "RequestTimeout",
            "The request body did not arrive in time",
        ),
        BodyError::NoRoom => unavailable(BUSY).after(NO_ROOM_RETRY),
        BodyError::Broken => bad_request("The request body could not be read"),
    }
}

/// The type and the text of a refused head.
pub(super) fn head(refusal: HeadRefusal) -> (&'static str, &'static str) {
    match refusal {
        HeadRefusal::TooLarge => ("HeadTooLarge", "The request's head is too large"),
        HeadRefusal::NotOneHost => ("BadRequest", "A request needs one valid Host"),
        HeadRefusal::BadTransferEncoding => {
            ("BadRequest", "The only transfer encoding understood is chunked")
        }
        HeadRefusal::Encoded => {
            ("UnsupportedMediaType", "A compressed body is not understood: send it without Content-Encoding")
        }
        HeadRefusal::CrossSite => ("Forbidden", "Another website made this browser send a request"),
    }
}

fn bad_request(text: &'static str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", text)
}

fn form(text: String) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "FormError", text)
}

fn field(name: &'static str, text: String) -> Refusal {
    Refusal { field: Some(name), ..form(text) }
}

fn no_permission(domain: &str) -> Refusal {
    let text = format!("You do not have permission to use domain: {domain}");
    Refusal::new(StatusCode::FORBIDDEN, "Forbidden", text)
}

fn unavailable(text: &'static str) -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Unavailable", text)
}

fn unknown(text: &'static str) -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OutcomeUnknown", text)
}

fn undecryptable(text: &'static str) -> Refusal {
    Refusal {
        code: Some("secret_undecryptable"),
        ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "SecretUndecryptable", text)
    }
}
