//! The server sends nobody elsewhere: no redirect, whatever is asked for and however it is written.

use super::Wire;
use crate::support::{Client, Home, UNLIMITED};

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

/// Pages, the API, health, metrics' path, files, unknown ones; with a slash too many, too few, doubled, encoded.
fn paths(secret: &str, receipt: &str) -> Vec<String> {
    let known = [
        "",
        "about",
        "robots.txt",
        "favicon.ico",
        "assets",
        "assets/x.css",
        "health",
        "health/live",
        "health/ready",
        "metrics",
        "api",
        "api/v1",
        "api/v1/status",
        "api/v1/share",
        "api/v1/generate",
        "api/v1/private/recent",
        "api/v2/status",
        "secret",
        "receipt",
        "private",
        "no/such/path",
        "..",
        "%2e%2e/x",
        "/evil.example",
        "\\evil.example",
    ];
    let mut paths: Vec<_> = known.iter().map(|path| format!("/{path}")).collect();
    paths.extend([format!("/secret/{secret}"), format!("/api/v1/secret/{secret}")]);
    for name in ["receipt", "private", "metadata"] {
        let path = format!("/{name}/{receipt}");
        paths.extend([format!("{path}/burn"), format!("/api/v1{path}"), format!("/api/v1{path}/burn"), path]);
    }
    let with_slash: Vec<_> = paths.iter().map(|path| format!("{path}/")).collect();
    let doubled: Vec<_> = paths.iter().map(|path| path.replace('/', "//")).collect();
    [paths, with_slash, doubled].concat()
}

fn sends_nobody_elsewhere(client: &Client, below: &str, secret: &str, receipt: &str) {
    let mut asked = 0;
    for path in paths(secret, receipt) {
        for method in METHODS {
            for headers in [&[][..], &[("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https")]]
            {
                let answer = client.ask(method, &format!("{below}{path}"), headers, None);
                let told = format!("{method} {below}{path}: {answer:?}");
                assert!(!(300..400).contains(&answer.status), "{told}");
                for header in ["location", "refresh", "content-location"] {
                    assert_eq!(answer.header(header), None, "{told}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 1000, "only {asked} were asked");
}

#[test]
fn there_are_none_at_all() {
    let wire = Wire::new();
    let canary = &wire.canaries[0];
    sends_nobody_elsewhere(&wire.client(), "", &canary.secret, &canary.receipt);
}

#[test]
fn below_a_path_there_are_none_either() {
    let home = Home::new();
    let public = [("READONCE_BASE_URL", "https://secrets.example.org/ots")];
    let server = home.serve_with(&[UNLIMITED, &public].concat());
    let client = server.client();
    let key = "0123456789abcdefghijklmnopqrstu";
    for below in ["/ots", ""] {
        sends_nobody_elsewhere(&client, below, key, key);
    }
    server.stop();
}
