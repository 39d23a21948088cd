//! The v2 wire, through the real router, store and vault: upstream's recordings next to ours, and the rules by which they
//! differ (v2-contract.md §11).

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::api_v1::app::{Answer, App};

mod access;
mod both;
mod burn;
mod calls;
mod create;
mod errors;
mod looks;
mod old_links;
mod recorded;

/// A request with a JSON body where there is one, as `user:token` where there is one.
pub(super) async fn ask(app: &App, method: Method, path: &str, who: Option<&str>, body: Value) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v2/{path}"));
    if let Some(who) = who {
        request = request.header("authorization", format!("Basic {}", STANDARD.encode(who)));
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
    };
    app.send(request.body(body).unwrap()).await
}

pub(super) async fn post(app: &App, path: &str, body: Value) -> Answer {
    ask(app, Method::POST, path, None, body).await
}

pub(super) async fn get(app: &App, path: &str) -> Answer {
    ask(app, Method::GET, path, None, Value::Null).await
}

/// Conceals as nobody; the secret's id and the receipt's.
pub(super) async fn conceal(app: &App, payload: Value) -> (String, String) {
    let answer = post(app, "secret/conceal", json!({ "secret": payload })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    ids(&answer)
}

/// Those of an answer that created.
pub(super) fn ids(answer: &Answer) -> (String, String) {
    let record = &answer.json()["record"];
    let id = |of: &str| record[of]["identifier"].as_str().unwrap().to_owned();
    (id("secret"), id("receipt"))
}

/// Refused with this status, type and text, and nothing besides but what belongs to them.
#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, error_type: &str, error: &str) {
    let body = answer.json();
    assert_eq!(
        (answer.status.as_u16(), &body["error_type"], &body["error"]),
        (status, &json!(error_type), &json!(error))
    );
}

/// Reads it, which has to work.
pub(super) async fn value(app: &App, id: &str) -> String {
    let answer = post(app, &format!("secret/{id}/reveal"), json!({ "continue": true })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["record"]["secret_value"].as_str().unwrap().to_owned()
}
