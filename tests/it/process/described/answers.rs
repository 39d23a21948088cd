//! What a server really answers has exactly the members that the description's schemas know: the file is written by hand, and a new member of an
//! answer has to be in it.

use serde_json::Value;

use super::DOCUMENT;
use super::examples::fits;
use crate::support::{Answer, Home, UNLIMITED};

/// Fits an answer into the schema that the description has for it.
fn described(operation: (&str, &str), answer: &Answer) -> Value {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let (method, path) = operation;
    let answers = &document["paths"][path][method]["responses"];
    let mut one = &answers[answer.status.to_string()];
    if let Some(place) = one["$ref"].as_str() {
        one = document.pointer(place.strip_prefix('#').unwrap()).unwrap();
    }
    assert!(!one.is_null(), "{method} {path}: {} is not described", answer.status);
    let json = answer.json();
    fits(&document, &one["content"]["application/json"]["schema"], &json);
    json
}

#[test]
fn every_answer_has_the_members_that_are_described() {
    let home = Home::new();
    let account = home.account("described@example.org");
    let server = home.serve_with(UNLIMITED);
    let client = server.client_of(&account);
    let key = |json: &Value, name: &str| json[name].as_str().unwrap().to_owned();

    let shared =
        described(("post", "/share"), &client.post("/share", &[("secret", "hello"), ("passphrase", "p")]));
    let generated = described(("post", "/generate"), &client.post("/generate", &[("ttl", "600")]));
    for json in [&shared, &generated] {
        let path = format!("/api/v1/private/{}", key(json, "metadata_key"));
        described(("get", "/private/{key}"), &client.get(&path));
    }
    let secret = format!("/secret/{}", key(&shared, "secret_key"));
    described(("post", "/secret/{key}"), &client.post(&secret, &[("passphrase", "wrong")]));
    described(("post", "/secret/{key}"), &client.post(&secret, &[("passphrase", "p")]));
    let burn = format!("/private/{}/burn", key(&generated, "metadata_key"));
    described(("post", "/private/{key}/burn"), &client.post(&burn, &[]));
    for json in [&shared, &generated] {
        let path = format!("/api/v1/private/{}", key(json, "metadata_key"));
        described(("get", "/private/{key}"), &client.get(&path));
    }
    let list = described(("get", "/private/recent"), &client.get("/api/v1/private/recent"));
    assert_eq!(list.as_array().unwrap().len(), 2);
    described(("get", "/status"), &client.get("/api/v1/status"));
    described(("get", "/authcheck"), &client.get("/api/v1/authcheck"));
    described(("get", "/authcheck"), &server.client().get("/api/v1/authcheck"));
    described(("post", "/share"), &client.post("/share", &[("secret", "")]));
    described(("post", "/share"), &client.post("/share?secret=%zz", &[]));
    server.stop();
}
