//! Addresses of all kinds, read back from the received message; and the attempts to say more with one than an address.

use readonce::domain::{EmailAddress, Failure};
use readonce::mail::{Email, Mailer as _};
use serde_json::json;

use super::{address, email, failure, mailer, received, settings};
use crate::support::smtp::SmtpServer;

/// The one address of a header, without a display name.
fn alone(list: &serde_json::Value) -> &str {
    let list = list.as_array().unwrap();
    assert_eq!((list.len(), &list[0][0]), (1, &json!("")), "{list:?}");
    list[0][1].as_str().unwrap()
}

#[tokio::test]
async fn international_domains_are_written_in_ascii_for_machines_and_as_they_are_for_people() {
    let long = format!("{}.{}.example", "ü".repeat(50), "日本語".repeat(5));
    let ascii = idna::domain_to_ascii(&long).unwrap();
    let recipient = format!("jörg-nicht+{}@{long}", "a".repeat(20)).replace('ö', "o");
    let email = Email { to: address(&recipient), sharer: address("anna@bücher.example"), ..email() };
    let received = received(&email).await;
    assert_eq!(received.to, [recipient.replace(&long, &ascii)]);
    assert_eq!(alone(&received.parsed["to"]), recipient.replace(&long, &ascii));
    assert_eq!(alone(&received.parsed["reply_to"]), "anna@xn--bcher-kva.example");
    assert!(received.part("text/plain").contains("anna@bücher.example"));
    assert!(received.part("text/html").contains("anna@bücher.example"));
    assert!(!received.utf8 && received.raw.is_ascii());
}

#[tokio::test]
async fn names_in_other_letters_go_to_servers_that_take_them() {
    let server = SmtpServer::start();
    let email =
        Email {
            to: address("ünal@bücher.example"), sharer: address("анна@пример.example"), ..email()
        };
    mailer(settings(&server)).send(&email).await.unwrap();
    let received = server.wait_for_emails(1).remove(0);
    assert!(received.utf8);
    assert_eq!(received.to, ["ünal@xn--bcher-kva.example"]);
    assert_eq!(alone(&received.parsed["to"]), "ünal@xn--bcher-kva.example");
    assert_eq!(alone(&received.parsed["reply_to"]), "анна@xn--e1afmkfd.example");
    assert!(received.part("text/plain").contains("анна@пример.example"));
}

#[tokio::test]
async fn servers_that_do_not_take_them_get_no_email_to_them_and_no_reply_to() {
    let server = SmtpServer::with(json!({ "utf8": false }));
    let mailer = mailer(settings(&server));
    let to_them = Email { to: address("ünal@bücher.example"), ..email() };
    let refused = mailer.send(&to_them).await.unwrap_err();
    assert_eq!(refused.failure, Failure::Unsendable);
    assert!(refused.cause.unwrap().to_string().contains("SMTPUTF8"));
    let by_them = Email { sharer: address("анна@пример.example"), ..email() };
    mailer.send(&by_them).await.unwrap();
    let received = server.wait_for_emails(1).remove(0);
    assert_eq!(received.parsed["reply_to"], json!(null));
    assert!(received.part("text/plain").contains("анна@пример.example"));
    assert!(received.raw.is_ascii());
}

/// Every character that an address may hold, where it could do harm.
#[tokio::test]
async fn strange_addresses_arrive_as_they_are() {
    let server = SmtpServer::start();
    let mailer = mailer(settings(&server));
    for strange in [
        "!#$%&'*+-/=?^_`{|}~@example.net",
        "=?utf-8?q?@example.net",
        "o'neil&b@example.net",
        "{{7*7}}@example.net",
        "a%40b.example@example.net",
        "a|cat/etc/passwd@example.net",
        "--=000102030405060708090a0b0c0d0e0f=--@example.net",
        "a@mailto.example",
        &format!("{}@{}.example.net", "x".repeat(64), "y".repeat(63)),
    ] {
        let email = Email { to: address(strange), sharer: address(strange), ..email() };
        mailer.send(&email).await.unwrap();
        let received = server.emails().pop().unwrap();
        assert_eq!(received.to, [strange]);
        assert_eq!(alone(&received.parsed["to"]), strange);
        assert_eq!(alone(&received.parsed["reply_to"]), strange);
        assert!(received.part("text/plain").contains(&format!("{strange} would like")), "{strange}");
        let escaped = strange.replace('&', "&#38;").replace('\'', "&#39;");
        assert!(received.part("text/html").contains(&format!("{escaped} would like")), "{strange}");
        assert_eq!(received.parsed["defects"], json!([]), "{strange}");
        assert!(!received.raw.windows(4).any(|bytes| bytes.eq_ignore_ascii_case(b"bcc:")));
    }
}

#[tokio::test]
async fn more_than_an_address_is_none() {
    for more in [
        "a@example.net\r\nBcc: eve@example.net",
        "a@example.net\nBcc: eve@example.net",
        "a\r\nRCPT TO:<eve@example.net>@example.net",
        "a@example.net\r\n.\r\nMAIL FROM:<eve@example.net>",
        "a@example.net,eve@example.net",
        "a@example.net;eve@example.net",
        "a@example.net eve@example.net",
        "<a@example.net>",
        "Anna <a@example.net>",
        "\"a\\\"@example.net",
        "a>@example.net",
        "a@example.net> SIZE=1",
        "a(comment)@example.net",
        ".a@example.net",
        "a.@example.net",
        ".\r\n@example.net",
        "a@example.net\u{0}",
        "a@[127.0.0.1]",
        "a@exa\u{2028}mple.net",
        "a\u{85}b@example.net",
        "a\u{202e}b@example.net",
        "@one.example:a@two.example",
        "eve@example.com@example.net",
        "=?utf-8?q?eve=40example.com=3e=20?=@example.net",
    ] {
        assert!(EmailAddress::parse(more).is_none(), "{more:?}");
    }
}

/// Nothing is sent for an address that cannot be, and the next email goes.
#[tokio::test]
async fn an_unsendable_email_does_not_stop_others() {
    let server = SmtpServer::with(json!({ "utf8": false }));
    let mailer = mailer(settings(&server));
    let unsendable = Email { to: address("ü@example.net"), ..email() };
    assert_eq!(failure(&mailer, &unsendable).await, Failure::Unsendable);
    mailer.send(&email()).await.unwrap();
    assert_eq!(server.wait_for_emails(1)[0].to, ["recipient@example.net"]);
}
