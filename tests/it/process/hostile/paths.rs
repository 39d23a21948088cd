//! Paths: dots, slashes, percent-encodings, and keys that nearly are one.

use super::Expected::{Either, Json, Refused};
use super::{Shot, Targets};

/// Paths that are no routes, or routes to keys that are none, whatever the method.
const NOWHERE: &[&str] = &[
    "///",
    "/.",
    "/..",
    "/../",
    "/./api/v1/status",
    "/../api/v1/status",
    "/api/../api/v1/status",
    "/api/v1/./status",
    "/api/v1/x/../status",
    "/api/v1/status/.",
    "/api/v1/status/..",
    "/api/v1/status//",
    "/api//v1/status",
    "//api/v1/status",
    "/api/v1/status%20",
    "/api/v1/status%00",
    "/api/v1/status%2F",
    "/api/v1%2Fstatus",
    "/%61pi/v1/status",
    "/api/v1/%73tatus",
    "/api/v1/status;jsessionid=1",
    "/api/v1/status.json",
    "/api/v1/status\\",
    "/api\\v1\\status",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/%c0%ae%c0%ae/etc/passwd",
    "/api/v1/secret/%2e%2e/status",
    "/api/v1/secret/..%2fstatus",
    "/api/v1/secret/%",
    "/api/v1/secret/%z",
    "/api/v1/secret/%zz",
    "/api/v1/secret/%u0041",
    "/api/v1/secret/%ff",
    "/api/v1/secret/%c3",
    "/api/v1/secret/%c0%80",
    "/api/v1/secret/%ed%a0%80",
    "/api/v1/secret/%f4%90%80%80",
    "/api/v1/secret/%e2%80%8b",
    "/api/v1/secret/%00",
    "/api/v1/secret/%0d%0aSet-Cookie:%20a=b",
    "/api/v1/secret/%22%3cscript%3e",
    "/api/v1/secret/{key}",
    "/api/v1/secret/*",
    "/api/v1/secret/:key",
    "/api/v1/secret/-1",
    "/api/v1/secret/0",
    "/api/v1/secret/null",
    "/api/v1/secret/undefined",
    "/api/v1/secret/recent",
    "/api/v1/private/%00",
    "/api/v1/private/..",
    "/api/v1/private/recent/x",
    "/api/v1/private/x/burn/burn",
    "/api/v1/metadata//burn",
    "/api/v1/receipt/%2f/burn",
    "/api/v1/receipt/recent%00",
    "/api/v2/share",
    "/api/v01/share",
    "/API/V1/SHARE",
    "/health/live/..",
    "/health/%6cive",
    "/metrics",
    "/.env",
    "/.git/config",
    "/index.php?s=/Index/\\think\\app",
    "/cgi-bin/.%2e/.%2e/bin/sh",
];

/// Turned into the key of a secret and that of a receipt: no longer the key it was made from.
const NEARLY: &[&str] = &[
    "{}%00",
    "{}%20",
    "%20{}",
    "{}+",
    "{}%0a",
    "{}%0d%0a",
    "{}%2f",
    "{}%3f",
    "{}%23",
    "{}.",
    "{};",
    "{};a=b",
    "{},{}",
    "{}%c0%80",
    "{}%e2%80%8b",
    "%ef%bb%bf{}",
    "{}{}",
    "{}a",
    "a{}",
    "{}/.",
    "{}//",
    "{}/x",
    "../secret/{}",
    "./{}",
    "x/../{}",
    "/{}",
    "{}%2e",
    "{}\\",
    "{}'--",
    "{}*",
    "{}[]",
];

pub(super) fn shots(targets: &Targets) -> Vec<Shot> {
    let request = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    };
    let mut shots = Vec::new();
    for path in NOWHERE {
        // `\` is not allowed in a path, and some of these are not even a path.
        for (method, expected) in [("GET", Either), ("POST", Either), ("DELETE", Either)] {
            shots.push(Shot::new(expected, request(method, path)));
        }
    }
    for pattern in NEARLY {
        let secret = pattern.replace("{}", &targets.secret);
        let receipt = pattern.replace("{}", &targets.receipt);
        shots.push(Shot::new(Either, request("POST", &format!("/api/v1/secret/{secret}"))));
        shots.push(Shot::new(Either, request("POST", &format!("/api/v1/receipt/{receipt}/burn"))));
    }
    let (secret, receipt) = (&targets.secret, &targets.receipt);
    let upper = (secret.to_uppercase(), receipt.to_uppercase());
    for path in [
        format!("/secret/{receipt}"),
        format!("/private/{secret}/burn"),
        format!("/secret/{}", &secret[1..]),
        format!("/secret/{}", &secret[..30]),
        format!("/secret/{}", upper.0),
        format!("/private/{}/burn", upper.1),
        format!("/secret/{secret}/burn"),
        format!("/metadata/{secret}"),
    ] {
        shots.push(Shot::post(Refused, &path, "", b"secret=x"));
    }
    // Only POST consumes (P5), under whatever name the method is asked for.
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "post"] {
        for fields in
            ["", "X-HTTP-Method-Override: POST\r\n", "X-Method-Override: POST\r\nX-HTTP-Method: POST\r\n"]
        {
            for path in
                [format!("secret/{secret}?_method=POST"), format!("private/{receipt}/burn?_method=POST")]
            {
                let head = format!("{method} /api/v1/{path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
                shots.push(Shot::new(if method == "HEAD" { Json } else { Refused }, head));
            }
        }
    }
    shots
}
