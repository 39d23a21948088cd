//! Secrets that another server made: their two keys do not share a tag.

use std::sync::Arc;

use readonce::domain::receipt::NewEntry;
use readonce::domain::secret::layout;
use readonce::domain::{Clock as _, Envelope, FakeClock, SlotTag, State, StoredReceipt, random};
use readonce::store::{ImportedSecret, NewSecret, Put, Store, Taken};

use tokio::task::JoinSet;

use crate::store::sample::{
    Entries as _, TTL, account_id, burn, guess, locked, network, plain, reveal, unlocked, with,
};

/// The tag of an old receipt key.
fn other_tag() -> SlotTag {
    SlotTag::parse("0zz").unwrap()
}

pub(crate) fn adopted(secret: &NewSecret) -> ImportedSecret {
    ImportedSecret {
        envelope: Some(secret.envelope.clone()),
        receipt: secret.receipt.clone(),
        asked_by: other_tag(),
    }
}

async fn import(store: &Arc<dyn Store>, record: ImportedSecret, clock: &FakeClock) -> Put {
    store.import(vec![record], clock.now()).await.unwrap()[0]
}

/// What the holder of the old receipt key sees.
async fn seen(store: &Arc<dyn Store>, secret: &NewSecret, clock: &FakeClock) -> Option<StoredReceipt> {
    let mid = secret.receipt.mid;
    let seen = store.receipt(other_tag(), mid, clock.now()).await.unwrap();
    let all = store.receipts(&[(other_tag(), mid)], clock.now()).await.unwrap();
    assert_eq!(all, std::slice::from_ref(&seen));
    seen
}

pub(crate) async fn an_adopted_secret_is_found_by_either_key(store: Arc<dyn Store>, clock: &FakeClock) {
    for secret in [plain(clock.now()), locked(clock.now())] {
        assert_eq!(import(&store, adopted(&secret), clock).await, Put::Stored);
        assert_eq!(seen(&store, &secret, clock).await, Some(secret.receipt.clone()));
        let by_receipt = with(burn(&secret, clock.now()), |asked| asked.tag = other_tag());
        let Taken::Won(won) = store.take(by_receipt).await.unwrap() else { panic!("it is there") };
        assert_eq!((won.envelope, won.receipt), (secret.envelope.clone(), secret.receipt.clone()));
        assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Gone);
        assert_eq!(seen(&store, &secret, clock).await.unwrap().state, State::Burned);
    }
}

pub(crate) async fn a_read_adopted_secret_says_so_at_once(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = plain(clock.now());
    import(&store, adopted(&secret), clock).await;
    assert!(matches!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Won(_)));
    let receipt = seen(&store, &secret, clock).await.unwrap();
    assert_eq!((receipt.state, receipt.sealed), (State::Revealed, Vec::new()));
    let by_receipt = with(burn(&secret, clock.now()), |asked| asked.tag = other_tag());
    assert_eq!(store.take(by_receipt).await.unwrap(), Taken::Gone);
}

pub(crate) async fn adopting_again_brings_nothing_back(store: Arc<dyn Store>, clock: &FakeClock) {
    let (unread, read) = (plain(clock.now()), plain(clock.now()));
    for secret in [&unread, &read] {
        import(&store, adopted(secret), clock).await;
    }
    store.take(reveal(&read, clock.now())).await.unwrap();
    clock.advance(5);
    let again = store.import(vec![adopted(&unread), adopted(&read)], clock.now()).await.unwrap();
    assert_eq!(again, [Put::Conflict, Put::Conflict]);
    assert_eq!(store.take(reveal(&read, clock.now())).await.unwrap(), Taken::Gone);
    assert_eq!(seen(&store, &unread, clock).await, Some(unread.receipt.clone()));
    // Nor as a receipt of something that has ended.
    let ended = ImportedSecret { envelope: None, ..adopted(&unread) };
    assert_eq!(import(&store, ended, clock).await, Put::Conflict);
    assert!(matches!(store.take(reveal(&unread, clock.now())).await.unwrap(), Taken::Won(_)));
}

pub(crate) async fn an_ended_receipt_is_what_was_adopted(store: Arc<dyn Store>, clock: &FakeClock) {
    for (state, shown) in [
        (State::Revealed, State::Revealed),
        (State::Burned, State::Burned),
        (State::Orphaned, State::Orphaned),
        (State::New, State::Orphaned),
    ] {
        let secret = plain(clock.now());
        let receipt = StoredReceipt { state, sealed: Vec::new(), tag: other_tag(), ..secret.receipt.clone() };
        let record = ImportedSecret { envelope: None, receipt: receipt.clone(), asked_by: other_tag() };
        assert_eq!(import(&store, record, clock).await, Put::Stored);
        assert_eq!(seen(&store, &secret, clock).await, Some(StoredReceipt { state: shown, ..receipt }));
    }
}

pub(crate) async fn an_adopted_secret_ends_to_the_second(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut secret = plain(clock.now());
    secret.receipt.created = clock.now().minus(1000);
    secret.receipt.updated = secret.receipt.created;
    import(&store, adopted(&secret), clock).await;
    clock.advance(u64::from(TTL) - 1001);
    assert_eq!(seen(&store, &secret, clock).await.unwrap().state, State::New);
    clock.advance(1);
    assert_eq!(seen(&store, &secret, clock).await.unwrap().state, State::Expired);
    assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Gone);
}

/// Not even when the receipt, which remembers that it was read, has gone with its own time.
pub(crate) async fn what_ended_is_never_adopted_again(store: Arc<dyn Store>, clock: &FakeClock) {
    let (read, unread) = (plain(clock.now()), plain(clock.now()));
    for secret in [&read, &unread] {
        import(&store, adopted(secret), clock).await;
    }
    store.take(reveal(&read, clock.now())).await.unwrap();
    for passes in [TTL - 1, 1, TTL - 1, 1] {
        clock.advance(u64::from(passes));
        store.sweep(clock.now(), 100).await.unwrap();
        let again = store.import(vec![adopted(&read), adopted(&unread)], clock.now()).await.unwrap();
        assert_eq!(again, [Put::Conflict, Put::Conflict]);
        assert_eq!(store.take(reveal(&read, clock.now())).await.unwrap(), Taken::Gone);
    }
    assert_eq!(seen(&store, &unread, clock).await, None);
}

pub(crate) async fn adopting_while_others_claim_gives_out_once(store: Arc<dyn Store>, clock: &FakeClock) {
    for _ in 0..8 {
        let secret = plain(clock.now());
        let now = clock.now();
        let mut imports = JoinSet::new();
        let mut claims = JoinSet::new();
        for place in 0..8 {
            let (importer, record) = (Arc::clone(&store), adopted(&secret));
            imports.spawn(async move { importer.import(vec![record], now).await.unwrap()[0] });
            let (claimer, by_link) = (Arc::clone(&store), reveal(&secret, now));
            let claim = if place % 2 == 0 {
                by_link
            } else {
                with(burn(&secret, now), |asked| asked.tag = other_tag())
            };
            claims.spawn(async move { claimer.take(claim).await.unwrap() });
        }
        let stored = imports.join_all().await.iter().filter(|put| **put == Put::Stored).count();
        let mut taken = claims.join_all().await;
        taken.push(store.take(reveal(&secret, now)).await.unwrap());
        let won = taken.iter().filter(|taken| matches!(taken, Taken::Won(_))).count();
        assert_eq!((stored, won), (1, 1));
        assert_eq!(import(&store, adopted(&secret), clock).await, Put::Conflict);
        assert_eq!(store.take(reveal(&secret, now)).await.unwrap(), Taken::Gone);
    }
}

/// The same secret, as another server sealed it.
pub(crate) fn with_legacy_envelope(secret: NewSecret) -> NewSecret {
    with_kdf(secret, layout::KDF_LEGACY)
}

fn with_kdf(secret: NewSecret, kdf: u8) -> NewSecret {
    let mut bytes = secret.envelope.as_bytes().to_vec();
    bytes[layout::KDF] = kdf;
    NewSecret { envelope: Envelope::from_bytes(bytes).unwrap(), ..secret }
}

pub(crate) async fn legacy_secrets_are_counted_while_they_can_be_read(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let legacy = || with_legacy_envelope(locked(clock.now()));
    let secrets = [legacy(), legacy(), locked(clock.now())];
    assert_eq!(store.legacy(clock.now()).await.unwrap(), 0);
    for secret in secrets.iter().chain(&secrets) {
        import(&store, adopted(secret), clock).await;
    }
    assert_eq!(store.legacy(clock.now()).await.unwrap(), 2);
    // They are protected, and tries are counted.
    assert_eq!(store.take(reveal(&secrets[0], clock.now())).await.unwrap(), Taken::Protected);
    let tried = store.take(guess(&secrets[0], network(), clock.now())).await.unwrap();
    assert!(matches!(tried, Taken::Locked(_)), "{tried:?}");
    store.take(burn(&secrets[0], clock.now())).await.unwrap();
    assert_eq!(store.legacy(clock.now()).await.unwrap(), 1);
    clock.advance(u64::from(TTL));
    assert_eq!(store.legacy(clock.now()).await.unwrap(), 0);
}

/// Sealed anew, with the hash that the other server had: protected, tried, unlocked, and not counted among those that are still as
/// they were.
pub(crate) async fn an_adopted_passphrase_is_tried_as_our_own(store: Arc<dyn Store>, clock: &FakeClock) {
    for kdf in [layout::KDF_LEGACY, layout::KDF_IMPORTED] {
        let secret = with_kdf(locked(clock.now()), kdf);
        let by_receipt = |claim| with(claim, |asked| asked.tag = other_tag());
        assert_eq!(import(&store, adopted(&secret), clock).await, Put::Stored);
        assert_eq!(store.legacy(clock.now()).await.unwrap(), u64::from(kdf == layout::KDF_LEGACY));
        assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Protected);
        let network = network();
        for left in [2, 1, 0] {
            let tried = store.take(guess(&secret, network, clock.now())).await.unwrap();
            let Taken::Locked(tried) = tried else { panic!("{tried:?}") };
            assert_eq!((tried.left, &tried.envelope), (left, &secret.envelope));
        }
        let tried = store.take(guess(&secret, network, clock.now())).await.unwrap();
        assert!(matches!(tried, Taken::Limited { .. }), "{tried:?}");
        assert_eq!(seen(&store, &secret, clock).await.unwrap().state, State::New);
        let won = store.take(unlocked(&secret, clock.now())).await.unwrap();
        assert!(matches!(won, Taken::Won(won) if won.envelope == secret.envelope));
        assert_eq!(store.take(by_receipt(burn(&secret, clock.now()))).await.unwrap(), Taken::Gone);
        assert_eq!(seen(&store, &secret, clock).await.unwrap().state, State::Revealed);
    }
}

pub(crate) async fn adopted_entries_stand_where_their_times_say(store: Arc<dyn Store>, clock: &FakeClock) {
    let owner = account_id();
    let times = [clock.now().minus(60), clock.now().minus(30)];
    let entry = |created| (NewEntry { owner, sealed: random::bytes::<60>().to_vec() }, created);
    store.import_entries(times.map(entry).into()).await.unwrap();
    store.import_entries(Vec::new()).await.unwrap();
    let listed = store.entries(&owner, times[0], 9).await;
    assert_eq!(listed.iter().map(|entry| entry.created).collect::<Vec<_>>(), [times[1], times[0]]);
}
