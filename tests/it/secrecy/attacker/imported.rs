//! A protected secret that `readonce import` could open at home: sealed anew, with the old server's hash of the passphrase in the
//! key (ADR 0077).

use readonce::domain::secret::layout;
use readonce::domain::{Clock as _, Envelope, FakeClock, Plaintext, SecretKey, SystemClock, Timestamp};
use readonce::vault::{Error, HashPool, Keyring, PassphraseHash, Vault, secret_id};
use zeroize::Zeroizing;

use super::formulas::{derived, field, opens_from, root_key};
use super::house::{network, passphrase};
use crate::support::search::contains;

const KEY: &str = "0k3w9x1vz7m2c8q5t6y4r0b1n9p3s8d7f2g6h5j4l1a0e9u8i7o6z5x4c3v2b1";
const VALUE: &str = "sealed anew";
/// Of `open sesame`, with less memory than those servers take.
const HASHES: [&str; 2] = [
    "$argon2id$v=19$m=64,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$De5MZVtWm/sd3Tbk4q73bAYaiEgtroIw8eVV4JjFFEY",
    "$2a$04$AOiHAOiHAOiHAOiHAOiHAOcG8EJmJPhfjYwE0Gjd3efDsT3HIsj8m",
];

struct Loot {
    vault: Vault,
    clock: FakeClock,
    key: SecretKey,
    envelope: Envelope,
    /// How many bytes of the hash are its setting.
    setting: usize,
}

fn loot(hash: &str) -> Loot {
    let clock = FakeClock::at(SystemClock.now());
    let vault = Vault::new(Keyring::generate(clock.now()), HashPool::new(4));
    let key = SecretKey::parse(KEY).unwrap();
    let value = Plaintext::new(Zeroizing::new(VALUE.to_owned()));
    let parsed = PassphraseHash::parse(hash).unwrap();
    let envelope = vault.seal_imported(&key, &value, &parsed, clock.now(), clock.now().plus(60)).unwrap();
    let setting = usize::from(envelope.as_bytes()[layout::BODY]);
    Loot { vault, clock, key, envelope, setting }
}

#[tokio::test]
async fn opens_with_link_keyring_and_passphrase_only() {
    for hash in HASHES {
        let Loot { vault, clock, key, envelope, .. } = loot(hash);
        let (ring, now) = (vault.ring(), clock.now());
        let tried = async |key: &SecretKey, word: &str, now: Timestamp| {
            vault.unlock(&ring, key, &envelope, &passphrase(word), now, network(1)).await
        };
        assert_eq!(tried(&key, "open sesame", now).await.unwrap().unwrap().plaintext.expose(), VALUE);
        assert!(tried(&key, "Open sesame", now).await.unwrap().is_none());
        assert!(ring.open(&key, &envelope, now).is_err(), "not without a passphrase");
        let (other, _) = readonce::domain::key::generate_pair();
        assert!(tried(&other, "open sesame", now).await.unwrap().is_none(), "nor by another link");
        assert!(matches!(tried(&key, "open sesame", now.plus(60)).await, Err(Error::Expired)));
        let stranger = Vault::new(Keyring::generate(Timestamp(1)), HashPool::new(4));
        let guess = stranger
            .unlock(&stranger.ring(), &key, &envelope, &passphrase("open sesame"), now, network(1))
            .await;
        assert!(matches!(guess, Err(Error::UnknownKey(_))));
    }
}

#[test]
fn gives_nothing_to_guess_against_without_link_and_keyring() {
    for hash in HASHES {
        let Loot { vault, envelope, setting, .. } = loot(hash);
        let bytes = envelope.as_bytes();
        let digest = &hash.as_bytes()[setting..];
        for part in [digest, &digest[..8], b"open sesame", KEY.as_bytes(), VALUE.as_bytes()] {
            assert!(!contains(bytes, part));
        }
        // The verifier takes root key and link: with the whole hash at hand, and either of them, it does not come about.
        let (root, sid) = (root_key(&vault.ring()), secret_id(&SecretKey::parse(KEY).unwrap()));
        let verifier: [u8; 32] = field(bytes, layout::VERIFIER);
        assert_ne!(derived(&[0; 32], KEY.as_bytes(), hash.as_bytes(), "pass/verify", sid), verifier);
        assert_ne!(derived(&root, b"", hash.as_bytes(), "pass/verify", sid), verifier);
        assert_eq!(derived(&root, KEY.as_bytes(), hash.as_bytes(), "pass/verify", sid), verifier);
    }
}

/// What the table says of link, keyring and database: each guess costs a run of the old server's function.
#[test]
fn with_link_keyring_and_database_still_pays_a_run_for_each_guess() {
    for hash in HASHES {
        let Loot { vault, envelope, setting, .. } = loot(hash);
        let (bytes, sid) = (envelope.as_bytes(), secret_id(&SecretKey::parse(KEY).unwrap()));
        let (root, verifier) = (root_key(&vault.ring()), field::<32>(bytes, layout::VERIFIER));
        let body = layout::BODY + 1 + setting;
        let derived = |x: &[u8], label| derived(&root, KEY.as_bytes(), x, label, sid);
        // Whatever can be had without the run tells nothing, not even with the right passphrase at hand.
        let known = [&b""[..], b"open sesame", &hash.as_bytes()[..setting], &verifier];
        let joined = [&hash.as_bytes()[..setting], b"open sesame"].concat();
        for x in known.into_iter().chain([joined.as_slice()]) {
            assert_ne!(derived(x, "pass/verify"), verifier);
            assert!(opens_from(bytes, body, &derived(x, "secret/dek"), sid).is_none());
        }
        // With a copy of the old server's database there is nothing to guess: that has the whole text.
        let opened = opens_from(bytes, body, &derived(hash.as_bytes(), "secret/dek"), sid).unwrap();
        assert!(contains(&opened, VALUE.as_bytes()));
    }
}
