//! What a server really answers has exactly the members that the description's schemas know: the file is written by hand, and a new member of an
//! answer has to be in it.

use serde_json::{Value, json};

use super::examples::fits;
use super::{Api, V1, V2};
use crate::support::{Account, Answer, Client, Home, Server, UNLIMITED};

/// Answers of a server, fitted into what its description has for them.
struct Fitting {
    api: Api,
    document: Value,
}

impl Fitting {
    fn of(api: Api) -> Self {
        Self { document: api.document(), api }
    }

    /// Fits an answer into the schema of this operation.
    fn fit(&self, method: &str, path: &str, answer: &Answer) -> Value {
        let answers = &self.document["paths"][path][method]["responses"];
        let mut one = &answers[answer.status.to_string()];
        if let Some(place) = one["$ref"].as_str() {
            one = self.document.pointer(place.strip_prefix('#').unwrap()).unwrap();
        }
        assert!(!one.is_null(), "{} {method} {path}: {} is not described", self.api.base, answer.status);
        let json = answer.json();
        fits(&self.document, &one["content"]["application/json"]["schema"], &json);
        json
    }

    /// Asks, and fits the answer. `KEY` stands in the path for a key; a body is JSON.
    fn ask(&self, client: &Client, request: (&str, &str), key: &str, body: Option<&Value>) -> Value {
        let (method, path) = request;
        let target = format!("{}{}", self.api.base, path.replace("{key}", key));
        let body = body.map(Value::to_string);
        let headers: &[_] = if body.is_some() { &[("Content-Type", "application/json")] } else { &[] };
        let answer = client.ask(&method.to_uppercase(), &target, headers, body.as_deref().map(str::as_bytes));
        self.fit(method, path, &answer)
    }
}

fn world() -> (Home, Account, Server) {
    let home = Home::new();
    let account = home.account("described@example.org");
    let server = home.serve_with(UNLIMITED);
    (home, account, server)
}

#[test]
fn every_answer_of_v1_has_the_members_that_are_described() {
    let (_home, account, server) = world();
    let (v1, client) = (Fitting::of(V1), server.client_of(&account));
    let key = |json: &Value, name: &str| json[name].as_str().unwrap().to_owned();

    let shared =
        v1.fit("post", "/share", &client.post("/share", &[("secret", "hello"), ("passphrase", "p")]));
    let generated = v1.fit("post", "/generate", &client.post("/generate", &[("ttl", "600")]));
    for json in [&shared, &generated] {
        let path = format!("/api/v1/private/{}", key(json, "metadata_key"));
        v1.fit("get", "/private/{key}", &client.get(&path));
    }
    let secret = format!("/secret/{}", key(&shared, "secret_key"));
    v1.fit("post", "/secret/{key}", &client.post(&secret, &[("passphrase", "wrong")]));
    v1.fit("post", "/secret/{key}", &client.post(&secret, &[("passphrase", "p")]));
    let burn = format!("/private/{}/burn", key(&generated, "metadata_key"));
    v1.fit("post", "/private/{key}/burn", &client.post(&burn, &[]));
    for json in [&shared, &generated] {
        let path = format!("/api/v1/private/{}", key(json, "metadata_key"));
        v1.fit("get", "/private/{key}", &client.get(&path));
    }
    let list = v1.fit("get", "/private/recent", &client.get("/api/v1/private/recent"));
    assert_eq!(list.as_array().unwrap().len(), 2);
    v1.fit("get", "/status", &client.get("/api/v1/status"));
    v1.fit("get", "/authcheck", &client.get("/api/v1/authcheck"));
    v1.fit("get", "/authcheck", &server.client().get("/api/v1/authcheck"));
    v1.fit("post", "/share", &client.post("/share", &[("secret", "")]));
    v1.fit("post", "/share", &client.post("/share?secret=%zz", &[]));
    server.stop();
}

#[test]
fn every_answer_of_v2_has_the_members_that_are_described() {
    let (_home, account, server) = world();
    let (v2, own, guest) = (Fitting::of(V2), server.client_of(&account), server.client());
    let key = |made: &Value, whose: &str| made["record"][whose]["key"].as_str().unwrap().to_owned();
    let (yes, no) = (json!({"continue": true}), json!({"continue": false}));

    let families = [
        (&own, "", &["/receipt", "/private"][..]),
        (&guest, "", &["/receipt", "/private"]),
        (&own, "/guest", &["/guest/receipt"]),
    ];
    for (client, family, receipts) in families {
        let (of_secret, of_reveal) =
            (format!("{family}/secret/{{key}}"), format!("{family}/secret/{{key}}/reveal"));
        let look_at_both = |made: &Value| {
            v2.ask(client, ("get", &of_secret), &key(made, "secret"), None);
            for receipt in receipts {
                v2.ask(client, ("get", &format!("{receipt}/{{key}}")), &key(made, "receipt"), None);
            }
        };
        let generated = v2.ask(client, ("post", &format!("{family}/secret/generate")), "", None);
        assert!(generated["details"]["secret_value"].is_string());
        let locked = json!({"secret": {"secret": "a\nb", "passphrase": "p", "ttl": 600}});
        let concealed = v2.ask(client, ("post", &format!("{family}/secret/conceal")), "", Some(&locked));
        look_at_both(&generated);
        look_at_both(&concealed);
        let secret = key(&concealed, "secret");
        assert!(v2.ask(client, ("post", &of_reveal), &secret, None)["record"]["secret_value"].is_null());
        assert_eq!(
            v2.ask(client, ("post", &of_reveal), &secret, Some(&yes))["error"],
            "Incorrect passphrase"
        );
        let right = json!({"continue": true, "passphrase": "p"});
        assert_eq!(
            v2.ask(client, ("post", &of_reveal), &secret, Some(&right))["record"]["secret_value"],
            "a\nb"
        );
        assert_eq!(v2.ask(client, ("post", &of_reveal), &secret, Some(&yes))["error_type"], "RecordNotFound");
        for receipt in receipts {
            let burn = format!("{receipt}/{{key}}/burn");
            assert_eq!(
                v2.ask(client, ("post", &burn), &key(&generated, "receipt"), Some(&no))["success"],
                false
            );
            assert_eq!(v2.ask(client, ("post", &burn), &key(&concealed, "receipt"), None)["success"], false);
        }
        let burn = format!("{}/{{key}}/burn", receipts[0]);
        assert_eq!(v2.ask(client, ("post", &burn), &key(&generated, "receipt"), Some(&yes))["success"], true);
        look_at_both(&generated);
        look_at_both(&concealed);
    }
    server.stop();
}

#[test]
fn what_v2_says_of_many_of_itself_and_in_refusals_is_as_described() {
    let (_home, account, server) = world();
    let (v2, own, guest) = (Fitting::of(V2), server.client_of(&account), server.client());
    let made = v2.ask(&own, ("post", "/secret/generate"), "", None);
    let key = made["record"]["secret"]["key"].as_str().unwrap();
    for (key, state) in [(key, "new"), ("nothing", "unknown")] {
        assert_eq!(v2.ask(&own, ("get", "/secret/{key}/status"), key, None)["record"]["state"], state);
    }
    let many = json!({"identifiers": [key, "nothing"]});
    assert_eq!(v2.ask(&own, ("post", "/secret/status"), "", Some(&many))["count"], 1);
    for path in ["/receipt/recent", "/private/recent"] {
        assert_eq!(v2.ask(&own, ("get", path), "", None)["count"], 1);
        assert_eq!(v2.ask(&guest, ("get", path), "", None)["error_type"], "Unauthorized");
    }
    for path in ["/status", "/supported-locales", "/version"] {
        assert_eq!(v2.ask(&guest, ("get", path), "", None)["success"], true);
    }
    let refused = [
        ("/secret/conceal", json!({}), "missing"),
        ("/secret/conceal", json!({"secret": "x"}), "FormError"),
        ("/secret/conceal", json!({"secret": {"secret": "x", "ttl": true}}), "FormError"),
        ("/secret/conceal", json!({"secret": {"secret": "x", "recipient": "a@example.org"}}), "Unauthorized"),
        ("/secret/conceal", json!({"secret": {"secret": "x", "passphrase": 0.5}}), "BadRequest"),
        ("/secret/generate", json!({"secret": {"length": 129}}), "FormError"),
        (
            "/guest/secret/conceal",
            json!({"secret": {"secret": "x", "recipient": "a@example.org"}}),
            "Unauthorized",
        ),
        ("/secret/status", json!({"identifiers": vec!["x"; 51]}), "FormError"),
    ];
    for (path, body, error_type) in refused {
        assert_eq!(v2.ask(&guest, ("post", path), "", Some(&body))["error_type"], error_type, "{body}");
    }
    server.stop();
}
