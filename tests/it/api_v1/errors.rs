//! v1-contract.md §2, §4; security-design.md §8: what every answer carries.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request};
use readonce::service::{Limits, Policy};

use super::app::{Answer, App, OFF, policy};

#[tokio::test]
async fn what_cannot_be_read_is_a_bad_request() {
    let app = App::new();
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "secret=%zz"),
        ("application/x-www-form-urlencoded", "secret=%ff"),
        ("application/json", "{\"secret\":"),
        (
            "application/json",
            "{\"secret\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}",
        ),
        ("multipart/form-data; boundary=x", "--x\r\nbroken"),
        ("multipart/form-data", "--x\r\n"),
        ("application/x-www-form-urlencoded", "secret=x&passphrase[a]=b"),
    ] {
        let request = Request::post("/api/v1/share").header("content-type", kind);
        let answer = app.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, 400, "{kind} {body}: {}", answer.text);
        assert_eq!(answer.json()["error"], "Bad Request");
        assert!(answer.json()["message"].is_string());
    }
    assert_eq!(app.get("/api/v1/status?a=%zz").await.status, 400);
    let request = Request::post("/api/v1/share").header("content-type", "application/json");
    let answer = app.send(request.body(Body::from("[1]")).unwrap()).await;
    assert_eq!(answer.pinned(), r#"404 {"message":"Incorrect payload format"}"#);
    assert_eq!(answer.header("x-ots-intended-status"), Some("400"));
}

#[tokio::test]
async fn a_body_over_the_limit() {
    let app = App::new();
    let answer = app.post("/api/v1/share", &format!("secret={}", "x".repeat(65_536))).await;
    assert_eq!(answer.pinned(), r#"413 {"message":"The request is too large"}"#);
}

#[tokio::test]
async fn unknown_paths_and_methods() {
    let app = App::new();
    for (method, path) in [
        (Method::GET, "/api/v1/nothing-here"),
        (Method::GET, "/api/v1/share"),
        (Method::POST, "/api/v1/status"),
        (Method::OPTIONS, "/api/v1/share"),
        (Method::DELETE, "/api/v1/private/abc"),
        (Method::PUT, "/api/v1/secret/abc"),
        (Method::GET, "/API/v1/status"),
        (Method::GET, "/"),
    ] {
        let answer = app.call(method.clone(), path, None, "").await;
        assert_eq!(answer.pinned(), r#"404 {"error":"Not Found","message":"Not Found"}"#, "{method} {path}");
        assert_eq!(answer.header("allow"), None);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn heads_that_are_not_as_they_should_be() {
    let app = App::new();
    let form = || Request::post("/api/v1/share").header("host", "a");
    let big = "y".repeat(33_000);
    for (request, pinned, closes) in [
        (form().header("x", &big), r#"431 {"message":"The request's head is too large"}"#, true),
        (
            form().header("host", "b"),
            r#"400 {"error":"Bad Request","message":"A request needs one valid Host"}"#,
            true,
        ),
        (
            form().header("transfer-encoding", "gzip, chunked"),
            r#"400 {"error":"Bad Request","message":"The only transfer encoding understood is chunked"}"#,
            true,
        ),
        (
            form().header("content-encoding", "gzip"),
            r#"415 {"message":"A compressed body is not understood: send it without Content-Encoding"}"#,
            false,
        ),
    ] {
        let answer = app.send(request.body(Body::from("secret=x")).unwrap()).await;
        assert_eq!(answer.pinned(), pinned);
        assert_eq!(answer.header("connection"), closes.then_some("close"), "{pinned}");
        carries_the_headers(&answer, pinned);
    }
}

/// Links begin with what is configured, whatever a request says of where it went (security-design.md §2, A6).
#[tokio::test]
async fn no_header_of_a_request_gets_into_an_answer() {
    let app = App::new();
    let evil = |builder: Builder| {
        ["x-forwarded-host", "x-forwarded-server", "x-original-host", "x-host", "origin", "referer"]
            .iter()
            .fold(builder.header("host", "evil.example"), |builder, name| {
                builder.header(*name, "evil.example")
            })
            .header("forwarded", "host=evil.example;proto=http")
            .header("x-forwarded-proto", "http")
    };
    let post = |path: &str| evil(Request::post(path)).body(Body::from("secret=x")).unwrap();
    let shared = app.send(post("/api/v1/share")).await;
    let (secret, receipt) = (shared.field("secret_key"), shared.field("metadata_key"));
    let mut answers = vec![shared];
    for path in [format!("/api/v1/private/{receipt}"), format!("/api/v1/secret/{secret}"), "/nowhere".into()]
    {
        answers.push(app.send(post(&path)).await);
    }
    assert_eq!(answers[2].field("share_domain"), "https://secrets.example.org/ots");
    for answer in answers {
        assert!(!format!("{:?}{}", answer.headers, answer.text).contains("evil"), "{}", answer.text);
    }
}

#[track_caller]
fn carries_the_headers(answer: &Answer, what: &str) {
    for (name, value) in [
        ("cache-control", "no-store, no-transform"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
    ] {
        assert_eq!(answer.header(name), Some(value), "{what}");
    }
    assert_eq!(answer.header("x-request-id").unwrap().len(), 16);
    for name in ["set-cookie", "www-authenticate", "allow", "access-control-allow-origin"] {
        assert_eq!(answer.header(name), None, "{what}");
    }
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"), "{what}");
}

/// One of each status that the server answers with; those of panics and of stores that are out: `trouble`.
#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = App::with(Policy { limits: Limits { create: 4, ..OFF }, ..policy() });
    for (status, path, body) in [
        (200, "/api/v1/share", "secret=x".to_owned()),
        (404, "/api/v1/share", "secret=".to_owned()),
        (400, "/api/v1/share", "secret=%zz".to_owned()),
        (413, "/api/v1/share", "x".repeat(70_000)),
        (429, "/api/v1/share", "secret=x".to_owned()),
        (404, "/api/v1/secret/unknown", String::new()),
        (404, "/api/v1/nothing", String::new()),
    ] {
        let answer = app.post(path, &body).await;
        assert_eq!(answer.status, status, "{path}");
        carries_the_headers(&answer, path);
    }
    for path in ["/api/v1/status", "/api/v1/private/unknown", "/health/live", "/health/ready", "/"] {
        carries_the_headers(&app.get(path).await, path);
    }
    let answer = app.call(Method::GET, "/api/v1/status", Some("nobody:token"), "").await;
    assert_eq!(answer.header("x-ots-intended-status"), Some("401"));
    carries_the_headers(&answer, "refused credentials");
    carries_the_headers(&app.call(Method::OPTIONS, "/api/v1/share", None, "").await, "another method");
}
