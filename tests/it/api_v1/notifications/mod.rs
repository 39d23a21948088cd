//! Notifications to recipients (v1-contract.md §5.5, security-design.md §7): when one is written, what it is written from,
//! and when it is no longer sent.
//!
//! The mailer here keeps what it is given, so that time can be a test's; `process::mail` sends to a real mail server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use readonce::domain::{EmailAddress, Failure, Locale, Timestamp};
use readonce::mail::{Email, Mailer, NoticeEmail, SendError};
use readonce::service::Policy;
use readonce::store::Store;

use super::app::{Answer, App, NOW, policy};
use super::watched::{Trouble, Watch, Watched};

mod failures;
mod notices;

/// What the mailer was given, and what it is to answer.
#[derive(Default)]
struct Kept {
    notifications: Mutex<Vec<Email>>,
    notices: Mutex<Vec<NoticeEmail>>,
    failures: Mutex<Vec<Failure>>,
    /// What everything fails with, if it does.
    trouble: Mutex<Option<Failure>>,
    tries: AtomicUsize,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

#[async_trait]
impl Mailer for Kept {
    async fn send(&self, notification: &Email) -> Result<(), SendError> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        let trouble = *self.trouble.lock().unwrap();
        if let Some(failure) = trouble.or_else(|| self.failures.lock().unwrap().pop()) {
            return Err(SendError { failure, cause: None });
        }
        self.notifications.lock().unwrap().push(copy(notification));
        Ok(())
    }

    async fn send_notice(&self, email: &NoticeEmail) -> Result<(), SendError> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        let trouble = *self.trouble.lock().unwrap();
        if let Some(failure) = trouble.or_else(|| self.failures.lock().unwrap().pop()) {
            return Err(SendError { failure, cause: None });
        }
        self.notices.lock().unwrap().push(email.clone());
        Ok(())
    }

    async fn send_test(&self, _: &EmailAddress, _: &str, _: Locale) -> Result<(), SendError> {
        panic!("only `doctor` asks for it")
    }
}

fn copy(notification: &Email) -> Email {
    Email {
        to: notification.to.clone(),
        sharer: notification.sharer.clone(),
        link: notification.link.clone(),
        ..*notification
    }
}

impl Kept {
    fn fails(&self, failures: &[Failure]) {
        *self.failures.lock().unwrap() = failures.iter().rev().copied().collect();
    }

    fn fails_always(&self, trouble: Option<Failure>) {
        *self.trouble.lock().unwrap() = trouble;
    }

    /// How often somebody tried to send since this was asked last.
    fn tries(&self) -> usize {
        self.tries.swap(0, Ordering::Relaxed)
    }

    fn take(&self) -> Vec<Email> {
        std::mem::take(&mut self.notifications.lock().unwrap())
    }
}

struct Office {
    app: App,
    kept: Arc<Kept>,
    who: String,
}

impl Office {
    async fn open() -> Self {
        Self::with(policy()).await
    }

    async fn with(policy: Policy) -> Self {
        Self::over(policy, |store| store).await
    }

    async fn over(policy: Policy, wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>) -> Self {
        let kept = Arc::new(Kept::default());
        let app = App::mailing(kept.clone(), policy, wrap);
        let token = app.account("Ann@example.org", "default").await;
        Self { app, kept, who: format!("ann@example.org:{token}") }
    }

    async fn share(&self, body: &str) -> Answer {
        self.app.call(Method::POST, "/api/v1/share", Some(&self.who), body).await
    }

    /// What one look for due notifications sent.
    async fn round(&self) -> Vec<Email> {
        self.app.service.outbox().deliver_due().await.unwrap();
        self.kept.take()
    }

    /// What was sent until there was nothing more to be sent at once.
    async fn rounds(&self) -> Vec<Email> {
        while self.app.service.outbox().deliver_due().await.unwrap() {}
        self.kept.take()
    }

    async fn share_many(&self, count: usize, ttl: u32) {
        for _ in 0..count {
            assert_eq!(self.share(&format!("secret=x&ttl={ttl}&recipient=b@example.com")).await.status, 200);
        }
    }

    /// How many notifications came to this end.
    fn counted(&self, outcome: &str) -> u64 {
        self.metric(&format!("readonce_notifications_total{{outcome=\"{outcome}\"}} "))
    }

    /// Whether all of them wait for this reason.
    fn paused(&self, cause: &str) -> u64 {
        self.metric(&format!("readonce_outbox_paused{{cause=\"{cause}\"}} "))
    }

    fn metric(&self, name: &str) -> u64 {
        self.app.service.stats().record_gauges();
        let text = self.app.service.metrics().encode();
        text.lines().find_map(|line| line.strip_prefix(name)).expect("it is told").parse().unwrap()
    }
}

#[tokio::test]
async fn a_recipient_gets_a_notification_and_the_answer_hides_the_address() {
    let office = Office::open().await;
    let answer = office.share("secret=hello&ttl=3600&recipient=bob@example.com").await;
    assert_eq!(
        answer.pinned(),
        r#"200 {"custid":"Ann@example.org","metadata_key":"<1>","secret_key":"<2>","ttl":3600,"metadata_ttl":7200,"secret_ttl":3600,"state":"new","updated":1795248429,"created":1795248429,"recipient":["bo***@e***.com"],"share_domain":"","passphrase_required":false}"#
    );
    let notifications = office.round().await;
    assert_eq!(notifications.len(), 1);
    let notification = &notifications[0];
    assert_eq!(notification.to.as_str(), "bob@example.com");
    assert_eq!(notification.sharer.as_str(), "Ann@example.org");
    let key = answer.field("secret_key");
    assert_eq!(*notification.link, format!("https://secrets.example.org/ots/secret/{key}"));
    assert_eq!(notification.expires, Timestamp(NOW + 3600));
    assert!(!notification.protected);
    assert!(office.round().await.is_empty(), "sent once");
    let metadata = office.app.post(&format!("/api/v1/private/{}", answer.field("metadata_key")), "").await;
    assert_eq!(metadata.json()["recipient"][0], "bo***@e***.com");
    assert!(!metadata.text.contains("bob@"));
}

/// The sharer may think that nothing went out only where that is so.
#[tokio::test]
async fn a_share_that_may_have_been_stored_says_that_a_notification_may_come() {
    let watch = Arc::new(Watch::default());
    let office = Office::over(policy(), |store| Watched::over(store, watch.clone())).await;
    watch.after(1, Trouble::SilenceAfterwards); // signing in comes first
    let answer = office.share("secret=x&recipient=bob@example.com").await;
    assert_eq!(
        answer.pinned(),
        r#"503 {"message":"The outcome is unknown: the store did not confirm it in time. The recipient may get a link all the same."}"#
    );
    assert_eq!(office.round().await.len(), 1, "and it does come");
    watch.after(1, Trouble::Refusal);
    let answer = office.share("secret=x&recipient=bob@example.com").await;
    assert_eq!(
        answer.pinned(),
        r#"503 {"message":"Service temporarily unavailable. Please try again shortly."}"#
    );
    assert!(office.round().await.is_empty());
}

#[tokio::test]
async fn only_the_first_address_and_the_link_of_the_share_domain() {
    let office = Office::open().await;
    let body = "secret=x&recipient[]=&recipient[]=one@example.com&recipient[]=two@example.com&passphrase=p\
                &share_domain=open.example.com";
    let answer = office.share(body).await;
    assert_eq!(answer.json()["recipient"].as_array().unwrap().len(), 1);
    let notifications = office.round().await;
    assert_eq!(
        notifications.iter().map(|notification| notification.to.as_str()).collect::<Vec<_>>(),
        ["one@example.com"]
    );
    assert_eq!(
        *notifications[0].link,
        format!("https://open.example.com/secret/{}", answer.field("secret_key"))
    );
    assert!(notifications[0].protected);
}

/// A mail with a link of the caller's choosing is what phishing is made of.
#[tokio::test]
async fn the_host_of_the_request_never_gets_into_a_notification() {
    let office = Office::open().await;
    let request = Request::post("/api/v1/share")
        .header("host", "evil.example.net")
        .header("x-forwarded-host", "evil.example.net")
        .header("forwarded", "host=evil.example.net")
        .header("authorization", format!("Basic {}", STANDARD.encode(&office.who)));
    let answer = office.app.send(request.body(Body::from("secret=x&recipient=b@example.com")).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(office.round().await[0].link.starts_with("https://secrets.example.org/ots/secret/"));
}

#[tokio::test]
async fn generated_passwords_are_mailed_as_links_too() {
    let office = Office::open().await;
    let answer =
        office.app.call(Method::POST, "/api/v1/generate", Some(&office.who), "recipient=b@example.com").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(office.round().await[0].link.ends_with(&answer.field("secret_key")));
}

#[tokio::test]
async fn the_language_is_the_requests_or_the_servers() {
    let swedish = Office::with(Policy { locale: Locale::Sv, ..policy() }).await;
    for (locale, expected) in [("", Locale::Sv), ("&locale=de", Locale::De), ("&locale=xx", Locale::Sv)] {
        swedish.share(&format!("secret=x&recipient=b@example.com{locale}")).await;
        assert_eq!(swedish.round().await[0].locale, expected, "{locale}");
    }
}

#[tokio::test]
async fn nobody_anonymous_sends_mail_and_no_address_is_guessed() {
    let office = Office::open().await;
    let answer = office.app.post("/api/v1/share", "secret=x&recipient=b@example.com").await;
    assert_eq!(answer.pinned(), r#"404 {"message":"An account is required to send emails."}"#);
    for bad in
        ["bob", "a@example.com%0d%0aBcc:+c@example.com", "%3Ca@example.com%3E", "a@example.com,b@example.com"]
    {
        let answer = office.share(&format!("secret=x&recipient={bad}")).await;
        assert_eq!(answer.status, 404, "{bad}");
        assert!(answer.field("message").starts_with("Undeliverable email address: "), "{}", answer.text);
    }
    for empty in ["", "undefined"] {
        let answer = office.share(&format!("secret=x&recipient={empty}")).await;
        assert_eq!(answer.json()["recipient"].as_array().unwrap().len(), 0, "{}", answer.text);
    }
    assert!(office.round().await.is_empty());
}

#[tokio::test]
async fn an_account_sends_so_many_an_hour() {
    let office = Office::with(Policy { notifications_per_hour: 3, ..policy() }).await;
    let mail = "secret=x&recipient=b@example.com";
    for _ in 0..3 {
        assert_eq!(office.share(mail).await.status, 200);
    }
    assert_eq!(office.share("secret=&recipient=b@example.com").await.status, 404, "told what is wrong first");
    let answer = office.share(mail).await;
    assert_eq!(answer.pinned(), r#"429 {"message":"Apologies dear citizen! You have been rate limited."}"#);
    assert_eq!(answer.header("retry-after"), Some("1200"));
    assert_eq!(office.share("secret=x").await.status, 200, "without mail it goes on");
    office.app.clock.advance(1200);
    assert_eq!(office.share(mail).await.status, 200);
}

#[tokio::test]
async fn a_notification_is_not_sent_once_its_secret_is_gone() {
    for ending in ["read", "burned", "expired"] {
        let office = Office::open().await;
        let answer = office.share("secret=x&ttl=60&recipient=b@example.com").await;
        office.kept.fails(&[Failure::Silent]);
        office.round().await;
        match ending {
            "read" => {
                office.app.post(&format!("/api/v1/secret/{}", answer.field("secret_key")), "").await;
            }
            "burned" => {
                office.app.post(&format!("/api/v1/private/{}/burn", answer.field("metadata_key")), "").await;
            }
            _ => {}
        }
        office.app.clock.advance(60);
        assert!(office.round().await.is_empty(), "{ending}");
        assert!(office.app.service.outbox().list(10).await.unwrap().is_empty(), "{ending}");
    }
}

/// An email is sent in the name of an account: of one that is gone nothing is sent any more, of one that is disabled not before
/// an operator says so.
#[tokio::test]
async fn the_emails_of_an_account_end_with_it() {
    let office = Office::open().await;
    let accounts = office.app.service.accounts();
    let waits = async || {
        office.share("secret=x&ttl=86400&recipient=b@example.com").await;
        office.kept.fails(&[Failure::Silent]);
        assert!(office.round().await.is_empty());
        office.app.clock.advance(3600);
        office.app.service.outbox().list(10).await.unwrap().remove(0)
    };
    let listed = waits().await;
    assert_eq!(listed.account.unwrap().as_str(), "Ann@example.org", "whom an operator can tell");

    assert!(accounts.disable("ann@example.org").await.unwrap());
    assert!(office.round().await.is_empty());
    let status = office.app.service.outbox().list(10).await.unwrap().remove(0).status;
    assert_eq!((status.due, status.failure), (None, Some(Failure::Disabled)));
    assert_eq!(status.failure.unwrap().to_string(), "its account is disabled");
    assert!(accounts.enable("ann@example.org").await.unwrap());
    assert!(office.round().await.is_empty(), "nobody said so");
    assert!(office.app.service.outbox().retry(&status.id).await.unwrap());
    assert_eq!(office.round().await.len(), 1);

    waits().await;
    assert!(accounts.delete("ann@example.org").await.unwrap());
    assert!(office.round().await.is_empty());
    assert!(office.app.service.outbox().list(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn ready_does_not_tell_how_full_the_outbox_is() {
    let office = Office::open().await;
    office.share("secret=x&recipient=b@example.com").await;
    office.kept.fails(&[Failure::Silent]);
    office.round().await;
    office.app.clock.advance(7);
    assert_eq!(office.app.get("/health/ready").await.pinned(), r#"200 {"status":"ready"}"#);
}
