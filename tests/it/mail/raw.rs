//! The bytes of an email: nothing that a server, or the way to it, could break or misread.

use readonce::domain::Locale;
use readonce::mail::{Email, Mailer as _};
use zeroize::Zeroizing;

use super::{HOME, LINK, address, email, mailer, settings};
use crate::support::search::contains;
use crate::support::smtp::SmtpServer;

fn check(raw: &[u8]) {
    assert!(raw.is_ascii(), "8-bit bytes");
    for (at, byte) in raw.iter().enumerate() {
        assert_eq!(*byte == b'\n', at > 0 && raw[at - 1] == b'\r', "a bare CR or LF at {at}");
        assert!(*byte >= b' ' || matches!(byte, b'\r' | b'\n' | b'\t'), "a control character at {at}");
    }
    let text = std::str::from_utf8(raw).unwrap();
    for line in text.split("\r\n") {
        assert!(!line.starts_with('.'), "a line that begins with a dot: {line}");
        assert!(!line.starts_with("From ") && line.len() <= 998, "{} bytes: {line}", line.len());
    }
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    for line in headers.split("\r\n") {
        // Headers of one long word are longer: there is no blank to fold them at.
        let folded = line.trim_start().split_once(": ").map_or(line, |(_, value)| value).contains(' ');
        assert!(line.len() <= 78 || !folded, "{} bytes: {line}", line.len());
    }
}

#[tokio::test]
async fn lines_are_short_and_plain_whatever_the_language() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    let long = format!("{}@{}.example.net", "x".repeat(64), "y".repeat(60));
    for locale in Locale::ALL.iter().copied() {
        for sharer in ["anna@example.org", long.as_str(), "anna@日本語.example"] {
            let email =
                Email { locale, sharer: address(sharer), to: address(sharer), protected: true, ..email() };
            mailer.send(&email).await.unwrap();
            check(&server.emails().pop().unwrap().raw);
        }
        mailer.send_test(&address("operator@example.net"), HOME, locale).await.unwrap();
        check(&server.emails().pop().unwrap().raw);
    }
}

/// A link as long as any `base_url` may be, with what quoted-printable and dot-stuffing would trip over.
#[tokio::test]
async fn a_long_link_arrives_whole() {
    let server = SmtpServer::start();
    let link = format!("https://secrets.example.org/.{}/=3D=/..\n.\n/secret/a0z", "long/.".repeat(300))
        .replace('\n', "%0A");
    let email = Email { link: Zeroizing::new(link.clone()), ..email() };
    mailer(settings(&server)).send(&email).await.unwrap();
    let received = server.wait_for_emails(1).remove(0);
    check(&received.raw);
    assert!(received.part("text/plain").lines().any(|line| line == link));
    assert!(received.part("text/html").contains(&format!("href=\"{link}\"")));
}

/// The second copy of an email after a crash is the first one's twin, byte by byte.
#[tokio::test]
async fn the_same_email_is_the_same_bytes() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    mailer.send(&email()).await.unwrap();
    mailer.send(&email()).await.unwrap();
    let emails = server.wait_for_emails(2);
    assert_eq!(emails[0].raw, emails[1].raw);
}

/// Filters take base64 around plain text for an attempt to hide it, and people who read the source see nothing.
#[tokio::test]
async fn text_is_encoded_no_more_than_it_needs() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for (locale, expected) in [
        (Locale::En, "7bit"),
        (Locale::De, "quoted-printable"),
        (Locale::Sv, "quoted-printable"),
        (Locale::Bg, "base64"),
        (Locale::Zh, "base64"),
        (Locale::Fr, "quoted-printable"),
        (Locale::Es, "quoted-printable"),
    ] {
        mailer.send(&Email { locale, protected: true, ..email() }).await.unwrap();
        let received = server.emails().pop().unwrap();
        for part in received.parsed["parts"].as_array().unwrap() {
            assert_eq!(part["encoding"], expected, "{locale:?} {}", part["type"]);
        }
        // A line of its own in the source, too.
        let bare = contains(&received.raw, format!("\r\n{LINK}\r\n").as_bytes());
        assert_eq!(bare, expected != "base64", "{locale:?}");
    }
}
