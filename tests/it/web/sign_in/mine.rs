//! What is for people who signed in alone: their shares, and their API tokens.

use axum::http::Method;
use readonce::domain::Clock as _;

use super::browser::{Browser, mark};
use crate::web::site::{Page, Site};

const ANN: &str = "ann@example.org";

fn seen(page: &Page) -> (u16, String) {
    (page.status().as_u16(), page.heading())
}

fn rows(page: &Page) -> Vec<String> {
    page.all(".rows li").iter().map(|row| row.text()).collect()
}

async fn authcheck(site: &Site, token: &str) -> u16 {
    let who = format!("{ANN}:{token}");
    site.app.call(Method::GET, "/api/v1/authcheck", Some(&who), "").await.status.as_u16()
}

#[tokio::test]
async fn strangers_are_shown_the_way_in_and_nothing_is_done() {
    let site = Site::new();
    let share = format!("/shares/abc{}/burn", "0".repeat(64));
    for path in ["/shares", "/tokens", &share, "/tokens/default/revoke"] {
        let (page, asked) = site.asked(site.get(path)).await;
        assert_eq!((seen(&page), asked), ((403, "Please sign in".to_owned()), 0), "{path}");
        assert_eq!(page.answer.header("cache-control"), Some("no-store, no-transform"));
    }
    for (path, form) in
        [("/tokens", "name=ci&ttl=90"), (&*share, ""), ("/tokens/default/revoke", "form=none")]
    {
        let (page, asked) = site.asked(site.post(path, form)).await;
        assert_eq!((seen(&page), asked), ((403, "Please sign in".to_owned()), 0), "{path}");
        let place = path.split('/').nth(1).unwrap();
        assert!(page.attribute("p.after a", "href").ends_with(&format!("/sign-in?to=/{place}")), "{path}");
    }
    for path in ["/shares/nothing/burn", "/tokens/nothing/revoke", "/tokens/nothing"] {
        let ann = Browser::of(&site, &format!("{}@example.org", path.len()), "default").await;
        assert_eq!(ann.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn shares_by_page_and_api_are_shown_without_a_key_and_destroyed() {
    let site = Site::new();
    let token = site.app.account(ANN, "default").await;
    let mut ann = Browser::new(&site);
    ann.sign_in(ANN, &token, "/shares").await;
    let page = ann.get("/shares").await;
    assert!(page.answer.text.contains("nothing here yet") && !page.has(".rows"));
    let who = format!("{ANN}:{token}");
    let by_api = site.app.call(Method::POST, "/api/v1/share", Some(&who), "secret=one&ttl=3600").await;
    site.app.clock.advance(1);
    let shared = ann.share("secret=two&ttl=3600").await;
    let receipt = shared.attribute("a.button", "href").replace("/receipt/", "");
    let link = shared.text("#link");
    site.app.clock.advance(1);
    let mut bob = Browser::of(&site, "bob@example.org", "default").await;
    bob.share("secret=three&ttl=3600").await;

    let page = ann.get("/shares").await;
    assert_eq!(rows(&page).len(), 2);
    assert!(rows(&page).iter().all(|row| row.contains("Not read yet")), "{:?}", rows(&page));
    let keys = [by_api.field("secret_key"), by_api.field("metadata_key"), receipt.clone(), link];
    for key in &keys {
        let own = &key[key.len() - 28..];
        assert!(!page.answer.text.contains(own), "a key is in the page");
    }
    // The newest first: what was shared by page.
    let burn = page.attribute(".rows li a", "href");
    let asked = ann.get(&burn).await;
    assert_eq!(asked.heading(), "Destroy this secret?");
    assert_eq!(site.app.post(&format!("/api/v1/private/{receipt}"), "").await.field("state"), "new");
    // Not without the mark of the session, and not by another account.
    assert_eq!(ann.post(&burn, "").await.status(), 409);
    let of_bob = mark(&bob.get(&burn).await);
    assert_eq!(seen(&bob.post(&burn, &format!("form={of_bob}")).await).0, 404);
    assert_eq!(site.app.post(&format!("/api/v1/private/{receipt}"), "").await.field("state"), "new");
    let form = format!("form={}", mark(&asked));
    let page = ann.post(&burn, &form).await;
    assert_eq!((page.status().as_u16(), page.has(".done")), (200, true));
    assert!(rows(&page)[0].contains("Destroyed") && rows(&page)[1].contains("Not read yet"));
    assert_eq!(site.app.post(&format!("/api/v1/private/{receipt}"), "").await.field("state"), "burned");
    assert_eq!(seen(&ann.post(&burn, &form).await), (404, "There is nothing left to destroy".to_owned()));
    assert_eq!(rows(&bob.get("/shares").await).len(), 1);
}

#[tokio::test]
async fn older_shares_are_a_page_on() {
    let site = Site::new();
    let mut ann = Browser::of(&site, ANN, "default").await;
    for _ in 0..25 {
        ann.share("secret=x&ttl=3600").await;
    }
    let first = ann.get("/shares?locale=de").await;
    assert_eq!(rows(&first).len(), 20);
    let older = first.attribute("main .actions a", "href");
    assert!(older.starts_with("/shares?locale=de&after="), "{older}");
    let second = ann.get(&older).await;
    assert_eq!(rows(&second).len(), 5);
    assert_eq!(second.attribute("main .actions a", "href"), "/shares?locale=de");
    assert_eq!(rows(&ann.get("/shares?after=ff").await).len(), 20, "what is no place is the beginning");
}

#[tokio::test]
async fn a_token_is_made_shown_once_listed_and_revoked() {
    let site = Site::new();
    let mut ann = Browser::of(&site, ANN, "default").await;
    let page = ann.get("/tokens").await;
    assert_eq!(rows(&page).len(), 1);
    assert!(rows(&page)[0].contains("First token"), "{:?}", rows(&page));
    let form = format!("name=B%C3%BCro&ttl=90&form={}", mark(&page));
    let made = ann.post("/tokens", &form).await;
    assert_eq!(seen(&made), (200, "The token is ready".to_owned()));
    assert_eq!(made.answer.header("cache-control"), Some("no-store, no-transform"));
    let token = made.text("#value");
    assert!(token.len() == 40 && made.answer.text.contains(ANN), "{token}");
    assert_eq!(authcheck(&site, &token).await, 200);
    let page = ann.get("/tokens").await;
    assert!(!page.answer.text.contains(&token), "shown once");
    assert!(rows(&page)[1].contains("Büro") && rows(&page)[1].contains("Valid until"), "{:?}", rows(&page));
    site.app.clock.advance(91 * 86_400);
    assert_eq!(authcheck(&site, &token).await, 404);
    let mut ann = Browser::new(&site);
    let again = site.app.service.accounts().renew_token(ANN).await.unwrap().unwrap();
    ann.sign_in(ANN, again.expose(), "/tokens").await;
    let page = ann.get("/tokens").await;
    assert!(rows(&page)[1].contains("No longer valid since"), "{:?}", rows(&page));

    // One for good, revoked.
    let made = ann.post("/tokens", &format!("name=ci&ttl=0&form={}", mark(&page))).await;
    let token = made.text("#value");
    assert_eq!(authcheck(&site, &token).await, 200);
    let page = ann.get("/tokens").await;
    let revoke = page.all(".rows li").into_iter().find(|row| row.text().contains("ci")).unwrap();
    let revoke = revoke.all("a")[0].attr("href").unwrap().to_owned();
    let asked = ann.get(&revoke).await;
    assert_eq!(asked.heading(), "Revoke this token?");
    assert_eq!(ann.post(&revoke, "").await.status(), 409, "not without the mark of the session");
    assert_eq!(authcheck(&site, &token).await, 200);
    let page = ann.post(&revoke, &format!("form={}", mark(&asked))).await;
    assert_eq!((page.status().as_u16(), page.text(".done")), (200, "The token is revoked.".to_owned()));
    assert_eq!(authcheck(&site, &token).await, 404);
    assert_eq!(ann.get(&revoke).await.status(), 404);
    assert!(ann.who().await.is_some());
}

#[tokio::test]
async fn a_sign_in_of_ten_minutes_ago_makes_no_token() {
    let site = Site::new();
    let mut ann = Browser::of(&site, ANN, "default").await;
    let form = format!("name=ci&ttl=90&form={}", mark(&ann.get("/tokens").await));
    site.app.clock.advance(599);
    assert_eq!(ann.post("/tokens", &form).await.status(), 200);
    site.app.clock.advance(1);
    let page = ann.get("/tokens").await;
    assert!(!page.has("main form"));
    assert_eq!(page.attribute("main .actions a", "href"), "/sign-in?to=/tokens");
    let page = ann.post("/tokens", &form).await;
    assert_eq!((page.status().as_u16(), page.has("#value"), rows(&page).len()), (403, false, 2));
    let me = site.app.service.accounts().find(ANN).await.unwrap().unwrap();
    assert_eq!(site.app.service.accounts().tokens(&me).await.unwrap().len(), 2);
    assert!(me.created < site.app.clock.now());
}

#[tokio::test]
async fn what_is_no_name_and_one_token_too_many_is_said_beside_the_field() {
    let site = Site::new();
    let mut ann = Browser::of(&site, ANN, "default").await;
    let form = format!("form={}", mark(&ann.get("/tokens").await));
    for (wrong, kept) in [("name=&ttl=90", ""), ("name=a%1Bb&ttl=90", "a\u{1b}b"), ("name=ci&ttl=7", "ci")] {
        let page = ann.post("/tokens", &format!("{wrong}&{form}")).await;
        assert_eq!((page.status().as_u16(), page.has("#name-wrong")), (422, true), "{wrong}");
        assert_eq!(page.attribute("#name", "value"), kept, "what was typed is still there");
    }
    for _ in 0..20 {
        assert_eq!(ann.post("/tokens", &format!("name=ci&ttl=30&{form}")).await.status(), 200);
    }
    let page = ann.post("/tokens", &format!("name=ci&ttl=30&{form}")).await;
    assert_eq!((page.status().as_u16(), page.has("#name-wrong")), (409, true));
    let page = ann.post("/tokens", "name=ci&ttl=30").await;
    assert_eq!(seen(&page), (409, "You have signed in anew".to_owned()));
}

#[tokio::test]
async fn revoking_the_first_token_ends_the_session_that_did_it() {
    let site = Site::new();
    let mut ann = Browser::of(&site, ANN, "default").await;
    let asked = ann.get("/tokens/default/revoke").await;
    assert!(asked.answer.text.contains("this one too"));
    let page = ann.post("/tokens/default/revoke", &format!("form={}", mark(&asked))).await;
    assert_eq!(seen(&page), (200, "You are signed out".to_owned()));
    assert_eq!(ann.cookie, "");
    let me = site.app.service.accounts().find(ANN).await.unwrap().unwrap();
    assert!(!me.token.is_some());
}
