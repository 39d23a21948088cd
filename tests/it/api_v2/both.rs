//! One store, one secret: what one API made the other reveals, looks at and burns, each in its own words.

use std::sync::Arc;

use axum::http::Method;
use readonce::store::Store;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{ask, conceal, get, post, value};
use crate::api_v1::app::App;
use crate::support::redis::{Server, open};

#[tokio::test]
async fn either_reads_what_the_other_made() {
    let app = App::new();
    crossed(&app).await;
}

#[tokio::test]
async fn either_reads_what_the_other_made_on_redis() {
    let server = Server::start().await;
    crossed(&App::in_real_time(Arc::new(open(&server.url()).await))).await;
}

async fn crossed(app: &App) {
    let (secret, metadata) = app.share("secret=by+v1&ttl=3600").await;
    assert_eq!(get(app, &format!("secret/{secret}")).await.json()["record"]["lifespan"], 3600);
    assert_eq!(get(app, &format!("receipt/{metadata}")).await.json()["record"]["secret_identifier"], *secret);
    assert_eq!(value(app, &secret).await, "by v1");
    assert_eq!(app.get(&format!("/api/v1/private/{metadata}")).await.field("state"), "received");
    assert_eq!(get(app, &format!("receipt/{metadata}")).await.json()["record"]["state"], "revealed");

    let (secret, receipt) = conceal(app, json!({ "secret": "by v2", "ttl": 3600 })).await;
    assert_eq!(app.get(&format!("/api/v1/private/{receipt}")).await.field("secret_key"), secret);
    assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.field("value"), "by v2");
    let record = get(app, &format!("private/{receipt}")).await.json()["record"].clone();
    assert_eq!((&record["state"], &record["is_destroyed"]), (&json!("revealed"), &json!(true)));
    assert_eq!((&record["secret_state"], &record["secret_shortid"]), (&Value::Null, &json!("")));

    let (_, receipt) = conceal(app, json!({ "secret": "x" })).await;
    assert_eq!(app.post(&format!("/api/v1/private/{receipt}/burn"), "").await.status, 200);
    assert_eq!(get(app, &format!("receipt/{receipt}")).await.json()["record"]["is_burned"], true);
    let (secret, metadata) = app.share("secret=x").await;
    assert_eq!(post(app, &format!("receipt/{metadata}/burn"), json!({})).await.json()["success"], true);
    assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.status, 404);
}

#[tokio::test]
async fn sixteen_readers_of_both_get_one_value() {
    let server = Server::start().await;
    let redis: Arc<dyn Store> = Arc::new(open(&server.url()).await);
    for app in [App::new(), App::in_real_time(redis)] {
        let app = Arc::new(app);
        for round in 0..5 {
            let (secret, _) = conceal(&app, json!({ "secret": "once" })).await;
            let mut readers = JoinSet::new();
            for reader in 0..16 {
                let (app, secret) = (Arc::clone(&app), secret.clone());
                readers.spawn(async move {
                    let answer = if reader % 2 == 0 {
                        app.post(&format!("/api/v1/secret/{secret}"), "").await
                    } else {
                        post(&app, &format!("secret/{secret}/reveal"), json!({ "continue": true })).await
                    };
                    answer.text.contains("once")
                });
            }
            let given = readers.join_all().await.into_iter().filter(|given| *given).count();
            assert_eq!(given, 1, "round {round}");
        }
    }
}

#[tokio::test]
async fn a_list_holds_what_both_made_those_that_changed_last_first() {
    let app = App::new();
    let own = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let mut made = Vec::new();
    for text in ["1", "2", "3"] {
        app.clock.advance(10);
        let answer =
            ask(&app, Method::POST, "secret/conceal", Some(&own), json!({ "secret": { "secret": text } }))
                .await;
        made.push(super::ids(&answer));
    }
    app.clock.advance(10);
    let by_v1 = app.call(Method::POST, "/api/v1/share", Some(&own), "secret=4").await;
    app.clock.advance(10);
    value(&app, &made[0].0).await;
    let list = ask(&app, Method::GET, "receipt/recent", Some(&own), Value::Null).await;
    let body = list.json();
    let order: Vec<_> = body["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(order, [&*made[0].1, &by_v1.field("metadata_key"), &made[2].1, &made[1].1]);
    assert_eq!(body["details"]["revealed_receipts"].as_array().unwrap().len(), 1);
    assert_eq!(body["details"]["pending_receipts"].as_array().unwrap().len(), 3);
    assert!(made.iter().all(|(secret, _)| !list.text.contains(secret)), "no link is in a list");
    assert_eq!(
        body["details"]["now"].as_u64().unwrap() - body["details"]["since"].as_u64().unwrap(),
        2_592_000
    );
}
