//! What may be known of a secret before it is read, and that knowing it changes nothing (v2-contract.md §8.3, §8.4).

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ask, conceal, get, post, refused, value};
use crate::api_v1::app::App;

#[tokio::test]
async fn a_get_consumes_and_checks_nothing_whatever_its_query_says() {
    let app = App::new();
    let (secret, receipt) = conceal(&app, json!({ "secret": "kept", "passphrase": "open sesame" })).await;
    let before = get(&app, &format!("receipt/{receipt}")).await.text;
    for query in
        ["", "?continue=true", "?continue=true&passphrase=open%20sesame", "?passphrase=wrong", "?locale=%zz"]
    {
        for family in ["", "guest/"] {
            for method in [Method::GET, Method::HEAD] {
                let path = format!("{family}secret/{secret}{query}");
                let shown = ask(&app, method, &path, None, Value::Null).await;
                assert_eq!(shown.status, StatusCode::OK, "{query}: {}", shown.text);
                assert!(!shown.text.contains("kept") && !shown.text.contains(&receipt), "{}", shown.text);
            }
        }
    }
    // More wrong passphrases in queries than there are tries: none was counted.
    for _ in 0..10 {
        get(&app, &format!("secret/{secret}?continue=true&passphrase=wrong")).await;
    }
    assert_eq!(get(&app, &format!("receipt/{receipt}")).await.text, before);
    let path = format!("secret/{secret}/reveal");
    let read = post(&app, &path, json!({ "continue": true, "passphrase": "open sesame" })).await;
    assert_eq!(read.json()["record"]["secret_value"], "kept");
}

#[tokio::test]
async fn no_other_method_reads_or_makes_anything() {
    let app = App::new();
    let (secret, _) = conceal(&app, json!({ "secret": "kept" })).await;
    for method in [Method::OPTIONS, Method::DELETE, Method::PUT, Method::PATCH] {
        for path in [
            "secret/conceal",
            "secret/generate",
            &format!("secret/{secret}/reveal"),
            &format!("secret/{secret}"),
        ] {
            let body = json!({ "secret": { "secret": "x" }, "continue": true });
            let answer = ask(&app, method.clone(), path, None, body).await;
            refused(&answer, 404, "NotFound", "Not Found");
            assert_eq!((answer.header("allow"), answer.header("access-control-allow-origin")), (None, None));
        }
    }
    refused(&get(&app, &format!("secret/{secret}/reveal?continue=true")).await, 404, "NotFound", "Not Found");
    // By GET they are secrets of that name.
    refused(&get(&app, "secret/conceal").await, 404, "RecordNotFound", "Unknown secret");
    assert_eq!(value(&app, &secret).await, "kept");
}

#[tokio::test]
async fn a_status_is_no_error_when_there_is_nothing() {
    let app = App::new();
    let (secret, _) = conceal(&app, json!({ "secret": "kept", "ttl": 600 })).await;
    app.clock.advance(100);
    let there = get(&app, &format!("secret/{secret}/status")).await.json();
    assert_eq!(
        (&there["record"]["state"], &there["details"]["current_expiration"]),
        (&json!("new"), &json!(500))
    );
    app.clock.advance(500);
    for path in [&*secret, "zzzz", "abcdefghijklmnopqrstuvwxyz01234", "a%00b", "a%FFb"] {
        let status = get(&app, &format!("secret/{path}/status")).await;
        assert_eq!(
            (status.status.as_u16(), status.json()),
            (200, json!({ "record": { "state": "unknown" } })),
            "{path}"
        );
    }
    refused(&get(&app, &format!("secret/{secret}")).await, 404, "RecordNotFound", "Unknown secret");
}

#[tokio::test]
async fn many_are_looked_for_at_once() {
    let app = App::new();
    let (one, _) = conceal(&app, json!({ "secret": "1" })).await;
    let (two, _) = conceal(&app, json!({ "secret": "2", "passphrase": "p" })).await;
    for identifiers in [json!(format!("{one}, {two},zzzz")), json!([one, "zzzz", two])] {
        let found = post(&app, "secret/status", json!({ "identifiers": identifiers })).await.json();
        let protected: Vec<_> =
            found["records"].as_array().unwrap().iter().map(|record| &record["has_passphrase"]).collect();
        assert_eq!((&found["count"], protected), (&json!(2), vec![&json!(false), &json!(true)]));
    }
    let none = post(&app, "secret/status", json!({ "identifiers": "" })).await;
    assert_eq!(none.json(), json!({ "records": [], "count": 0 }));
    let many = post(&app, "secret/status", json!({ "identifiers": vec!["zzzz"; 51] })).await;
    assert_eq!((many.status.as_u16(), &many.json()["field"]), (422, &json!("identifiers")));
    assert_eq!(
        (
            value(&app, &one).await,
            post(&app, "secret/status", json!({ "identifiers": one })).await.json()["count"].as_u64()
        ),
        ("1".into(), Some(0))
    );
}

#[tokio::test]
async fn only_the_account_that_shared_it_is_told_that_it_did() {
    let app = App::new();
    let own = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let other = format!("bob@example.org:{}", app.account("bob@example.org", "default").await);
    let made =
        ask(&app, Method::POST, "secret/conceal", Some(&own), json!({ "secret": { "secret": "x" } })).await;
    let (secret, _) = super::ids(&made);
    let path = format!("secret/{secret}");
    for (who, is_owner) in [(Some(&*own), true), (Some(&*other), false), (None, false)] {
        let shown = ask(&app, Method::GET, &path, who, Value::Null).await;
        assert_eq!(shown.json()["details"]["is_owner"], is_owner);
        assert!(!shown.text.contains("ann@"), "{}", shown.text);
    }
    let guest = ask(&app, Method::GET, &format!("guest/{path}"), Some(&own), Value::Null).await;
    assert_eq!(guest.json()["details"]["is_owner"], false);
}

#[tokio::test]
async fn several_slashes_are_as_good_as_one() {
    let app = App::new();
    let normaliser = readonce::server::normaliser("");
    for path in ["/api/v2/status/", "//api//v2///status", "/api/v2/supported-locales//", "/api/v2/version/"] {
        let uri = normaliser.normalise(path.parse().unwrap());
        let answer = app.get(&uri.to_string()).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["success"]), (200, &json!(true)), "{path}");
    }
}
