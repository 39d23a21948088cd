//! v1-contract.md §5, §7.3.

use axum::http::Method;

use super::app::{App, json, policy};
use readonce::service::Access;

#[tokio::test]
async fn an_anonymous_share() {
    let app = App::new();
    let answer = app.post("/api/v1/share", "secret=hello&ttl=3600").await;
    assert_eq!(
        answer.pinned(),
        r#"200 {"custid":"anon","metadata_key":"<1>","secret_key":"<2>","ttl":3600,"metadata_ttl":7200,"secret_ttl":3600,"state":"new","updated":1795248429,"created":1795248429,"recipient":[],"share_domain":"","passphrase_required":false}"#
    );
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
}

#[tokio::test]
async fn an_accounts_share_by_create_with_nested_names_and_a_passphrase() {
    let app = App::new();
    let token = app.account("Ann@example.org", "default").await;
    let who = format!("ann@example.org:{token}");
    let body = "secret[secret]=hello&secret[ttl]=99999999&secret[passphrase]=p&secret[share_domain]=";
    let answer = app.call(Method::POST, "/api/v1/create", Some(&who), body).await;
    assert_eq!(
        answer.pinned(),
        r#"200 {"custid":"Ann@example.org","metadata_key":"<1>","secret_key":"<2>","ttl":2592000,"metadata_ttl":5184000,"secret_ttl":2592000,"state":"new","updated":1795248429,"created":1795248429,"recipient":[],"share_domain":"","passphrase_required":true}"#
    );
}

#[tokio::test]
async fn plans_bound_lifetime_and_size() {
    let app = App::new();
    let token = app.account("ann@example.org", "small").await;
    let who = format!("ann@example.org:{token}");
    let answer = app.call(Method::POST, "/api/v1/share", Some(&who), "secret=x&ttl=99999999").await;
    assert_eq!(answer.json()["ttl"], 86_400);
    let long = format!("secret={}", "x".repeat(101));
    let answer = app.call(Method::POST, "/api/v1/share", Some(&who), &long).await;
    assert_eq!(answer.pinned(), r#"404 {"message":"Secret value exceeds the maximum size of 100 bytes"}"#);
    assert_eq!(answer.header("x-ots-intended-status"), Some("400"));
}

#[tokio::test]
async fn what_cannot_be_shared_is_told_why_in_the_contracts_order() {
    let app = App::new();
    let too_big = "x".repeat(10_001);
    let long_word = "p".repeat(129);
    for (body, message) in [
        (
            format!("secret={too_big}&recipient=a@example.org"),
            "Secret value exceeds the maximum size of 10000 bytes",
        ),
        (
            "recipient=a@example.org&share_domain=a.example.com".into(),
            "An account is required to send emails.",
        ),
        (format!("share_domain=a.example.com&passphrase={long_word}"), "Unknown domain: a.example.com"),
        (
            format!("share_domain=links.example.com&passphrase={long_word}"),
            "You do not have permission to use domain: links.example.com",
        ),
        (format!("passphrase={long_word}"), "Passphrase must be no more than 128 characters long"),
        ("secret=".into(), "You did not provide anything to share"),
        (String::new(), "You did not provide anything to share"),
    ] {
        let answer = app.post("/api/v1/share", &body).await;
        assert_eq!(answer.pinned(), format!(r#"404 {{"message":"{message}"}}"#));
        assert_eq!(answer.header("x-ots-intended-status"), Some("400"));
    }
    let (_, receipt) = app.share(&format!("secret={}", "x".repeat(10_000))).await;
    assert_eq!(app.get(&format!("/api/v1/private/{receipt}")).await.status, 200, "exactly the limit passes");
}

#[tokio::test]
async fn recipients() {
    let app = App::new();
    let token = app.account("ann@example.org", "default").await;
    let who = format!("ann@example.org:{token}");
    for (recipient, message) in [
        ("recipient=bob@example.org", "This server does not send e-mail."),
        ("recipient[]=&recipient[]=bob@example.org", "This server does not send e-mail."),
        ("recipient=bob", "Undeliverable email address: bob"),
        ("recipient[]=bob@example.org&recipient[]=no", "Undeliverable email address: no"),
    ] {
        let body = format!("secret=x&{recipient}");
        let answer = app.call(Method::POST, "/api/v1/share", Some(&who), &body).await;
        assert_eq!(answer.pinned(), format!(r#"404 {{"message":"{message}"}}"#), "{recipient}");
    }
    for unset in ["recipient=", "recipient[]=", "recipient=undefined", "recipient=+"] {
        assert_eq!(app.post("/api/v1/share", &format!("secret=x&{unset}")).await.status, 200, "{unset}");
    }
}

#[tokio::test]
async fn share_domains() {
    let app = App::new();
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let bob = format!("bob@example.org:{}", app.account("bob@example.org", "default").await);
    for (who, domain, shown) in [
        (None, "localhost", ""),
        (None, "secrets.example.org", ""),
        (None, "Secrets.Example.org.", ""),
        (Some(&ann), "Links.example.com", "links.example.com"),
        (Some(&bob), "open.example.com", "open.example.com"),
    ] {
        let body = format!("secret=x&share_domain={domain}");
        let answer = app.call(Method::POST, "/api/v1/share", who.map(String::as_str), &body).await;
        assert_eq!(answer.field("share_domain"), shown, "{domain}");
        let base = if shown.is_empty() {
            "https://secrets.example.org/ots".into()
        } else {
            format!("https://{shown}")
        };
        let read = app.post(&format!("/api/v1/secret/{}", answer.field("secret_key")), "").await;
        assert_eq!(read.field("share_domain"), base);
    }
    for (who, domain) in [(Some(&bob), "links.example.com"), (None, "open.example.com")] {
        let body = format!("secret=x&share_domain={domain}");
        let answer = app.call(Method::POST, "/api/v1/share", who.map(String::as_str), &body).await;
        assert_eq!(
            answer.pinned(),
            format!(r#"404 {{"message":"You do not have permission to use domain: {domain}"}}"#)
        );
    }
}

#[tokio::test]
async fn an_operator_may_ask_for_accounts() {
    let app = App::with(readonce::service::Policy {
        create: Access::Account,
        metadata: Access::Account,
        ..policy()
    });
    let who = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    assert_eq!(app.post("/api/v1/share", "secret=x").await.pinned(), r#"404 {"message":"Not authorized"}"#);
    assert_eq!(app.post("/api/v1/generate", "").await.pinned(), r#"404 {"message":"Not authorized"}"#);
    let shared = app.call(Method::POST, "/api/v1/share", Some(&who), "secret=x").await;
    let path = format!("/api/v1/private/{}", shared.field("metadata_key"));
    assert_eq!(app.get(&path).await.pinned(), r#"404 {"message":"Not authorized"}"#);
    assert_eq!(app.post(&format!("{path}/burn"), "").await.pinned(), r#"404 {"message":"Not authorized"}"#);
    assert_eq!(app.call(Method::GET, &path, Some(&who), "").await.status, 200);
    let read = app.post(&format!("/api/v1/secret/{}", shared.field("secret_key")), "").await;
    assert_eq!(read.status, 200, "whoever has the link reads, account or not");
}

#[tokio::test]
async fn numbers_of_json_are_stored_as_they_were_written_or_not_at_all() {
    let app = App::new();
    let refused = r#"400 {"error":"Bad Request","message":"A number like this has to be sent as a text"}"#;
    for body in [
        r#"{"secret":12345678901234567890123}"#,
        r#"{"secret":0.5}"#,
        r#"{"secret":{"secret":1.0}}"#,
        r#"{"secret":"x","passphrase":12345678901234567890123}"#,
    ] {
        assert_eq!(app.send(json("/api/v1/share", body)).await.pinned(), refused, "{body}");
    }
    let answer = app.send(json("/api/v1/share", r#"{"secret":18446744073709551615,"ttl":3600.9}"#)).await;
    assert_eq!(answer.json()["ttl"], 3600);
    let read = app.post(&format!("/api/v1/secret/{}", answer.field("secret_key")), "").await;
    assert_eq!(read.field("value"), "18446744073709551615");
    let (key, _) = app.share("secret=x&passphrase=12345678901234567890123").await;
    let tried = json(&format!("/api/v1/secret/{key}"), r#"{"passphrase":12345678901234567890123}"#);
    assert_eq!(app.send(tried).await.pinned(), refused);
}

#[tokio::test]
async fn recipients_are_not_dropped_unseen() {
    let app = App::new();
    let refused =
        r#"400 {"error":"Bad Request","message":"`recipient` has to be a text or a list of texts"}"#;
    assert_eq!(app.post("/api/v1/share", "secret=x&recipient[x][y]=a").await.pinned(), refused);
    let nested = r#"{"secret":"x","recipient":{"a":{"b":"c"}}}"#;
    assert_eq!(app.send(json("/api/v1/share", nested)).await.pinned(), refused);
    let mixed = r#"{"secret":"x","recipient":["bob@example.org",{"a":"b"}]}"#;
    assert_eq!(app.send(json("/api/v1/share", mixed)).await.pinned(), refused);
    for none in [r#"{"secret":"x","recipient":[]}"#, r#"{"secret":"x","recipient":null}"#] {
        assert_eq!(app.send(json("/api/v1/share", none)).await.status, 200, "{none}");
    }
}

/// Lines that a shell or a library made a list of: the last one alone is not what was sent.
#[tokio::test]
async fn a_list_or_an_object_where_one_value_is_meant_is_refused_by_its_name() {
    let app = App::new();
    let (key, receipt) = app.share("secret=kept&passphrase=b").await;
    let (reveal, burn) = (format!("/api/v1/secret/{key}"), format!("/api/v1/private/{receipt}/burn"));
    let (share, generate) = ("/api/v1/share", "/api/v1/generate");
    let refused = |name: &str| {
        let message = format!("`{name}` has to be one value, not a list or an object");
        format!(r#"400 {{"error":"Bad Request","message":"{message}"}}"#)
    };
    for (path, name, members) in [
        (share, "secret", r#""secret":["l1","l2"]"#),
        (share, "secret", r#""secret":["l1"]"#),
        (share, "secret", r#""secret":{"secret":["l1","l2"]}"#),
        (share, "passphrase", r#""secret":"x","passphrase":["a","b"]"#),
        (share, "passphrase", r#""secret":{"secret":"x","passphrase":["a","b"]}"#),
        (share, "ttl", r#""secret":"x","ttl":[60]"#),
        (share, "share_domain", r#""secret":"x","share_domain":["a.example"]"#),
        (share, "locale", r#""secret":"x","locale":["de","en"]"#),
        (generate, "passphrase", r#""passphrase":["a","b"]"#),
        (generate, "length", r#""length":[20]"#),
        (generate, "ttl", r#""ttl":{"a":60}"#),
        (generate, "symbols", r#""character_sets":{"symbols":[false]}"#),
        (&reveal, "passphrase", r#""passphrase":["a","b"]"#),
        (&burn, "passphrase", r#""passphrase":["a","b"]"#),
    ] {
        let answer = app.send(json(path, &format!("{{{members}}}"))).await;
        assert_eq!(answer.pinned(), refused(name), "{path} {members}");
    }
    for (path, name, form) in [
        (share, "secret", "secret[]=l1&secret[]=l2"),
        (share, "secret", "secret[]=l1"),
        (share, "ttl", "secret=x&ttl[]=60"),
        (share, "passphrase", "secret=x&passphrase[]=a&passphrase[]=b"),
        (generate, "length", "length[]=20"),
        (&reveal, "passphrase", "passphrase[]=a&passphrase[]=b"),
        (&burn, "passphrase", "passphrase[]=b"),
    ] {
        assert_eq!(app.post(path, form).await.pinned(), refused(name), "{path} {form}");
    }
    assert_eq!(app.get("/api/v1/status?locale[]=de").await.pinned(), refused("locale"));
    for sets in [r#"{"character_sets":["symbols"]}"#, r#"{"character_sets":"symbols"}"#] {
        let answer = app.send(json(generate, sets)).await;
        let message = r#"400 {"error":"Bad Request","message":"`character_sets` has to be an object"}"#;
        assert_eq!(answer.pinned(), message, "{sets}");
    }
    // A form's name that is repeated counts as its last value: v1-contract.md §2.
    let last = app.post(share, "secret=l1&secret=l2").await;
    let read = app.post(&format!("/api/v1/secret/{}", last.field("secret_key")), "").await;
    assert_eq!(read.field("value"), "l2");
    assert_eq!(app.post(&reveal, "passphrase=b").await.field("value"), "kept", "and nothing was consumed");
}
