//! The descriptions of both APIs: what is checked in is what is served, its examples fit, and a program that is none of ours
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
/// Its own checks that contradict the contracts; `contract_checks.py` stands in for them.
const REPLACED: &str = "unsupported_method,ignored_auth,missing_required_header,negative_data_rejection,positive_data_acceptance";

/// An API that has a description.
struct Api {
    /// Where its paths begin.
    base: &'static str,
    /// The file in the repository.
    file: &'static str,
    /// What is in it, which is built in.
    text: &'static str,
    /// How much schemathesis draws for each operation.
    examples: u32,
}

impl Api {
    /// The description, read.
    fn document(&self) -> Value {
        serde_json::from_str(self.text).expect("JSON")
    }
}

const V1: Api = Api {
    base: "/api/v1",
    file: concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"),
    text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json")),
    examples: 15,
};
const V2: Api = Api {
    base: "/api/v2",
    file: concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi-v2.json"),
    text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi-v2.json")),
    examples: 5,
};

#[test]
fn what_is_checked_in_is_what_is_served_and_of_this_version() {
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_BASE_URL", "http://127.0.0.1:7143")]);
    for Api { base, text, .. } in [V1, V2] {
        let answer = server.client().get(&format!("{base}/openapi.json")).ok();
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(answer.text(), text);
        assert_eq!(answer.json()["info"]["version"], env!("CARGO_PKG_VERSION"));
    }
    server.stop();
}

#[test]
fn the_description_names_the_public_address() {
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_BASE_URL", "https://secrets.example/ots")]);
    for Api { base, .. } in [V1, V2] {
        let json = server.client().get(&format!("/ots{base}/openapi.json")).ok().json();
        assert_eq!(
            json["servers"],
            serde_json::json!([{"url": format!("https://secrets.example/ots{base}")}])
        );
    }
    server.stop();
}

/// v1 looks at credentials wherever they are sent; v2 does not where nothing depends on them.
#[test]
fn wrong_credentials_find_a_description_in_v2_only() {
    let home = Home::new();
    let server = home.serve();
    let wrong = server.client_of(&Account { email: "a@example.org".into(), token: "0".repeat(40) });
    wrong.get("/api/v1/openapi.json").refused(404, "Not authorized");
    wrong.get("/api/v2/openapi.json").ok();
    server.stop();
}

#[test]
fn no_request_is_answered_otherwise_than_described_on_sqlite() {
    let home = Home::new();
    let account = home.account("described@example.org");
    let server = home.serve_with(UNLIMITED);
    for api in [V1, V2] {
        holds(&api, &home, &server, &account);
    }
    server.stop();
}

#[test]
fn no_request_is_answered_otherwise_than_described_on_redis() {
    let region = Region::new(DURABLE);
    let account = region.home.account("described@example.org");
    let server = region.instance();
    for api in [V1, V2] {
        holds(&api, &region.home, &server, &account);
    }
    server.stop();
}

/// Runs schemathesis, whose requests a fixed seed chooses, and sees that it came to every operation's success.
fn holds(api: &Api, home: &Home, server: &Server, account: &Account) {
    let base = api.base;
    let address = format!("http://{}{base}", server.address());
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
    command.args([&format!("{address}/openapi.json"), "--url", &address, "--exclude-checks", REPLACED]);
    command.args(["--max-examples", &api.examples.to_string()]);
    command.args(["--seed", "1", "--continue-on-failure", "--no-color"]);
    // How fast a busy machine draws requests says nothing of the answers.
    command.arg("--suppress-health-check=too_slow");
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(0), "hint: scripts/test installs schemathesis\n{}{}", ran.stdout, ran.stderr);
    let cases =
        ran.stdout.lines().find_map(|line| line.trim().split_once(" generated,")?.0.parse::<u32>().ok());
    assert!(cases.is_some_and(|cases| cases > 500), "too few cases: {}", ran.stdout);
    let log = server.log();
    let mut missed = BTreeSet::new();
    for (path, item) in api.document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if !log.contains(&format!("method=\"{method}\" route=\"{base}{path}\" status=200")) {
                missed.insert(format!("{method} {path}"));
            }
        }
    }
    assert!(missed.is_empty(), "never answered with 200: {missed:?}\n{}", ran.stdout);
}
