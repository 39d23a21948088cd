//! Canary, readiness, sweeping.

use std::sync::Arc;
use std::time::Duration;

use readonce::domain::{Clock as _, Failure, FakeClock, Timestamp};
use readonce::store::{Counted, Leases, NewSecret, NotificationStatus, Put, Store, Taken};

use super::import::{adopted, with_legacy_envelope};
use super::secrets::won;
use crate::store::sample::{
    TTL, account_id, burn, guess, listed, locked, network, plain, posted, reveal, unlocked,
};

pub(crate) async fn the_first_canary_stays(store: Arc<dyn Store>, _clock: &FakeClock) {
    assert_eq!(store.canary(None).await.unwrap(), None);
    assert_eq!(store.canary(None).await.unwrap(), None);
    let (first, second) = (b"first\0\xff".to_vec(), b"second".to_vec());
    assert_eq!(store.canary(Some(first.clone())).await.unwrap(), Some(first.clone()));
    assert_eq!(store.canary(Some(second)).await.unwrap(), Some(first.clone()));
    assert_eq!(store.canary(None).await.unwrap(), Some(first));
}

pub(crate) async fn a_replaced_canary_is_answered(store: Arc<dyn Store>, _clock: &FakeClock) {
    store.canary(Some(b"first".to_vec())).await.unwrap();
    store.replace_canary(b"second".to_vec()).await.unwrap();
    assert_eq!(store.canary(None).await.unwrap(), Some(b"second".to_vec()));
    assert_eq!(store.canary(Some(b"third".to_vec())).await.unwrap(), Some(b"second".to_vec()));
}

pub(crate) async fn a_reachable_store_is_ready(store: Arc<dyn Store>, _clock: &FakeClock) {
    for _ in 0..3 {
        store.ready(100).await.unwrap();
    }
    // Proving it leaves nothing that anybody could mistake for data.
    assert_eq!(store.canary(None).await.unwrap(), None);
    assert!(store.accounts().await.unwrap().is_empty());
}

/// Sweeps in small steps until nothing is left to collect.
async fn sweep_all(store: &Arc<dyn Store>, clock: &FakeClock) -> usize {
    let mut collected = 0;
    for _ in 0..100 {
        match store.sweep(clock.now(), 2).await.unwrap() {
            0 => return collected,
            some @ 1..=2 => collected += some,
            more => panic!("{more} is more than asked for"),
        }
    }
    panic!("the sweep does not end");
}

pub(crate) async fn sweeping_changes_no_answer(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut secrets = Vec::new();
    for round in 0..7 {
        let secret = if round % 2 == 0 { plain(clock.now()) } else { locked(clock.now()) };
        store.put(secret.clone()).await.unwrap();
        secrets.push(secret);
    }
    store.take(reveal(&secrets[0], clock.now())).await.unwrap();
    store.take(guess(&secrets[1], network(), clock.now())).await.unwrap();
    let keys: Vec<_> = secrets.iter().map(|secret| (secret.receipt.tag, secret.receipt.mid)).collect();
    let mut collected = Vec::new();
    for _ in 0..2 {
        clock.advance(u64::from(TTL));
        let before = store.receipts(&keys, clock.now()).await.unwrap();
        collected.push(sweep_all(&store, clock).await);
        assert_eq!(store.receipts(&keys, clock.now()).await.unwrap(), before);
        for secret in &secrets {
            let taken = store.take(unlocked(secret, clock.now())).await.unwrap();
            assert_eq!(taken, Taken::Gone);
        }
    }
    // The six unread secrets, then the seven receipts; or nothing at all where expiry is native.
    assert!(collected == [6, 7] || collected == [0, 0], "{collected:?}");
}

pub(crate) async fn sweeping_leaves_the_living_alone(store: Arc<dyn Store>, clock: &FakeClock) {
    let old = plain(clock.now());
    store.put(old.clone()).await.unwrap();
    clock.advance(10);
    let young = locked(clock.now());
    store.put(young.clone()).await.unwrap();
    let attacker = network();
    for _ in 0..3 {
        store.take(guess(&young, attacker, clock.now())).await.unwrap();
    }
    clock.advance(u64::from(TTL) - 11);
    assert_eq!(sweep_all(&store, clock).await, 0);
    assert_eq!(store.take(reveal(&old, clock.now())).await.unwrap(), won(&old));
    clock.advance(1);
    sweep_all(&store, clock).await;
    assert_eq!(store.take(unlocked(&young, clock.now())).await.unwrap(), won(&young));
}

/// Whoever asks with a clock that is wrong is answered by it, and nothing that is there by the right one is gone afterwards.
pub(crate) async fn whatever_the_time_nothing_but_a_sweep_erases(store: Arc<dyn Store>, clock: &FakeClock) {
    let (right, owner) = (clock.now(), account_id());
    let [waiting, dead] = [0, 1].map(|_| posted(listed(plain(right), owner)));
    let tried = locked(right);
    let imported = with_legacy_envelope(locked(right));
    for secret in [&waiting, &dead, &tried] {
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    }
    store.import(vec![adopted(&imported)], right).await.unwrap();
    let id = |secret: &NewSecret| secret.notification.as_ref().unwrap().id;
    store.put_off(&id(&dead), Failure::Refused(550), None).await.unwrap();
    let attacker = network();
    store.take(guess(&tried, attacker, right)).await.unwrap();
    let before = (
        store.notifications(right, 9).await.unwrap(),
        store.outbox_depth(right).await.unwrap(),
        store.recent(&owner, right, None, 9).await.unwrap().entries,
        store.legacy(right).await.unwrap(),
    );
    assert_eq!((before.0.len(), before.2.len(), before.3), (2, 2, 1));

    for wrong in
        [right.plus(31 * DAY), right.plus(100 * 365 * DAY), Timestamp(u64::from(u32::MAX) * 16), Timestamp(0)]
    {
        clock.set(wrong);
        if wrong > right {
            for secret in [&waiting, &dead, &tried, &imported] {
                assert_eq!(store.take(unlocked(secret, wrong)).await.unwrap(), Taken::Gone);
                assert_eq!(store.receipt(secret.receipt.tag, secret.receipt.mid, wrong).await.unwrap(), None);
            }
            assert_eq!(store.take(burn(&waiting, wrong)).await.unwrap(), Taken::Gone);
            let leases = store.lease_notifications(wrong, Duration::from_mins(1), 9).await.unwrap();
            assert_eq!(leases, Leases::default());
        }
        store.retry_notification(&id(&dead), wrong).await.unwrap();
        store.put_off(&id(&dead), Failure::Refused(550), None).await.unwrap();
        store.give_back(tried.receipt.tag, tried.receipt.sid, attacker, wrong).await.unwrap();
        store.orphan(tried.receipt.tag, tried.receipt.mid, wrong).await.unwrap();
        store.counts(wrong).await.unwrap();
        // Made now, and anew: whatever else there is must not go with it.
        let another = posted(listed(plain(wrong), owner));
        store.put(another.clone()).await.unwrap();
        store.remove_notification(&id(&another)).await.unwrap();
        let legacy = with_legacy_envelope(locked(wrong));
        store.import(vec![adopted(&legacy)], wrong).await.unwrap();
        store.take(burn(&legacy, wrong)).await.unwrap();
        store.import(vec![adopted(&imported)], wrong).await.unwrap();
    }

    clock.set(right);
    let statuses = store.notifications(right, 9).await.unwrap();
    let ids = |statuses: &[NotificationStatus]| statuses.iter().map(|status| status.id).collect::<Vec<_>>();
    assert_eq!(ids(&statuses), ids(&before.0));
    assert_eq!(store.outbox_depth(right).await.unwrap(), before.1);
    let listed = store.recent(&owner, Timestamp(0), None, 99).await.unwrap().entries;
    assert!(before.2.iter().all(|entry| listed.contains(entry)), "{listed:?}");
    assert_eq!(store.legacy(right).await.unwrap(), before.3);
    let leases = store.lease_notifications(right, Duration::from_mins(1), 9).await.unwrap();
    assert_eq!((leases.notifications.len(), leases.dropped), (1, 0));
    for secret in [&waiting, &dead, &tried] {
        assert_eq!(store.take(unlocked(secret, right)).await.unwrap(), won(secret));
    }
    assert!(matches!(store.take(unlocked(&imported, right)).await.unwrap(), Taken::Won(_)));
}

const DAY: u64 = 24 * 3600;

pub(crate) async fn counts_are_never_too_low(store: Arc<dyn Store>, clock: &FakeClock) {
    let secrets: Vec<_> = (0..5).map(|_| plain(clock.now())).collect();
    for secret in &secrets {
        store.put(secret.clone()).await.unwrap();
    }
    let full = store.counts(clock.now()).await.unwrap();
    for secret in &secrets[..3] {
        assert_eq!(store.take(reveal(secret, clock.now())).await.unwrap(), won(secret));
    }
    let rest = store.counts(clock.now()).await.unwrap();
    match rest.counted {
        Counted::Exactly => assert_eq!((full.live, rest.live), (5, 2)),
        // Keys are counted, others' too, and not each key is a secret that can be read.
        Counted::AtMost => assert!(full.live >= 5 && rest.live >= 2, "{full:?} {rest:?}"),
    }
}
