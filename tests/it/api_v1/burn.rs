//! v1-contract.md §7.7, ADR 0023.

use super::app::App;

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
