//! What `readonce doctor --mail-to` says of a mail server's own words: the right cause, and nothing that a terminal obeys.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::thread;

use super::mail::FROM;
use crate::support::certificates::Authority;
use crate::support::smtp::SmtpServer;
use crate::support::{Home, Ran};

/// A mail server that greets, and has one answer to whatever it is told.
fn answering(ehlo: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"220 mail.example\r\n").unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let greeted = lines.next().unwrap().unwrap();
        assert!(greeted.starts_with("EHLO "), "{greeted}");
        stream.write_all(ehlo).unwrap();
        // Whatever comes until it hangs up.
        for line in lines.map_while(Result::ok) {
            assert!(!line.contains("hunter2"), "{line}");
            let _ = stream.write_all(ehlo);
        }
    });
    address
}

fn doctor(address: SocketAddr) -> Ran {
    let home = Home::new();
    home.write(
        "readonce.toml",
        &format!("[smtp]\nurl = \"smtp://u:hunter2@{address}\"\nfrom = \"a@example.org\"\n"),
    );
    home.run(&["doctor", "--mail-to", "b@example.org"])
}

/// Also where only ways to log in are offered that are not spoken here.
#[test]
fn a_server_without_a_log_in_is_not_told_as_a_wrong_password() {
    for ehlo in [&b"250 mail.example\r\n"[..], b"250-mail.example\r\n250 AUTH XOAUTH2 NTLM\r\n"] {
        let ran = doctor(answering(ehlo));
        let told = ran.stdout.lines().find(|line| line.starts_with("FAIL  mail")).unwrap();
        assert!(told.contains("the mail server offers no log-in by password"), "{ran:?}");
        assert!(ran.stdout.contains("hint: it offers neither PLAIN nor LOGIN here"), "{ran:?}");
        assert!(!ran.stdout.contains("user and password right"), "{ran:?}");
    }
}

#[test]
fn a_servers_words_are_shown_and_not_obeyed() {
    let ran = doctor(answering(b"550 \x1b]0;owned\x07\xc2\x9b2J \xe2\x80\xaetxt.exe\r\n"));
    let shown = "\\u{1b}]0;owned\\u{7}\\u{9b}2J \\u{202e}txt.exe";
    assert!(ran.stdout.contains(shown), "{ran:?}");
    let lines = [ran.stdout.as_str(), &ran.stderr].concat().replace('\n', "");
    assert!(!lines.contains(|c: char| c.is_control() || c == '\u{202e}'), "{ran:?}");
}

/// What doctor says of a mail server, with its exit code, and its hint alone.
fn told(url: &str, ca: &Path) -> (Ran, String) {
    told_of(url, ca, FROM.1, "op@example.com")
}

/// The same for a test email from and to these addresses.
pub(super) fn told_of(url: &str, ca: &Path, from: &str, to: &str) -> (Ran, String) {
    let home = Home::new();
    let mut command = home.command(&["doctor", "--mail-to", to]);
    command
        .envs([("READONCE_SMTP__URL", url), ("READONCE_SMTP__FROM", from)])
        .env("READONCE_SMTP__CA_FILE", ca);
    let ran = Ran::of(command);
    let of_mail = ran.stdout.split_once("FAIL  mail").map_or("", |(_, rest)| rest);
    let hint = of_mail.split_once("hint: ").map_or("", |(_, rest)| rest).lines().next().unwrap_or_default();
    let hint = hint.to_owned();
    (ran, hint)
}

#[test]
fn refusals_with_the_same_digits_are_told_apart() {
    let (smtp, nobody) = (SmtpServer::start(), Authority::new());
    let url = format!("smtp://127.0.0.1:{}", smtp.port());
    for (stage, reply, hint) in [
        ("rcpt", "550 relay not permitted", "let its address relay there"), // Exim
        ("rcpt", "550 5.7.1 <op@example.com>... Relaying denied", "let its address relay there"), // Sendmail
        ("rcpt", "451 4.7.1 Greylisting in action", "greylisting"),
        ("rcpt", "550 5.1.1 unknown", "does it take email for that address"),
        ("mail", "530 5.7.0 Authentication required", "it wants a log-in: put user and password"),
        ("mail", "550 5.7.1 Must issue a STARTTLS command first", "it wants TLS first"),
    ] {
        smtp.behave(&[(stage, reply)]);
        let (ran, said) = told(&url, &nobody.file());
        assert!(said.contains(hint), "{reply}: {ran:?}");
    }
    let (ran, hint) = told(&url.replace("smtp:", "smtp+starttls:"), &nobody.file());
    assert!(hint.starts_with("it does not offer STARTTLS there"), "{ran:?}");
}

/// The line of docs/mail.md that makes `mail.key` and `mail.pem`, for this machine.
pub(super) fn line_for_localhost() -> String {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/mail.md")).unwrap();
    let line = page.lines().find(|line| line.trim_start().starts_with("openssl req -x509"));
    line.expect("the line of the page").trim().replace("mail.example.org", "localhost")
}

/// As people make them: by the line of docs/mail.md, as they always did, and as Debian's exim-gencert does. The first works,
/// and the others are told why they do not.
#[test]
fn certificates_that_are_made_at_home_work_or_are_told_how_they_would() {
    let (home, line) = (Home::new(), line_for_localhost());
    let (usual, _) = line.split_once(" -addext").expect("what is not usual");
    let oldest = "openssl req -newkey rsa:2048 -nodes -keyout mail.key -out mail.csr -subj /CN=localhost && \
                  openssl x509 -req -in mail.csr -signkey mail.key -days 30 -out mail.pem";
    for (made_by, hint) in [
        (line.as_str(), None),
        (usual, Some("-addext basicConstraints=critical,CA:FALSE")),
        (oldest, Some("-addext basicConstraints=critical,CA:FALSE")),
    ] {
        Ran::of(home.shell(made_by)).succeeded();
        let files = (home.file("mail.pem"), home.file("mail.key"));
        for (kind, scheme) in [("starttls", "smtp+starttls"), ("tls", "smtps")] {
            let server = SmtpServer::secured(kind, &files);
            let (ran, said) = told(&format!("{scheme}://localhost:{}", server.port()), &files.0);
            match hint {
                None => assert_eq!((ran.code, server.emails().len()), (Some(0), 1), "{ran:?}"),
                Some(hint) => assert!(said.contains(hint) && ran.code == Some(1), "{made_by}: {ran:?}"),
            }
        }
    }
    Ran::of(home.shell(&line)).succeeded();
    let (files, authority) = ((home.file("mail.pem"), home.file("mail.key")), Authority::new());
    let server = SmtpServer::secured("tls", &files);
    let (ran, hint) = told(&format!("smtps://localhost:{}", server.port()), &authority.file());
    assert!(hint.starts_with("`smtp.ca_file` takes"), "{ran:?}");
    let elsewhere = SmtpServer::secured("tls", &authority.certify("elsewhere", &["mail.example"]));
    let (ran, hint) = told(&format!("smtps://localhost:{}", elsewhere.port()), &authority.file());
    assert!(hint.starts_with("the host in `smtp.url` has to be one of the certificate's names"), "{ran:?}");
}
