//! Log lines that can be followed: from the proxy's request id to ours, and from which region they are.

use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;

use super::shared_store::{DURABLE, Region};
use crate::support::{Home, Ran, SOON, UNLIMITED, wait_for};

const JSON: (&str, &str) = ("READONCE_LOG__FORMAT", "json");
const REGION: (&str, &str) = ("READONCE_REGION", "eu-1");
/// As a proxy draws it.
const ID: &str = "7f3c9a2b1d4e5f607f3c9a2b1d4e5f60";

fn objects(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect()
}

#[test]
fn a_trusted_proxys_request_id_is_in_the_answer_and_in_the_line() {
    let home = Home::new();
    let trusting = [JSON, ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.0/8")];
    for (settings, believed) in [(&trusting[..], true), (&[JSON][..], false)] {
        let server = home.serve_with(settings);
        let client = server.client();
        let answer = client.ask("GET", "/api/v1/status", &[("X-Request-Id", ID)], None).ok();
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert_eq!(id == ID, believed, "{id}");
        let unbelievable = client.ask("GET", "/api/v1/status", &[("X-Request-Id", "a b")], None).ok();
        let own = unbelievable.header("x-request-id").unwrap().to_owned();
        assert!(own.len() == 16 && own.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
        let lines = objects(&server.stop().stdout);
        let ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [id.as_str(), own.as_str()]);
    }
}

/// A key could come in by the header, through a proxy that passes on what it was sent.
#[test]
fn a_key_is_no_request_id() {
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.0/8"), ("RUST_LOG", "trace")]);
    let client = server.client();
    let shared = client.share("value");
    let account = home.account("ids@example.org");
    for secret in [&shared.secret, &shared.receipt, &account.token] {
        let answer = client.ask("GET", "/api/v1/status", &[("X-Request-Id", secret)], None).ok();
        assert_ne!(answer.header("x-request-id"), Some(secret.as_str()));
    }
    let log = server.stop().stdout;
    for secret in [&shared.secret, &shared.receipt, &account.token] {
        assert!(!log.contains(secret.as_str()), "{log}");
    }
}

#[test]
fn every_line_names_the_region() {
    let home = Home::new();
    for format in ["text", "json"] {
        let settings = [REGION, ("READONCE_LOG__FORMAT", format), ("RUST_LOG", "debug")];
        let server = home.serve_with(&settings);
        server.client().share("value");
        server.signal(Signal::HUP); // for a line that belongs to no request
        let said = "the keyring was read again";
        wait_for("a line about the keyring", SOON, || server.log().contains(said).then_some(()));
        let log = server.stop().stdout;
        assert!(log.contains("/api/v1/share"), "{log}");
        for line in log.lines() {
            if format == "json" {
                assert_eq!(objects(line)[0]["region"], "eu-1", "{line}");
            } else {
                assert!(line.ends_with(" region=eu-1"), "{line}");
            }
        }
    }
    // And none where there is none.
    let server = home.serve_with(&[JSON]);
    server.client().share("value");
    let log = server.stop().stdout;
    assert!(!log.contains("region"), "{log}");
}

/// What went wrong can be found by the id that the caller was given, also where only errors are logged.
#[test]
fn a_line_about_trouble_has_the_requests_id() {
    let region = Region::new(DURABLE);
    for (format, level) in [("json", "info"), ("json", "error"), ("text", "error")] {
        let logs = [REGION, ("READONCE_LOG__FORMAT", format), ("RUST_LOG", level)];
        let server = region.home.serve_with(&[UNLIMITED, &logs].concat());
        region.redis.pause();
        let answer = server.client().post("/share", &[("secret", "value")]).unavailable();
        let id = answer.header("x-request-id").unwrap().to_owned();
        region.redis.resume();
        let log = server.stop().stdout;
        let line = log.lines().find(|line| line.contains("the store failed a request")).unwrap();
        if format == "json" {
            assert_eq!(objects(line)[0]["span"]["id"], id.as_str(), "{line}");
            assert_eq!(objects(line)[0]["region"], "eu-1", "{line}");
        } else {
            assert!(line.contains(&format!("request{{id=\"{id}\"}}")), "{line}");
        }
    }
}

#[test]
#[ignore = "fails on purpose, for the next test"]
fn a_test_that_fails() {
    let home = Home::new();
    let server = home.serve();
    server.client().get("/api/v1/authcheck");
    panic!("on purpose");
}

#[test]
fn a_test_that_fails_shows_the_servers_log() {
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.args(["--exact", "process::logs::a_test_that_fails", "--ignored"]).env("TEST_LOG", "debug");
    let ran = Ran::of(tests);
    assert_ne!(ran.code, Some(0));
    for text in ["on purpose", "the server's log", "/api/v1/authcheck", "DEBUG", "listening on http://"] {
        assert!(ran.stdout.contains(text), "`{text}` is not in: {}", ran.stdout);
    }
}

/// To the library `warning` is the name of a part, whose lines alone it lets through: no line at all.
#[test]
fn a_log_filter_that_is_none_is_told() {
    let home = Home::new();
    for (filter, said) in [
        ("warning", "`RUST_LOG`: `warning` is neither a level nor a part of readonce"),
        ("verbose", "`verbose` is neither a level"),
        ("info,hyper", "`hyper` is neither a level"),
        ("info\r", "`RUST_LOG` ends with `\\r`"),
        ("readonce=loud", "`RUST_LOG`: "),
    ] {
        let mut command = home.shell("exec timeout 20 \"$READONCE\" serve --listen 127.0.0.1:0");
        command.env("RUST_LOG", filter);
        Ran::of(command).refused_saying(&[said, "hint: "]);
    }
    assert!(!home.file("data").exists(), "nothing is made before it is read");
}
