//! One connection for many emails, and none that is out of step.

use std::time::Duration;

use readonce::domain::Failure;
use readonce::mail::smtp::Deadlines;
use readonce::mail::{Mailer as _, SmtpSettings};

use super::{SHORT, email, failure, mailer, settings};
use crate::support::smtp::SmtpServer;

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
    // Two of them were kept.
    mailer.send(&email).await.unwrap();
    assert_eq!(server.connections(), 3);
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
