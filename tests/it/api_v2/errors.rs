//! Every refusal is JSON with `error` and `error_type` (v2-contract.md §4), also where the store or the keys fail.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use readonce::domain::Timestamp;
use readonce::vault::Keyring;
use serde_json::{Value, json};

use super::{ask, conceal, get, post, refused};
use crate::api_v1::app::{App, policy};
use crate::api_v1::watched::{Trouble, Watch, Watched};

#[tokio::test]
async fn a_store_that_is_out_is_told_on_every_route_but_the_open_ones() {
    let watch = Arc::new(Watch::default());
    let wrapped = Arc::clone(&watch);
    let app = App::over(|store| Watched::over(store, wrapped), policy());
    let (secret, receipt) = conceal(&app, json!({ "secret": "x" })).await;
    for (method, path, body) in [
        (Method::POST, "secret/conceal".to_owned(), json!({ "secret": { "secret": "y" } })),
        (Method::POST, "secret/generate".to_owned(), json!({})),
        (Method::GET, format!("secret/{secret}"), Value::Null),
        (Method::GET, format!("secret/{secret}/status"), Value::Null),
        (Method::POST, format!("secret/{secret}/reveal"), json!({})),
        (Method::POST, format!("secret/{secret}/reveal"), json!({ "continue": true })),
        (Method::GET, format!("receipt/{receipt}"), Value::Null),
        (Method::POST, format!("receipt/{receipt}/burn"), json!({})),
    ] {
        watch.next(Trouble::Refusal);
        let answer = ask(&app, method, &path, None, body).await;
        refused(&answer, 503, "Unavailable", "Service temporarily unavailable. Please try again shortly.");
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    for path in ["status", "supported-locales", "version"] {
        assert_eq!(get(&app, path).await.status, 200);
    }
}

#[tokio::test]
async fn a_key_that_is_not_at_hand_uses_nothing_up() {
    let app = App::new();
    let (secret, _) = conceal(&app, json!({ "secret": "kept" })).await;
    let own = app.vault.ring();
    app.vault.replace_ring(Keyring::generate(Timestamp(1)));
    let answer = post(&app, &format!("secret/{secret}/reveal"), json!({ "continue": true })).await;
    refused(
        &answer,
        503,
        "SecretUndecryptable",
        "This server cannot open the secret at the moment. It is kept.",
    );
    assert_eq!(answer.json()["code"], "secret_undecryptable");
    // To look takes no key.
    assert_eq!(get(&app, &format!("secret/{secret}")).await.status, 200);
    app.vault.replace_ring((*own).clone());
    assert_eq!(super::value(&app, &secret).await, "kept");
}

#[tokio::test]
async fn unknown_paths_and_bodies_too_large() {
    let app = App::new();
    for path in [
        "nope",
        "share",
        "secret",
        "guest/secret/x/status",
        "metadata/x",
        "authcheck",
        "STATUS",
        "receipt/x/y",
    ] {
        refused(&get(&app, path).await, 404, "NotFound", "Not Found");
    }
    let request = Request::post("/api/v2/secret/conceal").header("content-type", "application/json");
    let long = format!(r#"{{"secret":{{"secret":"{}"}}}}"#, "x".repeat(2_000_000));
    let answer = app.send(request.body(Body::from(long)).unwrap()).await;
    refused(&answer, 413, "PayloadTooLarge", "The request is too large");
    let answer = post(&app, "secret/conceal", json!({ "secret": { "secret": "x".repeat(10_001) } })).await;
    refused(&answer, 422, "FormError", "Secret content must be no more than 10000 bytes long");
    assert_eq!(answer.json()["field"], "secret");
    let answer =
        post(&app, "secret/conceal", json!({ "secret": { "secret": "x", "passphrase": "p".repeat(129) } }))
            .await;
    refused(&answer, 422, "FormError", "Passphrase must be no more than 128 characters long");
}
