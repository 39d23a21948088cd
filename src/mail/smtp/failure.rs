//! Classification of lettre's errors.
//!
//! The trap: 5xx is final only where it is about the email. A server that refuses the connection or the password says
//! 5xx too, and no email is dropped for that.

use std::error::Error as _;
use std::io;

use lettre::transport::smtp::Error;

use crate::domain::Failure;
use crate::mail::SendError;

/// The phase of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Connecting (with TLS, if it comes first), greeting, `EHLO`.
    Greeting,
    /// `STARTTLS`, and the handshake.
    StartTls,
    /// `AUTH`.
    Login,
    /// `MAIL`, `RCPT`, `DATA`, the message.
    Transaction,
}

/// The failure, with the library's error as its cause.
pub(super) fn classify(stage: Stage, error: Error) -> SendError {
    let failure = match error.status().map(u16::from) {
        Some(status) => from_status(stage, status),
        None => from_error(stage, &error),
    };
    SendError::new(failure, error)
}

/// The server refused.
fn from_status(stage: Stage, status: u16) -> Failure {
    match (status, stage) {
        (400..500, _) => Failure::Deferred(status),
        // RFC 4954 §6: authentication required, mechanism too weak, credentials invalid, encryption required.
        (530 | 534 | 535 | 538, Stage::Login | Stage::Transaction) | (_, Stage::Login) => Failure::Login,
        (_, Stage::Greeting) => Failure::Unreachable,
        (_, Stage::StartTls) => Failure::Tls,
        (_, Stage::Transaction) => Failure::Refused(status),
    }
}

/// There was no reply, or an invalid one.
fn from_error(stage: Stage, error: &Error) -> Failure {
    if error.is_client() {
        return match stage {
            Stage::Greeting => Failure::Unreachable,
            Stage::StartTls => Failure::Tls, // the server does not offer it
            Stage::Login => Failure::NoLogin,
            Stage::Transaction => Failure::Unsendable,
        };
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return from_io(cause);
        }
        source = cause.source();
    }
    // What is left: an invalid reply, because the server hung up in the middle or does not speak SMTP.
    if error.is_tls() { Failure::Tls } else { Failure::Silent }
}

fn from_io(error: &io::Error) -> Failure {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) {
        return Failure::Tls;
    }
    match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof => Failure::Silent,
        _ => Failure::Unreachable,
    }
}
