//! Passphrases are compared as people read them: `é` is one letter, however a keyboard sends it (ADR 0044).

use axum::http::Method;
use readonce::domain::key::generate_pair;
use readonce::domain::{Clock as _, PassphraseRule};
use readonce::service::{Plan, Policy};
use readonce::store::{ImportedSecret, Put};
use readonce::vault::{Cipher, Legacy, UpstreamSecret};
use zeroize::Zeroizing;

use super::app::{App, policy};
use crate::support::brought::receipt_of;

/// `café`, as Windows and Linux send it, and as a Mac does.
const COMPOSED: &str = "caf%C3%A9";
const DECOMPOSED: &str = "cafe%CC%81";
const UNKNOWN: &str = r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#;

async fn reads(app: &App, key: &str, passphrase: &str, value: &str) {
    let answer = app.post(&format!("/api/v1/secret/{key}"), &format!("passphrase={passphrase}")).await;
    assert_eq!((answer.status.as_u16(), answer.field("value").as_str()), (200, value), "{passphrase}");
}

async fn is_wrong(app: &App, key: &str, passphrase: &str) {
    let answer = app.post(&format!("/api/v1/secret/{key}"), &format!("passphrase={passphrase}")).await;
    assert_eq!(answer.pinned(), UNKNOWN, "{passphrase}");
}

#[tokio::test]
async fn one_typed_on_a_mac_opens_what_was_shared_on_windows_and_the_other_way_round() {
    let app = App::new();
    for (shared, typed) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (DECOMPOSED, DECOMPOSED)] {
        let (key, _) = app.share(&format!("secret=guarded&passphrase={shared}")).await;
        reads(&app, &key, typed, "guarded").await;
        let made = app.post("/api/v1/generate", &format!("passphrase={shared}")).await;
        reads(&app, &made.field("secret_key"), typed, &made.field("value")).await;
        let (_, receipt) = app.share(&format!("secret=guarded&passphrase={shared}")).await;
        let burn = format!("/api/v1/private/{receipt}/burn");
        assert_eq!(app.post(&burn, &format!("passphrase={typed}")).await.status, 200, "{shared} {typed}");
    }
}

#[tokio::test]
async fn nothing_else_about_them_is_changed() {
    let app = App::new();
    // Control characters, blanks, compatibility forms, case: each is a passphrase of its own.
    let words =
        ["pass", "pass%00", "pass%7F", "pass%0D%0A", "%20pass", "Pass", "%EF%AC%81x", "fix", "%C2%A0", "%20"];
    for word in words {
        let (key, _) = app.share(&format!("secret=guarded&passphrase={word}")).await;
        let others = words.iter().filter(|other| **other != word).take(4);
        for other in others {
            is_wrong(&app, &key, other).await;
        }
        reads(&app, &key, word, "guarded").await;
    }
    // Values come as they were sent.
    for value in ["cafe\u{301}", "caf\u{e9}", "\u{212b}"] {
        let (key, _) = app.share(&format!("secret={value}&passphrase=word")).await;
        reads(&app, &key, "word", value).await;
    }
}

#[tokio::test]
async fn a_wrong_one_is_one_try_however_it_was_sent() {
    let app = App::new();
    let (key, _) = app.share("secret=guarded&passphrase=right").await;
    for _ in 0..5 {
        is_wrong(&app, &key, DECOMPOSED).await;
    }
    let path = format!("/api/v1/secret/{key}");
    assert_eq!(app.post(&path, "passphrase=right").await.status, 429);
}

#[tokio::test]
async fn their_length_is_what_people_count() {
    let app = App::new();
    let (composed, decomposed) = ("%C3%A9", "e%CC%81");
    for letter in [composed, decomposed] {
        let word = letter.repeat(128);
        let (key, _) = app.share(&format!("secret=guarded&passphrase={word}")).await;
        reads(&app, &key, &composed.repeat(128), "guarded").await;
        let refused = app.post("/api/v1/share", &format!("secret=x&passphrase={}", letter.repeat(129))).await;
        assert_eq!(
            refused.field("message"),
            "Passphrase must be no more than 128 characters long",
            "{letter}"
        );
    }
    // A letter that is taken apart counts as its parts: U+0958.
    let apart = app.post("/api/v1/share", &format!("secret=x&passphrase={}", "%E0%A5%98".repeat(65))).await;
    assert_eq!(apart.field("message"), "Passphrase must be no more than 128 characters long");
    app.share(&format!("secret=x&passphrase={}", "%E0%A5%98".repeat(64))).await;
}

/// A protected secret as an import stores it; upstream hashed what it was sent.
async fn imported(app: &App, passphrase: &str) -> String {
    let (key, receipt_key) = generate_pair();
    let now = app.clock.now();
    let hash = bcrypt::hash(passphrase, 4).unwrap();
    let none = UpstreamSecret::new(Zeroizing::default());
    let legacy = Legacy::new(Cipher::Plain, none, &hash, b"guarded".to_vec()).unwrap();
    let receipt = receipt_of((&key, &receipt_key), &app.vault, now, true);
    let envelope = app.vault.seal_legacy(&key, &legacy, now, receipt.secret_expires()).unwrap();
    let record = ImportedSecret { envelope: Some(envelope), asked_by: receipt.tag, receipt };
    assert_eq!(app.store.import(vec![record], now).await.unwrap(), [Put::Stored]);
    key.expose().to_owned()
}

#[tokio::test]
async fn an_imported_one_is_tried_as_it_was_sent_then_composed_for_one_try() {
    let app = App::new();
    for (set, typed) in [("caf\u{e9}", COMPOSED), ("caf\u{e9}", DECOMPOSED), ("cafe\u{301}", DECOMPOSED)] {
        let key = imported(&app, set).await;
        for _ in 0..4 {
            is_wrong(&app, &key, "wronge%CC%81").await;
        }
        reads(&app, &key, typed, "guarded").await;
    }
    // What upstream hashed taken apart opens to who sends it taken apart, and to nobody else.
    let key = imported(&app, "cafe\u{301}").await;
    is_wrong(&app, &key, COMPOSED).await;
    reads(&app, &key, DECOMPOSED, "guarded").await;
}

/// The operator's rule, in the words of v1-contract.md §4. It is of new secrets, made or generated; readers are held to none.
#[tokio::test]
async fn the_operator_says_whether_one_is_needed_and_how_long_it_is() {
    let (needed, short) =
        ("A passphrase is required for all secrets", "Passphrase must be at least 4 characters long");
    let mut policy = Policy { passphrase: PassphraseRule { required: true, min_length: 4 }, ..policy() };
    let trusted = Plan { ttl_max: 86_400, max_size: 100, ..Plan::default() };
    policy.plans.insert("trusted".to_owned(), trusted);
    let app = App::with(policy);
    for (passphrase, refusal) in [
        ("", needed),
        ("&passphrase=", needed),
        ("&passphrase=abc", short),
        ("&passphrase=e%CC%81e%CC%81", short),
    ] {
        for path in ["/api/v1/share", "/api/v1/generate"] {
            let answer = app.post(path, &format!("secret=guarded{passphrase}")).await;
            assert_eq!(
                (answer.status.as_u16(), answer.field("message").as_str()),
                (404, refusal),
                "{passphrase}"
            );
            assert_eq!(answer.header("x-ots-intended-status"), Some("400"));
        }
    }
    // The rule is judged before there is nothing to share (v1-contract.md §5.9).
    assert_eq!(app.post("/api/v1/share", "secret=").await.field("message"), needed);
    let (key, _) = app.share("secret=guarded&passphrase=abcd").await;
    is_wrong(&app, &key, "abc").await;
    reads(&app, &key, "abcd", "guarded").await;

    let token = app.account("ann@example.org", "trusted").await;
    let answer = app
        .call(Method::POST, "/api/v1/share", Some(&format!("ann@example.org:{token}")), "secret=open")
        .await;
    assert_eq!(answer.status, 200, "a plan says otherwise");
}
