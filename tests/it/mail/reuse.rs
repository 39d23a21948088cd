//! One connection for many emails, and none that is out of step.

use std::time::Duration;

use readonce::domain::{Failure, Locale};
use readonce::mail::smtp::Deadlines;
use readonce::mail::{Email, Mailer as _, SmtpSettings};
use serde_json::json;

use super::{SHORT, address, email, failure, mailer, settings};
use crate::support::smtp::SmtpServer;
use crate::support::{SOON, wait_for};

fn by(server: &SmtpServer) -> Vec<u64> {
    server.emails().iter().map(|email| email.connection).collect()
}

#[tokio::test]
async fn emails_one_after_the_other_go_by_one_connection() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for _ in 0..3 {
        mailer.send(&email()).await.unwrap();
    }
    assert_eq!(by(&server), [1, 1, 1]);
}

#[tokio::test]
async fn emails_at_the_same_time_go_by_a_connection_each() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    let (one, other, email) = (email(), email(), email());
    let (one, other, third) = tokio::join!(mailer.send(&one), mailer.send(&other), mailer.send(&email));
    assert!(one.is_ok() && other.is_ok() && third.is_ok());
    assert_eq!((server.emails().len(), server.connections()), (3, 3));
    // All of them were kept.
    let (one, other, third) = tokio::join!(mailer.send(&email), mailer.send(&email), mailer.send(&email));
    assert!(one.is_ok() && other.is_ok() && third.is_ok());
    assert_eq!((server.emails().len(), server.connections()), (6, 3));
}

/// Exim keeps the eleventh email of a connection for its queue runner, and fail2ban looks for clients that say too much else.
#[tokio::test]
async fn a_connection_brings_ten_emails_and_nothing_else() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for _ in 0..25 {
        mailer.send(&email()).await.unwrap();
    }
    assert_eq!(by(&server), [[1; 10], [2; 10], [3; 10]].as_flattened()[..25]);
    wait_for("two goodbyes", SOON, || (server.commands("QUIT") == 2).then_some(()));
    assert_eq!(server.commands("NOOP"), 0);
    mailer.close().await;
    assert_eq!(server.commands("QUIT"), 3);
}

#[tokio::test]
async fn a_connection_that_was_idle_for_some_time_is_asked_first() {
    let server = SmtpServer::start();
    let deadlines = Deadlines { unasked: Duration::ZERO, ..Deadlines::default() };
    let mailer = mailer(SmtpSettings { deadlines, ..settings(&server) });
    for _ in 0..3 {
        mailer.send(&email()).await.unwrap();
    }
    assert_eq!((by(&server), server.commands("NOOP")), (vec![1, 1, 1], 2));
}

/// Whatever comes of an email, the server is told goodbye.
#[tokio::test]
async fn no_connection_ends_without_a_goodbye() {
    let server = SmtpServer::start();
    for (number, (stage, reply)) in [
        ("ehlo", "550 5.7.1 who are you"),
        ("mail", "550 5.7.1 not from you"),
        ("rcpt", "550 5.1.1 unknown"),
        ("data", "451 4.3.0 later"),
        ("end", "554 5.6.0 no"),
    ]
    .into_iter()
    .enumerate()
    {
        server.behave(&[(stage, reply)]);
        let mailer = mailer(settings(&server));
        mailer.send(&email()).await.unwrap_err();
        mailer.close().await;
        assert_eq!(server.commands("QUIT"), number as u64 + 1, "{stage}");
    }
    server.behave(&[]);
    let mailer = mailer(settings(&server));
    mailer.send_test(&address("op@example.org"), super::HOME, Locale::En).await.unwrap();
    assert_eq!(server.commands("QUIT"), 6, "after a test email, too");
    let unsendable = Email { to: address("ü@example.net"), ..email() };
    let ascii = SmtpServer::with(json!({ "utf8": false }));
    let mailer = super::mailer(settings(&ascii));
    mailer.send(&unsendable).await.unwrap_err();
    mailer.close().await;
    assert_eq!(ascii.commands("QUIT"), 1);
}

#[tokio::test]
async fn a_connection_that_was_idle_for_too_long_is_not_used() {
    let server = SmtpServer::start();
    let deadlines = Deadlines { idle: Duration::ZERO, ..Deadlines::default() };
    let mailer = mailer(SmtpSettings { deadlines, ..settings(&server) });
    mailer.send(&email()).await.unwrap();
    mailer.send(&email()).await.unwrap();
    assert_eq!(by(&server), [1, 2]);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_not_used() {
    let mut server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    mailer.send(&email()).await.unwrap();
    server.stop();
    server.start_again();
    mailer.send(&email()).await.unwrap();
    assert_eq!(by(&server), [1, 2]);
}

/// The answer to the email that was given up would be read as one to the next email.
#[tokio::test]
async fn a_connection_on_which_an_email_was_given_up_is_not_used() {
    let server = SmtpServer::start();
    let mailer = mailer(SmtpSettings { deadlines: SHORT, ..settings(&server) });
    mailer.send(&email()).await.unwrap();
    server.behave(&[("end", "hang")]);
    assert_eq!(failure(&mailer, &email()).await, Failure::Silent);
    // And so when nobody waits for it any more.
    let dropped = tokio::time::timeout(SHORT.step / 2, async { mailer.send(&email()).await }).await;
    assert!(dropped.is_err());
    server.behave(&[]);
    mailer.send(&email()).await.unwrap();
    assert_eq!(by(&server), [1, 3]);
}
