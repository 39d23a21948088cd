//! Heads: malformed, ambiguous, too large, and those that hide a second request.

use super::Expected::{self, Either, Json, NoHttp, Page, Refused};
use super::{Shot, Targets};

/// What stands between the request line and the body of a POST to `/api/v1/share`; `Host` included.
const FIELDS: &[(Expected, &str)] = &[
    // Who is meant.
    (Refused, "\r\n"),
    (Refused, "Host: a\r\nHost: b\r\n\r\n"),
    (Refused, "Host: a\r\nhost: a\r\n\r\n"),
    (Refused, "Host: a, b\r\n\r\n"),
    (Refused, "Host: a b\r\n\r\n"),
    (Refused, "Host: user@a\r\n\r\n"),
    (Refused, "Host: a/b\r\n\r\n"),
    (Refused, "Host: http://a\r\n\r\n"),
    (Json, "Host:\r\nContent-Length: 0\r\n\r\n"),
    (Json, "Host: [::1]:80\r\nContent-Length: 0\r\n\r\n"),
    (Json, "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n\r\n"),
    (Json, "Host: x\r\nX-Original-URL: /api/v1/status\r\nX-Rewrite-URL: /api/v1/status\r\n\r\n"),
    // Where the body ends.
    (NoHttp, "Host: x\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nsecret=xy"),
    (NoHttp, "Host: x\r\nContent-Length: -1\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: +8\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: 0x8\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: 8 8\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: 8, 9\r\n\r\nsecret=x"),
    (Either, "Host: x\r\nContent-Length: 8, 8\r\n\r\nsecret=x"),
    (Either, "Host: x\r\nContent-Length: 8\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length:\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: eight\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: 99999999999999999999999\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: 18446744073709551615\r\n\r\nsecret=x"),
    (Refused, "Host: x\r\nContent-Length: 9223372036854775807\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nContent-Length: 8\u{0}\r\n\r\nsecret=x"),
    (Refused, "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (
        Refused,
        "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n",
    ),
    (Refused, "Host: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: identity\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: gzip\r\n\r\nsecret=x"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: xchunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: chunked;q=1\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding:\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding : chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding\u{b}: chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (NoHttp, "Host: x\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    // Chunks.
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n-8\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n0x8\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n+8\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nsecret=xy\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n8\nsecret=x\n0\n\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n8;\nsecret=x\r\n0\r\n\r\n"),
    (Refused, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n8 8\r\nsecret=x\r\n0\r\n\r\n"),
    (Json, "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n8;name=value\r\nsecret=x\r\n0\r\n\r\n"),
    (
        Json,
        "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n00000008\r\nsecret=x\r\n0\r\nContent-Length: 99\r\nHost: y\r\n\r\n",
    ),
    // A length beside chunks goes by the chunks, and closes (RFC 9112 §6.3).
    (Json, "Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (Json, "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n"),
    (Json, "Host: x\r\nTransfer-Encoding: Chunked\r\nContent-Length: 99\r\n\r\n0\r\n\r\n"),
    // Lines.
    (NoHttp, "Host: x\r\nX: a\r\n b\r\n\r\n"),
    (NoHttp, "Host: x\r\nX: a\r\n\tb\r\n\r\n"),
    (NoHttp, " Host: x\r\n\r\n"),
    (NoHttp, "Host : x\r\n\r\n"),
    (NoHttp, "Host: x\r\nX Y: z\r\n\r\n"),
    (NoHttp, "Host: x\r\n: z\r\n\r\n"),
    (NoHttp, "Host: x\r\nnothing\r\n\r\n"),
    (NoHttp, "Host: x\r\nX: a\u{0}b\r\n\r\n"),
    (NoHttp, "Host: x\r\nX\u{0}: b\r\n\r\n"),
    (NoHttp, "Host: x\r\nX: a\rb\r\n\r\n"),
    (NoHttp, "Host: x\r\nX: a\u{7f}b\r\n\r\n"),
    (NoHttp, "Host: x\r\nX: a\u{1}b\r\n\r\n"),
    (NoHttp, "Host: x\r\nX(: b\r\n\r\n"),
    (NoHttp, "Host: x\r\nX\u{fc}: b\r\n\r\n"),
    (Json, "Host: x\r\nX: \u{fc}\u{1f511}\r\n\r\n"),
    (Json, "Host: x\r\nX:\r\nX: \t \r\nX:a\r\n\r\n"),
    // Bare line feeds: hyper takes them for line ends in a head. Nobody can hide a field behind one that we would not see.
    (Either, "Host: x\nContent-Length: 0\n\n"),
    (Either, "Host: x\r\nX: a\nContent-Length: 0\r\n\r\n"),
    // Compressed bodies.
    (Refused, "Host: x\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (Refused, "Host: x\r\nContent-Encoding: identity, br\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (
        Refused,
        "Host: x\r\nContent-Encoding: identity\r\nContent-Encoding: zstd\r\nContent-Length: 8\r\n\r\nsecret=x",
    ),
    (
        Refused,
        "Host: x\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nsecret=x\r\n0\r\n\r\n",
    ),
    (Json, "Host: x\r\nContent-Encoding: identity\r\nContent-Length: 8\r\n\r\nsecret=x"),
    // Expectations, upgrades.
    (Json, "Host: x\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (Json, "Host: x\r\nExpect: 200-ok\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (Json, "Host: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (
        Json,
        "Host: x\r\nConnection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    ),
    (Json, "Host: x\r\nConnection: content-length\r\nContent-Length: 8\r\n\r\nsecret=x"),
    (
        Json,
        "Host: x\r\nRange: bytes=0-0\r\nIf-Match: *\r\nIf-None-Match: *\r\nTE: trailers\r\nContent-Length: 8\r\n\r\nsecret=x",
    ),
];

/// Request lines, followed by one Host.
const LINES: &[(Expected, &str)] = &[
    (NoHttp, "GET  /api/v1/status HTTP/1.1"),
    (NoHttp, "GET /api/v1/status  HTTP/1.1"),
    (NoHttp, " GET /api/v1/status HTTP/1.1"),
    (NoHttp, "GET\t/api/v1/status HTTP/1.1"),
    (NoHttp, "GET /api/v1/status"),
    (NoHttp, "GET HTTP/1.1"),
    (NoHttp, "/api/v1/status HTTP/1.1"),
    (NoHttp, "GET /api/v1/status HTTP/1.2"),
    (NoHttp, "GET /api/v1/status HTTP/2.0"),
    (NoHttp, "GET /api/v1/status HTTP/0.9"),
    (NoHttp, "GET /api/v1/status HTTP/1"),
    (NoHttp, "GET /api/v1/status http/1.1"),
    (NoHttp, "GET /api/v1/status HTTP/1.1 x"),
    (NoHttp, "GET /api/v1/status XTTP/1.1"),
    (NoHttp, "G(T /api/v1/status HTTP/1.1"),
    (NoHttp, "G\u{0}T /api/v1/status HTTP/1.1"),
    (NoHttp, "G\u{fc}T /api/v1/status HTTP/1.1"),
    (NoHttp, "GET /api/v1/a b HTTP/1.1"),
    (NoHttp, "GET /api/v1/a\u{0}b HTTP/1.1"),
    (NoHttp, "GET /api/v1/a\u{1}b HTTP/1.1"),
    (Either, "GET /api/v1/\u{fc} HTTP/1.1"),
    (Either, "GET api/v1/status HTTP/1.1"),
    (Either, "GET ?a=b HTTP/1.1"),
    (Json, "PRI /api/v1/status HTTP/1.1"),
    (Json, "get /api/v1/status HTTP/1.1"),
    (Json, "X-Y_Z!#$%&'*+.^`|~ /api/v1/status HTTP/1.1"),
    (Json, "GET /api/v1/status HTTP/1.0"),
    (Json, "HEAD /api/v1/status HTTP/1.1"),
    (Json, "OPTIONS * HTTP/1.1"),
    (Either, "GET * HTTP/1.1"),
    (Either, "CONNECT localhost:443 HTTP/1.1"),
    (Either, "CONNECT /api/v1/status HTTP/1.1"),
    (Either, "GET localhost:443 HTTP/1.1"),
    (Json, "GET http://elsewhere.example/api/v1/status HTTP/1.1"),
    (Either, "GET http://user:password@x/api/v1/status HTTP/1.1"),
    (Either, "GET http:///api/v1/status HTTP/1.1"),
    (Page, "GET http://x HTTP/1.1"),
    (Page, "GET http://x?a=b HTTP/1.1"),
    (Either, "GET ftp://x/api/v1/status HTTP/1.1"),
    (Either, "GET file:///etc/passwd HTTP/1.1"),
    (Either, "GET javascript:alert(1) HTTP/1.1"),
    (Either, "GET http://[::1/api/v1/status HTTP/1.1"),
    (Either, "GET http://x:99999/api/v1/status HTTP/1.1"),
    (Either, "GET //elsewhere.example/api/v1/status HTTP/1.1"),
    (Json, "GET /api/v1/status#fragment HTTP/1.1"),
    (Json, "GET /api/v1/status?# HTTP/1.1"),
];

pub(super) fn shots(targets: &Targets) -> Vec<Shot> {
    let mut shots = Vec::new();
    for (expected, fields) in FIELDS {
        shots.push(Shot::new(*expected, format!("POST /api/v1/share HTTP/1.1\r\n{fields}")));
    }
    for (expected, line) in LINES {
        shots.push(Shot::new(*expected, format!("{line}\r\nHost: x\r\n\r\n")));
    }
    shots.extend(sizes());
    shots.extend(hidden(targets));
    for bytes in [
        &b"\r\n\r\n\r\nnonsense\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\xff\xfe\xfd\r\n\r\n",
        b"*1\r\n$4\r\nPING\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    ] {
        shots.push(Shot::new(NoHttp, bytes));
    }
    shots
}

/// Around the limits of a head: told in JSON a little above them, cut off by hyper far above.
fn sizes() -> Vec<Shot> {
    let field = |length: usize| {
        format!("GET /api/v1/status HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(length))
    };
    let fields = |count: usize| {
        let lines = (1..count).map(|place| format!("X-{place}: y\r\n")).collect::<Vec<_>>().concat();
        format!("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n{lines}\r\n")
    };
    let path = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "p".repeat(length));
    let query =
        |length: usize| format!("GET /api/v1/status?{} HTTP/1.1\r\nHost: x\r\n\r\n", "q".repeat(length));
    vec![
        Shot::new(Json, field(32_000)),
        Shot::new(Refused, field(33_000)),
        Shot::new(Either, field(40_000)),
        Shot::new(NoHttp, field(70_000)),
        Shot::new(NoHttp, field(1_000_000)),
        Shot::new(Json, fields(100)),
        Shot::new(NoHttp, fields(101)),
        Shot::new(NoHttp, fields(3000)),
        Shot::new(Refused, path(32_000)),
        Shot::new(Refused, path(33_000)),
        Shot::new(NoHttp, path(70_000)),
        Shot::new(Json, query(32_000)),
        Shot::new(Refused, query(33_000)),
        Shot::new(NoHttp, query(70_000)),
        Shot::new(NoHttp, format!("{} /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", "M".repeat(50_000))),
        Shot::new(
            NoHttp,
            format!("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n{}: y\r\n\r\n", "n".repeat(70_000)),
        ),
    ]
}

/// A request in another one's body or behind its end, aimed at a secret: read two ways, it would be read.
fn hidden(targets: &Targets) -> Vec<Shot> {
    let inner =
        format!("POST /api/v1/secret/{} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", targets.secret);
    let burn = format!(
        "POST /api/v1/private/{}/burn HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        targets.receipt
    );
    let mut shots = Vec::new();
    for inner in [inner, burn] {
        let length = inner.len();
        for (expected, outer) in [
            // As a body of its own length.
            (Json, format!("Content-Length: {length}\r\n\r\n{inner}")),
            // As one chunk.
            (Json, format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{inner}\r\n0\r\n\r\n")),
            // Behind chunks that end before the announced length.
            (
                Json,
                format!(
                    "Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
                    length + 5
                ),
            ),
            (Json, format!("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{inner}")),
            (Refused, format!("Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n{inner}")),
            (Refused, format!("Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n{inner}")),
            (NoHttp, format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{inner}")),
            (NoHttp, format!("Content-Length : {length}\r\n\r\n{inner}")),
            (NoHttp, format!("X: y\r\n Content-Length: {length}\r\n\r\n{inner}")),
            (NoHttp, format!("Transfer-Encoding: xchunked\r\n\r\n{inner}")),
            // Behind a head that was refused.
            (Refused, format!("Host: y\r\n\r\n{inner}")),
        ] {
            shots.push(Shot::new(expected, format!("POST /api/v1/nowhere HTTP/1.1\r\nHost: x\r\n{outer}")));
        }
    }
    shots
}
