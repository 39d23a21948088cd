//! How long a session lasts, and what ends it.

use std::time::Duration;

use axum::http::Method;
use readonce::domain::Timestamp;
use readonce::vault::{Keyring, RootKey};

use super::browser::{Browser, NAME};
use crate::api_v1::app::NOW;
use crate::api_v1::watched::Trouble;
use crate::web::site::Site;

#[tokio::test]
async fn a_session_lasts_eight_hours_from_the_sign_in() {
    let site = Site::new();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    for (after, signed_in) in [(0, true), (28_799, true), (1, false), (86_400, false)] {
        site.app.clock.advance(after);
        assert_eq!(ann.who().await.is_some(), signed_in, "{after}");
    }
}

/// Browsers send all cookies of a host in one line.
#[tokio::test]
async fn another_applications_cookie_of_any_bytes_is_in_nobodys_way() {
    let site = Site::new();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    let cookie = format!("theirs=Zoë; {}; other=\u{fe}", ann.cookie);
    let together = Browser { site: &site, cookie };
    assert_eq!(together.who().await.as_deref(), Some("ann@example.org"));
}

/// Another instance's clock may be ahead, by a minute.
#[tokio::test]
async fn a_session_of_the_future_is_none() {
    let site = Site::new();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    site.app.clock.set(Timestamp(NOW - 60));
    assert!(ann.who().await.is_some());
    site.app.clock.set(Timestamp(NOW - 61));
    assert!(ann.who().await.is_none());
}

#[tokio::test]
async fn signing_out_ends_every_session_of_the_account_and_no_other() {
    let site = Site::new();
    let mut here = Browser::of(&site, "ann@example.org", "default").await;
    let token = site.app.service.accounts().renew_token("ann@example.org").await.unwrap().unwrap();
    let mut there = Browser::new(&site);
    there.sign_in("ann@example.org", token.expose(), "").await;
    here.sign_in("ann@example.org", token.expose(), "").await;
    let bob = Browser::of(&site, "bob@example.org", "default").await;
    let stolen = here.cookie.clone();

    let page = here.sign_out().await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (200, "You are signed out"));
    let dropped = format!("{NAME}=; Path=/ots; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(page.answer.header("set-cookie"), Some(dropped.as_str()));
    assert!(here.cookie.is_empty() && !page.has(".person span"));
    let thief = Browser { site: &site, cookie: stolen };
    assert_eq!((thief.who().await, there.who().await), (None, None));
    assert_eq!(bob.who().await.as_deref(), Some("bob@example.org"));
    // The token is as good as before.
    assert_eq!(there.sign_in("ann@example.org", token.expose(), "").await.status(), 303);
    assert!(there.who().await.is_some());
}

#[tokio::test]
async fn an_account_that_is_disabled_deleted_or_made_anew_has_no_session() {
    let site = Site::new();
    let accounts = site.app.service.accounts();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    assert!(accounts.disable("ann@example.org").await.unwrap());
    assert_eq!(ann.who().await, None);
    assert!(accounts.enable("ann@example.org").await.unwrap());
    assert_eq!(ann.who().await, None, "nor once it is enabled again");

    let bob = Browser::of(&site, "bob@example.org", "default").await;
    assert!(bob.who().await.is_some());
    assert!(accounts.delete("bob@example.org").await.unwrap());
    assert_eq!(bob.who().await, None);
    site.app.account("bob@example.org", "default").await;
    assert_eq!(bob.who().await, None, "another account of the same name");

    let carol = Browser::of(&site, "carol@example.org", "default").await;
    accounts.renew_token("carol@example.org").await.unwrap().unwrap();
    assert_eq!(carol.who().await, None, "whoever takes a token back takes the sessions with it");
}

/// A key that was rotated still opens; one that was retired ends sessions, and nothing else.
#[tokio::test]
async fn a_session_ends_with_its_key() {
    let site = Site::new();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    let old = site.app.vault.ring();
    let added = old.with_added(RootKey::generate(), Timestamp(1)).unwrap().rotated(Timestamp(2)).unwrap();
    let retired = added.without(old.writer().id).unwrap();
    site.app.vault.replace_ring(added.clone());
    assert!(ann.who().await.is_some(), "rotated");
    let (link, _) = site.share("secret=x").await;
    let bob = Browser::of(&site, "bob@example.org", "default").await;
    site.app.vault.replace_ring(retired);
    assert_eq!(ann.who().await, None, "retired");
    assert!(bob.who().await.is_some());
    assert_eq!(site.app.post(&format!("/api/v1{link}"), "").await.field("value"), "x");
    site.app.vault.replace_ring(Keyring::generate(Timestamp(3)));
    assert_eq!(bob.who().await, None, "another keyring");
}

/// Whoever can write a cookie can write nothing that opens: it is asked of no store.
#[tokio::test]
async fn what_no_key_sealed_is_no_session() {
    let site = Site::new();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    let value = ann.cookie.split_once('=').unwrap().1.to_owned();
    let turned: String = value.chars().rev().collect();
    let mut forged = vec![
        format!("{NAME}="),
        format!("{NAME}=x"),
        format!("{NAME}={turned}"),
        format!("{NAME}={}", &value[1..]),
        format!("{NAME}={value}; {NAME}={value}"),
        format!("{NAME}=x; {NAME}={value}"),
        format!("readonce-session={value}"),
        format!("__Host-readonce-session={value}"),
        format!("x{NAME}={value}"),
        format!("x={NAME}={value}"),
    ];
    for at in [0, 10, 20, 60, 90] {
        let other = if value.as_bytes()[at] == b'A' { "B" } else { "A" };
        forged.push(format!("{NAME}={}{other}{}", &value[..at], &value[at + 1..]));
    }
    for cookie in forged {
        let (page, asked) = site.asked(site.ask(Method::GET, "/", &[("cookie", &cookie)], "")).await;
        assert_eq!((page.status().as_u16(), asked), (200, 0), "{cookie}");
        assert!(!page.has(".person span"), "{cookie}");
    }
    let among = format!("a=b; {NAME}={value};c=d");
    let (page, asked) = site.asked(site.ask(Method::GET, "/", &[("cookie", &among)], "")).await;
    assert_eq!((page.text(".person span").as_str(), asked), ("ann@example.org", 1));
    let (head, asked) = site.asked(site.ask(Method::HEAD, "/", &[("cookie", &among)], "")).await;
    assert_eq!((head.status().as_u16(), asked), (200, 0), "HEAD asks no store");
}

/// Nobody is given a session that was there before: what was planted in a browser is not what signing in leaves in it.
#[tokio::test]
async fn signing_in_makes_a_new_session() {
    let site = Site::new();
    let mallory = Browser::of(&site, "mallory@example.org", "default").await;
    let token = site.app.account("ann@example.org", "default").await;
    let mut ann = Browser { site: &site, cookie: mallory.cookie.clone() };
    let page = ann.sign_in("ann@example.org", &token, "").await;
    assert_eq!(page.status(), 303);
    assert!(ann.cookie != mallory.cookie);
    assert_eq!(ann.who().await.as_deref(), Some("ann@example.org"));
    assert_eq!(mallory.who().await.as_deref(), Some("mallory@example.org"));
    let before = ann.cookie.clone();
    ann.sign_in("ann@example.org", &token, "").await;
    assert!(ann.cookie != before, "of the same person, too");
}

#[tokio::test]
async fn a_store_that_is_away_is_told_and_ends_no_session() {
    let site = Site::new();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    site.watch.next(Trouble::Refusal);
    let page = ann.get("/").await;
    assert_eq!((page.status().as_u16(), page.answer.header("set-cookie")), (503, None));
    let mark = super::browser::mark(&ann.get("/").await);
    site.watch.next(Trouble::Refusal);
    let page = ann.post("/", &format!("secret=kept&form={mark}")).await;
    assert_eq!((page.status().as_u16(), page.text("#secret").as_str()), (503, "kept"));
    assert!(ann.who().await.is_some());
}

#[tokio::test]
async fn a_sign_in_is_fresh_for_ten_minutes() {
    let site = Site::new();
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    let sessions = site.app.service.sessions();
    let value = ann.cookie.split_once('=').unwrap().1;
    let session = sessions.find(value).await.unwrap().unwrap();
    assert!(sessions.is_fresh(&session));
    site.app.clock.advance(599);
    assert!(sessions.is_fresh(&session));
    site.app.clock.advance(1);
    assert!(!sessions.is_fresh(&session));
}

/// What a sign-in at a provider leaves in a browser is no session, and is good for ten minutes.
#[tokio::test]
async fn an_errand_is_no_session() {
    let site = Site::new();
    let sessions = site.app.service.sessions();
    let sealed = sessions.seal_errand(b"state");
    assert_eq!(sessions.open_errand(&sealed).unwrap().as_slice(), b"state");
    assert!(sessions.find(&sealed).await.unwrap().is_none());
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    assert!(sessions.open_errand(ann.cookie.split_once('=').unwrap().1).is_none());
    site.app.clock.advance(Duration::from_mins(10).as_secs());
    assert!(sessions.open_errand(&sealed).is_none());
}
