//! v1-contract.md §3, §7.1, §7.2, §7.6.

use axum::body::Body;
use axum::http::{Method, Request};

use readonce::service::{Access, Limits, Policy};

use super::app::{App, OFF, policy};

#[tokio::test]
async fn status_tells_the_language() {
    let app = App::new();
    assert_eq!(app.get("/api/v1/status").await.pinned(), r#"200 {"status":"nominal","locale":"en"}"#);
    assert_eq!(
        app.get("/api/v1/status?locale=de").await.pinned(),
        r#"200 {"status":"nominal","locale":"de"}"#
    );
    assert_eq!(
        app.get("/api/v1/status?locale=xx").await.pinned(),
        r#"200 {"status":"nominal","locale":"en"}"#
    );
    let request = Request::get("/api/v1/status").header("accept-language", "sv, en;q=0.5");
    let answer = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.pinned(), r#"200 {"status":"nominal","locale":"sv"}"#);
}

#[tokio::test]
async fn credentials_are_checked_wherever_they_are_sent() {
    let app = App::new();
    let token = app.account("ann@example.org", "default").await;
    let good = format!("Ann@Example.org:{token}");
    assert_eq!(app.call(Method::GET, "/api/v1/authcheck", Some(&good), "").await.status, 200);
    assert_eq!(app.get("/api/v1/authcheck").await.pinned(), r#"404 {"message":"Not authorized"}"#);
    let (key, receipt) = app.share("secret=x").await;
    let short = format!("ann@example.org:{}", &token[1..]);
    for who in
        ["ann@example.org:wrong", "bob@example.org:wrong", "ann@example.org:", ":x", "none", short.as_str()]
    {
        for (method, path) in [
            (Method::GET, "/api/v1/status".to_owned()),
            (Method::GET, "/api/v1/authcheck".to_owned()),
            (Method::POST, "/api/v1/share".to_owned()),
            (Method::POST, format!("/api/v1/secret/{key}")),
            (Method::GET, format!("/api/v1/private/{receipt}")),
            (Method::POST, format!("/api/v1/private/{receipt}/burn")),
            (Method::GET, "/api/v1/private/recent".to_owned()),
        ] {
            let answer = app.call(method, &path, Some(who), "secret=y").await;
            assert_eq!(answer.pinned(), r#"404 {"message":"Not authorized"}"#, "{who} {path}");
            assert_eq!(answer.header("x-ots-intended-status"), Some("401"));
            assert_eq!(answer.header("www-authenticate"), None);
        }
    }
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "").await.status, 200, "nothing was consumed");
    assert_eq!(
        app.call(Method::GET, "/api/v1/nothing", Some("a:b"), "").await.pinned(),
        r#"404 {"error":"Not Found","message":"Not Found"}"#,
        "routing comes before credentials"
    );
}

#[tokio::test]
async fn recent_lists_ones_own_newest_first() {
    let app = App::new();
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let bob = format!("bob@example.org:{}", app.account("bob@example.org", "default").await);
    let recent = "/api/v1/private/recent";
    assert_eq!(app.call(Method::GET, recent, Some(&ann), "").await.pinned(), "200 []");
    assert_eq!(app.get(recent).await.pinned(), r#"404 {"message":"Not authorized"}"#);

    let first = app.call(Method::POST, "/api/v1/share", Some(&ann), "secret=1&ttl=3600").await;
    app.clock.advance(5);
    app.call(Method::POST, "/api/v1/generate", Some(&ann), "ttl=60").await;
    app.post(&format!("/api/v1/secret/{}", first.field("secret_key")), "").await;
    let pinned = r#"200 [{"custid":"ann@example.org","metadata_key":"<1>","ttl":60,"metadata_ttl":120,"secret_ttl":null,"state":"new","updated":1795248434,"created":1795248434,"recipient":[],"share_domain":""},{"custid":"ann@example.org","metadata_key":"<2>","ttl":3600,"metadata_ttl":7195,"state":"received","updated":1795248434,"created":1795248429,"received":1795248434,"recipient":[],"share_domain":""}]"#;
    for path in [recent, "/api/v1/metadata/recent", "/api/v1/receipt/recent"] {
        for method in [Method::GET, Method::POST] {
            assert_eq!(app.call(method, path, Some(&ann), "").await.pinned(), pinned);
        }
    }
    assert_eq!(app.call(Method::GET, recent, Some(&bob), "").await.pinned(), "200 []");
    app.clock.advance(120);
    let left = app.call(Method::GET, recent, Some(&ann), "").await.json();
    assert_eq!(left.as_array().unwrap().len(), 1, "expired receipts are not listed");

    let token = app.service.accounts().renew_token("ann@example.org").await.unwrap().unwrap();
    let ann = format!("ann@example.org:{}", token.expose());
    assert_eq!(
        app.call(Method::GET, recent, Some(&ann), "").await.pinned(),
        "200 []",
        "a new token, an empty list"
    );
}

#[tokio::test]
async fn a_disabled_account_is_refused_like_an_unknown_one() {
    let app = App::new();
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    assert!(app.service.accounts().disable("ann@example.org").await.unwrap());
    let answer = app.call(Method::GET, "/api/v1/authcheck", Some(&ann), "").await;
    assert_eq!(answer.pinned(), r#"404 {"message":"Not authorized"}"#);
    assert!(app.service.accounts().enable("ann@example.org").await.unwrap());
    assert_eq!(
        app.call(Method::GET, "/api/v1/authcheck", Some(&ann), "").await.status,
        200,
        "the token it had"
    );
    assert!(!app.service.accounts().enable("bob@example.org").await.unwrap());
    assert!(app.service.accounts().delete("ann@example.org").await.unwrap());
    assert!(!app.service.accounts().delete("ann@example.org").await.unwrap());
}

#[tokio::test]
async fn short_lived_shares_do_not_push_a_long_lived_one_out_of_the_list() {
    let app = App::new();
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let share = async |body| app.call(Method::POST, "/api/v1/share", Some(&ann), body).await;
    let kept = share("secret=x&ttl=604800").await.field("metadata_key");
    for _ in 0..1100 {
        assert_eq!(share("secret=x&ttl=60").await.status, 200);
    }
    let list = async || app.call(Method::GET, "/api/v1/private/recent", Some(&ann), "").await.json();
    assert_eq!(list().await.as_array().unwrap().len(), 1000, "the newest, while all are there");
    app.clock.advance(120);
    let left = list().await;
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["metadata_key"], kept.as_str());
}

/// v1-contract.md §3, §5.9: where an account is demanded, everything else comes after.
#[tokio::test]
async fn who_has_no_account_hears_of_that_first() {
    let limits = Limits { read: 1, ..OFF };
    let app = App::with(Policy { create: Access::Account, metadata: Access::Account, limits, ..policy() });
    assert_eq!(app.post("/api/v1/secret/none", "").await.status, 404, "the only read of this network");
    let huge = format!("secret={}", "x".repeat(1_000_000));
    for (method, path, body) in [
        (Method::GET, "/api/v1/private/short", ""),
        (Method::GET, "/api/v1/private/%ff", ""),
        (Method::GET, "/api/v1/private/short?x=%zz", ""),
        (Method::POST, "/api/v1/receipt/short/burn", "passphrase=%zz"),
        (Method::POST, "/api/v1/share", "secret=%zz"),
        (Method::POST, "/api/v1/share", huge.as_str()),
        (Method::POST, "/api/v1/generate", "length=%zz"),
        (Method::GET, "/api/v1/authcheck?a=%zz", ""),
        (Method::GET, "/api/v1/private/recent?a=%zz", ""),
        (Method::POST, "/api/v1/metadata/recent", huge.as_str()),
    ] {
        let answer = app.call(method, path, None, body).await;
        assert_eq!(answer.pinned(), r#"404 {"message":"Not authorized"}"#, "{path}");
    }
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let recent = async || app.call(Method::GET, "/api/v1/private/recent", Some(&ann), "").await.status;
    assert_eq!((recent().await.as_u16(), recent().await.as_u16()), (200, 429), "accounts are counted");
}
