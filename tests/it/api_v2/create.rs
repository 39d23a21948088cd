//! Conceal and generate (v2-contract.md §5, §8.2).

use readonce::domain::PassphraseRule;
use readonce::service::Policy;
use serde_json::{Value, json};

use super::{conceal, get, ids, post, refused, value};
use crate::api_v1::app::{App, json as json_request, policy};

#[tokio::test]
async fn a_value_comes_back_byte_for_byte() {
    let app = App::new();
    for text in ["hello", " \r\n\t", "a\0b", "😀 ü", "{\"secret\":1}", "v1:envelope:like"] {
        let (secret, _) = conceal(&app, json!({ "secret": text })).await;
        assert_eq!(value(&app, &secret).await, text);
    }
    for (given, text) in [(json!(123), "123"), (json!(true), "true"), (json!(false), "false")] {
        let (secret, _) = conceal(&app, json!({ "secret": given })).await;
        assert_eq!(value(&app, &secret).await, text);
    }
}

#[tokio::test]
async fn what_stands_beside_secret_is_ignored_and_a_text_under_it_refused() {
    let app = App::new();
    let made =
        post(&app, "secret/conceal", json!({ "secret": { "secret": "x" }, "ttl": 60, "passphrase": "p" }))
            .await
            .json();
    assert_eq!(
        (&made["record"]["secret"]["lifespan"], &made["record"]["secret"]["has_passphrase"]),
        (&json!(604_800), &json!(false))
    );
    for body in [
        json!({ "secret": "x" }),
        json!({ "secret": ["x"] }),
        json!({ "secret": 1 }),
        json!(["x"]),
        json!("x"),
    ] {
        for verb in ["conceal", "generate"] {
            refused(
                &post(&app, &format!("secret/{verb}"), body.clone()).await,
                422,
                "FormError",
                "Incorrect payload format",
            );
        }
    }
    for body in [Value::Null, json!({}), json!({ "secret": null }), json!({ "secret": { "secret": "" } })] {
        let answer = post(&app, "secret/conceal", body).await;
        refused(&answer, 422, "missing", "You did not provide anything to share");
        assert_eq!(answer.json()["field"], "secret");
    }
}

#[tokio::test]
async fn wrong_shapes_are_told_with_their_field_and_store_nothing() {
    let app = App::new();
    for (field, wrong) in [
        ("secret", json!(["x"])),
        ("secret", json!({ "a": 1 })),
        ("ttl", json!(true)),
        ("ttl", json!([60])),
        ("passphrase", json!(["p"])),
        ("passphrase", json!({ "p": 1 })),
        ("share_domain", json!(["links.example.com"])),
        ("recipient", json!({ "a": { "b": 1 } })),
    ] {
        let mut payload = json!({ "secret": "x" });
        payload[field] = wrong.clone();
        let answer = post(&app, "secret/conceal", json!({ "secret": payload })).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["field"]),
            (422, &json!(field)),
            "{field}: {wrong}"
        );
    }
    for (field, wrong) in [
        ("length", json!(129)),
        ("length", json!(0)),
        ("length", json!([8])),
        ("character_sets", json!("numbers")),
        (
            "character_sets",
            json!({ "uppercase": false, "lowercase": false, "numbers": false, "symbols": false }),
        ),
    ] {
        let mut payload = json!({});
        payload[field] = wrong.clone();
        let answer = post(&app, "secret/generate", json!({ "secret": payload })).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["field"]),
            (422, &json!(field)),
            "{field}: {wrong}"
        );
    }
}

/// v2-contract.md §2: a body is read as what it looks like, or refused.
#[tokio::test]
async fn bodies_of_every_kind() {
    let app = App::new();
    let body = r#"{"secret":{"secret":"x","ttl":3600}}"#;
    for media in [
        "application/json",
        "text/plain",
        "application/octet-stream",
        "application/vnd.api+json",
        "text/html",
    ] {
        let mut request = json_request("/api/v2/secret/conceal", body);
        request.headers_mut().insert("content-type", media.parse().unwrap());
        let answer = app.send(request).await;
        assert_eq!(answer.json()["record"]["secret"]["lifespan"], 3600, "{media}: {}", answer.text);
    }
    let form = app.post("/api/v2/secret/conceal", "secret[secret]=a+b&secret[ttl]=3600").await;
    assert_eq!(value(&app, &ids(&form).0).await, "a b");
    let query = app.post("/api/v2/secret/conceal?secret%5Bsecret%5D=q", "").await;
    assert_eq!(value(&app, &ids(&query).0).await, "q");
    for malformed in
        ["{", "\u{feff}{}", "{\"secret\":{\"secret\":\"\\ud800\"}}", "{\"secret\":{\"secret\":\"a\0b\"}}"]
    {
        let answer = app.send(json_request("/api/v2/secret/conceal", malformed)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error_type"]),
            (400, &json!("BadRequest")),
            "{malformed:?}"
        );
    }
    let mut called_a_form = json_request("/api/v2/secret/generate", body);
    called_a_form.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(app.send(called_a_form).await.status, 400);
    let null = app.send(json_request("/api/v2/secret/generate", "null")).await;
    assert_eq!(null.status, 200, "{}", null.text);
}

#[tokio::test]
async fn a_generated_value_leaves_in_the_answer_that_made_it_and_never_by_a_receipt() {
    let app = App::new();
    for payload in [json!({ "length": 30 }), json!({ "length": 30, "passphrase": "p" })] {
        let made = post(&app, "secret/generate", json!({ "secret": payload })).await;
        let shown = made.json()["details"]["secret_value"].as_str().unwrap().to_owned();
        assert_eq!(shown.len(), 30);
        assert_eq!(made.json()["details"]["kind"], "generate");
        let (secret, receipt) = ids(&made);
        for path in [
            format!("receipt/{receipt}"),
            format!("private/{receipt}"),
            format!("guest/receipt/{receipt}"),
            format!("secret/{secret}"),
        ] {
            let answer = get(&app, &path).await;
            assert!(answer.status == 200 && !answer.text.contains(&shown), "{path}: {}", answer.text);
        }
        let read =
            post(&app, &format!("secret/{secret}/reveal"), json!({ "continue": true, "passphrase": "p" }))
                .await;
        assert_eq!(read.json()["record"]["secret_value"], *shown);
    }
}

#[tokio::test]
async fn the_operator_may_ask_for_a_passphrase_and_say_how_long_it_is() {
    let passphrase = PassphraseRule { required: true, min_length: 4 };
    let app = App::with(Policy { passphrase, ..policy() });
    for (given, text) in [
        (Value::Null, "A passphrase is required for all secrets"),
        (json!(""), "A passphrase is required for all secrets"),
        (json!("\u{e4}\u{e4}\u{e4}"), "Passphrase must be at least 4 characters long"),
        (json!(123), "Passphrase must be at least 4 characters long"),
    ] {
        for verb in ["conceal", "generate"] {
            let answer = post(
                &app,
                &format!("secret/{verb}"),
                json!({ "secret": { "secret": "x", "passphrase": given } }),
            )
            .await;
            refused(&answer, 422, "FormError", text);
            assert_eq!(answer.json().get("field"), None, "as upstream, of no field");
        }
    }
    conceal(&app, json!({ "secret": "x", "passphrase": "abcd" })).await;
}
