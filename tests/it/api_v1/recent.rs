//! Lists of recent shares: small jobs, turns, and what is gone is found once (v1-contract.md §7.6).

use std::num::NonZero;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use readonce::domain::Peer;
use readonce::server::Answers as _;
use readonce::store::sqlite::SqliteStore;
use rusqlite::Connection;

use super::app::{App, policy};
use super::watched::{Trouble, Watch, Watched};

const RECENT: &str = "/api/v1/private/recent";

async fn sharer(app: &App, email: &str) -> String {
    format!("{email}:{}", app.account(email, "default").await)
}

async fn share(app: &App, who: &str, ttl: u32, times: usize) {
    for _ in 0..times {
        let body = format!("secret=x&ttl={ttl}");
        assert_eq!(app.call(Method::POST, "/api/v1/share", Some(who), &body).await.status, 200);
    }
}

async fn listed(app: &App, who: &str) -> usize {
    app.call(Method::GET, RECENT, Some(who), "").await.json().as_array().unwrap().len()
}

/// An answer whose body nobody has read yet.
async fn unread(app: &App, who: &str) -> Response {
    let mut request = Request::get(RECENT)
        .header("host", "secrets.example.org")
        .header("authorization", format!("Basic {}", STANDARD.encode(who)))
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(Peer::Address([192, 0, 2, 1].into()));
    app.router().answer(request).await
}

fn watched() -> (App, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    (App::over(|store| Watched::over(store, watch.clone()), policy()), watch)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_put_together_in_small_jobs_few_at_a_time() {
    let (app, watch) = watched();
    let app = Arc::new(app);
    let accounts = [sharer(&app, "ann@example.org").await, sharer(&app, "bob@example.org").await];
    for who in &accounts {
        share(&app, who, 3600, 200).await;
    }
    let callers = (0..8).map(|number| {
        let (app, who) = (app.clone(), accounts[number % 2].clone());
        tokio::spawn(async move { listed(&app, &who).await })
    });
    for caller in callers.collect::<Vec<_>>() {
        assert_eq!(caller.await.unwrap(), 200);
    }
    let (largest, at_once) = watch.most();
    assert!((1..=64).contains(&largest), "one job was asked for {largest}");
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    assert!((1..=(cores / 2).max(1)).contains(&at_once), "{at_once} jobs at once");
}

#[tokio::test]
async fn what_is_gone_costs_no_read_and_is_found_once() {
    let (app, watch) = watched();
    app.service.maintenance().look_at_clock().await.unwrap();
    let ann = sharer(&app, "ann@example.org").await;
    share(&app, &ann, 3600, 1).await;
    share(&app, &ann, 60, 300).await;
    app.clock.advance(120 + 300);
    assert_eq!(listed(&app, &ann).await, 1);
    assert_eq!(watch.read(), 1, "what is there was read, and nothing that is gone");
    let before = watch.asked();
    assert_eq!(listed(&app, &ann).await, 1);
    assert_eq!(watch.asked() - before, 3, "the account, a page, a receipt: nothing else is on the list");
}

#[tokio::test]
async fn a_store_that_takes_nothing_shows_lists_all_the_same() {
    let (app, watch) = watched();
    app.service.maintenance().look_at_clock().await.unwrap();
    let ann = sharer(&app, "ann@example.org").await;
    share(&app, &ann, 3600, 1).await;
    share(&app, &ann, 60, 130).await;
    app.clock.advance(120 + 300);
    // The account first; then what the first page has to be rid of.
    watch.after(1, Trouble::Refusal);
    assert_eq!(listed(&app, &ann).await, 1);
    assert_eq!(listed(&app, &ann).await, 1);
}

#[tokio::test]
async fn entries_of_the_version_before_work_and_go_when_their_receipts_have_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("readonce.db");
    let app = App::in_real_time(Arc::new(SqliteStore::open(&path).unwrap()));
    app.service.maintenance().look_at_clock().await.unwrap();
    let ann = sharer(&app, "ann@example.org").await;
    share(&app, &ann, 3600, 100).await;
    let db = Connection::open(&path).unwrap();
    let entries = || db.query_one("SELECT count(*) FROM recent", [], |row| row.get::<_, i64>(0)).unwrap();
    db.execute_batch("UPDATE recent SET expires = NULL; DELETE FROM secrets WHERE id > 30").unwrap();
    assert_eq!(
        (listed(&app, &ann).await, entries()),
        (30, 100),
        "a receipt that is not there may be on its way"
    );
    db.execute_batch("UPDATE recent SET created = created - 7200 WHERE id > 20").unwrap();
    assert_eq!((listed(&app, &ann).await, entries()), (30, 30));
}

#[tokio::test]
async fn an_account_has_two_answers_in_memory_and_others_are_not_held_up() {
    let app = App::new();
    let (ann, bob) = (sharer(&app, "ann@example.org").await, sharer(&app, "bob@example.org").await);
    share(&app, &ann, 3600, 2).await;
    let mut held = vec![unread(&app, &ann).await, unread(&app, &ann).await];
    assert!(held.iter().all(|answer| answer.status() == 200));
    let refused = app.call(Method::GET, RECENT, Some(&ann), "").await;
    assert_eq!(refused.pinned(), r#"429 {"message":"Apologies dear citizen! You have been rate limited."}"#);
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(listed(&app, &bob).await, 0);
    // Sent, or given up by its client.
    held.pop();
    assert_eq!(listed(&app, &ann).await, 2);
}
