//! Classification of what goes wrong with a mail server.
//!
//! The trap: 5xx is final only where it is about the email. A server that refuses the connection, the password, the sender or
//! this site says 5xx too, at whatever command, and no email is dropped for that. Where nothing but the words could tell, an
//! enhanced status code decides (RFC 3463), and the digits where there is none.

use std::fmt;
use std::io;

use super::reply::Reply;
use crate::domain::Failure;
use crate::mail::SendError;

/// The phase of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Connecting, and the greeting.
    Greeting,
    /// `EHLO`.
    Hello,
    /// `STARTTLS`, and every TLS handshake.
    StartTls,
    /// `AUTH`.
    Login,
    /// `MAIL`: says nothing of the recipient.
    Sender,
    /// `RCPT`. Many servers say only here whom they do not serve.
    Recipient,
    /// `DATA`.
    Data,
    /// The end of the message.
    Message,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "the connection",
            Self::Hello => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Login => "AUTH",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Message => "the message",
        })
    }
}

/// What the server refused, and with which words. They may quote an address: never log them.
#[derive(Debug, thiserror::Error)]
#[error("its answer to {stage} was: {reply}")]
pub struct Refusal {
    /// At which point.
    pub stage: Stage,
    /// The reply.
    pub reply: Reply,
}

/// The server refused.
pub(super) fn refused(stage: Stage, reply: Reply) -> SendError {
    SendError::new(classify(stage, &reply), Refusal { stage, reply })
}

/// The connection broke, or what came over it is no reply.
pub(super) fn broken(error: io::Error) -> SendError {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    let failure = match error.kind() {
        _ if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) => {
            Failure::Tls
        }
        BrokenPipe | ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof => Failure::Silent,
        _ => Failure::Unreachable,
    };
    SendError::new(failure, error)
}

/// The server did not answer in time.
pub(super) fn silent(elapsed: tokio::time::error::Elapsed) -> SendError {
    SendError::new(Failure::Silent, elapsed)
}

/// A positive reply that belongs to something else would pass for "accepted".
pub(super) fn out_of_step(reply: &Reply) -> SendError {
    SendError::new(Failure::Silent, format!("an answer out of step: {}", reply.code))
}

fn classify(stage: Stage, reply: &Reply) -> Failure {
    match (reply.code, stage) {
        // Closing down, whatever was said (RFC 5321 §3.8); and before a recipient was named it is about nobody's email.
        (421, _) => Failure::Busy(421),
        (400..500, Stage::Recipient | Stage::Data | Stage::Message) => Failure::Deferred(reply.code),
        (400..500, _) => Failure::Busy(reply.code),
        (_, Stage::Login) => Failure::Login,
        // RFC 4954 §6: authentication required, mechanism too weak, credentials invalid, encryption required.
        (530 | 534 | 535 | 538, Stage::Sender | Stage::Recipient | Stage::Data | Stage::Message) => {
            Failure::Login
        }
        (_, Stage::Greeting | Stage::Hello) => Failure::Unreachable,
        (_, Stage::StartTls) => Failure::Tls,
        (code, _) if is_about_the_site(stage, reply) => Failure::SiteRefused(code),
        (code, _) => Failure::Refused(code),
    }
}

/// Whether a permanent refusal would meet every email from here.
fn is_about_the_site(stage: Stage, reply: &Reply) -> bool {
    match (stage, reply.enhanced()) {
        // The sender is the same for all; what the message is like is not (RFC 3463 §3.7: conversion, RFC 6531 §3.5: SMTPUTF8).
        (Stage::Sender, Some([_, 6, _] | [_, 3, 4])) => false,
        (Stage::Sender, _) => !matches!(reply.code, 552 | 555),
        // The sender's address (RFC 3463 §3.2), what was said before (RFC 3463 §3.6), policy (RFC 3463 §3.8).
        (Stage::Recipient | Stage::Data, Some([_, subject, detail])) => {
            matches!((subject, detail), (1, 7 | 8) | (5 | 7, _))
        }
        // Without one, 554 is "no transaction here" (RFC 5321 §4.2.2), and 500 to 504 are about commands.
        (Stage::Recipient | Stage::Data, None) => {
            matches!(reply.code, 500 | 502..=504 | 554) || blames_the_sender(reply)
        }
        // RFC 7372 §3 and RFC 8616: who may send from where. Other policies are about what is in this message.
        (Stage::Message, Some([_, 7, detail])) => (20..30).contains(&detail),
        _ => false,
    }
}

/// Exim's words when it does not accept the sender; it has no enhanced status codes.
fn blames_the_sender(reply: &Reply) -> bool {
    reply.lines.iter().any(|line| line.contains("Sender verify failed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Exim 4.96, Postfix 3.7, `OpenSMTPD` 6.8 and Sendmail 8.17 said.
    #[test]
    fn what_is_about_the_site_is_told_from_what_is_about_an_address() {
        use Failure::{Busy, Deferred, Login, Refused, SiteRefused, Unreachable};
        use Stage::{Data, Greeting, Message, Recipient, Sender};
        for (stage, code, words, expected) in [
            (Greeting, 554, "5.7.1 no", Unreachable),
            (Greeting, 450, "4.7.1 later", Busy(450)),
            (Recipient, 421, "4.7.0 closing", Busy(421)),
            (Sender, 452, "4.3.1 Insufficient system storage", Busy(452)),
            (Sender, 550, "not from you", SiteRefused(550)),
            (Sender, 553, "5.1.8 Domain of sender address does not exist", SiteRefused(553)),
            (Sender, 530, "5.7.0 Authentication required", Login),
            (Sender, 552, "5.3.4 Message size exceeds fixed limit", Refused(552)),
            (Sender, 555, "5.5.4 Unsupported option: SMTPUTF8", Refused(555)),
            (Sender, 553, "5.6.7 SMTPUTF8 is required", Refused(553)),
            (Recipient, 550, "5.1.1 <a@b.example>: unknown", Refused(550)),
            (Recipient, 550, "no such user", Refused(550)),
            (Recipient, 550, "5.2.1 mailbox disabled", Refused(550)),
            (Recipient, 550, "5.4.4 no route", Refused(550)),
            (Recipient, 450, "4.2.0 greylisted", Deferred(450)),
            (Recipient, 554, "5.7.1 <here>: Client host rejected: Access denied", SiteRefused(554)),
            (Recipient, 504, "5.5.2 <here>: Helo command rejected", SiteRefused(504)),
            (Recipient, 550, "5.1.7 <x>: Sender address rejected: undeliverable address", SiteRefused(550)),
            (Recipient, 550, "5.7.25 reverse DNS validation failed", SiteRefused(550)),
            (Recipient, 554, "Relay access denied", SiteRefused(554)),
            (Recipient, 550, "Verification failed for <x>\nSender verify failed", SiteRefused(550)),
            (Data, 554, "5.5.1 no valid recipients", SiteRefused(554)),
            (Data, 554, "5.6.0 no", Refused(554)),
            (Message, 554, "5.7.1 looks like spam", Refused(554)),
            (Message, 550, "5.7.26 not authenticated", SiteRefused(550)),
            (Message, 554, "no", Refused(554)),
        ] {
            let reply = Reply { code, lines: words.lines().map(str::to_owned).collect() };
            assert_eq!(refused(stage, reply).failure, expected, "{stage}: {code} {words}");
        }
    }
}
