//! What the sharer sees.

use std::sync::Arc;

use readonce::domain::{Clock as _, Ending, FakeClock, ReceiptId, State, StoredReceipt, random};
use readonce::store::{NewSecret, Store, Taken};

use super::secrets::won;
use crate::store::sample::{TTL, burn, elsewhere, locked, plain, reveal, tag, with};

async fn stored(store: &Arc<dyn Store>, clock: &FakeClock) -> NewSecret {
    let secret = plain(clock.now());
    store.put(secret.clone()).await.unwrap();
    secret
}

async fn seen(store: &Arc<dyn Store>, secret: &NewSecret, clock: &FakeClock) -> Option<StoredReceipt> {
    store.receipt(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap()
}

async fn orphan(store: &Arc<dyn Store>, secret: &NewSecret, clock: &FakeClock) {
    store.orphan(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap();
}

/// The receipt as it is once the secret ended as `state` at the present.
fn ended(secret: &NewSecret, state: State, clock: &FakeClock) -> StoredReceipt {
    StoredReceipt { state, updated: clock.now(), sealed: Vec::new(), ..secret.receipt.clone() }
}

pub(crate) async fn a_receipt_is_what_was_put(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut anonymous = locked(clock.now());
    anonymous.receipt.owner = None;
    anonymous.receipt.recipient = String::new();
    anonymous.receipt.share_domain = String::new();
    for secret in [plain(clock.now()), anonymous] {
        store.put(secret.clone()).await.unwrap();
        assert_eq!(seen(&store, &secret, clock).await, Some(secret.receipt));
    }
    assert_eq!(store.receipt(tag(), ReceiptId(random::bytes()), clock.now()).await.unwrap(), None);
}

pub(crate) async fn reading_a_receipt_changes_nothing(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock).await;
    for _ in 0..5 {
        clock.advance(10);
        assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&secret.receipt));
    }
    assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), won(&secret));
}

pub(crate) async fn a_look_finds_what_a_claim_would(store: Arc<dyn Store>, clock: &FakeClock) {
    let look = async |secret: &NewSecret| {
        store.look(secret.receipt.tag, secret.receipt.sid, clock.now()).await.unwrap()
    };
    let mut anonymous = locked(clock.now());
    anonymous.receipt.owner = None;
    for secret in [plain(clock.now()), anonymous.clone()] {
        assert_eq!(look(&secret).await, None, "it never was");
        store.put(secret.clone()).await.unwrap();
        for _ in 0..3 {
            assert_eq!(look(&secret).await.as_ref(), Some(&secret.receipt));
        }
    }
    for claim in [reveal, burn] {
        let secret = stored(&store, clock).await;
        store.take(claim(&secret, clock.now())).await.unwrap();
        assert_eq!(look(&secret).await, None);
    }
    clock.advance(u64::from(TTL) - 1);
    assert_eq!(look(&anonymous).await.as_ref(), Some(&anonymous.receipt));
    clock.advance(1);
    assert_eq!(look(&anonymous).await, None);
}

pub(crate) async fn a_receipt_outlives_its_secret_to_the_second(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock).await;
    clock.advance(u64::from(TTL) - 1);
    assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&secret.receipt));
    clock.advance(1);
    let expired = ended(&secret, State::Expired, clock);
    assert_eq!(expired.updated, secret.receipt.secret_expires());
    assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&expired));
    clock.advance(u64::from(TTL) - 1);
    assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&expired));
    clock.advance(1);
    assert_eq!(seen(&store, &secret, clock).await, None);
}

pub(crate) async fn a_read_secrets_receipt_lives_as_long(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock).await;
    clock.advance(100);
    store.take(reveal(&secret, clock.now())).await.unwrap();
    let revealed = ended(&secret, State::Revealed, clock);
    clock.advance(2 * u64::from(TTL) - 101);
    assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&revealed));
    clock.advance(1);
    assert_eq!(seen(&store, &secret, clock).await, None);
    orphan(&store, &secret, clock).await;
    assert_eq!(seen(&store, &secret, clock).await, None);
}

pub(crate) async fn receipt_state_only_moves_forward(store: Arc<dyn Store>, clock: &FakeClock) {
    for (ending, state) in [(Ending::Revealed, State::Revealed), (Ending::Burned, State::Burned)] {
        let secret = stored(&store, clock).await;
        clock.advance(7);
        store.take(with(reveal(&secret, clock.now()), |asked| asked.ending = ending)).await.unwrap();
        let final_receipt = ended(&secret, state, clock);
        assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&final_receipt));
        clock.advance(7);
        for again in [reveal(&secret, clock.now()), burn(&secret, clock.now())] {
            assert_eq!(store.take(again).await.unwrap(), Taken::Gone);
            assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&final_receipt));
        }
        // Its lifetime passes after it was read: that changes nothing any more.
        clock.advance(u64::from(TTL));
        assert_eq!(seen(&store, &secret, clock).await.as_ref(), Some(&final_receipt));
    }
}

pub(crate) async fn only_a_revealed_receipt_is_orphaned(store: Arc<dyn Store>, clock: &FakeClock) {
    let fresh = stored(&store, clock).await;
    let burned = stored(&store, clock).await;
    let revealed = stored(&store, clock).await;
    let read_in_time = stored(&store, clock).await;
    let burned_at = clock.now();
    store.take(burn(&burned, clock.now())).await.unwrap();
    store.take(reveal(&revealed, clock.now())).await.unwrap();
    store.take(reveal(&read_in_time, clock.now())).await.unwrap();
    clock.advance(3);
    for secret in [&fresh, &burned, &revealed, &plain(clock.now())] {
        orphan(&store, secret, clock).await;
    }
    orphan(&store, &elsewhere(&read_in_time), clock).await;
    assert_eq!(seen(&store, &read_in_time, clock).await.unwrap().state, State::Revealed);
    assert_eq!(seen(&store, &fresh, clock).await.as_ref(), Some(&fresh.receipt));
    let seen_burned = seen(&store, &burned, clock).await.unwrap();
    assert_eq!((seen_burned.state, seen_burned.updated), (State::Burned, burned_at));
    let orphaned = ended(&revealed, State::Orphaned, clock);
    assert_eq!(seen(&store, &revealed, clock).await.as_ref(), Some(&orphaned));
    clock.advance(3);
    orphan(&store, &revealed, clock).await;
    assert_eq!(seen(&store, &revealed, clock).await.as_ref(), Some(&orphaned));

    clock.advance(u64::from(TTL));
    orphan(&store, &fresh, clock).await;
    assert_eq!(seen(&store, &fresh, clock).await.unwrap().state, State::Expired);
    // As long as there is a receipt, and though the secret's own time is over.
    orphan(&store, &read_in_time, clock).await;
    let orphaned = ended(&read_in_time, State::Orphaned, clock);
    assert_eq!(seen(&store, &read_in_time, clock).await.as_ref(), Some(&orphaned));
}

pub(crate) async fn receipts_come_in_the_order_asked(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut secrets = Vec::new();
    for _ in 0..12 {
        secrets.push(stored(&store, clock).await);
    }
    store.take(burn(&secrets[3], clock.now())).await.unwrap();
    let unknown = plain(clock.now());
    let asked = [&secrets[9], &secrets[3], &unknown, &secrets[0], &secrets[9], &secrets[11]];
    let keys: Vec<_> = asked.iter().map(|secret| (secret.receipt.tag, secret.receipt.mid)).collect();
    let mut expected = Vec::new();
    for secret in asked {
        expected.push(seen(&store, secret, clock).await);
    }
    assert_eq!(expected.iter().filter(|receipt| receipt.is_none()).count(), 1);
    assert_eq!(store.receipts(&keys, clock.now()).await.unwrap(), expected);
    assert_eq!(store.receipts(&[], clock.now()).await.unwrap(), []);
}
