//! Notices of how secrets ended.

use std::sync::Arc;
use std::time::Duration;

use readonce::domain::{Clock as _, Failure, FakeClock, NotificationId, SecretEnd, Timestamp, random};
use readonce::store::{NOTICE_KEPT, NewNotice, NewSecret, Notice, Put, Store, Taken};
use tokio::task::JoinSet;

use crate::store::sample::{TTL, burn, plain, reveal};
use crate::support::eventually;

const LEASE: Duration = Duration::from_mins(1);

/// The same secret, with so many notices of its end.
pub(crate) fn noticed(secret: NewSecret, count: usize) -> NewSecret {
    let tag = secret.receipt.tag;
    let notice = || NewNotice {
        id: NotificationId { tag, serial: random::bytes() },
        sealed: random::bytes::<90>().to_vec(),
    };
    NewSecret { notices: (0..count).map(|_| notice()).collect(), ..secret }
}

async fn share(store: &Arc<dyn Store>, clock: &FakeClock) -> NewSecret {
    let secret = noticed(plain(clock.now()), 1);
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    secret
}

async fn lease(store: &Arc<dyn Store>, clock: &FakeClock) -> Vec<Notice> {
    store.lease_notices(clock.now(), LEASE, 100).await.unwrap()
}

/// Leases once there is something: a store may say so a moment after the claim.
async fn leased(store: &Arc<dyn Store>, clock: &FakeClock) -> Vec<Notice> {
    eventually("a notice", async || Some(lease(store, clock).await).filter(|leased| !leased.is_empty())).await
}

async fn assert_won(store: &Arc<dyn Store>, claim: readonce::store::Claim) {
    let Taken::Won(won) = store.take(claim).await.unwrap() else { panic!("it was not won") };
    assert!(won.has_notices);
}

/// What a notice is that was leased just now and never tried.
fn expected(secret: &NewSecret, end: SecretEnd, ended: Timestamp, now: Timestamp) -> Notice {
    Notice {
        id: secret.notices[0].id,
        created: secret.receipt.created,
        until: secret.receipt.secret_expires().plus(NOTICE_KEPT.into()),
        end,
        ended,
        attempts: 0,
        failure: None,
        due: Some(now.plus(LEASE.as_secs())),
        sealed: secret.notices[0].sealed.clone(),
    }
}

pub(crate) async fn a_notice_sleeps_until_its_secret_is_claimed(store: Arc<dyn Store>, clock: &FakeClock) {
    for (end, claim) in [
        (SecretEnd::Read, reveal as fn(&NewSecret, Timestamp) -> readonce::store::Claim),
        (SecretEnd::Burned, burn),
    ] {
        let secret = share(&store, clock).await;
        clock.advance(5);
        assert_eq!(lease(&store, clock).await, []);
        assert_eq!(store.notices(clock.now(), 9).await.unwrap(), []);
        let ended = clock.now();
        assert_won(&store, claim(&secret, ended)).await;
        let waiting = Notice { due: Some(ended), ..expected(&secret, end, ended, ended) };
        assert_eq!(store.notices(ended, 9).await.unwrap(), [waiting]);
        clock.advance(2);
        let now = clock.now();
        assert_eq!(leased(&store, clock).await, [expected(&secret, end, ended, now)]);
        assert!(store.remove_notice(&secret.notices[0].id).await.unwrap());
    }
    let silent = plain(clock.now());
    store.put(silent.clone()).await.unwrap();
    let Taken::Won(won) = store.take(reveal(&silent, clock.now())).await.unwrap() else { panic!("not won") };
    assert!(!won.has_notices);
    assert_eq!(lease(&store, clock).await, []);
}

pub(crate) async fn a_notice_of_an_unread_secret_is_due_when_that_expires(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let secret = share(&store, clock).await;
    let expires = secret.receipt.secret_expires();
    clock.advance(u64::from(TTL) - 1);
    assert_eq!(lease(&store, clock).await, []);
    clock.advance(1);
    assert_eq!(lease(&store, clock).await, [expected(&secret, SecretEnd::Expired, expires, clock.now())]);
    assert_eq!(lease(&store, clock).await, []);
    assert!(matches!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Gone));
    clock.advance(LEASE.as_secs());
    let again = lease(&store, clock).await;
    assert_eq!(
        again,
        [expected(&secret, SecretEnd::Expired, expires, clock.now())],
        "nobody said that it had failed"
    );
}

/// Of many claims one is won, and of many who look one gets its notice.
pub(crate) async fn there_is_one_notice_for_each_claim_that_was_won(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let mut secrets = Vec::new();
    for _ in 0..5 {
        secrets.push(share(&store, clock).await);
    }
    let mut callers = JoinSet::new();
    for secret in secrets.iter().flat_map(|secret| vec![secret.clone(); 8]) {
        let (store, now) = (Arc::clone(&store), clock.now());
        callers.spawn(async move { drop(store.take(reveal(&secret, now)).await.unwrap()) });
    }
    callers.join_all().await;
    let mut seen = Vec::new();
    while seen.len() < secrets.len() {
        let mut lookers = JoinSet::new();
        for _ in 0..8 {
            let (store, now) = (Arc::clone(&store), clock.now());
            lookers.spawn(async move { store.lease_notices(now, LEASE, 2).await.unwrap() });
        }
        seen.extend(lookers.join_all().await.into_iter().flatten().map(|notice| notice.id));
    }
    let mut ids: Vec<_> = secrets.iter().map(|secret| secret.notices[0].id).collect();
    ids.sort();
    seen.sort();
    assert_eq!(seen, ids);
    assert_eq!(lease(&store, clock).await, []);
}

pub(crate) async fn a_notice_put_off_is_due_again_to_the_second(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = share(&store, clock).await;
    let (id, ended) = (secret.notices[0].id, clock.now());
    assert_won(&store, reveal(&secret, ended)).await;
    assert_eq!(leased(&store, clock).await.len(), 1);
    // For no fault of its own.
    assert!(store.put_off_notice(&id, None, Some(clock.now().plus(300))).await.unwrap());
    clock.advance(299);
    assert_eq!(lease(&store, clock).await, []);
    clock.advance(1);
    assert_eq!(lease(&store, clock).await, [expected(&secret, SecretEnd::Read, ended, clock.now())]);
    assert!(
        store.put_off_notice(&id, Some(Failure::Deferred(451)), Some(clock.now().plus(30))).await.unwrap()
    );
    clock.advance(30);
    let failed = Notice {
        attempts: 1,
        failure: Some(Failure::Deferred(451)),
        ..expected(&secret, SecretEnd::Read, ended, clock.now())
    };
    assert_eq!(lease(&store, clock).await, std::slice::from_ref(&failed));
    assert!(store.put_off_notice(&id, None, Some(clock.now())).await.unwrap());
    assert_eq!(lease(&store, clock).await, [failed], "what is known of its attempts stays");
}

pub(crate) async fn a_dead_notice_waits_for_an_operator(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = share(&store, clock).await;
    let (id, ended) = (secret.notices[0].id, clock.now());
    assert_won(&store, burn(&secret, ended)).await;
    assert_eq!(leased(&store, clock).await.len(), 1);
    assert!(store.put_off_notice(&id, Some(Failure::Refused(550)), None).await.unwrap());
    clock.advance(86_400);
    assert_eq!(lease(&store, clock).await, []);
    let dead = Notice {
        attempts: 1,
        failure: Some(Failure::Refused(550)),
        due: None,
        ..expected(&secret, SecretEnd::Burned, ended, ended)
    };
    assert_eq!(store.notices(clock.now(), 9).await.unwrap(), std::slice::from_ref(&dead));
    assert!(store.put_off_notice(&id, None, Some(clock.now())).await.unwrap());
    let due = Some(clock.now().plus(LEASE.as_secs()));
    assert_eq!(lease(&store, clock).await, [Notice { due, ..dead }]);
}

pub(crate) async fn a_removed_notice_is_gone(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = share(&store, clock).await;
    let id = secret.notices[0].id;
    assert_won(&store, reveal(&secret, clock.now())).await;
    assert_eq!(leased(&store, clock).await.len(), 1);
    assert!(store.remove_notice(&id).await.unwrap());
    clock.advance(LEASE.as_secs());
    assert_eq!(lease(&store, clock).await, []);
    assert_eq!(store.notices(clock.now(), 9).await.unwrap(), []);
    for failure in [None, Some(Failure::Silent)] {
        for again in [None, Some(clock.now())] {
            assert!(!store.put_off_notice(&id, failure, again).await.unwrap());
        }
    }
    assert!(!store.remove_notice(&id).await.unwrap());
    let never = NotificationId { tag: id.tag, serial: random::bytes() };
    assert!(!store.remove_notice(&never).await.unwrap());
    assert!(!store.put_off_notice(&never, None, Some(clock.now())).await.unwrap());
}

/// Its reader did not get it, and nobody has destroyed it.
pub(crate) async fn of_an_orphaned_secret_nobody_is_told(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = share(&store, clock).await;
    assert_won(&store, reveal(&secret, clock.now())).await;
    store.orphan(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap();
    eventually("no notice", async || {
        assert_eq!(lease(&store, clock).await, []);
        store.notices(clock.now(), 9).await.unwrap().is_empty().then_some(())
    })
    .await;
    clock.advance(u64::from(TTL));
    assert_eq!(lease(&store, clock).await, []);
}

pub(crate) async fn every_notice_of_a_secret_turns(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = noticed(plain(clock.now()), 3);
    store.put(secret.clone()).await.unwrap();
    assert_won(&store, reveal(&secret, clock.now())).await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.extend(leased(&store, clock).await.into_iter().map(|notice| (notice.id, notice.sealed)));
    }
    seen.sort();
    let mut put: Vec<_> = secret.notices.into_iter().map(|notice| (notice.id, notice.sealed)).collect();
    put.sort();
    assert_eq!(seen, put);
}

pub(crate) async fn a_conflict_stores_no_notice(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = plain(clock.now());
    store.put(secret.clone()).await.unwrap();
    let rival = noticed(secret.clone(), 1);
    assert_eq!(store.put(rival.clone()).await.unwrap(), Put::Conflict);
    let Taken::Won(won) = store.take(reveal(&secret, clock.now())).await.unwrap() else { panic!("not won") };
    assert!(!won.has_notices);
    clock.advance(u64::from(TTL));
    assert_eq!(lease(&store, clock).await, []);
    assert!(!store.remove_notice(&rival.notices[0].id).await.unwrap());
}

pub(crate) async fn a_notice_is_given_up_in_the_end(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = share(&store, clock).await;
    assert_won(&store, reveal(&secret, clock.now())).await;
    let until = secret.receipt.secret_expires().plus(NOTICE_KEPT.into());
    clock.advance(clock.now().until(until) - 1);
    assert_eq!(leased(&store, clock).await.len(), 1);
    assert_eq!(store.notices(clock.now(), 9).await.unwrap().len(), 1);
    clock.advance(1);
    assert_eq!(store.notices(clock.now(), 9).await.unwrap(), []);
}
