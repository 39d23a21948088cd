//! Notifications that wait to be sent.

use std::sync::Arc;
use std::time::Duration;

use readonce::domain::{Clock as _, Failure, FakeClock, NotificationId, Timestamp, random};
use readonce::store::{Leased, Leases, NewSecret, NotificationStatus, OutboxDepth, Put, Store, Taken};
use tokio::task::JoinSet;

use crate::store::sample::{TTL, burn, plain, posted, reveal, tag};

/// A lease as a sender takes it.
const LEASE: Duration = Duration::from_mins(1);

/// Shares a secret with a notification.
async fn share(store: &Arc<dyn Store>, clock: &FakeClock) -> (NewSecret, NotificationId) {
    let secret = posted(plain(clock.now()));
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    let id = secret.notification.as_ref().unwrap().id;
    (secret, id)
}

async fn lease(store: &Arc<dyn Store>, clock: &FakeClock, limit: usize) -> Leases {
    store.lease_notifications(clock.now(), LEASE, limit).await.unwrap()
}

/// The ids of all that are due, leased.
async fn due(store: &Arc<dyn Store>, clock: &FakeClock) -> Vec<NotificationId> {
    let leases = lease(store, clock, 100).await;
    assert_eq!(leases.dropped, 0);
    leases.notifications.into_iter().map(|notification| notification.id).collect()
}

fn leased(secret: &NewSecret, attempts: u32) -> Leased {
    let notification = secret.notification.clone().unwrap();
    Leased { id: notification.id, sealed: notification.sealed, attempts }
}

fn status(secret: &NewSecret) -> NotificationStatus {
    NotificationStatus {
        id: secret.notification.as_ref().unwrap().id,
        created: secret.receipt.created,
        expires: secret.receipt.secret_expires(),
        attempts: 0,
        failure: None,
        due: Some(secret.receipt.created),
        sealed: secret.notification.as_ref().unwrap().sealed.clone(),
    }
}

async fn assert_empty(store: &Arc<dyn Store>, now: Timestamp) {
    assert_eq!(store.notifications(now, 100).await.unwrap(), []);
    assert_eq!(store.outbox_depth(now).await.unwrap(), OutboxDepth::default());
}

pub(crate) async fn a_notification_is_due_at_once_and_comes_as_it_was_put(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    store.put(plain(clock.now())).await.unwrap();
    assert_eq!(lease(&store, clock, 10).await, Leases::default());
    let (mut short, mut long) = (posted(plain(clock.now())), posted(plain(clock.now())));
    short.notification.as_mut().unwrap().sealed = vec![0];
    long.notification.as_mut().unwrap().sealed = vec![b'}'; 20_000];
    for secret in [&short, &long] {
        store.put(secret.clone()).await.unwrap();
        let wanted = Leases { notifications: vec![leased(secret, 0)], dropped: 0 };
        assert_eq!(lease(&store, clock, 10).await, wanted);
    }
}

pub(crate) async fn a_notification_is_leased_by_one_of_many(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(share(&store, clock).await.1);
    }
    let (ended, _) = share(&store, clock).await;
    store.take(reveal(&ended, clock.now())).await.unwrap();
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let (store, now) = (Arc::clone(&store), clock.now());
        senders.spawn(async move { store.lease_notifications(now, LEASE, 3).await.unwrap() });
    }
    let (mut seen, mut dropped) = (Vec::new(), 0);
    for leases in senders.join_all().await {
        assert!(leases.notifications.len() <= 3);
        seen.extend(leases.notifications.into_iter().map(|notification| notification.id));
        dropped += leases.dropped;
    }
    // Who came late may have looked at none but notifications that others had taken.
    let rest = lease(&store, clock, 100).await;
    seen.extend(rest.notifications.into_iter().map(|notification| notification.id));
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids, "each of them, once");
    assert_eq!(dropped + rest.dropped, 1);
}

pub(crate) async fn one_notification_is_leased_by_exactly_one_of_sixteen(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    for _ in 0..5 {
        let (secret, id) = share(&store, clock).await;
        let mut senders = JoinSet::new();
        for _ in 0..16 {
            let (store, now) = (Arc::clone(&store), clock.now());
            senders
                .spawn(async move { store.lease_notifications(now, LEASE, 10).await.unwrap().notifications });
        }
        let won: Vec<_> = senders.join_all().await.into_iter().flatten().collect();
        assert_eq!(won, [leased(&secret, 0)]);
        assert!(store.remove_notification(&id).await.unwrap());
    }
}

pub(crate) async fn a_leased_notification_is_hidden_until_the_lease_ends(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (secret, id) = share(&store, clock).await;
    assert_eq!(due(&store, clock).await, [id]);
    for seconds in [0, 1, LEASE.as_secs() - 2] {
        clock.advance(seconds);
        assert_eq!(due(&store, clock).await, []);
    }
    let listed = NotificationStatus { due: Some(clock.now().plus(1)), ..status(&secret) };
    assert_eq!(store.notifications(clock.now(), 9).await.unwrap(), [listed]);
    clock.advance(1);
    assert_eq!(
        lease(&store, clock, 10).await.notifications,
        [leased(&secret, 0)],
        "nobody said that it had failed"
    );
    assert_eq!(due(&store, clock).await, []);
}

pub(crate) async fn those_due_longest_come_first_and_not_more_than_asked(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(share(&store, clock).await.1);
        clock.advance(1);
    }
    // The oldest is tried again later, and so comes last.
    let again = clock.now();
    assert!(store.put_off(&ids[0], Failure::Silent, Some(again)).await.unwrap());
    ids.rotate_left(1);
    let ids_of = |leases: Leases| {
        leases.notifications.into_iter().map(|notification| notification.id).collect::<Vec<_>>()
    };
    assert_eq!(ids_of(lease(&store, clock, 0).await), []);
    assert_eq!(ids_of(lease(&store, clock, 3).await), ids[..3]);
    assert_eq!(ids_of(lease(&store, clock, 1).await), ids[3..4]);
    assert_eq!(ids_of(lease(&store, clock, usize::MAX).await), ids[4..]);
}

/// However many wait, a new one goes soon.
pub(crate) async fn of_every_four_one_is_the_newest_that_was_never_tried(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(share(&store, clock).await.1);
        clock.advance(1);
    }
    // The last one was tried before, and is due again.
    assert!(store.put_off(&ids[11], Failure::Silent, Some(clock.now())).await.unwrap());
    let first = lease(&store, clock, 8).await.notifications;
    let expected = [&ids[..6], &[ids[10], ids[9]]].concat();
    assert_eq!(first.iter().map(|leased| leased.id).collect::<Vec<_>>(), expected);
    let rest = lease(&store, clock, 8).await.notifications;
    let expected = [ids[6], ids[7], ids[8], ids[11]];
    assert_eq!(rest.iter().map(|leased| leased.id).collect::<Vec<_>>(), expected);
}

pub(crate) async fn a_removed_notification_is_gone(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, sent) = share(&store, clock).await;
    let (_, unsent) = share(&store, clock).await;
    assert_eq!(lease(&store, clock, 10).await.notifications.len(), 2);
    for id in [sent, unsent] {
        assert!(store.remove_notification(&id).await.unwrap());
        assert!(!store.remove_notification(&id).await.unwrap());
        assert!(!store.put_off(&id, Failure::Silent, Some(clock.now())).await.unwrap());
        assert!(!store.put_off(&id, Failure::Silent, None).await.unwrap());
        assert!(!store.retry_notification(&id, clock.now()).await.unwrap());
    }
    assert_empty(&store, clock.now()).await;
    clock.advance(LEASE.as_secs());
    assert_eq!(due(&store, clock).await, []);
    assert!(
        matches!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Won(_)),
        "the secret stays"
    );
}

pub(crate) async fn a_notification_that_never_was_is_not_changed(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, id) = share(&store, clock).await;
    let strangers = [
        NotificationId { tag: secret.receipt.tag, serial: random::bytes() },
        NotificationId { tag: tag(), serial: random::bytes() },
        NotificationId { serial: random::bytes(), ..id },
    ];
    for stranger in strangers {
        assert!(!store.remove_notification(&stranger).await.unwrap());
        assert!(!store.put_off(&stranger, Failure::Login, None).await.unwrap());
        assert!(!store.retry_notification(&stranger, clock.now()).await.unwrap());
    }
    assert_eq!(store.notifications(clock.now(), 9).await.unwrap(), [status(&secret)]);
}

pub(crate) async fn a_notification_put_off_is_due_again_to_the_second(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (secret, id) = share(&store, clock).await;
    for (round, failure) in [Failure::Unreachable, Failure::Deferred(451)].into_iter().enumerate() {
        let attempts = u32::try_from(round).unwrap();
        assert_eq!(lease(&store, clock, 10).await.notifications, [leased(&secret, attempts)]);
        clock.advance(5);
        let again = clock.now().plus(300);
        assert!(store.put_off(&id, failure, Some(again)).await.unwrap());
        let expected = NotificationStatus {
            attempts: attempts + 1,
            failure: Some(failure),
            due: Some(again),
            ..status(&secret)
        };
        assert_eq!(store.notifications(clock.now(), 9).await.unwrap(), [expected]);
        clock.advance(299);
        assert_eq!(due(&store, clock).await, []);
        clock.advance(1);
    }
    assert_eq!(lease(&store, clock, 10).await.notifications, [leased(&secret, 2)]);
}

pub(crate) async fn a_dead_notification_waits_for_an_operator(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, id) = share(&store, clock).await;
    assert_eq!(due(&store, clock).await, [id]);
    assert!(store.put_off(&id, Failure::Refused(550), None).await.unwrap());
    clock.advance(u64::from(TTL) - 10);
    assert_eq!(due(&store, clock).await, []);
    let dead = NotificationStatus {
        attempts: 1,
        failure: Some(Failure::Refused(550)),
        due: None,
        ..status(&secret)
    };
    assert_eq!(store.notifications(clock.now(), 9).await.unwrap(), std::slice::from_ref(&dead));
    let depth = OutboxDepth { waiting: 0, dead: 1, oldest: None };
    assert_eq!(store.outbox_depth(clock.now()).await.unwrap(), depth);

    assert!(store.retry_notification(&id, clock.now()).await.unwrap());
    let revived = NotificationStatus { due: Some(clock.now()), ..dead };
    assert_eq!(store.notifications(clock.now(), 9).await.unwrap(), [revived]);
    let depth = OutboxDepth { waiting: 1, dead: 0, oldest: Some(secret.receipt.created) };
    assert_eq!(store.outbox_depth(clock.now()).await.unwrap(), depth);
    assert_eq!(lease(&store, clock, 10).await.notifications, [leased(&secret, 1)]);
}

pub(crate) async fn a_waiting_notification_is_retried_at_once(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, id) = share(&store, clock).await;
    store.put_off(&id, Failure::Tls, Some(clock.now().plus(1000))).await.unwrap();
    assert_eq!(due(&store, clock).await, []);
    assert!(store.retry_notification(&id, clock.now()).await.unwrap());
    assert_eq!(lease(&store, clock, 10).await.notifications, [leased(&secret, 1)]);
}

pub(crate) async fn a_notification_whose_secret_ended_is_dropped(store: Arc<dyn Store>, clock: &FakeClock) {
    let (read, _) = share(&store, clock).await;
    let (burned, tried) = share(&store, clock).await;
    clock.advance(1);
    let (alive, id) = share(&store, clock).await;
    store.put_off(&tried, Failure::Silent, Some(clock.now().plus(30))).await.unwrap();
    store.take(reveal(&read, clock.now())).await.unwrap();
    store.take(burn(&burned, clock.now())).await.unwrap();
    assert_eq!(lease(&store, clock, 1).await, Leases { notifications: vec![leased(&alive, 0)], dropped: 1 });
    clock.advance(30);
    assert_eq!(lease(&store, clock, 1).await, Leases { notifications: vec![], dropped: 1 });
    assert_eq!(lease(&store, clock, 1).await, Leases::default());
    let left = store.notifications(clock.now(), 9).await.unwrap();
    assert_eq!(left.iter().map(|notification| notification.id).collect::<Vec<_>>(), [id]);
}

pub(crate) async fn a_notification_expires_with_its_secret(store: Arc<dyn Store>, clock: &FakeClock) {
    let (_, waiting) = share(&store, clock).await;
    let (_, dead) = share(&store, clock).await;
    store.put_off(&dead, Failure::Refused(550), None).await.unwrap();
    let (_, later) = share(&store, clock).await;
    store.put_off(&later, Failure::Silent, Some(clock.now().plus(2 * u64::from(TTL)))).await.unwrap();
    clock.advance(u64::from(TTL) - 1);
    assert_eq!(store.notifications(clock.now(), 9).await.unwrap().len(), 3);
    let depth = store.outbox_depth(clock.now()).await.unwrap();
    assert_eq!((depth.waiting, depth.dead), (2, 1));
    clock.advance(1);
    assert_empty(&store, clock.now()).await;
    for id in [waiting, dead, later] {
        assert!(!store.retry_notification(&id, clock.now()).await.unwrap());
    }
    assert_eq!(lease(&store, clock, 10).await, Leases::default());
    // Those that waited are told of, if nobody can have read their secrets before; a store that forgets by itself goes by its own
    // clock.
    let mut told = store.expire_notifications(clock.now(), 10).await.unwrap();
    told.sort_unstable();
    let mut waited = [waiting, later];
    waited.sort_unstable();
    assert!(told.is_empty() || told == waited, "{told:?}");
    assert_eq!(store.expire_notifications(clock.now(), 10).await.unwrap(), []);
    // Collected, if that is not done natively, a step at a time.
    let mut collected = told.len();
    loop {
        match store.sweep(clock.now(), 1).await.unwrap() {
            0 => break,
            some => collected += some,
        }
    }
    assert!(collected == 3 + 3 || collected == 0, "{collected}: three secrets, three notifications");
    for id in [waiting, dead, later] {
        assert!(collected == 0 || !store.remove_notification(&id).await.unwrap());
    }
    assert_empty(&store, clock.now()).await;
}

pub(crate) async fn a_conflict_stores_no_notification(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, id) = share(&store, clock).await;
    let mut rival = posted(plain(clock.now()));
    rival.receipt.tag = secret.receipt.tag;
    rival.receipt.sid = secret.receipt.sid;
    rival.notification.as_mut().unwrap().id.tag = secret.receipt.tag;
    let rival_id = rival.notification.as_ref().unwrap().id;
    assert_eq!(store.put(rival).await.unwrap(), Put::Conflict);
    assert!(!store.remove_notification(&rival_id).await.unwrap());
    // Nor does one that conflicts with itself hurt the first.
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Conflict);
    // A notification's id is taken once, too, and its secret is not stored without it.
    let mut same_notification = plain(clock.now());
    same_notification.receipt.tag = secret.receipt.tag;
    same_notification.notification.clone_from(&secret.notification);
    assert_eq!(store.put(same_notification.clone()).await.unwrap(), Put::Conflict);
    assert_eq!(store.take(reveal(&same_notification, clock.now())).await.unwrap(), Taken::Gone);
    assert_eq!(store.notifications(clock.now(), 9).await.unwrap(), [status(&secret)]);
    assert_eq!(due(&store, clock).await, [id]);
}

pub(crate) async fn the_outbox_says_what_is_in_it(store: Arc<dyn Store>, clock: &FakeClock) {
    assert_empty(&store, clock.now()).await;
    let mut listed = Vec::new();
    for round in 0..6 {
        let (secret, id) = share(&store, clock).await;
        let mut notification = status(&secret);
        if round % 3 == 0 {
            store.put_off(&id, Failure::Unsendable, None).await.unwrap();
            notification = NotificationStatus {
                attempts: 1,
                failure: Some(Failure::Unsendable),
                due: None,
                ..notification
            };
        }
        listed.push(notification);
        clock.advance(10);
    }
    let now = clock.now();
    assert_eq!(store.notifications(now, 100).await.unwrap(), listed);
    assert_eq!(store.notifications(now, 4).await.unwrap(), listed[..4]);
    assert_eq!(store.notifications(now, 0).await.unwrap(), []);
    let depth = OutboxDepth { waiting: 4, dead: 2, oldest: Some(listed[1].created) };
    assert_eq!(store.outbox_depth(now).await.unwrap(), depth);
    assert!(store.remove_notification(&listed[1].id).await.unwrap());
    let depth = OutboxDepth { waiting: 3, dead: 2, oldest: Some(listed[2].created) };
    assert_eq!(store.outbox_depth(now).await.unwrap(), depth);
    // Looking changed nothing.
    assert_eq!(due(&store, clock).await, [listed[2].id, listed[4].id, listed[5].id]);
}
