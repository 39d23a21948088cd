//! Failed passphrases: counted in the step that hands the envelope out.
//!
//! How the port's words are read, to the second:
//! * A network's window runs from its first counted try to `first + window`, and has `tries` tries.
//! * Once `lifetime` tries are counted, a try passes only when the last counted one is a `window` ago.
//! * `retry_after` is the time until the later of what holds the try up.
//! * A try given back is as if it had not been: the network's count and the secret's go down by one, a network without
//!   a try has no window, and the lifetime's gate is open. Nothing counted in a running window: nothing given back.
//! * A window that began more than a window after now is none, and so is a gate: a clock ran ahead. What began sooner
//!   counts, since the clocks of two instances are never quite alike.

use std::sync::Arc;
use std::time::Duration;

use readonce::domain::{Attempt, Clock as _, FakeClock, NetworkTag, Timestamp, TryLimits};
use readonce::store::{Locked, NewSecret, Store, Taken};
use tokio::task::JoinSet;

use super::secrets::won;
use crate::store::sample::{WINDOW, attempt, burn, elsewhere, guess, locked, network, unlocked, with};

async fn stored(store: &Arc<dyn Store>, now: Timestamp) -> NewSecret {
    let secret = locked(now);
    store.put(secret.clone()).await.unwrap();
    secret
}

/// Tries once and demands the envelope; the tries that are left.
async fn passes(store: &Arc<dyn Store>, secret: &NewSecret, from: NetworkTag, clock: &FakeClock) -> u32 {
    match store.take(guess(secret, from, clock.now())).await.unwrap() {
        Taken::Locked(locked) => locked.left,
        taken => panic!("{taken:?}"),
    }
}

/// Tries once and demands to be told to wait for `seconds`.
async fn waits(
    store: &Arc<dyn Store>,
    secret: &NewSecret,
    from: NetworkTag,
    clock: &FakeClock,
    seconds: u64,
) {
    let taken = store.take(guess(secret, from, clock.now())).await.unwrap();
    assert_eq!(taken, Taken::Limited { retry_after: Duration::from_secs(seconds) });
}

async fn give_back(store: &Arc<dyn Store>, secret: &NewSecret, from: NetworkTag, clock: &FakeClock) {
    store.give_back(secret.receipt.tag, secret.receipt.sid, from, clock.now()).await.unwrap();
}

pub(crate) async fn a_try_hands_out_the_envelope_and_keeps_it(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock.now()).await;
    clock.advance(5);
    let taken = store.take(guess(&secret, network(), clock.now())).await.unwrap();
    let expected = Locked { envelope: secret.envelope.clone(), receipt: secret.receipt.clone(), left: 2 };
    assert_eq!(taken, Taken::Locked(expected));
    let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap();
    assert_eq!(receipt.as_ref(), Some(&secret.receipt));
    assert_eq!(store.take(unlocked(&secret, clock.now())).await.unwrap(), won(&secret));
}

pub(crate) async fn a_network_has_its_tries_in_a_window(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, attacker) = (stored(&store, clock.now()).await, network());
    for left in [2, 1, 0] {
        assert_eq!(passes(&store, &secret, attacker, clock).await, left);
    }
    waits(&store, &secret, attacker, clock, WINDOW).await;
    clock.advance(WINDOW - 1);
    waits(&store, &secret, attacker, clock, 1).await;
    clock.advance(1);
    for _ in 0..3 {
        passes(&store, &secret, attacker, clock).await;
    }
    waits(&store, &secret, attacker, clock, WINDOW).await;
}

pub(crate) async fn the_window_begins_with_the_first_try(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, attacker) = (stored(&store, clock.now()).await, network());
    clock.advance(100);
    passes(&store, &secret, attacker, clock).await;
    clock.advance(WINDOW - 10);
    passes(&store, &secret, attacker, clock).await;
    passes(&store, &secret, attacker, clock).await;
    waits(&store, &secret, attacker, clock, 10).await;
    clock.advance(10);
    passes(&store, &secret, attacker, clock).await;
}

pub(crate) async fn refused_tries_are_not_counted(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, attacker) = (stored(&store, clock.now()).await, network());
    for _ in 0..3 {
        passes(&store, &secret, attacker, clock).await;
    }
    for _ in 0..20 {
        waits(&store, &secret, attacker, clock, WINDOW).await;
    }
    // Were they counted, the lifetime of 10 would be used up, for everybody.
    for _ in 0..3 {
        passes(&store, &secret, network(), clock).await;
    }
    clock.advance(WINDOW);
    for _ in 0..3 {
        passes(&store, &secret, attacker, clock).await;
    }
}

pub(crate) async fn networks_are_counted_apart(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, attacker, recipient) = (stored(&store, clock.now()).await, network(), network());
    for _ in 0..3 {
        passes(&store, &secret, attacker, clock).await;
    }
    clock.advance(60);
    passes(&store, &secret, recipient, clock).await;
    waits(&store, &secret, attacker, clock, WINDOW - 60).await;
    passes(&store, &secret, recipient, clock).await;
    passes(&store, &secret, recipient, clock).await;
    waits(&store, &secret, recipient, clock, WINDOW).await;
}

pub(crate) async fn secrets_are_counted_apart(store: Arc<dyn Store>, clock: &FakeClock) {
    let client = network();
    let (one, other) = (stored(&store, clock.now()).await, stored(&store, clock.now()).await);
    for _ in 0..3 {
        passes(&store, &one, client, clock).await;
    }
    waits(&store, &one, client, clock, WINDOW).await;
    passes(&store, &other, client, clock).await;
}

/// Guesses at once from each of `networks`; how many got the envelope.
async fn handed_out(
    store: &Arc<dyn Store>,
    secret: &NewSecret,
    networks: impl Iterator<Item = NetworkTag>,
    clock: &FakeClock,
) -> usize {
    let mut attackers = JoinSet::new();
    for from in networks {
        let (store, claim) = (Arc::clone(store), guess(secret, from, clock.now()));
        attackers.spawn(async move { matches!(store.take(claim).await.unwrap(), Taken::Locked(_)) });
    }
    attackers.join_all().await.into_iter().filter(|locked| *locked).count()
}

pub(crate) async fn parallel_guesses_do_not_pass_the_limit(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock.now()).await;
    let attacker = std::iter::repeat_n(network(), 64);
    assert_eq!(handed_out(&store, &secret, attacker, clock).await, 3);
}

pub(crate) async fn parallel_guesses_from_anywhere_do_not_pass_the_lifetime(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let secret = stored(&store, clock.now()).await;
    let attackers = std::iter::repeat_with(network).take(64);
    assert_eq!(handed_out(&store, &secret, attackers, clock).await, 10);
}

pub(crate) async fn after_a_lifetime_of_tries_one_a_window_whoever_asks(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let secret = stored(&store, clock.now()).await;
    for _ in 0..9 {
        passes(&store, &secret, network(), clock).await;
    }
    clock.advance(50);
    passes(&store, &secret, network(), clock).await;
    clock.advance(100);
    waits(&store, &secret, network(), clock, WINDOW - 100).await;
    clock.advance(WINDOW - 101);
    waits(&store, &secret, network(), clock, 1).await;
    clock.advance(1);
    passes(&store, &secret, network(), clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;
    // A long rest earns no more than one.
    clock.advance(2 * WINDOW);
    passes(&store, &secret, network(), clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;
    assert_eq!(store.take(unlocked(&secret, clock.now())).await.unwrap(), won(&secret));
}

/// The clock of another instance, or of this one before it was put right.
fn ahead(clock: &FakeClock, seconds: u64) -> FakeClock {
    FakeClock::at(clock.now().plus(seconds))
}

pub(crate) async fn a_window_of_a_clock_far_ahead_is_none(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, client) = (stored(&store, clock.now()).await, network());
    let wrong = ahead(clock, WINDOW + 1);
    for _ in 0..3 {
        passes(&store, &secret, client, &wrong).await;
    }
    waits(&store, &secret, client, &wrong, WINDOW).await;
    for _ in 0..3 {
        passes(&store, &secret, client, clock).await;
    }
    waits(&store, &secret, client, clock, WINDOW).await;
}

pub(crate) async fn a_gate_of_a_clock_far_ahead_is_none(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock.now()).await;
    let wrong = ahead(clock, WINDOW + 1);
    for _ in 0..10 {
        passes(&store, &secret, network(), &wrong).await;
    }
    waits(&store, &secret, network(), &wrong, WINDOW).await;
    passes(&store, &secret, network(), clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;
}

pub(crate) async fn instances_whose_clocks_differ_a_little_count_together(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (secret, attacker) = (stored(&store, clock.now()).await, network());
    let other = ahead(clock, WINDOW);
    passes(&store, &secret, attacker, &other).await;
    passes(&store, &secret, attacker, clock).await;
    passes(&store, &secret, attacker, &other).await;
    waits(&store, &secret, attacker, clock, 2 * WINDOW).await;
    waits(&store, &secret, attacker, &other, WINDOW).await;
}

pub(crate) async fn a_try_given_back_is_as_if_it_had_not_been(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, client) = (stored(&store, clock.now()).await, network());
    for _ in 0..20 {
        passes(&store, &secret, client, clock).await;
        give_back(&store, &secret, client, clock).await;
    }
    // No try, no window: it begins with the next one.
    clock.advance(WINDOW - 100);
    passes(&store, &secret, client, clock).await;
    clock.advance(200);
    passes(&store, &secret, client, clock).await;
    passes(&store, &secret, client, clock).await;
    waits(&store, &secret, client, clock, WINDOW - 200).await;
    give_back(&store, &secret, client, clock).await;
    passes(&store, &secret, client, clock).await;
    waits(&store, &secret, client, clock, WINDOW - 200).await;
    // Of several, each is one.
    for _ in 0..2 {
        give_back(&store, &secret, client, clock).await;
    }
    for _ in 0..2 {
        passes(&store, &secret, client, clock).await;
    }
    waits(&store, &secret, client, clock, WINDOW - 200).await;
}

pub(crate) async fn a_try_given_back_opens_the_lifetimes_gate(store: Arc<dyn Store>, clock: &FakeClock) {
    let secret = stored(&store, clock.now()).await;
    let last = network();
    for _ in 0..9 {
        passes(&store, &secret, network(), clock).await;
    }
    passes(&store, &secret, last, clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;
    give_back(&store, &secret, last, clock).await;
    passes(&store, &secret, last, clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;

    clock.advance(WINDOW);
    passes(&store, &secret, last, clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;
    give_back(&store, &secret, last, clock).await;
    passes(&store, &secret, network(), clock).await;
    waits(&store, &secret, network(), clock, WINDOW).await;
}

pub(crate) async fn giving_back_what_was_not_counted_does_nothing(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, client) = (stored(&store, clock.now()).await, network());
    give_back(&store, &locked(clock.now()), client, clock).await;
    for _ in 0..3 {
        give_back(&store, &secret, client, clock).await;
    }
    for _ in 0..3 {
        passes(&store, &secret, client, clock).await;
    }
    give_back(&store, &secret, network(), clock).await;
    give_back(&store, &elsewhere(&secret), client, clock).await;
    waits(&store, &secret, client, clock, WINDOW).await;
    clock.advance(WINDOW);
    give_back(&store, &secret, client, clock).await;
    assert_eq!(told(&store, &secret, clock).await.0, 3, "their window is over, to the second");
    store.take(unlocked(&secret, clock.now())).await.unwrap();
    give_back(&store, &secret, client, clock).await;
    assert_eq!(store.take(guess(&secret, client, clock.now())).await.unwrap(), Taken::Gone);
}

pub(crate) async fn a_limited_network_can_still_prove_and_burn(store: Arc<dyn Store>, clock: &FakeClock) {
    for claim in [unlocked, burn] {
        let (secret, client) = (stored(&store, clock.now()).await, network());
        for _ in 0..3 {
            passes(&store, &secret, client, clock).await;
        }
        waits(&store, &secret, client, clock, WINDOW).await;
        assert_eq!(store.take(claim(&secret, clock.now())).await.unwrap(), won(&secret));
    }
    // With a proof, an attempt is ignored: not counted, not limited.
    let (secret, client) = (stored(&store, clock.now()).await, network());
    let none = TryLimits { lifetime: 0, tries: 0, ..attempt(client).limits };
    let exhausted = Attempt { limits: none, ..attempt(client) };
    let claim = with(unlocked(&secret, clock.now()), |asked| asked.attempt = Some(exhausted));
    assert_eq!(store.take(claim).await.unwrap(), won(&secret));
}

pub(crate) async fn burning_with_a_passphrase_counts_the_try(store: Arc<dyn Store>, clock: &FakeClock) {
    let (secret, client) = (stored(&store, clock.now()).await, network());
    for _ in 0..3 {
        let claim = with(burn(&secret, clock.now()), |asked| asked.attempt = Some(attempt(client)));
        let taken = store.take(claim).await.unwrap();
        assert!(matches!(taken, Taken::Locked(_)), "{taken:?}");
    }
    waits(&store, &secret, client, clock, WINDOW).await;
}

/// What the sharer is told: how many, and for how many seconds from now somebody has to wait.
async fn told(store: &Arc<dyn Store>, secret: &NewSecret, clock: &FakeClock) -> (u32, Option<u64>) {
    let (receipt, limits, now) = (&secret.receipt, attempt(network()).limits, clock.now());
    let tries = store.tries(receipt.tag, receipt.sid, limits, now).await.unwrap().expect("it can tell");
    (tries.count, tries.refused_until.map(|until| now.until(until)))
}

pub(crate) async fn the_sharer_sees_what_was_tried_and_until_when_somebody_waits(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (secret, one, other) = (stored(&store, clock.now()).await, network(), network());
    assert_eq!(told(&store, &secret, clock).await, (0, None));
    for _ in 0..3 {
        passes(&store, &secret, one, clock).await;
    }
    assert_eq!(told(&store, &secret, clock).await, (3, Some(WINDOW)), "looking counts nothing");
    waits(&store, &secret, one, clock, WINDOW).await;
    assert_eq!(told(&store, &secret, clock).await, (3, Some(WINDOW)), "nor does what is refused");
    clock.advance(60);
    for count in [4, 5, 6] {
        passes(&store, &secret, other, clock).await;
        let longest = if count == 6 { WINDOW } else { WINDOW - 60 };
        assert_eq!(told(&store, &secret, clock).await, (count, Some(longest)));
    }
    give_back(&store, &secret, other, clock).await;
    assert_eq!(told(&store, &secret, clock).await, (5, Some(WINDOW - 60)));
    clock.advance(WINDOW - 60);
    assert_eq!(told(&store, &secret, clock).await, (5, None), "windows end, tries stay");
    clock.advance(60);
    for count in 6..=10 {
        passes(&store, &secret, network(), clock).await;
        let everybody = (count == 10).then_some(WINDOW);
        assert_eq!(told(&store, &secret, clock).await, (count, everybody), "a life has ten");
    }
    clock.advance(WINDOW);
    assert_eq!(told(&store, &secret, clock).await, (10, None));

    // A clock that ran ahead holds nobody up.
    let (secret, wrong) = (stored(&store, clock.now()).await, ahead(clock, WINDOW + 1));
    for _ in 0..4 {
        let from = network();
        for _ in 0..3 {
            store.take(guess(&secret, from, wrong.now())).await.unwrap();
        }
    }
    assert_eq!(told(&store, &secret, &wrong).await, (10, Some(WINDOW)));
    assert_eq!(told(&store, &secret, clock).await, (10, None));
}

pub(crate) async fn what_ended_has_no_tries(store: Arc<dyn Store>, clock: &FakeClock) {
    for claim in [unlocked, burn] {
        let secret = stored(&store, clock.now()).await;
        passes(&store, &secret, network(), clock).await;
        assert_eq!(told(&store, &elsewhere(&secret), clock).await, (0, None), "never was under this tag");
        store.take(claim(&secret, clock.now())).await.unwrap();
        assert_eq!(told(&store, &secret, clock).await, (0, None));
    }
    assert_eq!(told(&store, &locked(clock.now()), clock).await, (0, None), "never was");
}
