//! The description of the API: what is checked in is what is served, its examples fit, and a program that is none of ours
//! (schemathesis, from `PyPI`) finds no request to which the server answers otherwise than described, on both stores.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::shared_store::{DURABLE, Region};
use crate::support::{Account, Home, Ran, Server, UNLIMITED};

mod answers;
mod examples;
mod generated;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Its own checks that contradict the contract; `contract_checks.py` stands in for them.
const REPLACED: &str = "unsupported_method,ignored_auth,missing_required_header,negative_data_rejection";

/// The description, as it is checked in and built in.
const DOCUMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"));

#[test]
fn what_is_checked_in_is_what_is_served_and_of_this_version() {
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_BASE_URL", "http://127.0.0.1:7143")]);
    let answer = server.client().get("/api/v1/openapi.json").ok();
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.text(), DOCUMENT);
    assert_eq!(answer.json()["info"]["version"], env!("CARGO_PKG_VERSION"));
    server.stop();
}

#[test]
fn the_description_names_the_public_address_and_wants_no_wrong_credentials() {
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_BASE_URL", "https://secrets.example/ots")]);
    let json = server.client().get("/ots/api/v1/openapi.json").ok().json();
    assert_eq!(json["servers"], serde_json::json!([{"url": "https://secrets.example/ots/api/v1"}]));
    let wrong = Account { email: "a@example.org".into(), token: "0".repeat(40) };
    server.client_of(&wrong).get("/api/v1/openapi.json").refused(404, "Not authorized");
    server.stop();
}

#[test]
fn no_request_is_answered_otherwise_than_described_on_sqlite() {
    let home = Home::new();
    let account = home.account("described@example.org");
    let server = home.serve_with(UNLIMITED);
    holds(&home, &server, &account);
    server.stop();
}

#[test]
fn no_request_is_answered_otherwise_than_described_on_redis() {
    let region = Region::new(DURABLE);
    let account = region.home.account("described@example.org");
    let server = region.instance();
    holds(&region.home, &server, &account);
    server.stop();
}

/// Runs schemathesis, whose requests a fixed seed chooses, and sees that it came to every operation's success.
fn holds(home: &Home, server: &Server, account: &Account) {
    let api = format!("http://{}/api/v1", server.address());
    let settings = format!(
        "hooks = \"contract_checks\"\n[auth.openapi.basic]\nusername = \"{}\"\npassword = \"{}\"\n",
        account.email, account.token
    );
    std::fs::write(home.file("schemathesis.toml"), settings).unwrap();
    let mut command = Command::new("python3");
    command
        .current_dir(home.file(""))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", format!("{ROOT}/target/tools/schemathesis:{ROOT}/tests/it/process/described"));
    command.args(["-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]);
    command.args([&format!("{api}/openapi.json"), "--url", &api, "--exclude-checks", REPLACED]);
    command.args(["--max-examples", "15", "--seed", "1", "--continue-on-failure", "--no-color"]);
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(0), "hint: scripts/test installs schemathesis\n{}{}", ran.stdout, ran.stderr);
    let cases =
        ran.stdout.lines().find_map(|line| line.trim().split_once(" generated,")?.0.parse::<u32>().ok());
    assert!(cases.is_some_and(|cases| cases > 500), "too few cases: {}", ran.stdout);
    let log = server.log();
    let description: Value = server.client().get("/api/v1/openapi.json").json();
    let mut missed = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if !log.contains(&format!("method=\"{method}\" route=\"/api/v1{path}\" status=200")) {
                missed.insert(format!("{method} {path}"));
            }
        }
    }
    assert!(missed.is_empty(), "never answered with 200: {missed:?}\n{}", ran.stdout);
}
