//! What can go wrong with a mail server, stage by stage: the right kind of failure, in time, and the next email goes.

use std::time::Instant;

use readonce::domain::Failure;
use readonce::mail::{Mailer as _, SmtpMailer, SmtpSettings};

use super::{SHORT, email, failure, mailer, settings};
use crate::support::smtp::SmtpServer;

const STAGES: [&str; 6] = ["greeting", "ehlo", "mail", "rcpt", "data", "end"];

#[tokio::test]
async fn every_refusal_is_told_by_its_kind() {
    use Failure::{Busy, Deferred, Login, Refused, SiteRefused, Unreachable};
    let server = SmtpServer::start();
    for (stage, reply, expected) in [
        // A server that does not talk to us says nothing about the email.
        ("greeting", "554 5.7.1 not from there", Unreachable),
        ("greeting", "421 4.3.2 too busy", Busy(421)),
        ("ehlo", "550 5.7.1 who are you", Unreachable),
        ("ehlo", "451 4.3.0 later", Busy(451)),
        // Nothing was said of a recipient yet.
        ("mail", "451 4.7.1 later", Busy(451)),
        ("mail", "550 5.7.1 not from you", SiteRefused(550)),
        ("mail", "530 5.7.0 log in first", Login),
        ("rcpt", "450 4.2.0 later", Deferred(450)),
        ("rcpt", "421 4.7.0 closing", Busy(421)),
        ("rcpt", "550 5.1.1 unknown: recipient@example.net", Refused(550)),
        ("rcpt", "554 5.7.1 <here>: Client host rejected: Access denied", SiteRefused(554)),
        ("rcpt", "504 5.5.2 <here>: Helo command rejected", SiteRefused(504)),
        ("rcpt", "554 Relay access denied", SiteRefused(554)),
        ("data", "451 4.3.0 later", Deferred(451)),
        ("data", "554 5.6.0 no", Refused(554)),
        ("end", "452 4.3.1 no room", Deferred(452)),
        ("end", "554 5.7.1 looks like spam", Refused(554)),
    ] {
        server.behave(&[(stage, reply)]);
        assert_eq!(failure(&mailer(settings(&server)), &email()).await, expected, "{stage}: {reply}");
    }
    assert!(server.emails().is_empty());
}

/// What was said may be in any encoding: the three digits decide.
#[tokio::test]
async fn replies_are_judged_by_their_digits_in_any_encoding() {
    use Failure::{Busy, Deferred, Refused, Unreachable};
    let server = SmtpServer::start();
    let latin1 = "Empfänger unbekannt: §";
    let gbk = "\u{d3}\u{c3}\u{bb}\u{a7}\u{b2}\u{bb}\u{b4}\u{e6}\u{d4}\u{da}";
    for words in [latin1, gbk, "\u{ff}\u{fe}\u{80}"] {
        for (stage, code, expected) in [
            ("greeting", 554, Unreachable),
            ("ehlo", 421, Busy(421)),
            ("rcpt", 451, Deferred(451)),
            ("rcpt", 550, Refused(550)),
            ("end", 554, Refused(554)),
        ] {
            server.behave(&[(stage, &format!("{code} {words}"))]);
            assert_eq!(failure(&mailer(settings(&server)), &email()).await, expected, "{stage}");
        }
        server.behave(&[("end", &format!("250 {words}"))]);
        mailer(settings(&server)).send(&email()).await.expect("it was taken, and no other copy is wanted");
    }
    assert_eq!(server.emails().len(), 3);
    // The words are for whoever asks, with what cannot be read replaced.
    server.behave(&[("rcpt", &format!("550 {latin1}"))]);
    let refused = mailer(settings(&server)).send(&email()).await.unwrap_err();
    assert!(refused.cause.unwrap().to_string().contains("550 Empf\u{fffd}nger unbekannt"));
}

/// A positive answer that belongs to something else must never pass for "taken".
#[tokio::test]
async fn answers_out_of_step_are_not_believed() {
    let server = SmtpServer::start();
    for (stage, reply) in
        [("mail", "354 go on"), ("rcpt", "220 hello"), ("data", "250 fine"), ("end", "354 go on")]
    {
        server.behave(&[(stage, reply)]);
        assert_eq!(failure(&mailer(settings(&server)), &email()).await, Failure::Silent, "{stage}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_in_time() {
    let servers = STAGES.map(|stage| (stage, SmtpServer::start())); // which takes its time, too
    let each = servers.map(|(stage, server)| async move {
        server.behave(&[(stage, "hang")]);
        let mailer = mailer(SmtpSettings { deadlines: SHORT, ..settings(&server) });
        let started = Instant::now();
        assert_eq!(failure(&mailer, &email()).await, Failure::Silent, "{stage}");
        assert!(started.elapsed() < 3 * SHORT.email, "{stage}: {:?}", started.elapsed());
        the_next_email_goes(&server, &mailer).await;
    });
    futures_util::future::join_all(each).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_is_noticed_at_once() {
    let server = SmtpServer::start();
    for stage in STAGES {
        server.behave(&[(stage, "drop")]);
        let mailer = mailer(settings(&server));
        let started = Instant::now();
        assert_eq!(failure(&mailer, &email()).await, Failure::Silent, "{stage}");
        assert!(started.elapsed() < settings(&server).deadlines.step, "{stage}: {:?}", started.elapsed());
        the_next_email_goes(&server, &mailer).await;
    }
}

/// What went wrong does not stand in the way of the next email.
async fn the_next_email_goes(server: &SmtpServer, mailer: &SmtpMailer) {
    let before = server.emails().len();
    server.behave(&[]);
    mailer.send(&email()).await.unwrap();
    assert_eq!(server.emails().len(), before + 1);
}

#[tokio::test]
async fn a_greylisted_email_goes_the_second_time_and_can_be_recognised() {
    let server = SmtpServer::start();
    server.behave(&[("rcpt", "greylist")]);
    let mailer = mailer(settings(&server));
    assert_eq!(failure(&mailer, &email()).await, Failure::Deferred(451));
    mailer.send(&email()).await.unwrap();
    mailer.send(&email()).await.unwrap();
    let emails = server.wait_for_emails(2);
    assert_eq!(emails[0].header("Message-ID"), emails[1].header("Message-ID"));
}

#[tokio::test]
async fn a_server_that_is_down_can_come_back() {
    let mut server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    server.stop();
    assert_eq!(failure(&mailer, &email()).await, Failure::Unreachable);
    server.start_again();
    mailer.send(&email()).await.unwrap();
    assert_eq!(server.wait_for_emails(1).len(), 1);
}
