//! Connections as old and odd clients use them.

use std::time::Duration;

use super::{Wire, proper};
use crate::support::{Connection, Shared};

#[test]
fn expect_is_answered_before_the_body() {
    let wire = Wire::new();
    for body in [&b"secret=expected"[..], b""] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let head = format!(
            "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        connection.send(head.as_bytes()).unwrap();
        if body.is_empty() {
            let answer = proper(connection.answer().unwrap());
            answer.refused(404, "You did not provide anything to share");
        } else {
            assert_eq!(connection.head().unwrap().status, 100);
            connection.send(body).unwrap();
            wire.holds(proper(connection.answer().unwrap()), "expected");
        }
    }
    wire.end();
}

#[test]
fn a_refusal_reaches_a_caller_who_sends_the_body_later() {
    let wire = Wire::new();
    let body = format!("secret={}", "x".repeat(193));
    let long = format!("secret={}", "x".repeat(5_000_000));
    for (line, header, body, status) in [
        ("POST /api/v1/share", "Authorization: Basic eDp5", &body, 404),
        ("POST /api/v1/nope", "Accept: */*", &body, 404),
        ("POST /health/live", "Accept: */*", &body, 404),
        ("DELETE /api/v1/share", "Accept: */*", &body, 404),
        ("GET /health/live", "Accept: */*", &body, 200),
        ("POST /api/v1/share", "Accept: */*", &long, 413),
        ("POST /api/v1/nope", "Accept: */*", &long, 404),
        ("POST /api/v1/share", "Content-Encoding: gzip", &long, 415),
    ] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let length = body.len();
        let head =
            format!("{line} HTTP/1.1\r\nHost: localhost\r\n{header}\r\nContent-Length: {length}\r\n\r\n");
        connection.send(head.as_bytes()).unwrap();
        assert!(connection.is_quiet_for(Duration::from_millis(50)), "{line}: an answer before the body");
        connection.send(body.as_bytes()).unwrap();
        assert_eq!(proper(connection.answer().unwrap()).status, status, "{line}");
        connection.send(b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        proper(connection.answer().unwrap()).ok();
    }
    wire.end();
}

#[test]
fn a_refused_head_is_heard_out_before_its_connection_ends() {
    let wire = Wire::new();
    let body = vec![b'x'; 5_000_000];
    for (header, status) in [(format!("X: {}", "x".repeat(33_000)), 431), ("Host: again".to_owned(), 400)] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let length = body.len();
        let head = format!(
            "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\n{header}\r\nContent-Length: {length}\r\n\r\n"
        );
        connection.send(head.as_bytes()).unwrap();
        assert!(connection.is_quiet_for(Duration::from_millis(50)), "{status}: an answer before the body");
        connection.send(&body).unwrap();
        let answer = proper(connection.answer().unwrap());
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")));
    }
    wire.end();
}

#[test]
fn an_answer_that_ends_the_connection_says_so() {
    let wire = Wire::new();
    for (header, status) in [
        ("Content-Length: 99999999999", 413),
        ("Content-Length: 99\r\nAuthorization: Basic eDp5\r\nExpect: 100-continue", 404),
    ] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let head = format!("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
        connection.send(head.as_bytes()).unwrap();
        let answer = proper(connection.answer().unwrap());
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")));
        assert!(connection.answer().is_err(), "it stays open");
    }
    wire.end();
}

/// Who expects to be asked for the body and sends it all the same, as Caddy does, still reads the answer.
#[test]
fn who_expects_and_does_not_wait_is_heard_out() {
    let wire = Wire::new();
    let body = vec![b'x'; 15_000_000];
    let length = body.len();
    for (header, status) in
        [("", 413), ("Authorization: Basic eDp5\r\n", 404), ("X-Content: y\r\nHost: again\r\n", 400)]
    {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let head = format!(
            "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n{header}Content-Length: {length}\r\n\r\n"
        );
        connection.send(&[head.as_bytes(), &body].concat()).expect("all of it can be sent");
        let answer = proper(connection.answer().unwrap());
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")));
    }
    wire.end();
}

#[test]
fn http_1_0_and_connection_close() {
    let wire = Wire::new();
    for head in [
        &["POST /api/v1/share HTTP/1.0", "Content-Length: 8"][..],
        &["POST /api/v1/share HTTP/1.1", "Host: localhost", "Connection: close", "Content-Length: 8"],
        &[
            "POST /api/v1/share HTTP/1.1",
            "Host: localhost",
            "Connection: TE, close",
            "TE: deflate,gzip;q=0.3",
            "Content-Length: 8",
        ],
    ] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        connection.send((head.join("\r\n") + "\r\n\r\nsecret=x").as_bytes()).unwrap();
        wire.holds(proper(connection.answer().unwrap()), "x");
        assert!(connection.answer().is_err(), "it stays open: {head:?}");
    }
    wire.end();
}

#[test]
fn a_kept_connection_serves_many_and_pipelined_requests() {
    let wire = Wire::new();
    let mut connection = Connection::open(wire.server.address()).unwrap();
    let one = "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nsecret=x";
    connection.send(one.repeat(20).as_bytes()).unwrap();
    let shared: Vec<_> = (0..20).map(|_| Shared::of(&proper(connection.answer().unwrap()).ok())).collect();
    for (place, shared) in shared.iter().enumerate() {
        assert!(shared.secret != wire.canaries[0].secret);
        let read = format!(
            "POST /api/v1/secret/{} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
            shared.secret
        );
        connection.send(read.as_bytes()).unwrap();
        assert_eq!(proper(connection.answer().unwrap()).ok().member("value"), "x", "{place}");
    }
    wire.end();
}

#[test]
fn chunked_bodies_and_headers_of_all_kinds() {
    let wire = Wire::new();
    let chunked = ["POST /api/v1/share HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked"];
    wire.holds(wire.raw(&chunked, b"7\r\nsecret=\r\n5;x=y\r\nchunk\r\n0\r\nTrailer: t\r\n\r\n"), "chunk");
    for head in [
        "Accept: */*",
        "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "Accept: application/json",
        "Accept: image/png",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Encoding: identity",
        "Accept-Language: de-DE,de;q=0.9",
        "User-Agent: curl/8.5.0",
        "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)",
        "User-Agent:",
        "X-Onetime-Client: ruby: 3.0/0.5.1",
        "Cookie: sess=abc",
        "Origin: https://evil.example",
        "Sec-Fetch-Site: cross-site",
        "X-Forwarded-For: 203.0.113.9",
        "X-HTTP-Method-Override: DELETE",
        "Upgrade: h2c",
        "Te: trailers",
    ] {
        let answer = wire.post("/share", &[head], b"secret=y");
        assert_eq!(answer.header("content-encoding"), None, "{head}");
        wire.holds(answer, "y");
    }
    let get =
        ["GET /api/v1/status HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded"];
    wire.raw(&get, b"").ok();
    let absolute = ["GET http://localhost/api/v1/status HTTP/1.1", "Host: elsewhere"];
    wire.raw(&absolute, b"").ok();
    wire.end();
}

#[test]
fn a_caller_who_leaves_early_takes_nothing_along() {
    let wire = Wire::new();
    let canary = &wire.canaries[0];
    for request in [
        "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsecret=half".to_owned(),
        format!(
            "POST /api/v1/secret/{} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npassph",
            canary.secret
        ),
        format!(
            "POST /api/v1/private/{}/burn HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            canary.receipt
        ),
        format!("POST /api/v1/secret/{} HTTP/1.1\r\nHost: x\r\n", canary.secret),
        "GET".to_owned(),
    ] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        connection.send(request.as_bytes()).unwrap();
    }
    wire.end();
}

#[test]
fn https_in_front_is_promised_to_browsers_and_a_sub_path_works_with_and_without() {
    let wire = Wire::new();
    let other = wire.home.serve_with(&[("READONCE_BASE_URL", "https://secrets.example/ots")]);
    for path in ["/api/v1/status", "/ots/api/v1/status", "/ots/api/v1/status/", "/nope"] {
        let answer = other.client().get(path);
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
    }
    other.client().get("/ots/api/v1/status").ok();
    let shared = other.client().share("x");
    let base = other.client().reveal(&shared).ok().member("share_domain");
    assert_eq!(base, "https://secrets.example/ots");
    other.stop();
    wire.end();
}
