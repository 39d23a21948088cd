//! Notifications in the file: their bytes, their rows, and that they outlive a restart.

use std::time::Duration;

use readonce::domain::{Failure, random};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{Leased, Leases, Maintenance as _, NewSecret, Outbox as _, SecretStore as _};

use super::{beside, count, found, now, opened, put, vanish};
use crate::store::sample::{TTL, plain, posted, reveal};

#[tokio::test]
async fn notifications_vanish_when_sent_dropped_or_expired() {
    let (store, _folder, path) = opened();
    let mut notifications = Vec::new();
    for len in [300, 20_000, 900, 5000, 40] {
        let mut secret = posted(plain(now()));
        let notification = secret.notification.as_mut().unwrap();
        notification.sealed.resize(len, 0);
        random::fill(&mut notification.sealed);
        notifications.push(put(&store, secret).await);
    }
    let needles_of = |secrets: &[NewSecret]| {
        let sealed = secrets.iter().map(|secret| &secret.notification.as_ref().unwrap().sealed);
        sealed
            .flat_map(|bytes| [bytes[..16].to_vec(), bytes[bytes.len() - 16..].to_vec()])
            .collect::<Vec<_>>()
    };
    let id = |place: usize| notifications[place].notification.as_ref().unwrap().id;
    assert!(!found(&path, &needles_of(&notifications)).is_empty(), "the search finds what is there");
    // Each way from the outbox: sent at once, sent at the second attempt, dropped, dead until it expires; and one stays.
    let leases = store.lease_notifications(now(), Duration::from_mins(1), 9).await.unwrap();
    assert_eq!(leases.notifications.len(), 5);
    assert!(store.remove_notification(&id(0)).await.unwrap());
    store.put_off(&id(1), Failure::Silent, Some(now())).await.unwrap();
    store.lease_notifications(now(), Duration::from_mins(1), 9).await.unwrap();
    assert!(store.remove_notification(&id(1)).await.unwrap());
    store.take(reveal(&notifications[2], now())).await.unwrap();
    let later = store.lease_notifications(now().plus(60), Duration::from_mins(1), 9).await.unwrap();
    assert_eq!((later.notifications.len(), later.dropped), (2, 1));
    vanish(&path, &needles_of(&notifications[..3])).await;
    store.put_off(&id(3), Failure::Refused(550), None).await.unwrap();
    let db = beside(&path);
    let longer = "UPDATE outbox SET expires = expires + 600 WHERE serial = ?1";
    db.execute(longer, [id(4).serial]).unwrap();
    drop(db);
    // All the secrets that are left, and the dead notification.
    assert_eq!(store.sweep(now().plus(u64::from(TTL)), 100).await.unwrap(), 4 + 1);
    vanish(&path, &needles_of(&notifications[3..4])).await;
    assert_eq!(found(&path, &needles_of(&notifications[4..])), [""], "what was not sent is still there");
}

#[tokio::test]
async fn a_notification_outlives_a_restart() {
    let (store, _folder, path) = opened();
    let [unsent, failed, dead] = [posted(plain(now())), posted(plain(now())), posted(plain(now()))];
    for secret in [&unsent, &failed, &dead] {
        put(&store, secret.clone()).await;
    }
    let id = |secret: &NewSecret| secret.notification.as_ref().unwrap().id;
    let again = now().plus(30);
    store.put_off(&id(&failed), Failure::Deferred(451), Some(again)).await.unwrap();
    store.put_off(&id(&dead), Failure::Refused(550), None).await.unwrap();
    let before = store.notifications(now(), 9).await.unwrap();
    // Not in order: as the process was killed.
    let second = SqliteStore::open(&path).unwrap();
    assert_eq!(second.notifications(now(), 9).await.unwrap(), before);
    drop(store);
    let notification = |secret: &NewSecret, attempts| {
        let notification = secret.notification.clone().unwrap();
        Leased { id: notification.id, sealed: notification.sealed, attempts }
    };
    let lease = Duration::from_mins(1);
    let leases = second.lease_notifications(again.minus(1), lease, 9).await.unwrap();
    assert_eq!(leases, Leases { notifications: vec![notification(&unsent, 0)], dropped: 0 });
    second.close().await;
    let third = SqliteStore::open(&path).unwrap();
    let leases = third.lease_notifications(again, lease, 9).await.unwrap();
    assert_eq!(leases, Leases { notifications: vec![notification(&failed, 1)], dropped: 0 });
}

#[tokio::test]
async fn a_notification_is_not_taken_for_one_of_a_row_that_is_used_again() {
    let (store, _folder, path) = opened();
    let old = put(&store, posted(plain(now()))).await;
    let id = old.notification.as_ref().unwrap().id;
    store.put_off(&id, Failure::Silent, Some(now().plus(3 * u64::from(TTL)))).await.unwrap();
    let after = now().plus(3 * u64::from(TTL) + 5);
    // The receipt is swept, the notification is not yet.
    while count(&path, "secrets") > 0 {
        assert_eq!(store.sweep(after, 1).await.unwrap(), 1);
    }
    assert_eq!(count(&path, "outbox"), 1);
    put(&store, plain(after)).await;
    let same_row = "SELECT count(*) FROM outbox JOIN secrets ON secrets.id = outbox.secret";
    assert_eq!(beside(&path).query_one(same_row, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    let leases = store.lease_notifications(after, Duration::from_mins(1), 9).await.unwrap();
    assert_eq!(leases, Leases::default());
    assert_eq!(store.sweep(after, 1).await.unwrap(), 1);
    assert_eq!(count(&path, "outbox"), 0);
}

/// A sweep leaves those that waited to whoever tells of them, and not for long.
#[tokio::test]
async fn what_was_not_sent_in_time_is_told_of_unless_its_secret_was_read() {
    let (store, _folder, path) = opened();
    let [unsent, read, dead, left] = [(); 4].map(|()| posted(plain(now())));
    for secret in [&unsent, &read, &dead, &left] {
        put(&store, secret.clone()).await;
    }
    let id = |secret: &NewSecret| secret.notification.as_ref().unwrap().id;
    store.put_off(&id(&dead), Failure::Refused(550), None).await.unwrap();
    store.take(reveal(&read, now())).await.unwrap();
    let end = now().plus(u64::from(TTL));
    assert_eq!(store.expire_notifications(end.minus(1), 9).await.unwrap(), []);
    while store.sweep(end, 100).await.unwrap() > 0 {}
    assert_eq!(count(&path, "outbox"), 3, "the dead one is gone");
    let told = store.expire_notifications(end, 9).await.unwrap();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&id(&unsent)) && told.contains(&id(&left)));
    assert_eq!(count(&path, "outbox"), 0);
    put(&store, posted(plain(now()))).await;
    assert_eq!((store.sweep(end.plus(59), 100).await.unwrap(), count(&path, "outbox")), (1, 1));
    assert_eq!((store.sweep(end.plus(60), 100).await.unwrap(), count(&path, "outbox")), (1, 0));
}
