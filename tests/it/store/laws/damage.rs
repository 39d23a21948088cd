//! What cannot be read is not consumed: damage, and what a later version wrote (ADR 0043).
//!
//! By either key, to read and to burn, with and without a passphrase: a claim ends a secret only when it can give it
//! out, or say what it burned.

use std::sync::Arc;

use readonce::domain::secret::layout;
use readonce::domain::{Clock as _, FakeClock, State, StoredReceipt, Timestamp};
use readonce::store::{Claim, Error, NewSecret, Store, Taken};

use crate::store::rows::{NETWORK, Rows};
use crate::store::sample::{attempt, burn, guess, locked, plain, reveal, unlocked, with};

/// A claim of each kind, with its name.
fn claims(secret: &NewSecret, now: Timestamp) -> [(&'static str, Claim); 5] {
    [
        ("read", reveal(secret, now)),
        ("read with a passphrase", guess(secret, NETWORK, now)),
        ("read with a proof", unlocked(secret, now)),
        ("burn", burn(secret, now)),
        ("burn with a passphrase", with(burn(secret, now), |asked| asked.attempt = Some(attempt(NETWORK)))),
    ]
}

/// Makes every claim on the secret, of which none may change a byte.
async fn none_consumes(
    store: &Arc<dyn Store>,
    rows: &impl Rows,
    secret: &NewSecret,
    now: Timestamp,
    what: &str,
    is_right: impl Fn(&Result<Taken, Error>) -> bool,
) {
    let before = rows.contents(secret).await;
    for (claim, asked) in claims(secret, now) {
        let taken = store.take(asked).await;
        assert!(is_right(&taken), "{what}, {claim}: {taken:?}");
        assert_eq!(rows.contents(secret).await, before, "{what}, {claim}: something was changed");
    }
}

/// Looks at the secret by its link, which changes no byte either.
async fn look(
    store: &Arc<dyn Store>,
    rows: &impl Rows,
    secret: &NewSecret,
    now: Timestamp,
) -> Result<Option<StoredReceipt>, Error> {
    let before = rows.contents(secret).await;
    let looked = store.look(secret.receipt.tag, secret.receipt.sid, now).await;
    assert_eq!(rows.contents(secret).await, before, "a look changed something");
    looked
}

fn is_refused(taken: &Result<Taken, Error>) -> bool {
    matches!(taken, Err(Error::Corrupt(_)))
}

async fn stored(store: &Arc<dyn Store>, secret: NewSecret) -> NewSecret {
    store.put(secret.clone()).await.unwrap();
    secret
}

/// One that is open and one that is protected.
async fn both(store: &Arc<dyn Store>, now: Timestamp) -> [NewSecret; 2] {
    [stored(store, plain(now)).await, stored(store, locked(now)).await]
}

async fn state(store: &Arc<dyn Store>, secret: &NewSecret, now: Timestamp) -> State {
    store.receipt(secret.receipt.tag, secret.receipt.mid, now).await.unwrap().unwrap().state
}

pub(crate) async fn what_cannot_be_read_is_not_consumed(
    store: Arc<dyn Store>,
    rows: &impl Rows,
    clock: &FakeClock,
) {
    for how in rows.unreadable() {
        for secret in both(&store, clock.now()).await {
            rows.change(&secret, how).await;
            none_consumes(&store, rows, &secret, clock.now(), how, is_refused).await;
            let looked = look(&store, rows, &secret, clock.now()).await;
            assert!(matches!(looked, Err(Error::Corrupt(_))), "{how}: {looked:?}");
        }
    }
}

pub(crate) async fn an_envelope_of_a_later_version_is_not_consumed(
    store: Arc<dyn Store>,
    rows: &impl Rows,
    clock: &FakeClock,
) {
    let later = (0..layout::KEY_ID)
        .flat_map(|at| [0, 2, 255].map(|byte| (at, byte)))
        .chain([2, 3, 6, 255].map(|kdf| (layout::KDF, kdf)));
    for (at, byte) in later {
        for secret in both(&store, clock.now()).await {
            let mut bytes = secret.envelope.as_bytes().to_vec();
            bytes[at] = byte;
            rows.put_envelope(&secret, &bytes).await;
            let what = format!("byte {at} is {byte}");
            none_consumes(&store, rows, &secret, clock.now(), &what, is_refused).await;
            let looked = look(&store, rows, &secret, clock.now()).await;
            assert!(matches!(looked, Err(Error::Corrupt(_))), "{what}: {looked:?}");
            let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, clock.now()).await.unwrap();
            assert_eq!(receipt.as_ref(), Some(&secret.receipt), "{what}");
            // Whoever can read it gets it.
            rows.put_envelope(&secret, secret.envelope.as_bytes()).await;
            let taken = store.take(unlocked(&secret, clock.now())).await.unwrap();
            assert!(matches!(taken, Taken::Won(won) if won.envelope == secret.envelope), "{what}");
        }
    }
    for length in [0, 3, layout::BODY - 1] {
        for secret in both(&store, clock.now()).await {
            rows.put_envelope(&secret, &secret.envelope.as_bytes()[..length]).await;
            let what = format!("an envelope of {length} bytes");
            none_consumes(&store, rows, &secret, clock.now(), &what, is_refused).await;
        }
    }
}

pub(crate) async fn another_key_id_is_not_consumed(
    store: Arc<dyn Store>,
    rows: &impl Rows,
    clock: &FakeClock,
) {
    for at in layout::KEY_ID..layout::KDF {
        for secret in both(&store, clock.now()).await {
            let mut bytes = secret.envelope.as_bytes().to_vec();
            bytes[at] ^= 0x80;
            rows.put_envelope(&secret, &bytes).await;
            let is_right = |taken: &Result<Taken, Error>| matches!(taken, Ok(Taken::UnknownKey(id)) if id.0 == bytes[4..12]);
            none_consumes(&store, rows, &secret, clock.now(), &format!("byte {at}"), is_right).await;
            // What there is to be seen takes no key.
            let looked = look(&store, rows, &secret, clock.now()).await.unwrap();
            assert_eq!(looked.as_ref(), Some(&secret.receipt), "byte {at}");
        }
    }
}

/// What takes keys to judge is judged by who has them: the store hands it out as it is.
pub(crate) async fn what_a_store_cannot_judge_comes_as_it_is(
    store: Arc<dyn Store>,
    rows: &impl Rows,
    clock: &FakeClock,
) {
    let fields =
        [layout::COST, layout::SALT, layout::VERIFIER, layout::CREATED, layout::EXPIRES, layout::BODY];
    for at in fields {
        for (claim, ending) in
            [(reveal as fn(&NewSecret, Timestamp) -> Claim, State::Revealed), (burn, State::Burned)]
        {
            let secret = stored(&store, plain(clock.now())).await;
            let mut bytes = secret.envelope.as_bytes().to_vec();
            bytes[at] ^= 1;
            rows.put_envelope(&secret, &bytes).await;
            let taken = store.take(claim(&secret, clock.now())).await.unwrap();
            assert!(matches!(taken, Taken::Won(won) if won.envelope.as_bytes() == bytes), "byte {at}");
            assert_eq!(state(&store, &secret, clock.now()).await, ending, "byte {at}");
        }
    }
}

pub(crate) async fn decoration_withholds_nothing(store: Arc<dyn Store>, rows: &impl Rows, clock: &FakeClock) {
    for how in rows.decoration() {
        for (claim, ending) in
            [(unlocked as fn(&NewSecret, Timestamp) -> Claim, State::Revealed), (burn, State::Burned)]
        {
            for secret in both(&store, clock.now()).await {
                rows.change(&secret, how).await;
                if secret.receipt.protected {
                    let tried = store.take(guess(&secret, NETWORK, clock.now())).await.unwrap();
                    assert!(matches!(tried, Taken::Locked(it) if it.envelope == secret.envelope), "{how}");
                }
                let taken = store.take(claim(&secret, clock.now())).await.unwrap();
                let Taken::Won(won) = taken else { panic!("{how}: {taken:?}") };
                assert_eq!(won.envelope, secret.envelope, "{how}");
                assert_eq!((won.receipt.sid, won.receipt.mid), (secret.receipt.sid, secret.receipt.mid));
                assert_eq!(state(&store, &secret, clock.now()).await, ending, "{how}");
            }
        }
    }
}

pub(crate) async fn what_has_ended_by_its_receipt_is_gone(
    store: Arc<dyn Store>,
    rows: &impl Rows,
    clock: &FakeClock,
) {
    for how in rows.ended() {
        for secret in both(&store, clock.now()).await {
            rows.change(&secret, how).await;
            let is_gone = |taken: &Result<Taken, Error>| matches!(taken, Ok(Taken::Gone));
            none_consumes(&store, rows, &secret, clock.now(), how, is_gone).await;
            assert_eq!(look(&store, rows, &secret, clock.now()).await.unwrap(), None, "{how}");
        }
    }
}

pub(crate) async fn damaged_tries_keep_nobody_but_who_guesses(
    store: Arc<dyn Store>,
    rows: &impl Rows,
    clock: &FakeClock,
) {
    for how in rows.tries() {
        for claim in [unlocked, burn] {
            let secret = stored(&store, locked(clock.now())).await;
            store.take(guess(&secret, NETWORK, clock.now())).await.unwrap();
            rows.change(&secret, how).await;
            let before = rows.contents(&secret).await;
            let tried = store.take(guess(&secret, NETWORK, clock.now())).await;
            assert!(is_refused(&tried), "{how}: {tried:?}");
            assert_eq!(rows.contents(&secret).await, before, "{how}");
            let taken = store.take(claim(&secret, clock.now())).await.unwrap();
            assert!(matches!(taken, Taken::Won(_)), "{how}: {taken:?}");
        }
    }
}
