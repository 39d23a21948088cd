//! Notifications that cannot be sent: whose trouble it is, and when it is tried again.

use readonce::domain::{Clock as _, Failure};
use readonce::service::Policy;

use super::super::app::policy;
use super::Office;

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later() {
    let office = Office::open().await;
    office.share("secret=x&ttl=86400&recipient=b@example.com").await;
    let failures = [451, 450, 452, 451, 450].map(Failure::Deferred);
    office.kept.fails(&failures);
    for (failed, (failure, least)) in failures.iter().zip([30, 60, 120, 100, 240]).enumerate() {
        assert!(office.round().await.is_empty());
        let status = &office.app.service.outbox().list(10).await.unwrap()[0].status;
        assert_eq!((status.attempts as usize, status.failure), (failed + 1, Some(*failure)));
        let pause = office.app.clock.now().until(status.due.unwrap());
        assert!((least..=least + least / 10).contains(&pause), "{pause} after {failed} failures");
        office.app.clock.advance(pause - 1);
        assert!(office.round().await.is_empty(), "not before it is due");
        office.app.clock.advance(1);
    }
    assert_eq!(office.round().await.len(), 1);
    assert!(office.app.service.outbox().list(10).await.unwrap().is_empty());
    assert_eq!(office.app.service.outbox().depth().unwrap().0.waiting, 0);
}

/// The whole outbox finds out about a mail server that is away, not every notification for itself.
#[tokio::test]
async fn a_failure_of_the_server_puts_all_off_and_one_is_tried() {
    let office = Office::with(Policy { notifications_per_hour: 1000, ..policy() }).await;
    office.share_many(40, 86_400).await;
    office.kept.fails_always(Some(Failure::Unreachable));
    assert!(office.rounds().await.is_empty());
    assert_eq!(office.kept.tries(), 8, "those that were under way");
    for _ in 0..3600 {
        office.app.clock.advance(1);
        assert!(office.rounds().await.is_empty());
    }
    let tries = office.kept.tries();
    assert!((10..=20).contains(&tries), "{tries} tries in an hour");
    assert_eq!(office.paused("server"), 1);
    // It is back: all go, and none of them waits for itself.
    office.kept.fails_always(None);
    let mut waited = 0;
    let sent = loop {
        let sent = office.rounds().await;
        if !sent.is_empty() {
            break sent;
        }
        office.app.clock.advance(1);
        waited += 1;
    };
    assert!(waited <= 360, "{waited}");
    assert!(sent.len() > 30, "{} of 40 at once", sent.len());
    assert_eq!(office.paused("server"), 0);
    assert!(office.app.service.outbox().list(100).await.unwrap().is_empty());
    assert_eq!(office.counted("sent"), 40);
}

/// Mail servers lock out who fails to log in a few times.
#[tokio::test]
async fn a_refused_log_in_is_tried_three_times_in_an_hour() {
    let office = Office::with(Policy { notifications_per_hour: 1000, ..policy() }).await;
    office.share_many(20, 86_400).await;
    office.kept.fails_always(Some(Failure::Login));
    office.rounds().await;
    assert_eq!(office.kept.tries(), 8, "which share one log-in");
    assert_eq!((office.paused("login"), office.paused("server")), (1, 0));
    for _ in 0..720 {
        office.app.clock.advance(5);
        office.rounds().await;
    }
    let tries = office.kept.tries();
    assert!((1..=2).contains(&tries), "{tries} more");
    // Who has put it right need not wait.
    office.kept.fails_always(None);
    assert!(office.rounds().await.is_empty());
    office.app.service.outbox().hurry();
    assert!(office.rounds().await.len() >= 12);
    assert_eq!(office.paused("login"), 0);
}

/// What a server has against all that comes from here kills no notification, and one recipient's trouble stops nobody else.
#[tokio::test]
async fn a_refusal_of_the_site_kills_no_notification() {
    let office = Office::with(Policy { notifications_per_hour: 1000, ..policy() }).await;
    office.share_many(1, 86_400).await;
    office.kept.fails(&[Failure::SiteRefused(554)]);
    assert!(office.round().await.is_empty());
    let status = office.app.service.outbox().list(10).await.unwrap().remove(0).status;
    assert_eq!(status.failure, Some(Failure::SiteRefused(554)));
    assert!(status.due.is_some_and(|due| due > office.app.clock.now()));
    office.share_many(1, 86_400).await;
    assert_eq!(office.round().await.len(), 1, "another one goes meanwhile");
    office.app.clock.advance(40);
    assert_eq!(office.round().await.len(), 1, "and so does it, when the rule is gone");
    assert_eq!(office.counted("dead"), 0);
    // Everybody's is the server's trouble.
    office.share_many(20, 86_400).await;
    office.kept.fails_always(Some(Failure::SiteRefused(554)));
    office.rounds().await;
    assert_eq!((office.kept.tries(), office.paused("server")), (2 + 1 + 8, 1));
}

#[tokio::test]
async fn what_was_not_sent_in_time_is_told_and_counted() {
    let office = Office::open().await;
    office.share_many(3, 60).await;
    office.kept.fails_always(Some(Failure::Unreachable));
    for _ in 0..60 {
        office.rounds().await;
        office.app.clock.advance(1);
    }
    assert_eq!(office.counted("expired"), 0);
    for _ in 0..10 {
        office.rounds().await;
        office.app.clock.advance(1);
    }
    assert_eq!(office.counted("expired"), 3);
    office.kept.fails_always(None);
    office.app.clock.advance(400);
    assert!(office.rounds().await.is_empty());
    assert_eq!((office.counted("expired"), office.counted("sent")), (3, 0));
}

#[tokio::test]
async fn all_that_were_given_up_are_tried_again_at_once() {
    let office = Office::open().await;
    office.share_many(4, 86_400).await;
    office.kept.fails(&[Failure::Refused(550), Failure::Refused(550), Failure::Deferred(451)]);
    assert_eq!(office.round().await.len(), 1);
    assert_eq!(office.counted("dead"), 2);
    assert_eq!(office.app.service.outbox().retry_dead().await.unwrap(), 2);
    assert_eq!(office.round().await.len(), 2, "and not the one that waits");
    assert_eq!(office.app.service.outbox().retry_dead().await.unwrap(), 0);
}

#[tokio::test]
async fn a_refused_notification_is_dead_until_an_operator_has_it_tried_again() {
    let office = Office::open().await;
    office.share("secret=x&ttl=86400&recipient=b@example.com").await;
    office.kept.fails(&[Failure::Refused(550)]);
    assert!(office.round().await.is_empty());
    let status = office.app.service.outbox().list(10).await.unwrap().remove(0).status;
    assert_eq!((status.due, status.failure), (None, Some(Failure::Refused(550))));
    let (depth, _) = office.app.service.outbox().depth().unwrap();
    assert_eq!((depth.waiting, depth.dead), (0, 1));
    office.app.clock.advance(4000);
    assert!(office.round().await.is_empty(), "nobody tries it by himself");
    assert!(office.app.service.outbox().retry(&status.id).await.unwrap());
    let sent = office.round().await;
    assert_eq!(sent[0].id, status.id, "the same notification, whatever happened to it");
    assert!(!office.app.service.outbox().retry(&status.id).await.unwrap());
    assert!(!office.app.service.outbox().remove(&status.id).await.unwrap());
}
