//! Notices to sharers: when one is written, what it says, and to whom it is no longer sent.

use readonce::domain::{Clock as _, Failure, Locale, SecretEnd, SecretEnds, Timestamp};
use readonce::mail::{NoticeEmail, Told};
use readonce::service::Policy;

use super::super::app::{Answer, NOW, policy};
use super::Office;

impl Office {
    /// What Ann is told of, from now on.
    async fn notify(&self, ends: &str) {
        let accounts = self.app.service.accounts();
        let ann = accounts.find("ann@example.org").await.unwrap().unwrap();
        assert!(accounts.set_notify(&ann.id, SecretEnds::parse(ends).unwrap()).await.unwrap());
    }

    async fn read(&self, shared: &Answer) {
        let read = self.app.post(&format!("/api/v1/secret/{}", shared.field("secret_key")), "").await;
        assert_eq!(read.status, 200, "{}", read.text);
    }

    async fn burn(&self, shared: &Answer) {
        let path = format!("/api/v1/private/{}/burn", shared.field("metadata_key"));
        assert_eq!(self.app.post(&path, "").await.status, 200);
    }

    /// What one look for due notices sent.
    async fn told(&self) -> Vec<NoticeEmail> {
        self.app.service.outbox().deliver_notices().await.unwrap();
        std::mem::take(&mut self.kept.notices.lock().unwrap())
    }

    fn noticed(&self, outcome: &str) -> u64 {
        self.metric(&format!("readonce_notices_total{{outcome=\"{outcome}\"}} "))
    }
}

fn told(end: SecretEnd, at: u64, shared: &Answer) -> Told {
    Told { end, at: Timestamp(at), receipt: shared.field("metadata_key")[..8].to_owned() }
}

#[tokio::test]
async fn a_sharer_hears_of_the_ends_they_asked_for_and_of_no_other() {
    let office = Office::open().await;
    office.notify("read,expired").await;
    let [read, burned, expired] = [
        office.share("secret=one&ttl=3600").await,
        office.share("secret=two&ttl=3600").await,
        office.share("secret=three&ttl=3600").await,
    ];
    assert!(office.told().await.is_empty());
    office.app.clock.advance(60);
    office.read(&read).await;
    office.burn(&burned).await;
    let emails = office.told().await;
    assert_eq!(emails.len(), 1);
    assert_eq!((emails[0].to.as_str(), emails[0].locale), ("Ann@example.org", Locale::En));
    assert_eq!(emails[0].told, [told(SecretEnd::Read, NOW + 60, &read)]);
    assert!(office.told().await.is_empty(), "told once");
    office.app.clock.advance(3540);
    let emails = office.told().await;
    assert_eq!(emails[0].told, [told(SecretEnd::Expired, NOW + 3600, &expired)]);
    assert_eq!((office.noticed("sent"), office.noticed("dead"), office.noticed("dropped")), (2, 0, 0));
    assert!(office.app.service.outbox().list_notices(10).await.unwrap().is_empty());
}

/// Off by default, and what was asked for when a secret was shared counts, whatever is asked for by its end.
#[tokio::test]
async fn whether_a_notice_is_owed_is_decided_when_the_secret_is_shared() {
    let office = Office::open().await;
    let before = office.share("secret=x").await;
    office.notify("burned").await;
    let with = office.share("secret=x").await;
    office.notify("none").await;
    let after = office.share("secret=x").await;
    for shared in [&before, &with, &after] {
        office.burn(shared).await;
    }
    assert_eq!(office.told().await[0].told, [told(SecretEnd::Burned, NOW, &with)]);
    // Whoever shares without an account has nobody to be told.
    office.app.clock.advance(300);
    office.notify("read").await;
    let anonymous = office.app.post("/api/v1/share", "secret=x").await;
    office.read(&anonymous).await;
    assert!(office.told().await.is_empty());
}

/// The first at once, what follows within five minutes together; and oldest first.
#[tokio::test]
async fn many_are_told_together() {
    let office = Office::open().await;
    office.notify("read,burned").await;
    let mut shared = Vec::new();
    for _ in 0..12 {
        shared.push(office.share("secret=x").await);
    }
    office.read(&shared[0]).await;
    assert_eq!(office.told().await.len(), 1);
    let mut expected = Vec::new();
    for each in &shared[1..] {
        office.app.clock.advance(1);
        office.read(each).await;
        expected.push(told(SecretEnd::Read, office.app.clock.now().0, each));
        assert!(office.told().await.is_empty());
    }
    office.app.clock.advance(300 - 11);
    let emails = office.told().await;
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].told, expected);
}

#[tokio::test]
async fn each_account_is_told_of_its_own_in_its_language() {
    let office = Office::with(Policy { locale: Locale::Sv, ..policy() }).await;
    office.notify("read").await;
    let token = office.app.account("bob@example.org", "default").await;
    let accounts = office.app.service.accounts();
    let bob = accounts.find("bob@example.org").await.unwrap().unwrap();
    accounts.set_notify(&bob.id, SecretEnds::parse("read").unwrap()).await.unwrap();
    let anns = office.share("secret=x").await;
    let who = format!("bob@example.org:{token}");
    let bobs = office.app.call(axum::http::Method::POST, "/api/v1/share", Some(&who), "secret=x").await;
    office.read(&anns).await;
    office.read(&bobs).await;
    let mut emails = office.told().await;
    emails.sort_by_key(|email| email.to.as_str().to_owned());
    let seen: Vec<_> = emails.iter().map(|email| (email.to.as_str(), email.told[0].clone())).collect();
    let [anns, bobs] = [anns, bobs].map(|shared| told(SecretEnd::Read, NOW, &shared));
    assert_eq!(seen, [("Ann@example.org", anns), ("bob@example.org", bobs)]);
    assert!(emails.iter().all(|email| email.locale == Locale::Sv));
    assert_ne!(emails[0].serial, emails[1].serial);
}

/// A second copy can be recognised.
#[tokio::test]
async fn a_notice_that_may_have_arrived_is_sent_again_with_the_same_id() {
    let office = Office::open().await;
    office.notify("read").await;
    let [one, other] = [office.share("secret=x").await, office.share("secret=x").await];
    office.read(&one).await;
    office.read(&other).await;
    office.kept.fails(&[Failure::Deferred(451)]);
    assert!(office.told().await.is_empty());
    let waiting = office.app.service.outbox().list_notices(10).await.unwrap();
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|listed| listed.notice.failure == Some(Failure::Deferred(451))));
    assert!(waiting.iter().all(|listed| listed.account.as_ref().unwrap().as_str() == "Ann@example.org"));
    let serials: Vec<_> = waiting.iter().map(|listed| listed.notice.id.serial).collect();
    office.app.clock.advance(60);
    let emails = office.told().await;
    let both: Vec<_> = serials[0].iter().zip(serials[1]).map(|(one, other)| one ^ other).collect();
    assert_eq!((emails.len(), emails[0].told.len(), &emails[0].serial[..]), (1, 2, &both[..]));
}

#[tokio::test]
async fn notices_wait_with_everything_else_for_the_mail_server() {
    let office = Office::open().await;
    office.notify("read").await;
    let shared = office.share("secret=x").await;
    office.read(&shared).await;
    office.kept.fails_always(Some(Failure::Unreachable));
    assert!(office.told().await.is_empty());
    assert_eq!((office.kept.tries(), office.paused("server")), (1, 1));
    assert!(office.told().await.is_empty());
    assert_eq!(office.kept.tries(), 0, "nobody asks it now");
    office.kept.fails_always(None);
    office.app.clock.advance(60);
    assert_eq!(office.told().await.len(), 1);
    assert_eq!(office.paused("server"), 0);
}

#[tokio::test]
async fn a_refused_notice_waits_for_an_operator() {
    let office = Office::open().await;
    office.notify("read").await;
    let shared = office.share("secret=x").await;
    office.read(&shared).await;
    office.kept.fails(&[Failure::Refused(550)]);
    assert!(office.told().await.is_empty());
    assert_eq!(office.noticed("dead"), 1);
    let outbox = office.app.service.outbox();
    let listed = outbox.list_notices(10).await.unwrap();
    assert_eq!((listed.len(), listed[0].notice.due), (1, None));
    office.app.clock.advance(86_400);
    assert!(office.told().await.is_empty());
    assert_eq!(outbox.retry_dead().await.unwrap(), 1);
    assert_eq!(office.told().await.len(), 1);
    assert!(!outbox.retry(&listed[0].notice.id).await.unwrap());
    assert!(!outbox.remove(&listed[0].notice.id).await.unwrap());
}

/// An account that is gone has no address any more, and one that is disabled is told nothing.
#[tokio::test]
async fn of_an_account_that_is_gone_or_disabled_nothing_is_told() {
    for ending in ["disabled", "deleted"] {
        let office = Office::open().await;
        office.notify("read,burned,expired").await;
        let [read, unread] = [office.share("secret=x&ttl=60").await, office.share("secret=x&ttl=60").await];
        office.read(&read).await;
        let accounts = office.app.service.accounts();
        let ended = match ending {
            "disabled" => accounts.disable("ann@example.org").await.unwrap(),
            _ => accounts.delete("ann@example.org").await.unwrap(),
        };
        assert!(ended);
        assert!(office.told().await.is_empty(), "{ending}");
        office.app.clock.advance(60);
        assert!(office.told().await.is_empty(), "{ending}");
        assert_eq!(office.noticed("dropped"), 2, "{ending}");
        assert!(office.app.service.outbox().list_notices(10).await.unwrap().is_empty(), "{ending}");
        assert_eq!(
            office.app.post(&format!("/api/v1/secret/{}", unread.field("secret_key")), "").await.status,
            404
        );
    }
}
