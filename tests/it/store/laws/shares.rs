//! What accounts shared, by the receipts' ids.

use std::sync::Arc;

use readonce::domain::{Account, Clock as _, FakeClock, ReceiptId, State, StoredReceipt, Timestamp};
use readonce::store::{Cursor, NewSecret, Put, Store};

use crate::store::sample::{TTL, account, burn, listed, owned, plain, reveal};

/// A share of `account`'s, with a token or by page.
fn of(account: &Account, now: Timestamp, with_token: bool) -> NewSecret {
    let mut secret = plain(now);
    secret.receipt.owner = Some(account.email.as_str().to_owned());
    if with_token { listed(secret, account.id) } else { owned(secret, account.id) }
}

/// All of an account's since it was made, fetched in pages of three.
async fn shares(store: &Arc<dyn Store>, account: &Account, now: Timestamp) -> Vec<StoredReceipt> {
    let (mut found, mut after): (Vec<_>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let times = (account.created, now);
        let page =
            store.shares_of(&account.id, account.email.as_str(), times, after.as_ref(), 3).await.unwrap();
        assert!(page.receipts.len() <= 3);
        found.extend(page.receipts);
        // As it comes back from a link.
        let Some(next) = page.next else { return found };
        after = Some(Cursor::parse(&next.to_text()).unwrap());
        assert_eq!(after, Some(next));
    }
}

fn ids(receipts: &[StoredReceipt]) -> Vec<ReceiptId> {
    receipts.iter().map(|receipt| receipt.mid).collect()
}

pub(crate) async fn shares_are_newest_first_mine_only_and_of_either_way(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (me, other) = (account("a@example.org", clock.now()), account("b@example.org", clock.now()));
    let mut mine = Vec::new();
    for number in 0..10 {
        let secret = of(&me, clock.now(), number % 2 == 0);
        for secret in [secret.clone(), of(&other, clock.now(), number % 3 == 0), plain(clock.now())] {
            assert_eq!(store.put(secret).await.unwrap(), Put::Stored);
        }
        mine.insert(0, secret);
        // Of one second, the one that was shared later comes first.
        if number % 3 == 0 {
            clock.advance(1);
        }
    }
    let found = shares(&store, &me, clock.now()).await;
    assert_eq!(found, mine.iter().map(|secret| secret.receipt.clone()).collect::<Vec<_>>());
    assert_eq!(shares(&store, &other, clock.now()).await.len(), 10);
    let recent = store.recent(&me.id, me.created, None, 100).await.unwrap();
    assert_eq!(recent.entries.len(), 5, "what was shared by page is in no list of recent shares");
    let late = Account { created: mine[3].receipt.created, ..me };
    let expected: Vec<_> =
        mine.iter().map(|it| &it.receipt).filter(|it| it.created >= late.created).map(|it| it.mid).collect();
    assert_eq!(
        ids(&shares(&store, &late, clock.now()).await),
        expected,
        "none that is older than its account"
    );
}

pub(crate) async fn shares_say_what_became_of_them(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    let all: Vec<_> = (0..3).map(|number| of(&me, clock.now(), number == 0)).collect();
    for secret in &all {
        store.put(secret.clone()).await.unwrap();
    }
    clock.advance(60);
    store.take(reveal(&all[0], clock.now())).await.unwrap();
    store.take(burn(&all[1], clock.now())).await.unwrap();
    let states = |receipts: &[StoredReceipt]| receipts.iter().map(|it| it.state).collect::<Vec<_>>();
    let found = shares(&store, &me, clock.now()).await;
    assert_eq!(states(&found), [State::New, State::Burned, State::Revealed]);
    assert_eq!((found[1].updated, found[2].updated), (clock.now(), clock.now()));
    let ended = all[2].receipt.secret_expires();
    assert_eq!(states(&shares(&store, &me, ended).await), [State::Expired, State::Burned, State::Revealed]);
    let gone = all[2].receipt.created.plus(2 * u64::from(TTL));
    assert_eq!(shares(&store, &me, gone.minus(1)).await.len(), 3);
    assert_eq!(shares(&store, &me, gone).await, []);
}

pub(crate) async fn a_conflict_leaves_the_shares_alone(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    for with_token in [true, false] {
        let first = of(&me, clock.now(), with_token);
        assert_eq!(store.put(first.clone()).await.unwrap(), Put::Stored);
        let before = shares(&store, &me, clock.now()).await;
        assert_eq!(store.put(first).await.unwrap(), Put::Conflict);
        assert_eq!(shares(&store, &me, clock.now()).await, before);
    }
}

pub(crate) async fn shares_end_with_their_account(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    store.create_account(me.clone()).await.unwrap();
    store.put(of(&me, clock.now(), true)).await.unwrap();
    store.put(of(&me, clock.now(), false)).await.unwrap();
    store.delete_account(&me.id).await.unwrap();
    clock.advance(1);
    let again = Account { created: clock.now(), ..me };
    store.create_account(again.clone()).await.unwrap();
    assert_eq!(shares(&store, &again, clock.now()).await, []);
    store.put(of(&again, clock.now(), false)).await.unwrap();
    assert_eq!(shares(&store, &again, clock.now()).await.len(), 1);
}

pub(crate) async fn what_is_no_place_is_the_beginning(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    store.put(of(&me, clock.now(), false)).await.unwrap();
    for text in ["", "00", "ff", &"0".repeat(30)] {
        let after = Cursor::parse(text).unwrap();
        let times = (me.created, clock.now());
        let page = store.shares_of(&me.id, me.email.as_str(), times, Some(&after), 9).await.unwrap();
        assert_eq!(page.receipts.len(), 1, "{text}");
    }
    for text in ["0", "0g", "é0", &"0".repeat(258)] {
        assert_eq!(Cursor::parse(text), None, "{text}");
    }
}
