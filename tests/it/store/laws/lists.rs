//! Accounts' lists of recent shares.

use std::sync::Arc;

use readonce::domain::receipt::SealedEntry;
use readonce::domain::{AccountId, Clock as _, FakeClock, Timestamp};
use readonce::store::{NewSecret, Put, Store};

use crate::store::sample::{TTL, account_id, listed, plain, reveal};

async fn share(store: &Arc<dyn Store>, owner: AccountId, now: Timestamp) -> (NewSecret, SealedEntry) {
    let secret = listed(plain(now), owner);
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    let sealed = secret.entry.as_ref().unwrap().sealed.clone();
    (secret, SealedEntry { created: now, sealed })
}

pub(crate) async fn recent_is_newest_first_mine_only_and_capped(store: Arc<dyn Store>, clock: &FakeClock) {
    let (me, other) = (account_id(), account_id());
    let mut newest_first = Vec::new();
    for round in 0..20 {
        // Several within a second: the later share is still the first.
        if round % 3 == 0 {
            clock.advance(1);
        }
        newest_first.insert(0, share(&store, me, clock.now()).await.1);
        share(&store, other, clock.now()).await;
        store.put(plain(clock.now())).await.unwrap();
    }
    let since = Timestamp(0);
    assert_eq!(store.recent(&me, since, 100).await.unwrap(), newest_first);
    assert_eq!(store.recent(&me, since, 20).await.unwrap(), newest_first);
    assert_eq!(store.recent(&me, since, 7).await.unwrap(), newest_first[..7]);
    assert_eq!(store.recent(&me, since, 0).await.unwrap(), []);
    assert_eq!(store.recent(&account_id(), since, 100).await.unwrap(), []);
}

pub(crate) async fn recent_begins_at_since(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account_id();
    let old = share(&store, me, clock.now()).await.1;
    clock.advance(100);
    let new = share(&store, me, clock.now()).await.1;
    for (since, expected) in [
        (old.created, &[new.clone(), old.clone()][..]),
        (old.created.plus(1), std::slice::from_ref(&new)),
        (new.created, std::slice::from_ref(&new)),
        (new.created.plus(1), &[]),
    ] {
        assert_eq!(store.recent(&me, since, 100).await.unwrap(), expected, "{since:?}");
    }
}

pub(crate) async fn a_list_survives_what_it_names(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account_id();
    let (secret, entry) = share(&store, me, clock.now()).await;
    store.take(reveal(&secret, clock.now())).await.unwrap();
    clock.advance(3 * u64::from(TTL));
    store.sweep(clock.now(), 100).await.unwrap();
    assert_eq!(store.recent(&me, Timestamp(0), 100).await.unwrap(), [entry]);
}

pub(crate) async fn a_conflict_leaves_the_list_alone(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account_id();
    let (secret, entry) = share(&store, me, clock.now()).await;
    let again = listed(secret.clone(), me);
    assert_eq!(store.put(again).await.unwrap(), Put::Conflict);
    let elsewhere = account_id();
    assert_eq!(store.put(listed(secret, elsewhere)).await.unwrap(), Put::Conflict);
    assert_eq!(store.recent(&me, Timestamp(0), 100).await.unwrap(), [entry]);
    assert_eq!(store.recent(&elsewhere, Timestamp(0), 100).await.unwrap(), []);
}
