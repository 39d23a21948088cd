//! Links that another server made (ADR 0078), by both APIs and on pages, on every store: keys of 25 to 31 characters and of 62,
//! whose two keys share no tag; and their passphrases, by the hash that server had (ADR 0077).

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use readonce::domain::{Account, ApiToken, Clock as _, EmailAddress};
use readonce::vault::{account_id, token_digest};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{ask, get, post, refused};
use crate::api_v1::app::{Answer, App, pages};
use crate::support::Shared;
use crate::support::brought::{ARGON2ID, BCRYPT, VALUE, bring};
use crate::support::redis::{Server, open};
use crate::support::redis_group::Cluster;

/// A token of 50 characters.
const TOKEN: &str = "1jtj7uby0xd7262koux2ygm0eq7j4redmi8ougueqjh7cipg80";

/// How many characters link and receipt key have.
const LENGTHS: [(usize, usize); 5] = [(62, 62), (31, 31), (25, 31), (62, 31), (31, 62)];

async fn brought(app: &App, lengths: (usize, usize), hash: Option<&str>) -> Shared {
    bring(&*app.store, &app.vault, app.clock.now(), lengths, hash).await
}

/// A form as browsers send it.
async fn form(app: &App, path: &str, form: &str) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html");
    app.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

/// Nothing that an address with a key in it could leave the page by.
fn keeps_its_address(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    for header in ["set-cookie", "location", "refresh"] {
        assert_eq!(answer.header(header), None);
    }
    assert_eq!(answer.header("referrer-policy"), Some("strict-origin"), "the site, never a path");
    assert_eq!(answer.header("cache-control"), Some("no-store, no-transform"));
}

async fn is_new(app: &App, old: &Shared) {
    for name in ["private", "metadata", "receipt"] {
        let seen = app.get(&format!("/api/v1/{name}/{}", old.receipt)).await;
        assert_eq!(
            (seen.field("state"), seen.field("secret_key"), seen.field("metadata_key")),
            ("new".to_owned(), old.secret.clone(), old.receipt.clone())
        );
    }
    for name in ["private", "receipt"] {
        let record = get(app, &format!("{name}/{}", old.receipt)).await.json()["record"].clone();
        assert_eq!(
            (&record["state"], &record["identifier"], &record["secret_shortid"]),
            (&json!("new"), &json!(old.receipt), &json!(old.secret[..8]))
        );
    }
    let looked = get(app, &format!("secret/{}", old.secret)).await.json()["record"].clone();
    assert_eq!((&looked["identifier"], &looked["state"]), (&json!(old.secret), &json!("new")));
    for name in ["private", "metadata", "receipt"] {
        let page = app.get(&format!("/{name}/{}", old.receipt)).await;
        keeps_its_address(&page);
        let link =
            format!("https://secrets.example.org/ots/secret/<span class=\"key\">{}</span>", old.secret);
        assert!(page.text.contains(&link), "{}", page.text);
    }
    // Whoever only fetches the page of a link, as scanners do, consumes nothing.
    for method in [Method::GET, Method::HEAD] {
        keeps_its_address(&app.call(method, &format!("/secret/{}", old.secret), None, "").await);
    }
}

async fn has_ended(app: &App, old: &Shared, state: &str) {
    let seen = app.get(&format!("/api/v1/private/{}", old.receipt)).await;
    assert_eq!(seen.field("state"), state);
    assert!(!seen.text.contains(&old.secret));
    assert_eq!(app.post(&format!("/api/v1/secret/{}", old.secret), "").await.status, 404);
    let again = post(app, &format!("secret/{}/reveal", old.secret), json!({ "continue": true })).await;
    assert_eq!(again.status, 404);
    let page = form(app, &format!("/secret/{}", old.secret), "").await;
    assert_eq!(page.status, 404);
    assert!(!page.text.contains(VALUE));
}

async fn answer_everywhere(app: App) {
    let app = app.with_pages("", pages());
    for lengths in LENGTHS {
        let made = [(); 6].map(|()| brought(&app, lengths, None));
        let [by_v1, by_v2, by_page, burned_by_v1, burned_by_v2, burned_by_page] =
            futures_util::future::join_all(made).await.try_into().unwrap_or_else(|_| unreachable!());
        for old in [&by_v1, &by_v2, &by_page, &burned_by_v1, &burned_by_v2, &burned_by_page] {
            is_new(&app, old).await;
        }
        let read = app.post(&format!("/api/v1/secret/{}", by_v1.secret), "").await;
        assert_eq!((read.field("value"), read.field("secret_key")), (VALUE.to_owned(), by_v1.secret.clone()));
        let read = post(&app, &format!("secret/{}/reveal", by_v2.secret), json!({ "continue": true })).await;
        assert_eq!(read.json()["record"]["secret_value"], VALUE);
        let read = form(&app, &format!("/secret/{}", by_page.secret), "").await;
        keeps_its_address(&read);
        assert!(read.text.contains(VALUE), "{}", read.text);
        for old in [&by_v1, &by_v2, &by_page] {
            has_ended(&app, old, "received").await;
        }
        let burnt = app.post(&format!("/api/v1/private/{}/burn", burned_by_v1.receipt), "").await;
        assert_eq!(
            (burnt.status.as_u16(), burnt.field("secret_shortkey")),
            (200, burned_by_v1.secret[..6].to_owned())
        );
        assert_eq!(
            post(&app, &format!("receipt/{}/burn", burned_by_v2.receipt), json!({})).await.status,
            200
        );
        assert_eq!(form(&app, &format!("/receipt/{}/burn", burned_by_page.receipt), "").await.status, 200);
        for old in [&burned_by_v1, &burned_by_v2, &burned_by_page] {
            has_ended(&app, old, "burned").await;
        }
    }
}

#[tokio::test]
async fn they_answer_by_both_apis_and_on_pages() {
    answer_everywhere(App::new()).await;
}

#[tokio::test]
async fn they_answer_by_both_apis_and_on_pages_on_redis() {
    let server = Server::start().await;
    answer_everywhere(App::in_real_time(Arc::new(open(&server.url()).await))).await;
}

#[tokio::test]
async fn they_answer_by_both_apis_and_on_pages_on_a_cluster() {
    let cluster = Cluster::start(false).await;
    answer_everywhere(App::in_real_time(Arc::new(open(&cluster.url()).await))).await;
}

/// But for the keys themselves, no byte of an answer tells that a secret was brought.
#[tokio::test]
async fn answers_about_them_are_those_about_our_own() {
    let app = App::new();
    for passphrase in ["", "open sesame"] {
        let hash = (!passphrase.is_empty()).then_some(ARGON2ID);
        let old = brought(&app, (62, 62), hash).await;
        let (link, receipt) = app
            .share(&format!("secret=brought+%E2%80%94+%E7%A7%98%E5%AF%86&ttl=3600&passphrase={passphrase}"))
            .await;
        for (verb, of_receipt, rest) in [
            ("/api/v1/private/", true, ""),
            ("/api/v1/secret/", false, ""),
            ("/api/v1/secret/", false, "?passphrase=wrong"),
            ("/api/v1/secret/", false, "?passphrase=open+sesame"),
            ("/api/v1/private/", true, ""),
            ("/api/v1/private/", true, "/burn"),
        ] {
            let path = |link: &str, receipt: &str| {
                format!("{verb}{}{rest}", if of_receipt { receipt } else { link })
            };
            let answers = [
                app.post(&path(&old.secret, &old.receipt), "").await,
                app.post(&path(&link, &receipt), "").await,
            ];
            assert_eq!(answers[0].pinned(), answers[1].pinned(), "{verb}{rest}");
            let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(names(&answers[0]), names(&answers[1]));
        }
    }
}

async fn open_by_their_own_hash(app: App) {
    let app = app.with_pages("", pages());
    for hash in [ARGON2ID, BCRYPT] {
        let by_v1 = brought(&app, (62, 62), Some(hash)).await;
        is_new(&app, &by_v1).await;
        let reveal = async |passphrase: &str| {
            app.post(&format!("/api/v1/secret/{}", by_v1.secret), &format!("passphrase={passphrase}")).await
        };
        for wrong in ["", "wrong", "Open+sesame", "open+sesame+"] {
            assert_eq!(reveal(wrong).await.status, 404, "{wrong}");
        }
        assert_eq!(reveal("open+sesame").await.field("value"), VALUE);
        has_ended(&app, &by_v1, "received").await;

        let by_v2 = brought(&app, (62, 62), Some(hash)).await;
        let reveal = async |passphrase: &str| {
            let body = json!({ "continue": true, "passphrase": passphrase });
            post(&app, &format!("secret/{}/reveal", by_v2.secret), body).await
        };
        refused(&reveal("wrong").await, 422, "FormError", "Incorrect passphrase");
        assert_eq!(reveal("open sesame").await.json()["record"]["secret_value"], VALUE);

        let by_page = brought(&app, (62, 62), Some(hash)).await;
        let path = format!("/secret/{}", by_page.secret);
        assert_eq!(form(&app, &path, "passphrase=wrong").await.status, 422);
        assert!(form(&app, &path, "passphrase=open+sesame").await.text.contains(VALUE));

        // Tries are counted as for our own: five for a network in a window, and not by the right one either.
        let tried = brought(&app, (62, 62), Some(hash)).await;
        let path = format!("/api/v1/secret/{}", tried.secret);
        for _ in 0..5 {
            assert_eq!(app.post(&path, "passphrase=wrong").await.status, 404);
        }
        let limited = app.post(&path, "passphrase=open+sesame").await;
        assert_eq!(limited.status, 429, "{}", limited.text);
        let burnt = app.post(&format!("/api/v1/private/{}/burn", tried.receipt), "").await;
        assert_eq!(burnt.status, 200, "and who shared it can still burn it");
    }
}

#[tokio::test]
async fn protected_ones_open_by_their_own_hash() {
    open_by_their_own_hash(App::new()).await;
}

#[tokio::test]
async fn protected_ones_open_by_their_own_hash_on_redis() {
    let server = Server::start().await;
    open_by_their_own_hash(App::in_real_time(Arc::new(open(&server.url()).await))).await;
}

/// Tokens of 50 characters, as servers of v0.24 and later made them, are tokens as any; a disabled account's is none.
#[tokio::test]
async fn tokens_of_50_characters_sign_in_by_both_apis() {
    let app = App::new();
    for (email, disabled) in [("brought@example.org", false), ("suspended@example.org", true)] {
        let (id, presented) = (account_id(email), ApiToken::presented(Zeroizing::new(TOKEN.to_owned())));
        let address = EmailAddress::parse(email).unwrap();
        let token = token_digest(&id, &presented);
        let new = Account::new(id, address, "default".to_owned(), token, app.clock.now());
        let account = Account { disabled, ..new };
        assert!(app.store.create_account(account).await.unwrap());
        let right = format!("{email}:{TOKEN}");
        let wrong = [&right[..right.len() - 1], &right.replace("g80", "g81"), &right.to_uppercase()]
            .map(str::to_owned);
        for (who, is_let_in) in wrong.iter().map(|who| (who, false)).chain([(&right, !disabled)]) {
            let by_v1 = app.call(Method::GET, "/api/v1/authcheck", Some(who), "").await;
            assert_eq!(by_v1.status, if is_let_in { 200 } else { 404 }, "{who}");
            let by_v2 = ask(&app, Method::GET, "receipt/recent", Some(who), Value::Null).await;
            assert_eq!(by_v2.status, if is_let_in { 200 } else { 401 }, "{who}");
        }
    }
}
