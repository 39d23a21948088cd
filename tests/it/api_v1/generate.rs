//! v1-contract.md §5.7.

use super::app::{App, json};

#[tokio::test]
async fn a_generated_password_is_shown_and_then_read_once() {
    let app = App::new();
    let answer = app.post("/api/v1/generate", "ttl=3600&secret=ignored").await;
    let value = answer.field("value");
    let escaped = serde_json::to_string(&value).unwrap();
    assert_eq!(
        answer.pinned().replace(&escaped, "<value>"),
        r#"200 {"custid":"anon","metadata_key":"<1>","secret_key":"<2>","ttl":3600,"metadata_ttl":7200,"secret_ttl":3600,"state":"new","updated":1795248429,"created":1795248429,"recipient":[],"share_domain":"","value":<value>,"passphrase_required":false}"#
    );
    assert_eq!(value.chars().count(), 12);
    assert!(!value.contains(['i', 'l', 'o', '1', 'I', 'O', '0']));
    assert!(
        app.get(&format!("/api/v1/private/{}", answer.field("metadata_key")))
            .await
            .json()
            .get("value")
            .is_none()
    );
    assert_eq!(
        app.post(&format!("/api/v1/secret/{}", answer.field("secret_key")), "").await.field("value"),
        value
    );
}

#[tokio::test]
async fn length_and_character_sets() {
    let app = App::new();
    let only_digits = "length=20&character_sets[uppercase]=false&character_sets[lowercase]=0&character_sets[symbols]=off&character_sets[exclude_ambiguous]=no";
    let value = app.post("/api/v1/generate", only_digits).await.field("value");
    assert!(value.len() == 20 && value.bytes().all(|byte| byte.is_ascii_digit()), "{value}");
    for (body, message) in [
        ("length=129", "Generated password length must be no more than 128 characters"),
        ("length=0", "Generated password length must be at least 1 character"),
        ("length=-3", "Generated password length must be at least 1 character"),
        ("length=many", "Generated password length must be at least 1 character"),
        (
            "character_sets[uppercase]=0&character_sets[lowercase]=0&character_sets[symbols]=0&character_sets[numbers]=0",
            "At least one set of characters is needed to generate a password",
        ),
    ] {
        let answer = app.post("/api/v1/generate", body).await;
        assert_eq!(answer.pinned(), format!(r#"404 {{"message":"{message}"}}"#));
        assert_eq!(answer.header("x-ots-intended-status"), Some("400"));
    }
    assert_eq!(app.post("/api/v1/generate", "length=").await.field("value").chars().count(), 12);
    assert_eq!(app.post("/api/v1/generate", "length=128").await.field("value").chars().count(), 128);
}

#[tokio::test]
async fn a_secret_is_ignored_whatever_its_shape() {
    let app = App::new();
    for body in
        [r#"{"secret":[],"ttl":99}"#, r#"{"secret":{"ttl":77},"ttl":99}"#, r#"{"secret":0.5,"ttl":99}"#]
    {
        let answer = app.send(json("/api/v1/generate", body)).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
        assert_eq!(answer.json()["ttl"], 99, "{body}");
    }
    let refused = app.post("/api/v1/generate", "passphrase[x]=y").await;
    assert_eq!(refused.status, 400, "a passphrase is not");
}
