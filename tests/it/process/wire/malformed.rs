//! Requests that nobody should send: a JSON error of the right status, no secret touched, the server as before.

use super::{Wire, proper};
use crate::support::{Connection, Shared};

/// Bodies with a wrong encoding, by Content-Type.
const MALFORMED: &[(&str, &[u8])] = &[
    ("", b"secret=%zz"),
    ("", b"secret=%f"),
    ("", b"secret=%"),
    ("", b"secret=%ff"),
    ("", b"secret=\xff"),
    ("", b"%c3=x"),
    ("", b"secret=x&secret[a]=y"),
    ("application/x-www-form-urlencoded", b"{\"ttl\":600,\"passphrase\":\"swordfish\"}"),
    ("application/x-www-form-urlencoded; charset=utf-8", b"\xef\xbb\xbf{\"secret\":\"p&secret=q\"}"),
    ("text/html", b"{\"secret\":\"p&secret=q\"}"),
    ("application/octet-stream", b"{}"),
    ("text/plain", b"{\"secret\":\"p&secret=q\""),
    ("application/json", b"{"),
    ("application/json", b"{\"secret\":\"x\",}"),
    ("application/json", b"{\"secret\":\"\\ud800\"}"),
    ("application/json", b"{\"secret\":\"\xff\"}"),
    ("application/json", b"{\"secret\":\"x\"} x"),
    ("application/json", b"{\"secret\":1e999}"),
    ("application/json", b"nothing"),
    ("multipart/form-data", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=x", b"secret=x"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\ncut"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--"),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\n\xff\r\n--x--",
    ),
];

#[test]
fn malformed_bodies_are_400_on_every_route_and_touch_nothing() {
    let wire = Wire::new();
    let canary = &wire.canaries[0];
    let receipt = format!("/private/{}", canary.receipt);
    for path in [
        "/share",
        "/create",
        "/generate",
        &format!("/secret/{}", canary.secret),
        &receipt,
        &format!("{receipt}/burn"),
    ] {
        for (media, body) in MALFORMED {
            let head = format!("Content-Type: {media}");
            let answer = wire.post(path, &[&head], body);
            assert_eq!(answer.status, 400, "{path} {media} {}: {}", body.escape_ascii(), answer.text());
        }
        for query in ["secret=%zz", "a=%ff", "%"] {
            assert_eq!(wire.post(&format!("{path}?{query}"), &[], b"").status, 400, "{path}?{query}");
        }
    }
    wire.end();
}

/// PowerShell 5.1 sends what it calls JSON in Latin-1.
#[test]
fn json_that_is_not_utf_8_is_told_by_that_name() {
    let wire = Wire::new();
    for head in [&["Content-Type: application/json"][..], &["Content-Type: text/plain"]] {
        let answer = wire.post("/share", head, b"{\"secret\":\"p\xe4ss\"}");
        answer.refused(400, "The parameters are not valid UTF-8");
    }
    wire.end();
}

#[test]
fn json_that_is_no_object_or_has_values_of_another_shape() {
    let wire = Wire::new();
    for body in ["[]", "1", "\"text\"", "null", "[{\"secret\":\"x\"}]"] {
        let answer = wire.post("/share", &["Content-Type: application/json"], body.as_bytes());
        answer.refused(404, "Incorrect payload format");
    }
    let deep = format!("{}{}", "{\"a\":".repeat(200), "1".to_owned() + &"}".repeat(200));
    let many = format!(
        "{{{}\"z\":1}}",
        (0..2000).map(|place| format!("\"n{place}\":1,")).collect::<Vec<_>>().concat()
    );
    for body in [deep, many, "[".repeat(60_000)] {
        let answer = wire.post("/share", &["Content-Type: application/json"], body.as_bytes());
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    // A passphrase that is no text must not read as none: the secret would lie there unprotected.
    let receipt = format!("/private/{}/burn", wire.canaries[0].receipt);
    for path in ["/share", "/generate", &format!("/secret/{}", wire.canaries[0].secret), &receipt] {
        for passphrase in ["{\"a\":\"b\"}", "[]", "[[\"p\"]]", "[{\"a\":\"b\"}]"] {
            let body = format!("{{\"secret\":\"x\",\"passphrase\":{passphrase}}}");
            let answer = wire.post(path, &["Content-Type: application/json"], body.as_bytes());
            assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text());
        }
        assert_eq!(wire.post(path, &[], b"secret=x&passphrase[a]=b").status, 400);
    }
    for (secret, status) in [("null", 404), ("{\"a\":\"b\"}", 404), ("[]", 400), ("[{}]", 400)] {
        let body = format!("{{\"secret\":{secret}}}");
        let answer = wire.post("/share", &["Content-Type: application/json"], body.as_bytes());
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
    wire.end();
}

#[test]
fn too_much_is_told_as_such() {
    let wire = Wire::new();
    let client = wire.client();
    let form = |length: usize| format!("secret={}", "x".repeat(length));
    let limit = 6 * 10_000 + 4096; // less than 64 KiB, which then holds
    wire.holds(wire.post("/share", &[], form(10_000).as_bytes()), &"x".repeat(10_000));
    wire.post("/share", &[], form(10_001).as_bytes())
        .refused(404, "Secret value exceeds the maximum size of 10000 bytes");
    assert!(limit < 65_536);
    assert_eq!(wire.post("/share", &[], form(65_536 - 7).as_bytes()).status, 404);
    assert_eq!(wire.post("/share", &[], form(65_537 - 7).as_bytes()).status, 413);
    assert_eq!(wire.post("/share", &[], form(1_000_000).as_bytes()).status, 413);
    let canary = &wire.canaries[0];
    assert_eq!(wire.post(&format!("/secret/{}", canary.secret), &[], form(65_536).as_bytes()).status, 413);
    // Of a length that is announced, the body is not even waited for.
    let announced = ["POST /api/v1/share HTTP/1.1", "Host: localhost", "Content-Length: 99999999999"];
    assert_eq!(wire.raw(&announced, b"secret=x").status, 413);
    let chunked = ["POST /api/v1/share HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked"];
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096)).repeat(20) + "0\r\n\r\n";
    assert_eq!(wire.raw(&chunked, chunk.as_bytes()).status, 413);
    proper(client.post("/share", &[("secret", "x"), ("passphrase", &"p".repeat(129))]))
        .refused(404, "Passphrase must be no more than 128 characters long");
    wire.end();
}

#[test]
fn what_is_no_http_is_refused_and_harms_nobody() {
    let wire = Wire::new();
    let many = (0..200).map(|place| format!("X-{place}: y\r\n")).collect::<Vec<_>>().concat();
    for bytes in [
        "nonsense\r\n\r\n".to_owned(),
        "GET /api/v1/status\r\n\r\n".to_owned(),
        "GET /api/v1/status HTTP/3.0\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n".to_owned(),
        "GET /\u{fc} HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        format!("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
        format!("GET /api/v1/status HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(70_000)),
        "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n".to_owned(),
        "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nsecret=xy"
            .to_owned(),
        "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
    ] {
        let mut connection = Connection::open(wire.server.address()).unwrap();
        connection.send(bytes.as_bytes()).unwrap();
        // Closed, or answered with a refusal; hyper's own have no body.
        if let Ok(answer) = connection.answer() {
            assert!((400..=505).contains(&answer.status) && answer.status != 500, "{bytes:.60}: {answer:?}");
        }
        wire.client().get("/api/v1/status").ok();
    }
    wire.end();
}

#[test]
fn a_length_beside_chunks_smuggles_nothing() {
    let wire = Wire::new();
    let inner = format!("POST /api/v1/secret/{} HTTP/1.1\r\nHost: x\r\n\r\n", wire.canaries[0].secret);
    let mut connection = Connection::open(wire.server.address()).unwrap();
    let outer = "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    connection.send(format!("{outer}{inner}").as_bytes()).unwrap();
    drop(connection.answer());
    assert!(connection.answer().is_err(), "a request hid in another one's body");
    let shared = Shared::of(&wire.post("/share", &[], b"secret=after").ok());
    wire.client().reads_once(&shared, "after");
    wire.end();
}
