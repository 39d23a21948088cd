//! Emails, sent to a real mail server and read back from it.

mod addresses;
mod failures;
mod logs;
mod message;
mod raw;
mod reuse;
mod security;
mod spam;

use std::sync::Arc;
use std::time::Duration;

use readonce::domain::address::SmtpUrl;
use readonce::domain::{
    EmailAddress, Failure, FakeClock, Locale, Mailbox, NotificationId, ReplyTo, SlotTag, Timestamp,
};
use readonce::mail::smtp::Deadlines;
use readonce::mail::{Email, Mailer as _, SmtpMailer, SmtpSettings};
use zeroize::Zeroizing;

use crate::support::smtp::{Received, SmtpServer};

/// 2026-11-21T14:05:00Z, when all of these emails are sent.
const NOW: Timestamp = Timestamp(1_795_269_900);
const LINK: &str = "https://secrets.example.org/secret/a0zk3v9q1x7m2c8r4t6p0w5n1b7h3d9";
/// What the link of a test email is.
const HOME: &str = "https://secrets.example.org/";
const SERIAL: &str = "000102030405060708090a0b0c0d0e0f";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap_or_else(|| panic!("no address: {text}"))
}

fn email() -> Email {
    Email {
        id: NotificationId {
            tag: SlotTag::parse("a0z").unwrap(),
            serial: std::array::from_fn(|at| u8::try_from(at).unwrap()),
        },
        to: address("recipient@example.net"),
        sharer: address("anna@example.org"),
        link: Zeroizing::new(LINK.to_owned()),
        expires: NOW.plus(7 * 24 * 60 * 60),
        protected: false,
        locale: Locale::En,
    }
}

/// The address of a server; `login` is empty, or ends with an `@`.
fn url(scheme: &str, login: &str, server: &SmtpServer) -> SmtpUrl {
    SmtpUrl::parse(&format!("{scheme}://{login}127.0.0.1:{}", server.port())).unwrap()
}

/// For a server in the clear.
fn settings(server: &SmtpServer) -> SmtpSettings {
    SmtpSettings {
        url: url("smtp", "", server),
        ca: None,
        from: Mailbox::parse("secrets@example.org").unwrap(),
        reply_to: ReplyTo::Sharer,
        public_host: "secrets.example.org".to_owned(),
        deadlines: Deadlines::default(),
    }
}

/// Short enough to wait for, long enough for a busy machine to do everything else.
const SHORT: Deadlines = Deadlines {
    step: Duration::from_secs(2),
    email: Duration::from_secs(4),
    idle: Duration::from_mins(1),
    unasked: Duration::from_mins(1),
};

fn mailer(settings: SmtpSettings) -> SmtpMailer {
    SmtpMailer::new(settings, Arc::new(FakeClock::at(NOW))).unwrap()
}

/// Why an email was not sent. The message says it without a word of address or link.
async fn failure(mailer: &SmtpMailer, email: &Email) -> Failure {
    let error = mailer.send(email).await.expect_err("the email was sent");
    let shown = error.to_string();
    assert!(!shown.contains("example") && !shown.contains("http"), "{shown}");
    assert!(error.cause.is_some(), "an operator could not find out more");
    error.failure
}

/// Sends one email to a server of its own, and reads it there.
async fn received(email: &Email) -> Received {
    let server = SmtpServer::start();
    mailer(settings(&server)).send(email).await.unwrap();
    server.wait_for_emails(1).remove(0)
}
