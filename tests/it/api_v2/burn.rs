//! Burning (v2-contract.md §8.7): what burns, what does not, and what is said of what is gone.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{conceal, get, post, refused, value};
use crate::api_v1::app::App;

async fn burned(app: &App, receipt: &str, body: Value) -> Value {
    let answer = post(app, &format!("receipt/{receipt}/burn"), body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn true_or_nothing_burns_and_anything_else_does_not() {
    let app = App::new();
    for body in [
        json!({ "continue": true }),
        json!({ "continue": "true" }),
        json!({}),
        Value::Null,
        json!({ "continue": null }),
    ] {
        let (secret, receipt) = conceal(&app, json!({ "secret": "x" })).await;
        let answer = burned(&app, &receipt, body.clone()).await;
        let record = &answer["record"];
        assert_eq!(
            (&answer["success"], &record["state"], &record["secret_state"]),
            (&json!(true), &json!("burned"), &Value::Null),
            "{body}"
        );
        assert!(record["burned"].is_u64() && record.get("secret_identifier").is_none(), "{record}");
        refused(&get(&app, &format!("secret/{secret}")).await, 404, "RecordNotFound", "Unknown secret");
    }
    for no in [json!(false), json!("yes"), json!(1), json!("1"), json!("TRUE"), json!([true]), json!("")] {
        let (secret, receipt) = conceal(&app, json!({ "secret": "x" })).await;
        let answer = burned(&app, &receipt, json!({ "continue": no })).await;
        assert_eq!((&answer["success"], &answer["record"]["state"]), (&json!(false), &json!("new")), "{no}");
        assert_eq!(value(&app, &secret).await, "x");
    }
}

/// Whoever said no, in whatever way it cannot be read, must not have burned it.
#[tokio::test]
async fn a_body_that_cannot_be_read_does_not_burn() {
    let app = App::new();
    let (secret, receipt) = conceal(&app, json!({ "secret": "x" })).await;
    for media in ["text/plain", "application/octet-stream", "application/json"] {
        for body in ["{'continue': false}", "{continue:false}", "{,}", "[false]", "{\"continue\":"] {
            let mut request = crate::api_v1::app::json(&format!("/api/v2/receipt/{receipt}/burn"), body);
            request.headers_mut().insert("content-type", media.parse().unwrap());
            let answer = app.send(request).await;
            assert!([400, 422].contains(&answer.status.as_u16()), "{media} {body}: {}", answer.text);
        }
    }
    assert_eq!(value(&app, &secret).await, "x");
}

#[tokio::test]
async fn a_protected_one_burns_without_its_passphrase_and_not_with_a_wrong_one() {
    let app = App::new();
    let (_, receipt) = conceal(&app, json!({ "secret": "x", "passphrase": "right" })).await;
    let path = format!("receipt/{receipt}/burn");
    for body in [json!({ "continue": true, "passphrase": "wrong" }), json!({ "passphrase": "wrong" })] {
        refused(&post(&app, &path, body).await, 422, "FormError", "Double check that passphrase");
    }
    let kept = burned(&app, &receipt, json!({ "continue": false, "passphrase": "wrong" })).await;
    assert_eq!(kept["success"], false);
    assert_eq!(burned(&app, &receipt, json!({ "continue": true })).await["success"], true);
}

#[tokio::test]
async fn what_is_gone_is_said_to_be_gone_and_how() {
    let app = App::new();
    let (secret, receipt) = conceal(&app, json!({ "secret": "x", "ttl": 600 })).await;
    value(&app, &secret).await;
    let (_, late) = conceal(&app, json!({ "secret": "x", "ttl": 600 })).await;
    app.clock.advance(600);
    for (receipt, state) in [(&receipt, "revealed"), (&late, "expired")] {
        let answer = burned(&app, receipt, json!({ "continue": true })).await;
        let details = &answer["details"];
        assert_eq!((&answer["success"], &answer["record"]["state"]), (&json!(false), &json!(state)));
        assert_eq!((&details["secret_realttl"], &details["can_decrypt"]), (&Value::Null, &json!(false)));
    }
    for id in ["zzzz", &secret] {
        refused(
            &post(&app, &format!("receipt/{id}/burn"), json!({})).await,
            404,
            "RecordNotFound",
            "Unknown secret",
        );
    }
}
