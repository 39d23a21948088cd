//! A notification that does not arrive: the sharer's status page says so, the API's answer stays as it is.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::Method;
use readonce::domain::{EmailAddress, Failure, Locale};
use readonce::mail::{Email, Mailer, NoticeEmail, SendError};

use super::site::{Page, Site, settings};
use crate::api_v1::app::{App, policy};

/// A mail server that refuses Bob, puts Carol off, and takes all others.
#[derive(Debug)]
struct Picky;

#[async_trait]
impl Mailer for Picky {
    async fn send(&self, email: &Email) -> Result<(), SendError> {
        let failure = match email.to.as_str() {
            "bob@example.com" => Failure::Refused(550),
            "carol@example.com" => Failure::Deferred(451),
            _ => return Ok(()),
        };
        Err(SendError { failure, cause: None })
    }

    async fn send_notice(&self, _: &NoticeEmail) -> Result<(), SendError> {
        panic!("nobody asked to be told")
    }

    async fn send_test(&self, _: &EmailAddress, _: &str, _: Locale) -> Result<(), SendError> {
        panic!("only `doctor` asks for it")
    }
}

/// While all of them wait for the mail server, nobody tried this one.
#[tokio::test]
async fn the_status_page_says_that_an_email_waits_with_all_others() {
    let app = App::mailing(Arc::new(Picky), policy(), |store| store).with_pages("", settings());
    let site = Site { app, watch: Arc::default() };
    let token = site.app.account("ann@example.org", "default").await;
    let who = format!("ann@example.org:{token}");
    let body = "secret=hello&recipient=dave@example.com";
    let shared = site.app.call(Method::POST, "/api/v1/share", Some(&who), body).await;
    let receipt = format!("/receipt/{}", shared.field("metadata_key"));
    for (seconds, is_late) in [(59, false), (1, true)] {
        site.app.clock.advance(seconds);
        let card = site.get(&receipt).await.all(".card")[0].text();
        assert_eq!(card.contains("The email with the link is not delivered yet."), is_late, "{card}");
    }
    site.app.service.outbox().deliver_due().await.unwrap();
    assert!(!site.get(&receipt).await.all(".card")[0].text().contains("email"));
}

#[tokio::test]
async fn the_status_page_says_that_an_email_did_not_arrive() {
    let app = App::mailing(Arc::new(Picky), policy(), |store| store).with_pages("", settings());
    let site = Site { app, watch: Arc::default() };
    let token = site.app.account("ann@example.org", "default").await;
    let who = format!("ann@example.org:{token}");
    let told = |page: &Page| page.text(".card").contains("The email with the link");
    for (to, says) in [
        ("bob@example.com", Some("The email with the link was not delivered. Please send the link yourself")),
        ("carol@example.com", Some("The email with the link is not delivered yet. It will be tried again.")),
        ("dave@example.com", None),
        ("", None),
    ] {
        let body = format!("secret=hello&recipient={to}");
        let shared = site.app.call(Method::POST, "/api/v1/share", Some(&who), &body).await;
        let (key, secret) = (shared.field("metadata_key"), shared.field("secret_key"));
        let receipt = format!("/receipt/{key}");
        let before = site.app.post(&format!("/api/v1/private/{key}"), "").await.json();
        assert!(
            !site.get(&receipt).await.all(".card").iter().any(|card| card.text().contains("email")),
            "{to}"
        );

        site.app.service.outbox().deliver_due().await.unwrap();
        let page = site.get(&receipt).await;
        let card = page.all(".card")[0].text();
        assert!(says.is_none_or(|says| card.contains(says)), "{to}: {card}");
        assert_eq!(card.contains("email"), says.is_some(), "{to}: {card}");
        assert_eq!(page.text("#state"), "Not read yet");
        let after = site.app.post(&format!("/api/v1/private/{key}"), "").await.json();
        assert_eq!(after, before, "{to}: for clients nothing has changed");

        // Read, that is all there is to say.
        assert_eq!(site.post(&format!("/secret/{secret}"), "").await.text("#value"), "hello");
        assert!(!told(&site.get(&receipt).await), "{to}");
    }
}
