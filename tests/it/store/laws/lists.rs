//! Accounts' lists of recent shares.

use std::sync::Arc;

use readonce::domain::receipt::{NewEntry, SealedEntry};
use readonce::domain::{AccountId, Clock as _, FakeClock, Timestamp, TokenDigest, random};
use readonce::store::{LIST_KEPT, ListedEntry, NewSecret, Put, Store};

use crate::store::sample::{Entries as _, TTL, account, account_id, listed, plain, reveal};

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
    assert_eq!(store.entries(&me, since, 100).await, newest_first);
    assert_eq!(store.entries(&me, since, 20).await, newest_first);
    assert_eq!(store.entries(&me, since, 7).await, newest_first[..7]);
    assert_eq!(store.entries(&me, since, 0).await, []);
    assert_eq!(store.entries(&account_id(), since, 100).await, []);
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
        assert_eq!(store.entries(&me, since, 100).await, expected, "{since:?}");
    }
}

pub(crate) async fn a_list_survives_what_it_names(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account_id();
    let (secret, entry) = share(&store, me, clock.now()).await;
    store.take(reveal(&secret, clock.now())).await.unwrap();
    clock.advance(3 * u64::from(TTL));
    store.sweep(clock.now(), 100).await.unwrap();
    assert_eq!(store.entries(&me, Timestamp(0), 100).await, [entry]);
}

pub(crate) async fn a_conflict_leaves_the_list_alone(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account_id();
    let (secret, entry) = share(&store, me, clock.now()).await;
    let again = listed(secret.clone(), me);
    assert_eq!(store.put(again).await.unwrap(), Put::Conflict);
    let elsewhere = account_id();
    assert_eq!(store.put(listed(secret, elsewhere)).await.unwrap(), Put::Conflict);
    assert_eq!(store.entries(&me, Timestamp(0), 100).await, [entry]);
    assert_eq!(store.entries(&elsewhere, Timestamp(0), 100).await, []);
}

/// A whole list, in pages of 500.
async fn all(store: &Arc<dyn Store>, owner: AccountId) -> Vec<ListedEntry> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.recent(&owner, Timestamp(0), after.as_ref(), 500).await.unwrap();
        found.extend(page.entries);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

fn made(count: u64, owner: AccountId, until: Timestamp) -> Vec<(NewEntry, Timestamp)> {
    let entry = |age| (NewEntry { owner, sealed: random::bytes::<60>().to_vec() }, until.minus(age));
    (0..count).rev().map(entry).collect()
}

pub(crate) async fn a_list_keeps_the_newest_ten_thousand(store: Arc<dyn Store>, clock: &FakeClock) {
    let (me, other) = (account_id(), account_id());
    let kept = LIST_KEPT as u64;
    store.import_entries(made(kept, me, clock.now())).await.unwrap();
    let before = all(&store, me).await;
    assert_eq!(before.len(), LIST_KEPT);
    clock.advance(1);
    for _ in 0..5 {
        share(&store, me, clock.now()).await;
        share(&store, other, clock.now()).await;
    }
    let after = all(&store, me).await;
    assert_eq!(after.len(), LIST_KEPT, "each share takes the oldest off");
    assert_eq!(after[5..], before[..LIST_KEPT - 5]);
    assert_eq!(all(&store, other).await.len(), 5);
}

pub(crate) async fn an_entry_says_when_its_receipt_is_gone(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account_id();
    let (secret, _) = share(&store, me, clock.now()).await;
    store.import_entries(made(1, me, clock.now().minus(60))).await.unwrap();
    let expires: Vec<_> = all(&store, me).await.iter().map(|listed| listed.expires).collect();
    // What is brought from elsewhere has its receipt for two months at the most.
    let latest = clock.now().minus(60).plus(60 * 86_400);
    assert_eq!(expires, [Some(secret.receipt.expires()), Some(latest)]);
}

pub(crate) async fn what_is_forgotten_is_off_the_list_and_nothing_else(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (me, other) = (account_id(), account_id());
    for _ in 0..6 {
        share(&store, me, clock.now()).await;
    }
    share(&store, other, clock.now()).await;
    let before = all(&store, me).await;
    let gone = vec![before[1].clone(), before[4].clone()];
    for _ in 0..2 {
        store.forget_entries(&me, gone.clone()).await.unwrap();
        store.forget_entries(&other, gone.clone()).await.unwrap();
    }
    let left: Vec<_> = before.iter().filter(|listed| !gone.contains(listed)).cloned().collect();
    assert_eq!(all(&store, me).await, left);
    assert_eq!(all(&store, other).await.len(), 1);
    store.forget_entries(&me, left).await.unwrap();
    assert_eq!(all(&store, me).await, []);
    share(&store, me, clock.now()).await;
    assert_eq!(all(&store, me).await.len(), 1);
}

pub(crate) async fn a_page_leaves_nothing_out_whatever_happens_meanwhile(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let me = account_id();
    // All within one second, and pages that end in the middle of it.
    for _ in 0..12 {
        share(&store, me, clock.now()).await;
    }
    let before = all(&store, me).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.recent(&me, Timestamp(0), after.as_ref(), 3).await.unwrap();
        if seen.is_empty() {
            store.forget_entries(&me, page.entries[..2].to_vec()).await.unwrap();
        }
        share(&store, me, clock.now().plus(1)).await;
        seen.extend(page.entries);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(before.iter().all(|listed| seen.contains(listed)));
    assert!(seen.iter().all(|listed| before.contains(listed)), "what is shared later is not shown");
}

pub(crate) async fn an_emptied_list_stays_empty_while_it_is_tidied(store: Arc<dyn Store>, clock: &FakeClock) {
    let (me, other) = (account("a@example.org", clock.now()), account_id());
    store.create_account(me.clone()).await.unwrap();
    for deleted in [false, true] {
        store.import_entries(made(700, me.id, clock.now())).await.unwrap();
        store.import_entries(made(3, other, clock.now())).await.unwrap();
        let before = all(&store, me.id).await;
        if deleted {
            assert!(store.delete_account(&me.id).await.unwrap());
            assert!(store.create_account(me.clone()).await.unwrap());
        } else {
            assert!(store.set_token(&me.id, TokenDigest(random::bytes()), clock.now()).await.unwrap());
        }
        assert_eq!(all(&store, me.id).await, [], "at once");
        let newest = share(&store, me.id, clock.now()).await.1;
        // Who still holds a page of the emptied list takes nothing off the new one.
        store.forget_entries(&me.id, before[..100].to_vec()).await.unwrap();
        loop {
            assert_eq!(store.entries(&me.id, Timestamp(0), 9).await, std::slice::from_ref(&newest));
            match store.tidy_lists(100).await.unwrap() {
                0 => break,
                some => assert!(some <= 100),
            }
        }
    }
    assert_eq!(all(&store, other).await.len(), 6);
}
