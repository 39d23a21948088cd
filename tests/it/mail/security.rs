//! Connections that others cannot read, and who may use the server.

use readonce::domain::Failure;
use readonce::mail::smtp::SetupError;
use readonce::mail::{Mailer as _, SmtpMailer, SmtpSettings};
use serde_json::json;
use std::sync::Arc;

use super::{NOW, SHORT, email, failure, mailer, settings, url};
use crate::support::certificates::Authority;
use crate::support::smtp::SmtpServer;
use readonce::domain::FakeClock;

/// What the servers are told to speak, and the scheme for it.
const SECURED: [(&str, &str); 2] = [("starttls", "smtp+starttls"), ("tls", "smtps")];

fn trusting(server: &SmtpServer, scheme: &str, authority: &Authority) -> SmtpSettings {
    let ca = Some(std::fs::read(authority.file()).unwrap());
    SmtpSettings { url: url(scheme, "", server), ca, ..settings(server) }
}

#[tokio::test]
async fn emails_go_over_every_kind_of_connection() {
    let authority = Authority::new();
    let certificate = authority.certify("mail", &["127.0.0.1"]);
    for (kind, scheme) in SECURED {
        let server = SmtpServer::secured(kind, &certificate);
        mailer(trusting(&server, scheme, &authority)).send(&email()).await.unwrap();
        let received = server.wait_for_emails(1).remove(0);
        assert!(received.tls, "{kind}");
        assert_eq!(received.user, None);
    }
    let server = SmtpServer::start();
    mailer(settings(&server)).send(&email()).await.unwrap();
    assert!(!server.wait_for_emails(1)[0].tls);
}

#[tokio::test]
async fn a_certificate_has_to_be_the_servers_and_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let right = authority.certify("right", &["127.0.0.1"]);
    let elsewhere = authority.certify("elsewhere", &["mail.example"]);
    for (kind, scheme) in SECURED {
        let server = SmtpServer::secured(kind, &right);
        let by_other = mailer(trusting(&server, scheme, &other));
        assert_eq!(failure(&by_other, &email()).await, Failure::Tls, "{kind}: another authority");
        let by_system = mailer(SmtpSettings { url: url(scheme, "", &server), ..settings(&server) });
        assert_eq!(failure(&by_system, &email()).await, Failure::Tls, "{kind}: the system's authorities");
        let server = SmtpServer::secured(kind, &elsewhere);
        let to_elsewhere = mailer(trusting(&server, scheme, &authority));
        assert_eq!(failure(&to_elsewhere, &email()).await, Failure::Tls, "{kind}: another name");
        assert!(server.emails().is_empty());
    }
}

/// Whoever stands in between can take the offer out of the server's answer.
#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let authority = Authority::new();
    let server = SmtpServer::start();
    let required = mailer(trusting(&server, "smtp+starttls", &authority));
    assert_eq!(failure(&required, &email()).await, Failure::Tls);
    let server = SmtpServer::secured("starttls", &authority.certify("mail", &["127.0.0.1"]));
    for reply in ["454 4.7.0 not now", "502 5.5.1 no such command"] {
        server.behave(&[("starttls", reply)]);
        let required = mailer(trusting(&server, "smtp+starttls", &authority));
        let expected = if reply.starts_with('4') { Failure::Busy(454) } else { Failure::Tls };
        assert_eq!(failure(&required, &email()).await, expected);
    }
    assert!(server.emails().is_empty());
}

/// What comes in the clear behind the answer to STARTTLS was put there by somebody else, and is no answer inside TLS.
#[tokio::test]
async fn words_put_in_before_tls_are_not_taken_for_the_servers() {
    let authority = Authority::new();
    let server = SmtpServer::secured("starttls", &authority.certify("mail", &["127.0.0.1"]));
    server.behave(&[("starttls", "inject")]);
    let mailer = mailer(trusting(&server, "smtp+starttls", &authority));
    assert_eq!(failure(&mailer, &email()).await, Failure::Tls);
    assert!(server.emails().is_empty());
}

#[tokio::test]
async fn the_wrong_kind_of_connection_fails_in_time() {
    let authority = Authority::new();
    let plain = SmtpServer::start();
    let to_plain = mailer(trusting(&plain, "smtps", &authority));
    assert_eq!(failure(&to_plain, &email()).await, Failure::Tls);
    let secured = SmtpServer::secured("tls", &authority.certify("mail", &["127.0.0.1"]));
    let in_the_clear = mailer(SmtpSettings { deadlines: SHORT, ..settings(&secured) });
    assert_eq!(failure(&in_the_clear, &email()).await, Failure::Silent);
}

#[tokio::test]
async fn whoever_has_to_log_in_does() {
    let authority = Authority::new();
    let (certificate, key) = authority.certify("mail", &["127.0.0.1"]);
    for (kind, scheme) in SECURED {
        for without in [json!([]), json!(["PLAIN"]), json!(["LOGIN"])] {
            let server = SmtpServer::with(json!({
                "security": kind, "certificate": certificate, "key": key, "without": without,
                "login": ["readonce", "p@ss: /ü%"],
            }));
            let mailer = mailer(SmtpSettings {
                url: url(scheme, "readonce:p%40ss%3A%20%2F%C3%BC%25@", &server),
                ..trusting(&server, scheme, &authority)
            });
            mailer.send(&email()).await.unwrap();
            let received = server.wait_for_emails(1).remove(0);
            assert_eq!(received.user.as_deref(), Some("readonce"), "{kind}, without {without}");
        }
    }
}

#[tokio::test]
async fn a_login_that_does_not_work_is_named() {
    let locked = |without: serde_json::Value| {
        SmtpServer::with(json!({ "login": ["readonce", "hunter2"], "without": without }))
    };
    let server = locked(json!([]));
    let wrong = mailer(SmtpSettings { url: url("smtp", "readonce:hunter3@", &server), ..settings(&server) });
    assert_eq!(failure(&wrong, &email()).await, Failure::Login);
    let nobody = mailer(settings(&server));
    assert_eq!(failure(&nobody, &email()).await, Failure::Login, "it wants a login, and there is none");
    server.behave(&[("auth", "454 4.7.0 later")]);
    let right = mailer(SmtpSettings { url: url("smtp", "readonce:hunter2@", &server), ..settings(&server) });
    assert_eq!(failure(&right, &email()).await, Failure::Busy(454));
    server.behave(&[("auth", "535 \u{d3}\u{c3}\u{bb}\u{a7}")]); // GBK
    let right = mailer(SmtpSettings { url: url("smtp", "readonce:hunter2@", &server), ..settings(&server) });
    assert_eq!(failure(&right, &email()).await, Failure::Login, "in any encoding");
    let server = locked(json!(["PLAIN", "LOGIN"]));
    let no_way = mailer(SmtpSettings { url: url("smtp", "readonce:hunter2@", &server), ..settings(&server) });
    assert_eq!(failure(&no_way, &email()).await, Failure::NoLogin, "it offers no way to log in");
    assert!(server.emails().is_empty());
}

/// Failed log-ins are what mail servers lock out for.
#[tokio::test]
async fn a_refused_password_is_not_tried_by_everybody_who_waits() {
    let server = SmtpServer::with(json!({ "login": ["readonce", "hunter2"] }));
    let wrong = mailer(SmtpSettings { url: url("smtp", "readonce:hunter3@", &server), ..settings(&server) });
    let email = email();
    let all = futures_util::future::join_all((0..8).map(|_| failure(&wrong, &email))).await;
    assert_eq!(all, [Failure::Login; 8]);
    assert_eq!(server.commands("AUTH"), 1);
}

#[test]
fn a_file_without_certificates_is_refused() {
    let server = SmtpServer::start();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".to_owned();
    for pem in [String::new(), "hunter2".to_owned(), key, broken] {
        let settings =
            SmtpSettings { url: url("smtps", "", &server), ca: Some(pem.into_bytes()), ..settings(&server) };
        let refused = SmtpMailer::new(settings, Arc::new(FakeClock::at(NOW))).unwrap_err();
        assert_eq!(refused, SetupError::Ca);
    }
}
