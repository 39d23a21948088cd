//! What is logged of an email, at the most talkative level: neither the address nor the link.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use readonce::domain::Failure;
use readonce::mail::{Email, Mailer as _, SmtpSettings};

use super::{LINK, address, email, mailer, settings, url};
use crate::support::certificates::Authority;
use crate::support::search::{contains, forms};
use crate::support::smtp::SmtpServer;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_address_nor_link_is_logged_or_shown() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || sink.clone())
        .finish();
    // All of this test runs in one thread.
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::trace!("the log works");

    let authority = Authority::new();
    let server = SmtpServer::secured("starttls", &authority.certify("mail", &["127.0.0.1"]));
    let ca = Some(std::fs::read(authority.file()).unwrap());
    let mailer = mailer(SmtpSettings { url: url("smtp+starttls", "", &server), ca, ..settings(&server) });
    let (to, sharer) = ("tomarker@example.net", "sharermarker@example.org");
    let email = Email { to: address(to), sharer: address(sharer), ..email() };
    mailer.send(&email).await.unwrap();
    server.behave(&[("rcpt", "550 5.1.1 unknown: tomarker@example.net")]);
    let refused = mailer.send(&email).await.unwrap_err();
    assert_eq!(refused.failure, Failure::Refused(550));
    server.behave(&[("end", "drop")]);
    mailer.send(&email).await.unwrap_err();

    let shown = format!("{mailer:?} {mailer:#?} {refused} {:?}", email.id);
    let logged = log.0.lock().unwrap().clone();
    assert!(contains(&logged, b"the log works"));
    // The cause is for the operator who asks: it quotes the server.
    assert!(refused.cause.unwrap().to_string().contains("tomarker"));
    for marker in ["tomarker", "sharermarker", LINK, "k3v9q1x7m2c8r4t6p0w5n1b7h3d9"] {
        for form in forms(marker) {
            assert!(!contains(&logged, &form), "`{marker}` is logged: {}", String::from_utf8_lossy(&logged));
            assert!(!contains(shown.as_bytes(), &form), "`{marker}` is shown: {shown}");
        }
    }
}
