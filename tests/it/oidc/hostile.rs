//! A provider that means harm, or is broken: answers that are huge, slow, redirects, and of other types. Nobody is signed in, and
//! this server gives up in time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use readonce::oidc::{Answer, Email, Endpoint, FetchError, Provider, Refusal};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::server::{Hostile, clock, document, http, json_of, parameter, sign_in};
use super::settings;

#[tokio::test]
async fn odd_answers_sign_nobody_in() {
    let huge = "x".repeat(300 * 1024);
    let endpoint_of = |path: &str| match path {
        "/keys" => Endpoint::Keys,
        "/token" => Endpoint::Token,
        "/userinfo" => Endpoint::Userinfo,
        _ => Endpoint::Discovery,
    };
    for path in ["/.well-known/openid-configuration", "/keys", "/token", "/userinfo"] {
        for (bytes, error) in [
            (http("200 OK", &format!("{{\"a\":\"{huge}\"}}")), FetchError::TooLarge),
            (http("302 Found\r\nLocation: http://127.0.0.1:1/", ""), FetchError::Redirect),
            (http("307 Temporary Redirect\r\nLocation: /elsewhere", "{}"), FetchError::Redirect),
            (http("200 OK", "<html>"), FetchError::NotJson),
            (http("200 OK", "[1]"), FetchError::NotJson),
            (http("200 OK", &"[".repeat(100_000)), FetchError::NotJson),
            (http("200 OK", ""), FetchError::NotJson),
        ] {
            let (came, hostile) = sign_in(move |at, _| (at == path).then(|| bytes.clone())).await;
            assert_eq!(came, Err(Refusal::Unavailable { endpoint: endpoint_of(path), error }), "{path}");
            assert_eq!(hostile.asked_for("/elsewhere"), 0, "a redirect was followed");
        }
    }
    let garbled = Some(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
    let (came, _) = sign_in(move |_, _| Some(garbled.clone())).await;
    assert!(matches!(&came, Err(Refusal::Unavailable { error: FetchError::Unreachable(_), .. })), "{came:?}");
}

#[tokio::test]
async fn statuses_and_errors_are_told_apart_as_far_as_they_go() {
    let client = |status, error| Err(Refusal::Client { status, error });
    for (path, status, body, refusal) in [
        ("/token", "401 Unauthorized", r#"{"error":"invalid_client"}"#, client(401, Some("invalid_client"))),
        (
            "/token",
            "403 Forbidden",
            r#"{"error":"unauthorized_client"}"#,
            client(403, Some("unauthorized_client")),
        ),
        ("/token", "500 Internal Server Error", "<html>oops", client(500, None)),
        ("/token", "200 OK", r#"{"error":"<script>"}"#, client(200, Some("other"))),
        ("/token", "400 Bad Request", r#"{"error":"invalid_grant"}"#, Err(Refusal::Code)),
        ("/token", "403 Forbidden", r#"{"error":"invalid_code"}"#, Err(Refusal::Code)),
        ("/token", "200 OK", r#"{"access_token":"a"}"#, Err(Refusal::NoIdToken)),
        ("/token", "200 OK", r#"{"id_token":[1]}"#, Err(Refusal::NoIdToken)),
        ("/token", "200 OK", r#"{"id_token":"a.b.c"}"#, Err(Refusal::Malformed)),
        ("/keys", "200 OK", r#"{"keys":{}}"#, Err(Refusal::NoKeys)),
        ("/userinfo", "200 OK", r#"{"sub":"bob","email":"bob@example.org"}"#, Err(Refusal::OtherUserinfo)),
        ("/userinfo", "200 OK", r#"{"email":"bob@example.org"}"#, Err(Refusal::OtherUserinfo)),
        ("/userinfo", "200 OK", r#"{"sub":["ann"]}"#, Err(Refusal::OtherUserinfo)),
        (
            "/userinfo",
            "401 Unauthorized",
            "",
            Err(Refusal::Unavailable { endpoint: Endpoint::Userinfo, error: FetchError::Status(401) }),
        ),
    ] {
        let (came, _) = sign_in(move |at, _| (at == path).then(|| http(status, body))).await;
        assert_eq!(came, refusal, "{path} {status} {body}");
    }
    for email in [
        json!(""),
        json!("ann"),
        json!(["ann@example.org"]),
        json!(null),
        json!({}),
        json!("a@example.org,b@example.org"),
    ] {
        let body = json!({"sub": "ann", "email": email, "email_verified": true});
        let (came, _) = sign_in(move |at, _| (at == "/userinfo").then(|| json_of(&body))).await;
        assert_eq!(came.unwrap().email, Email::None, "{email}");
    }
}

/// Neither one that says nothing, nor one that says a byte now and then, holds a sign-in for longer than ten seconds.
#[tokio::test]
async fn a_slow_provider_is_given_up() {
    let began = Instant::now();
    let (silent, dripping) = tokio::join!(sign_in(|path, _| (path == "/token").then_some(None)), async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n").await);
                    let mut ticks = tokio::time::interval(Duration::from_millis(200));
                    while stream.write_all(b" ").await.is_ok() {
                        ticks.tick().await;
                    }
                });
            }
        });
        let settings = settings(&format!("http://{address}"), "client");
        Provider::new(settings, String::new(), clock()).start().await
    });
    let slow = |endpoint| Refusal::Unavailable { endpoint, error: FetchError::TooSlow };
    assert_eq!(silent.0, Err(slow(Endpoint::Token)));
    assert_eq!(dripping.err(), Some(slow(Endpoint::Discovery)));
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
}

/// The address that leads nowhere: the next one does not wait for it again, and a while later it is asked again.
#[tokio::test]
async fn a_provider_that_is_away_is_left_alone_for_a_moment() {
    let hostile = Hostile::new(|_| Box::new(|_, _| http("503 Service Unavailable", ""))).await;
    let clock = clock();
    let provider = hostile.provider(&clock);
    for _ in 0..5 {
        let away = Refusal::Unavailable { endpoint: Endpoint::Discovery, error: FetchError::Status(503) };
        assert_eq!(provider.start().await.err(), Some(away));
    }
    assert_eq!(hostile.asked_for("/.well-known"), 1);
    clock.advance(5);
    assert!(provider.start().await.is_err());
    assert_eq!(hostile.asked_for("/.well-known"), 2);
}

/// Sixteen wait for a provider that is slow; others are told at once.
#[tokio::test]
async fn a_slow_provider_does_not_take_all_threads() {
    let hostile = Hostile::new(|issuer| {
        Box::new(move |path, _| if path == "/token" { None } else { json_of(&document(&issuer)) })
    })
    .await;
    let provider = Arc::new(hostile.provider(&clock()));
    let waiting: Vec<_> = (0..16)
        .map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move {
                let (attempt, address) = provider.start().await.unwrap();
                let state = parameter(&address, "state");
                let answer = Answer { state: Some(&state), code: Some("c"), ..Answer::default() };
                provider.finish(&attempt, answer).await
            })
        })
        .collect();
    while hostile.asked_for("/token") < 16 {
        tokio::task::yield_now().await;
    }
    let crowded = Refusal::Unavailable { endpoint: Endpoint::Token, error: FetchError::Crowded };
    assert_eq!(provider.start().await.err(), Some(crowded));
    for waiting in waiting {
        assert!(waiting.await.unwrap().is_err());
    }
    assert!(provider.start().await.is_ok(), "their turns are free again");
}
