//! Contract §2, §4; security.md §8: what every answer carries.

use axum::body::Body;
use axum::http::{Method, Request};

use super::app::App;

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
async fn every_answer_carries_the_headers() {
    let app = App::new();
    for path in
        ["/api/v1/status", "/api/v1/nothing", "/api/v1/private/unknown", "/health/live", "/health/ready"]
    {
        let answer = app.get(path).await;
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
            ),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(answer.header("x-request-id").unwrap().len(), 16);
        assert_eq!(answer.header("set-cookie"), None);
    }
}
