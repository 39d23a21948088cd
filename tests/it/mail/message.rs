//! What stands in an email, as a mail library reads it, in every language.

use std::path::Path;

use readonce::domain::{Locale, Mailbox, ReplyTo, SecretEnd};
use readonce::i18n::{self, Value};
use readonce::mail::{Email, Mailer as _, NoticeEmail, SmtpSettings, Told};
use serde_json::json;

use super::{HOME, LINK, NOW, SERIAL, address, email, mailer, received, settings};
use crate::support::smtp::{Received, SmtpServer};

fn is_whole(received: &Received) {
    assert_eq!(received.parsed["defects"], json!([]));
    assert_eq!(received.parsed["type"], "multipart/alternative");
    let parts = received.parsed["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2);
    for (part, kind) in parts.iter().zip(["text/plain", "text/html"]) {
        assert_eq!((&part["type"], &part["charset"]), (&json!(kind), &json!("utf-8")));
        assert_eq!(part["defects"], json!([]));
    }
    assert_eq!(received.parsed["date"].as_f64().unwrap().to_string(), NOW.0.to_string());
    assert_eq!(received.parsed["from"], json!([["secrets.example.org", "secrets@example.org"]]));
    assert_eq!(received.from, "secrets@example.org");
    assert_eq!(received.header("Auto-Submitted"), "auto-generated");
    assert_eq!(received.header("X-Auto-Response-Suppress"), "All");
    assert!(!received.utf8);
    assert!(received.hello.contains('.'), "{}", received.hello);
}

#[tokio::test]
async fn emails_say_what_they_should_in_every_language() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for (locale, protected) in
        Locale::ALL.iter().copied().flat_map(|locale| [(locale, false), (locale, true)])
    {
        let email = Email { locale, protected, ..email() };
        mailer.send(&email).await.unwrap();
        let received = server.emails().pop().unwrap();
        let tag = locale.tag();
        is_whole(&received);
        assert_eq!(received.to, ["recipient@example.net"]);
        assert_eq!(received.parsed["to"], json!([["", "recipient@example.net"]]));
        assert_eq!(received.parsed["reply_to"], json!([["", "anna@example.org"]]));
        assert_eq!(received.header("Message-ID"), format!("<{SERIAL}@secrets.example.org>"));
        assert_eq!(received.header("Content-Language"), tag);
        assert_eq!(received.header("Subject"), i18n::say(locale, "email-subject", &[]));

        let sharer = ("sharer", Value::from("anna@example.org"));
        let until = [
            ("moment", Value::from(i18n::moment(locale, email.expires))),
            ("duration", Value::from(i18n::duration(locale, 7 * 24 * 60 * 60))),
        ];
        let mut said = vec![
            i18n::say(locale, "email-greeting", &[]),
            i18n::say(locale, "email-opening", &[sharer]),
            i18n::say(locale, "email-once", &[]),
            i18n::say(locale, "email-until", &until),
            i18n::say(locale, "email-forward", &[]),
            i18n::say(locale, "email-unexpected", &[]),
        ];
        let passphrase = i18n::say(locale, "email-passphrase", &[]);
        let (text, html) = (received.part("text/plain"), received.part("text/html"));
        assert_eq!(text.contains(&passphrase), protected, "{tag}");
        assert_eq!(html.contains(&passphrase), protected, "{tag}");
        said.push(LINK.to_owned());
        for said in said {
            assert!(text.contains(&said), "{tag}: `{said}` is not in {text}");
            assert!(html.contains(&said), "{tag}: `{said}` is not in {html}");
        }
        if protected {
            keep(tag, &received, &html);
        }
        assert!(html.contains(&format!("<html lang=\"{tag}\">")));
        assert_eq!(html.matches("href=").count(), 1, "one way to the secret");
        assert!(html.contains(&format!("href=\"{LINK}\"")), "{html}");
        // A line of its own, so that every reader makes a link of it.
        assert!(text.lines().any(|line| line == LINK), "{tag}: {text}");
        for braces in ["{", "}"] {
            assert!(!text.contains(braces), "{tag}: {text}");
        }
    }
}

/// Leaves the email for `scripts/email-pictures`, which shows what has really arrived.
fn keep(tag: &str, received: &Received, html: &str) {
    let headers = ["From", "To", "Reply-To", "Subject", "Date"].map(|name| (name, received.header(name)));
    let email = json!({ "headers": headers, "html": html });
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("email-{tag}.json"));
    std::fs::write(file, email.to_string()).unwrap();
}

/// Nothing is loaded when an email is read, and nothing leads anywhere but to the secret.
#[tokio::test]
async fn emails_load_nothing_and_tell_nobody_that_they_were_read() {
    let html = received(&email()).await.part("text/html");
    for foreign in ["<img", "<script", "<link", "<iframe", "<form", "src=", "@import", "url(", "http-equiv"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    assert_eq!(html.matches("http").count(), html.matches(LINK).count());
}

#[tokio::test]
async fn the_english_text_is_this() {
    let received = received(&Email { protected: true, ..email() }).await;
    assert_eq!(received.header("Subject"), "A link for you that opens only once");
    assert_eq!(
        received.part("text/plain"),
        "Hello,

anna@example.org would like to give you something that should not stand in an e-mail, such as a password. It is waiting for you \
behind this link:

https://secrets.example.org/secret/a0zk3v9q1x7m2c8r4t6p0w5n1b7h3d9

* The link opens once. After that the secret is gone from the server, so open it when you can keep what you read.
* It works until 28 November 2026, 14:05 UTC, for about 7 days from now.
* You will be asked for a passphrase, which reaches you in another way, not by e-mail.
* Please do not forward this e-mail: whoever has the link can open it in your place.

You did not expect this? Then do not open the link yet; ask whoever shared it first, in a way you already know.

-- 
secrets.example.org sent this e-mail because somebody shared a secret with you."
    );
}

#[tokio::test]
async fn a_test_email_is_made_like_the_others() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for locale in Locale::ALL.iter().copied() {
        mailer.send_test(&address("operator@bücher.example"), HOME, locale).await.unwrap();
        let received = server.emails().pop().unwrap();
        is_whole(&received);
        assert_eq!(received.to, ["operator@xn--bcher-kva.example"]);
        assert_eq!(received.parsed["reply_to"], json!(null));
        assert!(received.header("Subject").contains("secrets.example.org"));
        assert!(received.part("text/plain").contains("readonce doctor --mail-to"));
        assert!(received.part("text/plain").lines().any(|line| line == HOME));
        let html = received.part("text/html");
        assert!(html.contains(&format!("href=\"{HOME}\"")), "{html}");
        mailer.send(&Email { locale, ..email() }).await.unwrap();
        let real = server.emails().pop().unwrap();
        let tags =
            |html: &str| html.split('<').filter_map(|tag| Some(tag.split_once('>')?.0.to_owned())).collect();
        let (real, test): (Vec<String>, Vec<String>) = (tags(&real.part("text/html")), tags(&html));
        let differing = |tag: &&String| !tag.contains("href") && !tag.contains("li");
        assert!(test.iter().filter(differing).eq(real.iter().filter(differing)), "{test:?}");
    }
    let ids: std::collections::BTreeSet<_> =
        server.emails().iter().map(|email| email.header("Message-ID")).collect();
    assert_eq!(ids.len(), Locale::ALL.len() + 1, "test emails are each an email of their own");
}

/// A host in numbers may stand in links, but not in a `Message-ID`.
#[tokio::test]
async fn without_a_public_name_the_message_id_is_the_senders() {
    for host in ["127.0.0.1", "[::1]", "::1"] {
        let server = SmtpServer::start();
        let settings = SmtpSettings { public_host: host.to_owned(), ..settings(&server) };
        mailer(settings).send(&email()).await.unwrap();
        let received = server.wait_for_emails(1).remove(0);
        assert_eq!(received.header("Message-ID"), format!("<{SERIAL}@example.org>"));
        assert_eq!(received.parsed["from"], json!([[host, "secrets@example.org"]]));
    }
}

/// The name that mail programs show in place of the address.
#[tokio::test]
async fn the_sender_is_called_by_its_own_name() {
    for (from, name) in [
        ("Example Corp <secrets@example.org>", "Example Corp"),
        ("\"Example, \\\"Corp.\\\" \\\\ Ltd; <x>\" <secrets@example.org>", "Example, \"Corp.\" \\ Ltd; <x>"),
        ("Grüße & Söhne GmbH <secrets@example.org>", "Grüße & Söhne GmbH"),
        ("Общество «Пример» <secrets@example.org>", "Общество «Пример»"),
    ] {
        let server = SmtpServer::start();
        let from = Mailbox::parse(from).unwrap_or_else(|| panic!("{from}"));
        mailer(SmtpSettings { from, ..settings(&server) }).send(&email()).await.unwrap();
        let received = server.wait_for_emails(1).remove(0);
        assert_eq!(received.parsed["from"], json!([[name, "secrets@example.org"]]));
        assert_eq!((received.parsed["defects"].clone(), received.raw.is_ascii()), (json!([]), true));
        assert_eq!(received.from, "secrets@example.org");
    }
}

/// A header that is only kind must not keep the email from arriving: `src/mail/reply_to.rs` has the cases.
#[tokio::test]
async fn replies_go_where_the_setting_says() {
    let (stranger, colleague) = ("anna@elsewhere.example", "anna@example.org");
    for (reply_to, sharer, said) in [
        (ReplyTo::Never, colleague, json!(null)),
        (ReplyTo::SameDomain, stranger, json!(null)),
        (ReplyTo::SameDomain, colleague, json!([["", colleague]])),
        (ReplyTo::Sharer, stranger, json!([["", stranger]])),
    ] {
        let server = SmtpServer::start();
        let email = Email { sharer: address(sharer), ..email() };
        mailer(SmtpSettings { reply_to, ..settings(&server) }).send(&email).await.unwrap();
        let received = server.wait_for_emails(1).remove(0);
        assert_eq!(received.parsed["reply_to"], said, "{reply_to:?} {sharer}");
        assert!(received.part("text/plain").contains(sharer));
    }
}

fn notice(locale: Locale) -> NoticeEmail {
    let told =
        |end, seconds: u64, receipt: &str| Told { end, at: NOW.minus(seconds), receipt: receipt.to_owned() };
    NoticeEmail {
        serial: std::array::from_fn(|at| u8::try_from(at).unwrap()),
        to: address("anna@example.org"),
        told: vec![
            told(SecretEnd::Expired, 3600, "a0zk3v9q"),
            told(SecretEnd::Burned, 60, "b1yk3v9q"),
            told(SecretEnd::Read, 0, "c2xk3v9q"),
        ],
        locale,
    }
}

#[tokio::test]
async fn the_english_notice_is_this() {
    let server = SmtpServer::start();
    mailer(settings(&server)).send_notice(&notice(Locale::En)).await.unwrap();
    let received = server.emails().pop().unwrap();
    is_whole(&received);
    assert_eq!(received.header("Message-ID"), format!("<{SERIAL}@secrets.example.org>"));
    assert_eq!(received.parsed["reply_to"], json!(null));
    assert_eq!(received.header("Subject"), "What became of secrets that you shared on secrets.example.org");
    assert_eq!(
        received.part("text/plain"),
        "Hello,

You asked to be told when secrets that you share have ended. Each is named by the first characters of the key of its status page:

* a0zk3v9q: expired unread on 21 November 2026, 13:05 UTC
* b1yk3v9q: destroyed unread on 21 November 2026, 14:04 UTC
* c2xk3v9q: read on 21 November 2026, 14:05 UTC

Was one read, and not by the person you sent the link to? Then change at once what was shared.

-- 
secrets.example.org sent this e-mail because your account asks for it. It can be turned off where your shares are listed."
    );
}

/// In every language, and without anything that leads anywhere.
#[tokio::test]
async fn notices_name_no_link_in_any_language() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for &locale in Locale::ALL {
        mailer.send_notice(&notice(locale)).await.unwrap();
        let received = server.emails().pop().unwrap();
        is_whole(&received);
        assert_eq!(received.header("Content-Language"), locale.tag());
        let (text, html) = (received.part("text/plain"), received.part("text/html"));
        for part in [&text, &html] {
            assert!(!part.contains("://") && !part.contains("href="), "{part}");
            for receipt in ["a0zk3v9q", "b1yk3v9q", "c2xk3v9q"] {
                assert!(part.contains(receipt), "{part}");
            }
        }
        assert!(!text.contains(['{', '}']), "{text}");
    }
}
