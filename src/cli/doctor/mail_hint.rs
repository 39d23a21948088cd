//! What to do about a mail server that does not take a test email, by what it said and when.

use std::error::Error;
use std::io;

use rustls::CertificateError as Fault;

use crate::domain::Failure;
use crate::domain::address::{SmtpSecurity, SmtpUrl};
use crate::mail::SendError;
use crate::mail::smtp::{Refusal, Stage};

type Cause = dyn Error + Send + Sync;

/// For an email that was sent by the server of `url`.
pub(super) fn hint(error: &SendError, url: &SmtpUrl) -> &'static str {
    let cause = error.cause.as_deref();
    cause
        .and_then(|cause| cause.downcast_ref().and_then(|refusal| of_refusal(refusal, error.failure, url)))
        .or_else(|| cause.and_then(handshake).and_then(of_handshake))
        .unwrap_or_else(|| of_failure(error.failure, url))
}

/// Where the same digits have several reasons, the words of the common servers tell them apart.
fn of_refusal(refusal: &Refusal, failure: Failure, url: &SmtpUrl) -> Option<&'static str> {
    let words = refusal.reply.lines.join(" ").to_ascii_lowercase();
    let in_the_clear = url.security() == SmtpSecurity::None;
    if in_the_clear
        && refusal.reply.code >= 500
        && (words.contains("starttls") || words.contains("encryption"))
    {
        return Some(
            "it wants TLS first: `smtp+starttls://` in `smtp.url`, or `smtps://` with the port for it",
        );
    }
    if failure == Failure::Login && url.login().is_none() {
        return Some(
            "it wants a log-in: put user and password into `smtp.url`, as in `smtps://USER:PASSWORD@HOST`",
        );
    }
    // "Relay access denied", "relay not permitted", "Relaying denied".
    (refusal.stage == Stage::Recipient && words.contains("relay")).then_some(
        "it takes no email for other domains from this machine: let its address relay there (Postfix: `mynetworks`, Exim on \
         Debian: `dc_relay_nets`), or log in, with user and password in `smtp.url`",
    )
}

/// The TLS error that ended a handshake. It comes as one of reading or writing.
fn handshake(cause: &Cause) -> Option<&rustls::Error> {
    cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref()
}

fn of_handshake(error: &rustls::Error) -> Option<&'static str> {
    let fault = match error {
        rustls::Error::InvalidCertificate(fault) => fault,
        // Its greeting, or its answer, where a handshake was expected.
        rustls::Error::InvalidMessage(_) => {
            return Some(
                "that port does not begin with TLS: `smtps://` is for 465; for 587 or 25 it is `smtp+starttls://` or, in your own \
                 network, `smtp://`",
            );
        }
        _ => return None,
    };
    Some(match fault {
        Fault::UnknownIssuer => {
            "`smtp.ca_file` takes the certificate of an authority of your own, or the server's, if it was signed by itself"
        }
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
            "the host in `smtp.url` has to be one of the certificate's names, its subjectAltName"
        }
        Fault::Expired
        | Fault::ExpiredContext { .. }
        | Fault::NotValidYet
        | Fault::NotValidYetContext { .. } => {
            "is the clock of this machine right? Else the mail server needs a new certificate"
        }
        Fault::Other(other) if is_homemade(&other.0.to_string()) => {
            "a server's certificate is of version 3, not an authority's, and has a name: `openssl req -x509 -newkey rsa:2048 -nodes \
             -days 3650 -keyout mail.key -out mail.pem -subj /CN=HOST -addext basicConstraints=critical,CA:FALSE -addext \
             subjectAltName=DNS:HOST` makes one for itself, for the server and for `smtp.ca_file`"
        }
        _ => return None,
    })
}

/// What the verifier calls certificates as `openssl req -x509` and Debian's exim-gencert make them.
fn is_homemade(fault: &str) -> bool {
    matches!(fault, "CaUsedAsEndEntity" | "UnsupportedCertVersion")
}

fn of_failure(failure: Failure, url: &SmtpUrl) -> &'static str {
    match failure {
        Failure::Unreachable => {
            "is it running, are host and port in `smtp.url` right, and does a firewall let it through?"
        }
        Failure::Silent => {
            "is that port the one for this scheme? `smtps://` is 465, `smtp+starttls://` 587, `smtp://` 25"
        }
        Failure::Tls if url.security() == SmtpSecurity::StartTlsRequired => {
            "it does not offer STARTTLS there, or does not go through with it: try `smtps://` with port 465 or, in your own network, \
             `smtp://`"
        }
        Failure::Tls => {
            "its own log says what it has against this connection; docs/mail.md says what is needed"
        }
        Failure::Login => {
            "are user and password in `smtp.url` right? a `@`, `:` or `/` in them is written %40, %3A, %2F"
        }
        Failure::NoLogin => {
            "it offers neither PLAIN nor LOGIN here: many do so over TLS only (`smtp+starttls://`, `smtps://`); XOAUTH2 and NTLM are \
             not spoken; a server that lets this machine send without a log-in wants no user in `smtp.url`"
        }
        Failure::Disabled => "`readonce account enable` accepts it again",
        Failure::Busy(_) => "the mail server puts everybody off, or this machine: its own log says why",
        Failure::SiteRefused(_) => {
            "does it let `smtp.from` send, and this machine? what it said names the rule: the sender, the name of this machine, or \
             its address"
        }
        Failure::Deferred(_) => {
            "many servers put the first email off (greylisting): try again in some minutes"
        }
        Failure::Refused(_) => {
            "does it let `smtp.from` send, and does it take email for that address from here?"
        }
        Failure::Unsendable => {
            "the mail server takes ASCII addresses only, and this one has other characters before the `@`"
        }
    }
}
