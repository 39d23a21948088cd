//! Put and take.

use std::sync::Arc;

use readonce::domain::{Clock as _, Ending, FakeClock, ReceiptId, SecretId, State, Unlocked, random};
use readonce::store::{Claim, NewSecret, Put, Store, Taken, Target, Won};
use tokio::task::JoinSet;

use crate::store::sample::{
    Entries as _, OTHER_KEY, TTL, burn, guess, listed, locked, network, plain, reveal, sealed, unlocked, with,
};

/// The answer to a claim that wins `secret`.
pub(crate) fn won(secret: &NewSecret) -> Taken {
    let (envelope, receipt) = (secret.envelope.clone(), secret.receipt.clone());
    Taken::Won(Won { envelope, receipt, has_notices: !secret.notices.is_empty() })
}

/// Makes all the claims at once; how many were won.
async fn wins(store: &Arc<dyn Store>, claims: impl IntoIterator<Item = Claim>) -> Vec<Ending> {
    let mut claimants = JoinSet::new();
    for claim in claims {
        let store = Arc::clone(store);
        claimants.spawn(async move { (claim.request.ending, store.take(claim).await.unwrap()) });
    }
    let mut endings = Vec::new();
    for (ending, taken) in claimants.join_all().await {
        match taken {
            Taken::Won(_) => endings.push(ending),
            other => assert_eq!(other, Taken::Gone),
        }
    }
    endings
}

pub(crate) async fn taken_is_exactly_what_was_put(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut anonymous = plain(clock.now());
    anonymous.receipt.owner = None;
    anonymous.receipt.recipient = String::new();
    anonymous.receipt.share_domain = String::new();
    let secrets = [plain(clock.now()), anonymous, sealed(clock.now(), false, 0)];
    for secret in &secrets {
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    }
    for secret in &secrets {
        assert_eq!(store.take(reveal(secret, clock.now())).await.unwrap(), won(secret));
    }
}

pub(crate) async fn either_key_finds_the_secret(store: Arc<dyn Store>, clock: &FakeClock) {
    for ending in [Ending::Revealed, Ending::Burned] {
        let secret = plain(clock.now());
        store.put(secret.clone()).await.unwrap();
        let claim = with(reveal(&secret, clock.now()), |asked| {
            asked.target = Target::Receipt(secret.receipt.mid);
            asked.ending = ending;
        });
        assert_eq!(store.take(claim).await.unwrap(), won(&secret));

        let secret = plain(clock.now());
        store.put(secret.clone()).await.unwrap();
        let claim = with(reveal(&secret, clock.now()), |asked| asked.ending = ending);
        assert_eq!(store.take(claim).await.unwrap(), won(&secret));
    }
}

pub(crate) async fn large_envelopes_come_back_whole(store: Arc<dyn Store>, clock: &FakeClock) {
    for len in [10_000, 1_000_000] {
        let secret = sealed(clock.now(), false, len);
        store.put(secret.clone()).await.unwrap();
        assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), won(&secret), "{len}");
    }
}

pub(crate) async fn taken_is_gone(store: Arc<dyn Store>, clock: &FakeClock) {
    for ending in [Ending::Revealed, Ending::Burned] {
        let secret = plain(clock.now());
        store.put(secret.clone()).await.unwrap();
        store.take(with(reveal(&secret, clock.now()), |asked| asked.ending = ending)).await.unwrap();
        for again in [
            reveal(&secret, clock.now()),
            burn(&secret, clock.now()),
            unlocked(&secret, clock.now()),
            guess(&secret, network(), clock.now()),
        ] {
            assert_eq!(store.take(again.clone()).await.unwrap(), Taken::Gone, "{ending:?} {again:?}");
        }
    }
}

pub(crate) async fn unknown_ids_are_gone(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = plain(clock.now());
    store.put(secret.clone()).await.unwrap();
    let sids = [Target::Secret(SecretId(random::bytes())), Target::Secret(SecretId(secret.receipt.mid.0))];
    let mids =
        [Target::Receipt(ReceiptId(random::bytes())), Target::Receipt(ReceiptId(secret.receipt.sid.0))];
    for target in sids.into_iter().chain(mids) {
        let claim = with(reveal(&secret, clock.now()), |asked| asked.target = target);
        assert_eq!(store.take(claim).await.unwrap(), Taken::Gone, "{target:?}");
    }
    assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), won(&secret));
}

pub(crate) async fn take_is_won_exactly_once(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = plain(clock.now());
    store.put(secret.clone()).await.unwrap();
    let claims = std::iter::repeat_n(reveal(&secret, clock.now()), 64);
    assert_eq!(wins(&store, claims).await, [Ending::Revealed]);
}

pub(crate) async fn proof_is_won_exactly_once(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = locked(clock.now());
    store.put(secret.clone()).await.unwrap();
    let claims = std::iter::repeat_n(unlocked(&secret, clock.now()), 64);
    assert_eq!(wins(&store, claims).await, [Ending::Revealed]);
}

pub(crate) async fn burn_and_reveal_race_and_the_receipt_says_which_won(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    // Whoever is asked first tends to win: readers come first, then burners; at last each of them alone.
    for round in 0..10 {
        let secret = plain(clock.now());
        store.put(secret.clone()).await.unwrap();
        let (read, burned) = (reveal(&secret, clock.now()), burn(&secret, clock.now()));
        let pair = match round {
            8 => [read.clone(), read],
            9 => [burned.clone(), burned],
            even if even % 2 == 0 => [read, burned],
            _ => [burned, read],
        };
        let won = wins(&store, pair.into_iter().cycle().take(16)).await;
        let receipt =
            store.receipt(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap().unwrap();
        let expected = match receipt.state {
            State::Revealed => Ending::Revealed,
            State::Burned => Ending::Burned,
            other => panic!("{other:?}"),
        };
        assert_eq!(won, [expected]);
    }
}

pub(crate) async fn protected_stays_without_a_passphrase(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = locked(clock.now());
    store.put(secret.clone()).await.unwrap();
    for _ in 0..20 {
        assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), Taken::Protected);
    }
    let by_receipt =
        with(reveal(&secret, clock.now()), |asked| asked.target = Target::Receipt(secret.receipt.mid));
    assert_eq!(store.take(by_receipt).await.unwrap(), Taken::Protected);
    let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap();
    assert_eq!(receipt.as_ref(), Some(&secret.receipt));
    assert_eq!(store.take(unlocked(&secret, clock.now())).await.unwrap(), won(&secret));
}

pub(crate) async fn burning_a_protected_secret_takes_no_passphrase(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = locked(clock.now());
    store.put(secret.clone()).await.unwrap();
    assert_eq!(store.take(burn(&secret, clock.now())).await.unwrap(), won(&secret));
    assert_eq!(store.take(unlocked(&secret, clock.now())).await.unwrap(), Taken::Gone);
}

pub(crate) async fn proof_of_another_nonce_is_refused(store: Arc<dyn Store>, clock: &FakeClock) {
    for secret in [locked(clock.now()), plain(clock.now())] {
        store.put(secret.clone()).await.unwrap();
        let mut nonce = secret.envelope.nonce();
        nonce[11] ^= 1;
        for ending in [Ending::Revealed, Ending::Burned] {
            let proof = Some(Unlocked::verified(nonce));
            let claim = with(guess(&secret, network(), clock.now()), |asked| {
                asked.proof = proof;
                asked.ending = ending;
            });
            assert_eq!(store.take(claim).await.unwrap(), Taken::Gone);
        }
        assert_eq!(store.take(unlocked(&secret, clock.now())).await.unwrap(), won(&secret));
    }
}

pub(crate) async fn expired_is_gone_to_the_second(store: Arc<dyn Store>, clock: &FakeClock) {
    let (early, late, protected) = (plain(clock.now()), plain(clock.now()), locked(clock.now()));
    for secret in [&early, &late, &protected] {
        store.put(secret.clone()).await.unwrap();
    }
    clock.advance(u64::from(TTL) - 1);
    assert_eq!(store.take(reveal(&early, clock.now())).await.unwrap(), won(&early));
    clock.advance(1);
    for claim in [
        reveal(&late, clock.now()),
        burn(&late, clock.now()),
        unlocked(&protected, clock.now()),
        guess(&protected, network(), clock.now()),
        Claim { ring: [].into(), ..reveal(&late, clock.now()) },
    ] {
        assert_eq!(store.take(claim.clone()).await.unwrap(), Taken::Gone, "{claim:?}");
    }
}

pub(crate) async fn unknown_key_consumes_nothing(store: Arc<dyn Store>, clock: &FakeClock) {
    for secret in [plain(clock.now()), locked(clock.now())] {
        store.put(secret.clone()).await.unwrap();
        let key = secret.envelope.key_id();
        let guesser = network();
        for ring in [&[][..], &[OTHER_KEY][..]] {
            for claim in [
                reveal(&secret, clock.now()),
                burn(&secret, clock.now()),
                unlocked(&secret, clock.now()),
                guess(&secret, guesser, clock.now()),
                with(reveal(&secret, clock.now()), |asked| {
                    asked.target = Target::Receipt(secret.receipt.mid);
                }),
                with(reveal(&secret, clock.now()), |asked| asked.ending = Ending::Burned),
            ] {
                for _ in 0..3 {
                    let claim = Claim { ring: ring.into(), ..claim.clone() };
                    let taken = store.take(claim.clone()).await.unwrap();
                    assert_eq!(taken, Taken::UnknownKey(key), "{claim:?}");
                }
            }
        }
        let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap();
        assert_eq!(receipt.as_ref(), Some(&secret.receipt));
        if secret.receipt.protected {
            let taken = store.take(guess(&secret, guesser, clock.now())).await.unwrap();
            assert!(matches!(taken, Taken::Locked(_)), "no try was used up: {taken:?}");
        }
        assert_eq!(store.take(unlocked(&secret, clock.now())).await.unwrap(), won(&secret));
    }
}

pub(crate) async fn put_twice_conflicts_and_changes_nothing(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = plain(clock.now());
    store.put(secret.clone()).await.unwrap();

    let mut rival_secret = sealed(clock.now(), true, 50);
    rival_secret.receipt.tag = secret.receipt.tag;
    rival_secret.receipt.sid = secret.receipt.sid;
    let mut rival_receipt = sealed(clock.now(), true, 50);
    rival_receipt.receipt.tag = secret.receipt.tag;
    rival_receipt.receipt.mid = secret.receipt.mid;
    for rival in [&secret, &rival_secret, &rival_receipt] {
        assert_eq!(store.put(rival.clone()).await.unwrap(), Put::Conflict);
    }

    let tag = secret.receipt.tag;
    let now = clock.now();
    assert_eq!(store.receipt(tag, rival_secret.receipt.mid, now).await.unwrap(), None);
    assert_eq!(store.receipt(tag, secret.receipt.mid, now).await.unwrap().as_ref(), Some(&secret.receipt));
    assert_eq!(store.take(unlocked(&rival_receipt, now)).await.unwrap(), Taken::Gone);
    assert_eq!(store.take(reveal(&secret, now)).await.unwrap(), won(&secret));
}

pub(crate) async fn one_of_many_parallel_puts_of_an_id_is_stored(store: Arc<dyn Store>, clock: &FakeClock) {
    let first = plain(clock.now());
    let owner = crate::store::sample::account_id();
    let mut sharers = JoinSet::new();
    for _ in 0..16 {
        let mut rival = listed(plain(clock.now()), owner);
        rival.receipt.tag = first.receipt.tag;
        rival.receipt.sid = first.receipt.sid;
        let store = Arc::clone(&store);
        sharers.spawn(async move { (store.put(rival.clone()).await.unwrap(), rival) });
    }
    let mut stored = sharers.join_all().await;
    stored.retain(|(put, _)| *put == Put::Stored);
    let [(_, winner)] = &stored[..] else { panic!("stored {} times", stored.len()) };
    let list = store.entries(&owner, clock.now(), 100).await;
    assert_eq!(list.len(), 1);
    assert_eq!(Some(&list[0].sealed), winner.entry.as_ref().map(|entry| &entry.sealed));
    assert_eq!(store.take(reveal(&first, clock.now())).await.unwrap(), won(winner));
}
