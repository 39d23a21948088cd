//! v1-contract.md §7.7, ADR 0023.

use axum::http::Method;
use readonce::domain::{EmailAddress, Timestamp};
use readonce::vault::Keyring;

use super::app::{App, NOW};

#[tokio::test]
async fn a_burn_and_what_is_left() {
    let app = App::new();
    let (key, receipt) = app.share("secret=x&ttl=3600").await;
    app.clock.advance(5);
    let answer = app.post(&format!("/api/v1/private/{receipt}/burn"), "").await;
    assert_eq!(
        answer.pinned().replace(&key[..6], "<short>"),
        r#"200 {"state":{"custid":"anon","metadata_key":"<1>","secret_key":"","ttl":3600,"metadata_ttl":7195,"secret_ttl":null,"state":"burned","updated":1795248434,"created":1795248429,"recipient":[],"share_domain":""},"secret_shortkey":"<short>"}"#
    );
    assert_eq!(
        app.post(&format!("/api/v1/receipt/{receipt}/burn"), "").await.pinned(),
        r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#
    );
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "").await.status, 404);
    assert_eq!(
        app.get(&format!("/api/v1/metadata/{receipt}")).await.pinned(),
        r#"200 {"custid":"anon","metadata_key":"<1>","secret_key":"","ttl":3600,"metadata_ttl":7195,"secret_ttl":null,"state":"burned","updated":1795248434,"created":1795248429,"recipient":[],"share_domain":""}"#
    );
}

#[tokio::test]
async fn no_passphrase_is_needed_but_a_wrong_one_burns_nothing_and_counts() {
    let app = App::new();
    let (key, receipt) = app.share("secret=x&passphrase=right").await;
    let path = format!("/api/v1/metadata/{receipt}/burn");
    let too_long = format!("passphrase={}", "x".repeat(129));
    for body in ["passphrase=wrong", too_long.as_str()] {
        let answer = app.post(&path, body).await;
        assert_eq!(answer.pinned(), r#"404 {"message":"Double check that passphrase"}"#);
        assert_eq!(answer.header("x-ots-intended-status"), Some("400"));
    }
    for _ in 0..4 {
        assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "passphrase=wrong").await.status, 404);
    }
    assert_eq!(app.post(&path, "passphrase=right").await.status, 429, "burns and reads share their tries");
    assert_eq!(app.post(&path, "passphrase=").await.status, 200, "none is needed");

    let (_, receipt) = app.share("secret=x&passphrase=right").await;
    let answer = app.post(&format!("/api/v1/private/{receipt}/burn"), "passphrase=right").await;
    assert_eq!(answer.json()["state"]["state"], "burned");

    let (_, receipt) = app.share("secret=x").await;
    let answer = app.post(&format!("/api/v1/private/{receipt}/burn"), &too_long).await;
    assert_eq!(answer.status, 200, "where none is set, any is ignored");
}

/// As an operator asks for when somebody leaves.
#[tokio::test]
async fn what_an_account_shared_and_nobody_has_read_is_burned_where_its_key_is_there() {
    let app = App::new();
    let who = format!("ann@example.org:{}", app.account("ann@example.org", "basic").await);
    let ring = (*app.vault.ring()).clone();
    let share = async || app.call(Method::POST, "/api/v1/share", Some(&who), "secret=x").await;
    let mut receipts = Vec::new();
    for _ in 0..2 {
        receipts.push(share().await.field("metadata_key"));
    }
    let (others, _) = app.share("secret=x").await;
    let read = share().await.field("secret_key");
    assert_eq!(app.post(&format!("/api/v1/secret/{read}"), "").await.status, 200);
    app.vault.replace_ring(Keyring::generate(Timestamp(NOW)));
    for _ in 0..2 {
        share().await;
    }
    app.vault.replace_ring(ring);

    let ann = EmailAddress::parse("ann@example.org").unwrap();
    let first = app.service.secrets().burn_all_of(&ann).await.unwrap();
    assert_eq!((first.burned, first.kept), (2, 2));
    let again = app.service.secrets().burn_all_of(&ann).await.unwrap();
    assert_eq!((again.burned, again.kept), (0, 2));
    for receipt in receipts {
        let path = format!("/api/v1/private/{receipt}");
        assert_eq!(app.call(Method::GET, &path, None, "").await.field("state"), "burned");
    }
    assert_eq!(app.post(&format!("/api/v1/secret/{others}"), "").await.status, 200);
}
