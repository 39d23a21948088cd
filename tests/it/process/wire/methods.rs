//! Every route under every method: what is not a route is not found, tells nobody what is, and touches nothing.

use super::{Wire, proper};
use crate::support::Account;

const METHODS: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"];
const NAMES: [&str; 3] = ["private", "metadata", "receipt"];

/// Paths under `/api/v1` with the methods they answer, for the keys of one secret.
fn routes(secret: &str, receipt: &str) -> Vec<(String, &'static [&'static str])> {
    let mut routes: Vec<(String, &'static [&'static str])> = vec![
        ("/status".into(), &["GET"]),
        ("/authcheck".into(), &["GET"]),
        ("/share".into(), &["POST"]),
        ("/create".into(), &["POST"]),
        ("/generate".into(), &["POST"]),
        (format!("/secret/{secret}"), &["POST"]),
    ];
    for name in NAMES {
        routes.push((format!("/{name}/recent"), &["GET", "POST"]));
        routes.push((format!("/{name}/{receipt}"), &["GET", "POST"]));
        routes.push((format!("/{name}/{receipt}/burn"), &["POST"]));
    }
    routes
}

#[test]
fn other_methods_find_nothing_and_touch_nothing() {
    let wire = Wire::new();
    let client = wire.client();
    let canary = &wire.canaries[0];
    for (path, methods) in routes(&canary.secret, &canary.receipt) {
        for slash in ["", "/"] {
            for method in METHODS.iter().filter(|method| !methods.contains(method)) {
                for body in [None, Some(&b"secret=x&passphrase=y"[..])] {
                    let answer = proper(client.ask(method, &format!("/api/v1{path}{slash}"), &[], body));
                    let json = answer.refused(404, "Not Found").json();
                    assert_eq!(json["error"], "Not Found", "{method} {path}");
                }
            }
        }
    }
    wire.end();
}

#[test]
fn head_is_get_without_a_body() {
    let wire = Wire::new();
    let client = wire.client();
    let canary = &wire.canaries[0];
    for (path, methods) in routes(&canary.secret, &canary.receipt) {
        let answer = proper(client.ask("HEAD", &format!("/api/v1{path}"), &[], None));
        let status =
            if methods.contains(&"GET") { client.get(&format!("/api/v1{path}")).status } else { 404 };
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("content-length").map(|length| length != "0"), Some(true), "{answer:?}");
    }
    wire.end();
}

#[test]
fn one_slash_at_the_end_changes_nothing() {
    let wire = Wire::new();
    let account = wire.home.account("owner@example.com");
    let client = wire.server.client_of(&account);
    proper(client.get("/api/v1/status/")).ok();
    proper(client.get("/api/v1/authcheck/")).ok();
    proper(client.post("/generate/", &[])).ok();
    for name in NAMES {
        let shared = client.share("x");
        proper(client.get(&format!("/api/v1/{name}/recent/"))).ok();
        proper(client.post(&format!("/{name}/recent"), &[])).ok();
        proper(client.get(&format!("/api/v1/{name}/{}/", shared.receipt))).ok();
        proper(client.post(&format!("/{name}/{}/", shared.receipt), &[])).ok();
        proper(client.post(&format!("/{name}/{}/burn/", shared.receipt), &[])).ok();
        let shared = client.share("y");
        assert_eq!(
            proper(client.post(&format!("/secret/{}/", shared.secret), &[])).ok().member("value"),
            "y"
        );
    }
    wire.end();
}

#[test]
fn paths_that_do_not_exist() {
    let wire = Wire::new();
    let client = wire.client();
    let canary = &wire.canaries[0];
    for path in [
        "/api".to_owned(),
        "/api/v1".to_owned(),
        "/api/v1/".to_owned(),
        "/api/v1/nope".to_owned(),
        "/api/v1/Status".to_owned(),
        "/api/v2/share".to_owned(),
        "/API/v1/status".to_owned(),
        "/api/v1//status".to_owned(),
        "/api/v1/status//".to_owned(),
        "/api/v1/secret".to_owned(),
        "/api/v1/secret/".to_owned(),
        format!("/api/v1/secret/{}/burn", canary.secret),
        format!("/api/v1/private/{}/burn/x", canary.receipt),
        "/favicon.ico".to_owned(),
    ] {
        for method in ["GET", "POST"] {
            let json = proper(client.ask(method, &path, &[], None)).refused(404, "Not Found").json();
            assert_eq!(json["error"], "Not Found", "{method} {path}");
        }
    }
    wire.end();
}

#[test]
fn keys_that_are_none_are_unknown_and_each_key_opens_its_own_door_only() {
    let wire = Wire::new();
    let client = wire.client();
    let canary = &wire.canaries[0];
    let long = "x".repeat(5000);
    let upper = canary.secret.to_uppercase();
    for key in [
        "x",
        "zzzzunknownzzzzunknownzzzzunkno",
        "%00",
        "a%2Fb",
        "%2e%2e",
        long.as_str(),
        upper.as_str(),
        "recent%20",
    ] {
        for path in [format!("/secret/{key}"), format!("/private/{key}"), format!("/receipt/{key}/burn")] {
            proper(client.post(&path, &[])).unknown();
        }
    }
    for path in [
        format!("/secret/{}", canary.receipt),
        format!("/private/{}", canary.secret),
        format!("/private/{}/burn", canary.secret),
    ] {
        proper(client.post(&path, &[])).unknown();
    }
    // The key in the path counts, whatever else is sent.
    let others =
        [("key", canary.secret.as_str()), ("secret_key", &canary.secret), ("metadata_key", &canary.receipt)];
    proper(client.post("/secret/zzzzunknownzzzzunknownzzzzunkno", &others)).unknown();
    let nobody = Account { email: "a@example.com".into(), token: "0".repeat(40) };
    let nobody = wire.server.client_of(&nobody);
    proper(nobody.post(&format!("/secret/{}", canary.secret), &[])).refused(404, "Not authorized");
    wire.end();
}
