//! Who may do what (v2-contract.md §3), and what limits say (v2-contract.md §10).

use axum::http::Method;
use readonce::service::{Access, Limits, Policy};
use serde_json::{Value, json};

use super::{ask, conceal, get, post, refused};
use crate::api_v1::app::{App, policy};

#[tokio::test]
async fn wrong_credentials_are_refused_where_they_are_looked_at_and_never_count_as_none() {
    let app = App::new();
    let (secret, receipt) = conceal(&app, json!({ "secret": "x" })).await;
    let token = app.account("ann@example.org", "default").await;
    for who in
        ["ann@example.org:wrong", "nobody@example.org:wrong", ":", "ann@example.org:", &format!(":{token}")]
    {
        for (method, path) in [
            (Method::POST, "secret/conceal".to_owned()),
            (Method::GET, format!("secret/{secret}")),
            (Method::GET, format!("secret/{secret}/status")),
            (Method::POST, format!("secret/{secret}/reveal")),
            (Method::GET, format!("receipt/{receipt}")),
            (Method::POST, format!("receipt/{receipt}/burn")),
            (Method::GET, "receipt/recent".to_owned()),
        ] {
            let answer =
                ask(&app, method, &path, Some(who), json!({ "continue": true, "secret": { "secret": "y" } }))
                    .await;
            refused(&answer, 401, "Unauthorized", "Authentication Required");
            assert_eq!(answer.json()["message"], "[CREDENTIALS_INVALID] Invalid credentials");
            assert_eq!(answer.header("www-authenticate"), None);
        }
        for path in ["status", "supported-locales", "version"] {
            assert_eq!(
                ask(&app, Method::GET, path, Some(who), Value::Null).await.json()["success"],
                true,
                "{path}"
            );
        }
        let guest = ask(
            &app,
            Method::POST,
            "guest/secret/conceal",
            Some(who),
            json!({ "secret": { "secret": "y" } }),
        )
        .await;
        assert_eq!(guest.json()["record"]["receipt"]["owner_id"], Value::Null);
    }
    refused(&get(&app, "receipt/recent").await, 401, "Unauthorized", "Authentication Required");
    let right = format!("Ann@Example.ORG:{token}");
    let own = ask(&app, Method::POST, "secret/conceal", Some(&right), json!({ "secret": { "secret": "y" } }))
        .await
        .json();
    let again =
        ask(&app, Method::POST, "secret/conceal", Some(&right), json!({ "secret": { "secret": "z" } }))
            .await
            .json();
    let owner = own["record"]["receipt"]["owner_id"].as_str().unwrap();
    assert_eq!((owner.len(), &again["record"]["receipt"]["owner_id"]), (36, &json!(owner)));
    let recent = ask(&app, Method::GET, "private/recent", Some(&right), Value::Null).await.json();
    assert_eq!((&recent["custid"], &recent["count"]), (&json!(owner), &json!(2)));
}

#[tokio::test]
async fn guests_are_told_which_verb_is_closed_and_reading_never_is() {
    let app = App::with(Policy { create: Access::Account, metadata: Access::Account, ..policy() });
    let token = app.account("ann@example.org", "default").await;
    let own = format!("ann@example.org:{token}");
    let made =
        ask(&app, Method::POST, "secret/conceal", Some(&own), json!({ "secret": { "secret": "x" } })).await;
    let (secret, receipt) = super::ids(&made);
    for (method, path, verb) in [
        (Method::POST, "secret/conceal".to_owned(), "conceal"),
        (Method::POST, "secret/generate".to_owned(), "generate"),
        (Method::GET, format!("receipt/{receipt}"), "receipt"),
        (Method::POST, format!("receipt/{receipt}/burn"), "burn"),
    ] {
        // Credentials make no guest's route theirs.
        for (family, who) in [("", None), ("guest/", None), ("guest/", Some(&*own))] {
            let answer = ask(&app, method.clone(), &format!("{family}{path}"), who, Value::Null).await;
            refused(&answer, 403, "GuestRoutesDisabled", &format!("Guest {verb} is disabled"));
            assert_eq!(answer.json()["code"], format!("GUEST_{}_DISABLED", verb.to_uppercase()));
        }
    }
    assert_eq!(get(&app, &format!("secret/{secret}/status")).await.json()["record"]["state"], "new");
    assert_eq!(super::value(&app, &secret).await, "x");
}

#[tokio::test]
async fn a_domain_is_refused_to_guests_as_forbidden_and_to_accounts_as_unknown() {
    let app = App::new();
    let bob = format!("bob@example.org:{}", app.account("bob@example.org", "default").await);
    let asked = |host: &str| json!({ "secret": { "secret": "x", "share_domain": host } });
    for host in ["links.example.com", "elsewhere.example.com"] {
        let answer = post(&app, "secret/conceal", asked(host)).await;
        refused(&answer, 403, "Forbidden", &format!("You do not have permission to use domain: {host}"));
        assert_eq!(answer.json()["error_key"], "api.secrets.errors.domain_permission_anonymous_cross_domain");
    }
    let unknown = ask(&app, Method::POST, "secret/conceal", Some(&bob), asked("elsewhere.example.com")).await;
    refused(&unknown, 422, "FormError", "Unknown domain: elsewhere.example.com");
    let others = ask(&app, Method::POST, "secret/conceal", Some(&bob), asked("links.example.com")).await;
    refused(&others, 403, "Forbidden", "You do not have permission to use domain: links.example.com");
    let open = ask(&app, Method::POST, "secret/conceal", Some(&bob), asked("open.example.com")).await.json();
    assert_eq!(open["record"]["share_domain"], "open.example.com");
    let link = open["record"]["receipt"]["share_url"].as_str().unwrap();
    assert!(link.starts_with("https://open.example.com/secret/"), "{link}");
    for own in ["secrets.example.org", "", "localhost"] {
        let made = post(&app, "secret/conceal", asked(own)).await.json();
        assert_eq!(made["record"]["share_domain"], Value::Null, "{own}");
    }
    let mail = json!({ "secret": { "secret": "x", "recipient": "not an address" } });
    refused(
        &post(&app, "secret/conceal", mail).await,
        401,
        "Unauthorized",
        "An account is required to send emails.",
    );
}

#[tokio::test]
async fn both_apis_share_their_limits_and_v2_says_how_long() {
    let app = App::with(Policy { limits: Limits { create: 2, read: 3, ..policy().limits }, ..policy() });
    let (secret, _) = app.share("secret=by+v1").await;
    conceal(&app, json!({ "secret": "x" })).await;
    let answer = post(&app, "secret/conceal", json!({ "secret": { "secret": "y" } })).await;
    refused(&answer, 429, "LimitExceeded", "Too many requests. Please try again later.");
    assert_eq!(answer.header("retry-after"), Some(&*answer.json()["retry_after"].to_string()));
    for path in
        [format!("secret/{secret}"), format!("secret/{secret}/status"), format!("guest/secret/{secret}")]
    {
        assert_eq!(get(&app, &path).await.status, 200);
    }
    refused(
        &get(&app, &format!("secret/{secret}")).await,
        429,
        "LimitExceeded",
        "Too many requests. Please try again later.",
    );
    assert_eq!(get(&app, "status").await.status, 200, "no limit is on it");
}

#[tokio::test]
async fn tries_are_counted_together_and_the_right_one_waits_as_well() {
    let app = App::new();
    let (secret, receipt) = conceal(&app, json!({ "secret": "x", "passphrase": "right" })).await;
    let path = format!("secret/{secret}/reveal");
    for missing in [json!({ "continue": true }), json!({ "continue": true, "passphrase": "" })] {
        refused(&post(&app, &path, missing).await, 422, "FormError", "Incorrect passphrase");
    }
    // Without `continue` nothing is looked at, and nothing counted.
    for _ in 0..10 {
        assert_eq!(post(&app, &path, json!({ "passphrase": "wrong" })).await.status, 200);
    }
    let wrong = json!({ "continue": true, "passphrase": "wrong" });
    for _ in 0..3 {
        refused(&post(&app, &path, wrong.clone()).await, 422, "FormError", "Incorrect passphrase");
    }
    app.post(&format!("/api/v1/secret/{secret}"), "passphrase=wrong").await;
    refused(
        &post(&app, &format!("receipt/{receipt}/burn"), wrong).await,
        422,
        "FormError",
        "Double check that passphrase",
    );
    let right = json!({ "continue": true, "passphrase": "right" });
    for path in [&*path, &format!("guest/{path}"), &format!("receipt/{receipt}/burn")] {
        let answer = post(&app, path, right.clone()).await;
        refused(
            &answer,
            429,
            "LimitExceeded",
            "Too many incorrect passphrase attempts. Please try again later.",
        );
        assert_eq!(answer.json()["retry_after"], 900);
    }
    app.clock.advance(901);
    assert_eq!(post(&app, &path, right).await.json()["record"]["secret_value"], "x");
}
