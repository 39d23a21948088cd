//! Several tokens of an account (ADR 0079), and what an account sees of its shares without any of them (ADR 0080).

use std::sync::Arc;

use axum::http::Method;
use readonce::domain::{Account, ClientNetwork, Clock as _, ShareId, State, TokenId, TokenName};
use readonce::service::{AccountPermit, Caller, Error, Limits, Policy, SignedIn, TokenMade};
use tokio_util::sync::CancellationToken;

use super::app::{App, OFF, policy};
use super::watched::{Watch, Watched};

const RECENT: &str = "/api/v1/private/recent";
const ANN: &str = "ann@example.org";

fn watched() -> (App, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    (App::over(|store| Watched::over(store, watch.clone()), policy()), watch)
}

async fn account(app: &App, email: &str) -> Account {
    app.service.accounts().find(email).await.unwrap().unwrap()
}

/// As somebody asks who signed in without a token.
pub(crate) fn permit(app: &App, account: &Account) -> AccountPermit {
    let network = ClientNetwork::of([192, 0, 2, 1].into());
    let signed_in = Some(Box::new(SignedIn { account: account.clone(), token: None }));
    app.service.admit_account(Caller { network, signed_in }).unwrap()
}

/// Credentials by one more token, and its id.
async fn added(app: &App, name: &str, lifetime: Option<u64>) -> (String, TokenId) {
    let (id, name) = (account(app, ANN).await.id, TokenName::parse(name).unwrap());
    match app.service.accounts().add_token(&id, name, lifetime).await.unwrap() {
        TokenMade::Made { listed, token } => (format!("{ANN}:{}", token.expose()), listed.id.unwrap()),
        other => panic!("{other:?}"),
    }
}

async fn status(app: &App, who: &str) -> (u16, String) {
    let answer = app.call(Method::GET, "/api/v1/authcheck", Some(who), "").await;
    (answer.status.as_u16(), answer.text)
}

async fn share(app: &App, who: &str) -> String {
    app.call(Method::POST, "/api/v1/share", Some(who), "secret=x").await.field("metadata_key")
}

async fn recent(app: &App, who: &str) -> Vec<String> {
    let list = app.call(Method::GET, RECENT, Some(who), "").await.json();
    list.as_array().unwrap().iter().map(|item| item["metadata_key"].as_str().unwrap().to_owned()).collect()
}

/// One round of the maintenance.
async fn maintain(app: &App) {
    let stop = CancellationToken::new();
    stop.cancel();
    app.service.maintenance().run_until(stop).await;
}

#[tokio::test]
async fn each_token_signs_in_by_one_call_and_sees_its_own_shares() {
    let (app, watch) = watched();
    let first = format!("{ANN}:{}", app.account(ANN, "default").await);
    let (ci, _) = added(&app, "ci", None).await;
    for who in [&first, &ci, &first, &ci] {
        let before = watch.asked();
        assert_eq!(status(&app, who).await.0, 200);
        assert_eq!(watch.asked() - before, 1);
    }
    let (by_first, by_ci) = (share(&app, &first).await, share(&app, &ci).await);
    assert_eq!((recent(&app, &first).await, recent(&app, &ci).await), (vec![by_first], vec![by_ci.clone()]));
    // A new first token ends that one, and leaves the other's list alone.
    let renewed = app.service.accounts().renew_token(ANN).await.unwrap().unwrap();
    assert_eq!(status(&app, &first).await.0, 404);
    assert_eq!(recent(&app, &format!("{ANN}:{}", renewed.expose())).await, Vec::<String>::new());
    assert_eq!(recent(&app, &ci).await, [by_ci]);
}

#[tokio::test]
async fn an_ended_token_is_refused_as_one_that_never_was() {
    let limits = Limits { login: 4, ..OFF };
    let app = App::with(Policy { limits, ..policy() });
    let first = format!("{ANN}:{}", app.account(ANN, "default").await);
    let (short, _) = added(&app, "short", Some(3600)).await;
    let (ci, id) = added(&app, "ci", None).await;
    app.clock.advance(3599);
    assert_eq!(status(&app, &short).await.0, 200);
    app.clock.advance(1);
    let never = status(&app, &format!("{ANN}:{}", "0".repeat(40))).await;
    assert_eq!(never.0, 404);
    assert_eq!(status(&app, &short).await, never);
    let me = account(&app, ANN).await;
    assert_eq!(status(&app, &ci).await.0, 200);
    assert!(app.service.accounts().revoke_token(&me, Some(id)).await.unwrap());
    assert!(!app.service.accounts().revoke_token(&me, Some(id)).await.unwrap());
    assert_eq!(status(&app, &ci).await, never);
    // Another account's token is none of its own.
    let bob = app.account("bob@example.org", "default").await;
    assert_eq!(status(&app, &format!("{ANN}:{bob}")).await, never);
    // Four have failed: guessing does not go on, whatever is presented.
    assert_eq!(status(&app, &first).await.0, 429);
    app.clock.advance(600);
    assert!(app.service.accounts().revoke_token(&me, None).await.unwrap());
    assert_eq!(status(&app, &first).await, never, "the first ends, too");
    let me = account(&app, ANN).await;
    assert!(!app.service.accounts().revoke_token(&me, None).await.unwrap());
    let left: Vec<_> =
        app.service.accounts().tokens(&me).await.unwrap().into_iter().map(|it| it.name).collect();
    assert_eq!(left, ["short"]);
}

#[tokio::test]
async fn the_day_of_the_last_use_is_written_once_a_day_by_the_maintenance() {
    let (app, watch) = watched();
    let first = format!("{ANN}:{}", app.account(ANN, "default").await);
    let (ci, _) = added(&app, "ci", None).await;
    let used = async || {
        let me = account(&app, ANN).await;
        let tokens = app.service.accounts().tokens(&me).await.unwrap();
        tokens.into_iter().map(|token| token.used.map(|day| day.to_string())).collect::<Vec<_>>()
    };
    let today = Some("2026-11-21".to_owned());
    for _ in 0..3 {
        status(&app, &ci).await;
    }
    assert_eq!(used().await, [None, None], "no request waits for it");
    maintain(&app).await;
    assert_eq!(used().await, [None, today.clone()]);
    for who in [&first, &ci, &ci] {
        status(&app, who).await;
    }
    maintain(&app).await;
    assert_eq!(used().await, [today.clone(), today]);
    let asked_by_a_round = async || {
        let before = watch.asked();
        maintain(&app).await;
        watch.asked() - before
    };
    let idle = asked_by_a_round().await;
    for who in [&first, &ci] {
        status(&app, who).await;
    }
    assert_eq!(asked_by_a_round().await, idle, "what is written already is not written again");
    app.clock.advance(86_400);
    for who in [&first, &ci, &ci] {
        status(&app, who).await;
    }
    assert_eq!(asked_by_a_round().await, idle + 1, "all of it in one go");
    let tomorrow = Some("2026-11-22".to_owned());
    assert_eq!(used().await, [tomorrow.clone(), tomorrow]);
}

#[tokio::test]
async fn an_account_sees_and_burns_its_own_shares_without_a_token() {
    let app = App::new();
    let first = format!("{ANN}:{}", app.account(ANN, "default").await);
    let bob = format!("bob@example.org:{}", app.account("bob@example.org", "default").await);
    let (me, other) = (account(&app, ANN).await, account(&app, "bob@example.org").await);
    let key = share(&app, &first).await;
    share(&app, &bob).await;
    let secrets = app.service.secrets();
    let mine = async |account: &Account| secrets.my_shares(&permit(&app, account), None, 9).await.unwrap();
    let shown = mine(&me).await;
    assert!(shown.next.is_none());
    let [receipt] = &shown.receipts[..] else { panic!("{shown:?}") };
    assert_eq!((receipt.state, shown.now), (State::New, app.clock.now()));
    let share = ShareId::from(receipt);
    let refused = async |account: &Account| {
        let burned = secrets.burn_by_id(&permit(&app, account), share).await;
        assert!(matches!(burned, Err(Error::UnknownSecret)), "{burned:?}");
    };
    refused(&other).await;
    // Nor is it an account's that was made after it, under whatever address.
    refused(&Account { created: app.clock.now().plus(1), ..me.clone() }).await;
    app.clock.advance(5);
    secrets.burn_by_id(&permit(&app, &me), share).await.unwrap();
    refused(&me).await;
    assert_eq!(app.post(&format!("/api/v1/private/{key}"), "").await.field("state"), "burned");
    let shown = mine(&me).await;
    assert_eq!((shown.receipts[0].state, shown.receipts[0].updated), (State::Burned, app.clock.now()));
    assert_eq!(mine(&other).await.receipts[0].state, State::New);
}

#[tokio::test]
async fn many_shares_come_in_pages() {
    let app = App::new();
    let first = format!("{ANN}:{}", app.account(ANN, "default").await);
    let me = account(&app, ANN).await;
    for _ in 0..45 {
        share(&app, &first).await;
        app.clock.advance(1);
    }
    let (mut after, mut sizes, mut seen) = (None, Vec::new(), Vec::new());
    loop {
        let page = app.service.secrets().my_shares(&permit(&app, &me), after, 20).await.unwrap();
        sizes.push(page.receipts.len());
        seen.extend(page.receipts.iter().map(|receipt| receipt.created));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [20, 20, 5]);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
}
