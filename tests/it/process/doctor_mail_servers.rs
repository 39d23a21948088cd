//! What `readonce doctor --mail-to` says of the mail servers that people have: of each mistake what it is.

use std::path::PathBuf;

use super::doctor_mail::{line_for_localhost, told_of};
use super::mail::FROM;
use crate::support::certificates::Authority;
use crate::support::mail_server::MailServer;
use crate::support::smtp::SmtpServer;
use crate::support::{Home, Ran};

/// Somebody elsewhere.
const TO: &str = "op@example.com";

/// A mistake: the address of the server, sender, recipient, and what is said of it: the server's words, and the hint.
type Mistake<'a> = (String, &'a str, &'a str, &'a str, &'a str);

/// A key and a certificate that signed itself, made by the line of docs/mail.md: both in one, and the file to trust.
fn homemade(home: &Home) -> (String, PathBuf) {
    Ran::of(home.shell(&line_for_localhost())).succeeded();
    let [key, certificate] =
        ["mail.key", "mail.pem"].map(|name| std::fs::read_to_string(home.file(name)).unwrap());
    (key + &certificate, home.file("mail.pem"))
}

#[track_caller]
fn all_told(mistakes: &[Mistake<'_>], trusted: &std::path::Path) {
    for (url, from, to, words, hint) in mistakes {
        let (ran, said) = told_of(url, trusted, from, to);
        assert_eq!(ran.code, Some(1), "{url}: {ran:?}");
        assert!(ran.stdout.contains(words) && said.contains(hint), "{url} {from} {to}: {ran:?}");
    }
}

/// An email through it, for what is told of others to be about them.
#[track_caller]
fn takes(url: &str, to: &str, trusted: &std::path::Path) {
    let (ran, _) = told_of(url, trusted, FROM.1, to);
    assert!(ran.stdout.contains("ok    mail: the mail server took a test email"), "{url}: {ran:?}");
}

const NO_LOGIN: &str = "it offers neither PLAIN nor LOGIN here";
const RELAY: &str = "let its address relay there";
const TLS_FIRST: &str = "it wants TLS first: `smtp+starttls://`";
const NO_TLS_AT_ONCE: &str = "that port does not begin with TLS";
const NOT_RUNNING: &str = "is it running, are host and port in `smtp.url` right";

/// It insists on TLS, and takes nothing for others from this machine.
#[test]
fn what_a_strict_postfix_has_against_us_is_told_as_what_it_is() {
    let (home, next, others) = (Home::new(), SmtpServer::start(), Authority::new());
    let (pem, trusted) = homemade(&home);
    let settings = "smtpd_tls_security_level = encrypt\nsmtpd_tls_chain_files = /etc/postfix/mail.pem\n\
                    mynetworks = 127.0.0.2/32\nsmtpd_sender_restrictions = check_sender_access inline:{refused@example.org=REJECT}";
    let Some(postfix) = MailServer::secure_postfix(&next, settings, &pem) else { return };
    let (at, by_number) = (postfix.at("localhost"), postfix.at("127.0.0.1"));
    let starttls = format!("smtp+starttls://{at}");
    let relay = "454 4.7.1 <op@example.com>: Relay access denied";
    let refused = "554 5.7.1 <refused@example.org>: Sender address rejected: Access denied";
    all_told(
        &[
            (format!("smtp://{at}"), FROM.1, TO, "530 5.7.0 Must issue a STARTTLS command first", TLS_FIRST),
            (format!("smtps://{at}"), FROM.1, TO, "no trusted TLS", NO_TLS_AT_ONCE),
            (starttls.clone(), FROM.1, TO, relay, RELAY),
            (format!("smtp+starttls://u:hunter2@{at}"), FROM.1, TO, "offers no log-in by password", NO_LOGIN),
            (starttls.clone(), "refused@example.org", TO, refused, "does it let `smtp.from` send"),
            (
                starttls.clone(),
                FROM.1,
                "nobody-of-that-name@mail.example.org",
                "550 5.1.1 <nobody-of-that-name@mail.example.org>",
                "does it take email for that address from here?",
            ),
            (
                format!("smtp+starttls://{by_number}"),
                FROM.1,
                TO,
                "no trusted TLS",
                "the host in `smtp.url` has to be one of the certificate's names",
            ),
        ],
        &trusted,
    );
    let of_another = [(starttls.clone(), FROM.1, TO, "no trusted TLS", "`smtp.ca_file` takes")];
    all_told(&of_another, &others.file());
    assert!(next.emails().is_empty());
    takes(&starttls, "root@mail.example.org", &trusted);
    drop(postfix);
    all_told(&[(starttls, FROM.1, TO, "cannot be reached", NOT_RUNNING)], &trusted);
}

/// Without TLS, with log-ins by passwords that nobody has.
#[test]
fn what_an_open_postfix_has_against_us_is_told_as_what_it_is() {
    let (next, nobody) = (SmtpServer::start(), Authority::new());
    let settings = "smtpd_tls_security_level = none\nsmtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = no";
    let Some(postfix) = MailServer::postfix(&next, settings) else { return };
    let (at, nobody) = (postfix.at("127.0.0.1"), nobody.file());
    let mistakes = [
        (
            format!("smtp://u:hunter2@{at}"),
            FROM.1,
            TO,
            "535 5.7.8 Error: authentication failed",
            "are user and password in `smtp.url` right?",
        ),
        (format!("smtp+starttls://{at}"), FROM.1, TO, "no trusted TLS", "it does not offer STARTTLS there"),
    ];
    all_told(&mistakes, &nobody);
    takes(&format!("smtp://{at}"), TO, &nobody);
    assert_eq!(next.wait_for_emails(1).len(), 1);
}

/// On a port that begins with TLS, as 465 does.
#[test]
fn a_postfix_that_begins_with_tls_is_told_from_one_that_does_not() {
    let (home, next) = (Home::new(), SmtpServer::start());
    let (pem, trusted) = homemade(&home);
    let settings = "smtpd_tls_wrappermode = yes\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_chain_files = /etc/postfix/mail.pem";
    let Some(postfix) = MailServer::secure_postfix(&next, settings, &pem) else { return };
    let at = postfix.at("localhost");
    let port = "is that port the one for this scheme? `smtps://` is 465";
    let mistakes = ["smtp", "smtp+starttls"]
        .map(|scheme| (format!("{scheme}://{at}"), FROM.1, TO, "did not answer in time", port));
    all_told(&mistakes, &trusted);
    takes(&format!("smtps://{at}"), TO, &trusted);
}

/// Debian's own settings, with log-ins as its file has them as an example: over TLS only, unless one says otherwise.
#[test]
fn what_exim_has_against_us_is_told_as_what_it_is() {
    let nobody = Authority::new();
    let strangers = "MAIN_RELAY_NETS = 127.0.0.2";
    let Some(exim) = MailServer::exim_with_logins(strangers) else { return };
    let at = exim.at("127.0.0.1");
    let mistakes = [
        (format!("smtp://{at}"), FROM.1, TO, "550 relay not permitted", RELAY),
        (format!("smtp://anna:hunter2@{at}"), FROM.1, TO, "offers no log-in by password", NO_LOGIN),
        // Without a file of its own it makes a certificate at every start.
        (format!("smtp+starttls://{at}"), FROM.1, TO, "no trusted TLS", "`smtp.ca_file` takes"),
        (format!("smtps://{at}"), FROM.1, TO, "no trusted TLS", NO_TLS_AT_ONCE),
    ];
    all_told(&mistakes, &nobody.file());
    drop(exim);
    let settings = format!("{strangers}\nAUTH_SERVER_ALLOW_NOTLS_PASSWORDS = yes");
    let Some(exim) = MailServer::exim_with_logins(&settings) else { return };
    let at = exim.at("127.0.0.1");
    let wrong = "are user and password in `smtp.url` right?";
    let mistakes =
        [(format!("smtp://anna:hunter3@{at}"), FROM.1, TO, "535 Incorrect authentication data", wrong)];
    all_told(&mistakes, &nobody.file());
    takes(&format!("smtp://anna:hunter2@{at}"), TO, &nobody.file());
}
