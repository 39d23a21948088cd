//! Calls to Redis per request, through the whole router: one script each, and nothing else; of an account one more to sign it in,
//! and when it shares one for both of its lists.
//!
//! `store::redis::keys` says the same of each operation of the store; here, no layer above may ask twice.

use std::sync::Arc;

use axum::http::Method;
use readonce::domain::TokenName;
use readonce::service::TokenMade;

use crate::api_v1::app::App;
use crate::api_v1::tokens::permit;
use crate::support::redis::{Server, open};

const REQUESTS: usize = 50;

/// The calls of [`REQUESTS`] requests: what they were, and how many scripts Redis counted.
async fn calls(server: &Server, requests: impl Future<Output = ()>) -> (Vec<String>, u64) {
    let before = server.script_calls().await;
    let mut commands = server.commands(requests).await;
    commands.dedup();
    (commands, server.script_calls().await - before)
}

#[tokio::test]
async fn an_anonymous_request_is_one_script_call() {
    let server = Server::start().await;
    let app = App::in_real_time(Arc::new(open(&server.url()).await));
    // Redis knows each script now.
    let (secret, metadata) = app.share("secret=first").await;
    app.post(&format!("/api/v1/private/{metadata}"), "").await;
    app.post(&format!("/api/v1/secret/{secret}"), "").await;

    let one_script_each = (vec!["EVALSHA".to_owned()], REQUESTS as u64);
    let mut shared = Vec::new();
    let sharing = async {
        for _ in 0..REQUESTS {
            shared.push(app.share("secret=hello").await);
        }
    };
    assert_eq!(calls(&server, sharing).await, one_script_each, "share");
    let looking = async {
        for (_, metadata) in &shared {
            assert_eq!(app.post(&format!("/api/v1/private/{metadata}"), "").await.field("state"), "new");
        }
    };
    assert_eq!(calls(&server, looking).await, one_script_each, "metadata");
    let reading = async {
        for (secret, _) in &shared {
            assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.field("value"), "hello");
        }
    };
    assert_eq!(calls(&server, reading).await, one_script_each, "read");
    let pinging = async {
        for _ in 0..REQUESTS {
            assert_eq!(app.get("/api/v1/status").await.status, 200);
        }
    };
    assert_eq!(calls(&server, pinging).await, (Vec::new(), 0), "ping");
}

#[tokio::test]
async fn an_account_signs_in_by_one_call_and_enters_both_lists_by_one() {
    let server = Server::start().await;
    let app = App::in_real_time(Arc::new(open(&server.url()).await));
    let first = app.account("ann@example.org", "default").await;
    let me = app.service.accounts().find("ann@example.org").await.unwrap().unwrap();
    let name = TokenName::parse("ci").unwrap();
    let TokenMade::Made { token, .. } = app.service.accounts().add_token(&me.id, name, None).await.unwrap()
    else {
        panic!("it was not made")
    };
    for token in [&first, token.expose()] {
        let who = format!("ann@example.org:{token}");
        let share = async || {
            let shared = app.call(Method::POST, "/api/v1/share", Some(&who), "secret=x").await;
            assert_eq!(shared.status, 200);
        };
        share().await; // Redis knows each script now.
        let sharing = async {
            for _ in 0..REQUESTS {
                share().await;
            }
        };
        let expected = (vec!["EVALSHA".to_owned()], 3 * REQUESTS as u64);
        assert_eq!(calls(&server, sharing).await, expected);
    }
    let page = app.service.secrets().my_shares(&permit(&app, &me), None, 50).await.unwrap();
    assert_eq!((page.receipts.len(), page.next.is_some()), (50, true));
}
