//! v1-contract.md §9, ADR 0006 (`limits.*`, a plan's `create`), security-design.md §6.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use readonce::service::{Limits, Plan, Policy};
use tokio_util::sync::CancellationToken;

use super::app::{Answer, App, OFF, policy};
use super::watched::{Trouble, Watch, Watched};

const LIMITED: &str = r#"429 {"message":"Apologies dear citizen! You have been rate limited."}"#;
const SHARE: &str = "/api/v1/share";

fn under(limits: Limits) -> Policy {
    Policy { limits, ..policy() }
}

fn minute(limits: Limits) -> Policy {
    under(Limits { window: Duration::from_mins(1), ..limits })
}

#[track_caller]
fn assert_limited(answer: &Answer, retry_after: &str) {
    assert_eq!(answer.pinned(), LIMITED);
    assert_eq!(answer.header("retry-after"), Some(retry_after));
    assert_eq!(answer.header("x-ots-intended-status"), None);
}

/// Shares over a connection from `peer`, with `X-Forwarded-For` if given.
async fn share_from(app: &App, peer: [u8; 4], forwarded: Option<&str>) -> Answer {
    let mut request = Request::post(SHARE);
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    app.send_from(peer, request.body(Body::from("secret=x")).unwrap()).await
}

#[tokio::test]
async fn creating_is_limited_over_all_its_routes() {
    let app = App::with(minute(Limits { create: 3, ..OFF }));
    for path in [SHARE, "/api/v1/create", "/api/v1/generate"] {
        assert_eq!(app.post(path, "secret=x").await.status, 200, "{path}");
    }
    for path in [SHARE, "/api/v1/create", "/api/v1/generate"] {
        assert_limited(&app.post(path, "secret=x").await, "20");
    }
    app.clock.advance(19);
    assert_limited(&app.post(SHARE, "secret=x").await, "1");
    app.clock.advance(1);
    assert_eq!(app.post(SHARE, "secret=x").await.status, 200, "who waits as told is let in");
    assert_limited(&app.post(SHARE, "secret=x").await, "20");
    assert_eq!(share_from(&app, [192, 0, 2, 2], None).await.status, 200, "another network");
}

#[tokio::test]
async fn reading_is_limited_over_all_its_routes_and_consumes_nothing() {
    let app = App::with(minute(Limits { read: 6, ..OFF }));
    let (kept, receipt) = app.share("secret=kept").await;
    let (burned, burned_receipt) = app.share("secret=x").await;
    let paths = [
        (Method::GET, format!("/api/v1/private/{receipt}")),
        (Method::POST, format!("/api/v1/metadata/{receipt}")),
        (Method::GET, format!("/api/v1/receipt/{receipt}")),
        (Method::POST, format!("/api/v1/private/{burned_receipt}/burn")),
        (Method::POST, format!("/api/v1/secret/{burned}")),
        (Method::POST, "/api/v1/secret/none".to_owned()),
    ];
    for ((method, path), status) in paths.iter().zip([200, 200, 200, 200, 404, 404]) {
        assert_eq!(app.call(method.clone(), path, None, "").await.status, status, "{path}");
    }
    for (method, path) in &paths {
        assert_limited(&app.call(method.clone(), path, None, "").await, "10");
    }
    assert_limited(&app.post(&format!("/api/v1/secret/{kept}"), "").await, "10");
    assert_limited(&app.post(&format!("/api/v1/private/{receipt}/burn"), "").await, "10");
    app.clock.advance(10);
    assert_eq!(app.post(&format!("/api/v1/secret/{kept}"), "").await.field("value"), "kept");
}

#[tokio::test]
async fn creating_and_reading_are_counted_apart() {
    let app = App::with(minute(Limits { create: 1, read: 1, ..OFF }));
    let (key, _) = app.share("secret=x").await;
    assert_limited(&app.post(SHARE, "secret=x").await, "60");
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "").await.status, 200);
}

#[tokio::test]
async fn status_and_health_are_never_limited() {
    let app = App::with(under(Limits {
        create: 1,
        read: 1,
        login: 1,
        anonymous_secrets: 1,
        anonymous_bytes: 1,
        ..OFF
    }));
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    for path in [SHARE, "/api/v1/secret/none", SHARE, "/api/v1/secret/none"] {
        app.post(path, "secret=x").await;
    }
    assert_limited(&app.post(SHARE, "secret=x").await, "1200");
    for _ in 0..50 {
        for path in ["/api/v1/status", "/health/live", "/health/ready"] {
            assert_eq!(app.get(path).await.status, 200, "{path}");
        }
        for path in ["/api/v1/status", "/api/v1/authcheck"] {
            assert_eq!(app.call(Method::GET, path, Some(&ann), "").await.status, 200, "{path}");
        }
    }
}

/// v1-contract.md §5.9: after the credentials, before the parameters and the store.
#[tokio::test]
async fn the_order_of_checks() {
    let watch = Arc::new(Watch::default());
    let watched = watch.clone();
    let app = App::over(
        |store| Watched::over(store, watched),
        minute(Limits { create: 2, read: 1, anonymous_secrets: 1, ..OFF }),
    );
    assert_eq!(app.post(SHARE, "secret=%zz").await.status, 400, "refused later, but it was a request");
    assert_eq!(app.post(SHARE, "").await.status, 404);
    app.get("/api/v1/private/none").await;
    let asked = watch.asked();
    assert_limited(&app.post(SHARE, "secret=%zz").await, "30");
    assert_limited(&app.post(SHARE, &format!("secret={}", "x".repeat(70_000))).await, "30");
    assert_limited(&app.get(&format!("/api/v1/private/{}", "a".repeat(31))).await, "60");
    assert_limited(&app.post(&format!("/api/v1/secret/{}", "a".repeat(31)), "").await, "60");
    assert_eq!(watch.asked(), asked, "none of them came to the store");
    let bad = app.call(Method::POST, SHARE, Some("ann@example.org:wrong"), "secret=%zz").await;
    assert_eq!(bad.pinned(), r#"404 {"message":"Not authorized"}"#, "credentials come first");
}

#[tokio::test]
async fn accounts_are_limited_by_their_plan_wherever_they_are() {
    let app = App::with(Policy {
        plans: [
            ("default".to_owned(), Plan { ttl_max: 86_400, max_size: 100, create: 2, ..Plan::default() }),
            ("pro".to_owned(), Plan { ttl_max: 86_400, max_size: 100, create: 4, ..Plan::default() }),
            ("free".to_owned(), Plan { ttl_max: 86_400, max_size: 100, create: 0, ..Plan::default() }),
        ]
        .into(),
        ..minute(Limits { create: 1, read: 2, ..OFF })
    });
    assert_eq!(app.post(SHARE, "secret=x").await.status, 200);
    assert_limited(&app.post(SHARE, "secret=x").await, "60");
    for (email, plan, allowed) in [
        ("ann@example.org", "default", 2),
        ("bob@example.org", "default", 2),
        ("cat@example.org", "pro", 4),
        ("dan@example.org", "of-old", 2),
        ("eve@example.org", "free", 30),
    ] {
        let who = format!("{email}:{}", app.account(email, plan).await);
        let mut answers = Vec::new();
        for n in 0..30_u8 {
            let request = Request::post(SHARE)
                .header("authorization", format!("Basic {}", STANDARD.encode(&who)))
                .body(Body::from("secret=x"))
                .unwrap();
            answers.push(app.send_from([198, 51, 100, n], request).await.status.as_u16());
        }
        let passed = answers.iter().filter(|status| **status == 200).count();
        assert_eq!(
            (passed, answers.iter().filter(|status| **status == 429).count()),
            (allowed, 30 - allowed)
        );
        for (path, status) in [("private/recent", 200), ("private/none", 404), ("receipt/recent", 429)] {
            let path = format!("/api/v1/{path}");
            assert_eq!(app.call(Method::GET, &path, Some(&who), "").await.status, status, "{email} {path}");
        }
    }
    assert_eq!(app.get("/api/v1/private/none").await.status, 404, "the network itself has read nothing yet");
}

#[tokio::test]
async fn failed_log_ins_are_limited_and_successful_ones_do_not_count() {
    let app = App::with(under(Limits { login: 3, ..OFF }));
    let right = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let authcheck = "/api/v1/authcheck";
    let (key, receipt) = app.share("secret=x").await;
    for wrong in ["ann@example.org:wrong", "nobody@example.org:wrong", "ann@example.org:wrong"] {
        for _ in 0..5 {
            assert_eq!(app.call(Method::GET, authcheck, Some(&right), "").await.status, 200);
            assert_eq!(app.call(Method::GET, authcheck, Some("no colon"), "").await.status, 404, "no log-in");
        }
        let answer = app.call(Method::GET, authcheck, Some(wrong), "").await;
        assert_eq!(answer.pinned(), r#"404 {"message":"Not authorized"}"#);
        app.clock.advance(10);
    }
    for who in [right.as_str(), "ann@example.org:wrong"] {
        for (method, path) in [
            (Method::GET, "/api/v1/status".to_owned()),
            (Method::GET, authcheck.to_owned()),
            (Method::POST, SHARE.to_owned()),
            (Method::POST, format!("/api/v1/secret/{key}")),
            (Method::GET, format!("/api/v1/private/{receipt}")),
            (Method::POST, format!("/api/v1/private/{receipt}/burn")),
            (Method::GET, "/api/v1/private/recent".to_owned()),
        ] {
            assert_limited(&app.call(method, &path, Some(who), "secret=y").await, "170");
        }
    }
    assert_eq!(app.get("/api/v1/status").await.status, 200, "without credentials nothing is guessed");
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "").await.status, 200, "nothing was consumed");
    let elsewhere =
        Request::get(authcheck).header("authorization", format!("Basic {}", STANDARD.encode(&right)));
    let elsewhere = app.send_from([192, 0, 2, 2], elsewhere.body(Body::empty()).unwrap()).await;
    assert_eq!(elsewhere.status, 200);
    app.clock.advance(169);
    assert_limited(&app.call(Method::GET, authcheck, Some(&right), "").await, "1");
    app.clock.advance(1);
    assert_eq!(app.call(Method::GET, authcheck, Some(&right), "").await.status, 200);
    let wrong = || app.call(Method::GET, authcheck, Some("ann@example.org:wrong"), "");
    assert_eq!(wrong().await.status, 404, "one more try, 200 seconds after the first");
    assert_limited(&wrong().await, "200");
    app.clock.advance(600);
    for _ in 0..3 {
        assert_eq!(wrong().await.status, 404, "all three again, after 600 seconds without any");
    }
    assert_limited(&wrong().await, "200");
}

#[tokio::test]
async fn guessing_stops_at_the_store() {
    let watch = Arc::new(Watch::default());
    let watched = watch.clone();
    let app = App::over(|store| Watched::over(store, watched), under(Limits { login: 5, ..OFF }));
    for _ in 0..20 {
        app.call(Method::GET, "/api/v1/status", Some("ann@example.org:wrong"), "").await;
    }
    assert_eq!(watch.asked(), 5);
}

#[tokio::test]
async fn unread_secrets_are_limited_until_they_end() {
    let app = App::with(under(Limits { anonymous_secrets: 3, ..OFF }));
    let who = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let full = || app.post(SHARE, "secret=x&ttl=3600");
    for body in
        ["", "secret=", "secret=x&recipient=a@example.org", "secret=x&share_domain=nobody.example.com"]
    {
        for _ in 0..5 {
            assert_eq!(app.post(SHARE, body).await.status, 404, "{body}: takes no room");
        }
    }
    let (read, receipt_of_read) = app.share("secret=x&ttl=3600").await;
    let (locked, burned) = app.share("secret=x&ttl=3600&passphrase=right").await;
    app.share("secret=x&ttl=60").await;
    assert_limited(&full().await, "600");

    assert_eq!(app.call(Method::POST, SHARE, Some(&who), "secret=x").await.status, 200, "not for accounts");
    assert_eq!(share_from(&app, [192, 0, 2, 2], None).await.status, 200, "not for others");
    let locked = format!("/api/v1/secret/{locked}");
    assert_eq!(app.post(&locked, "passphrase=wrong").await.status, 404);
    assert_eq!(app.get(&format!("/api/v1/private/{receipt_of_read}")).await.status, 200);
    assert_limited(&full().await, "600");

    let reader = Request::post(format!("/api/v1/secret/{read}")).body(Body::empty()).unwrap();
    assert_eq!(app.send_from([203, 0, 113, 9], reader).await.status, 200, "read by somebody else");
    assert_eq!(full().await.status, 200);
    assert_limited(&full().await, "600");

    assert_eq!(app.post(&locked, "passphrase=right").await.status, 200);
    let (_, burned_too) = app.share("secret=x&ttl=3600").await;
    assert_limited(&full().await, "600");

    assert_eq!(app.post(&format!("/api/v1/private/{burned}/burn"), "").await.status, 404, "it was read");
    assert_limited(&full().await, "600");
    assert_eq!(app.post(&format!("/api/v1/private/{burned_too}/burn"), "").await.status, 200);
    assert_eq!(full().await.status, 200);
    assert_limited(&full().await, "600");

    app.clock.advance(59);
    assert_limited(&full().await, "600");
    app.clock.advance(1);
    assert_eq!(full().await.status, 200, "one has expired");
    assert_limited(&full().await, "600");
}

#[tokio::test]
async fn unread_bytes_are_limited() {
    let app = App::with(under(Limits { anonymous_bytes: 100, ..OFF }));
    let body = |bytes: usize| format!("secret={}", "x".repeat(bytes));
    let (key, _) = app.share(&body(60)).await;
    assert_limited(&app.post(SHARE, &body(41)).await, "600");
    app.share(&body(40)).await;
    assert_limited(&app.post(SHARE, &body(1)).await, "600");
    assert_limited(&app.post("/api/v1/generate", "").await, "600");
    app.post(&format!("/api/v1/secret/{key}"), "").await;
    app.share(&body(60)).await;
    assert_limited(&app.post(SHARE, &body(1)).await, "600");
}

#[tokio::test]
async fn what_the_store_refuses_takes_no_room() {
    let watch = Arc::new(Watch::default());
    let watched = watch.clone();
    let app = App::over(|store| Watched::over(store, watched), under(Limits { anonymous_secrets: 1, ..OFF }));
    watch.next(Trouble::Refusal);
    assert_eq!(app.post(SHARE, "secret=x").await.status, 503);
    app.share("secret=x").await;
    assert_limited(&app.post(SHARE, "secret=x").await, "600");
}

#[tokio::test]
async fn shares_sent_together_do_not_find_the_same_room() {
    let app = App::with(under(Limits { anonymous_secrets: 5, ..OFF }));
    let answers = futures_util::future::join_all((0..40).map(|_| app.post(SHARE, "secret=x"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 5);
}

#[tokio::test]
async fn upkeep_forgets_idle_clients_and_debug_shows_no_address() {
    let app = App::with(under(Limits { create: 9, read: 9, login: 9, anonymous_secrets: 9, ..OFF }));
    app.share("secret=x&ttl=60").await;
    app.get("/api/v1/private/none").await;
    app.call(Method::GET, "/api/v1/status", Some("ann@example.org:wrong"), "").await;
    let shown = || format!("{:?}", app.service);
    for remembered in [
        "read: Rate[1 clients], create: Rate[1 clients]",
        "logins: Rate[1 clients]",
        "AnonymousQuota[1 secrets of 1",
    ] {
        assert!(shown().contains(remembered), "{remembered} in {}", shown());
    }
    assert!(!shown().contains("192.0.2.1"));
    app.clock.advance(600);
    let stop = CancellationToken::new();
    stop.cancel();
    app.service.maintenance().run_until(stop).await;
    for forgotten in [
        "read: Rate[0 clients], create: Rate[0 clients]",
        "logins: Rate[0 clients]",
        "AnonymousQuota[0 secrets of 0",
    ] {
        assert!(shown().contains(forgotten), "{forgotten} in {}", shown());
    }
}

#[tokio::test]
async fn zero_is_off() {
    let app = App::with(under(OFF));
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    for _ in 0..150 {
        assert_eq!(app.post(SHARE, "secret=x").await.status, 200);
        assert_eq!(app.get("/api/v1/private/none").await.status, 404);
        let wrong = app.call(Method::GET, "/api/v1/authcheck", Some("ann@example.org:wrong"), "").await;
        assert_eq!(wrong.status, 404);
    }
    assert_eq!(app.call(Method::GET, "/api/v1/authcheck", Some(&ann), "").await.status, 200);
}

#[tokio::test]
async fn a_forged_forwarded_for_does_not_get_around_the_limit() {
    for proxies in [&[][..], &["10.0.0.0/8"]] {
        let app = App::behind(proxies, minute(Limits { create: 2, ..OFF }));
        for n in 0..10 {
            let answer = share_from(&app, [192, 0, 2, 1], Some(&format!("203.0.113.{n}"))).await;
            assert_eq!(answer.status, if n < 2 { 200 } else { 429 }, "{n} of {proxies:?}");
        }
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart() {
    let app = App::behind(&["10.0.0.0/8"], minute(Limits { create: 1, ..OFF }));
    let proxy = [10, 0, 0, 1];
    for client in ["203.0.113.1", "203.0.113.2", "2001:db8:1:1::1", "2001:db8:1:2::1"] {
        assert_eq!(share_from(&app, proxy, Some(client)).await.status, 200, "{client}");
    }
    for client in ["203.0.113.1", "198.51.100.7, 203.0.113.1", "2001:db8:1:1:ffff::9"] {
        assert_limited(&share_from(&app, proxy, Some(client)).await, "60");
    }
}
