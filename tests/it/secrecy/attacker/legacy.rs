//! A protected secret that `readonce import` brought: sealed as another server did, inside our sealing.

use readonce::domain::{Clock as _, Envelope, FakeClock, SecretKey, SystemClock, Timestamp};
use readonce::vault::{Cipher, HashPool, Keyring, Legacy, UpstreamSecret, Vault};
use zeroize::Zeroizing;

use super::formulas::{derived, opens, root_key};
use super::house::{network, passphrase};
use crate::support::search::contains;

/// From a description of the format, with the passphrase `plugh`; the bcrypt string is of the lowest cost.
const KEY: &str = "153l8vbwqx5taskp92pf05uvgjefvu9";
const SITE: &str = "0123456789abcdef-test-secret";
const SEALED: &str = "a8b2ecc2726a9a0cd914cd625c787b3c";
const VALUE: &str = "héllo ✓";

struct Loot {
    vault: Vault,
    clock: FakeClock,
    key: SecretKey,
    envelope: Envelope,
    hash: String,
}

fn loot() -> Loot {
    let clock = FakeClock::at(SystemClock.now());
    let vault = Vault::new(Keyring::generate(clock.now()), HashPool::new(4));
    let hash = bcrypt::hash_with_salt("plugh", 4, [9; 16]).unwrap().format_for_version(bcrypt::Version::TwoA);
    let sealed = (0..16).map(|at| u8::from_str_radix(&SEALED[2 * at..2 * at + 2], 16).unwrap()).collect();
    let secret = UpstreamSecret::new(Zeroizing::new(SITE.to_owned()));
    let legacy = Legacy::new(Cipher::LinkAndSecret, secret, &hash, sealed).unwrap();
    let key = SecretKey::parse(KEY).unwrap();
    let envelope = vault.seal_legacy(&key, &legacy, clock.now(), clock.now().plus(60)).unwrap();
    Loot { vault, clock, key, envelope, hash }
}

#[tokio::test]
async fn opens_with_link_keyring_and_passphrase_only() {
    let Loot { vault, clock, key, envelope, .. } = loot();
    let (ring, now) = (vault.ring(), clock.now());
    let opened =
        vault.unlock(&ring, &key, &envelope, &passphrase("plugh"), now, network(1)).await.unwrap().unwrap();
    assert_eq!(opened.plaintext.expose(), VALUE);
    assert!(
        vault.unlock(&ring, &key, &envelope, &passphrase("PLUGH"), now, network(1)).await.unwrap().is_none()
    );
    assert!(ring.open(&key, &envelope, now).is_err(), "not without a passphrase");
    let (other, _) = readonce::domain::key::generate_pair();
    assert!(vault.unlock(&ring, &other, &envelope, &passphrase("plugh"), now, network(1)).await.is_err());
    let ended = vault.unlock(&ring, &key, &envelope, &passphrase("plugh"), now.plus(60), network(1)).await;
    assert!(ended.is_err(), "gone at its expiry");
}

#[tokio::test]
async fn gives_nothing_to_guess_against_without_link_and_keyring() {
    let Loot { vault, key, envelope, hash, .. } = loot();
    for part in [hash.as_bytes(), &hash.as_bytes()[7..], SITE.as_bytes(), KEY.as_bytes()] {
        assert!(!contains(envelope.as_bytes(), part));
    }
    let stranger = Vault::new(Keyring::generate(Timestamp(1)), HashPool::new(4));
    let guess = stranger
        .unlock(&stranger.ring(), &key, &envelope, &passphrase("plugh"), Timestamp(1), network(1))
        .await;
    assert!(guess.is_err());
    // Every changed byte is noticed, in the head too.
    for at in [12, 13, 40, 62, 70, 90, envelope.as_bytes().len() - 1] {
        let mut bytes = envelope.as_bytes().to_vec();
        bytes[at] ^= 1;
        let Some(changed) = Envelope::from_bytes(bytes) else { continue };
        let opened =
            vault.unlock(&vault.ring(), &key, &changed, &passphrase("plugh"), Timestamp(1), network(1)).await;
        assert!(!matches!(opened, Ok(Some(_))), "byte {at}");
    }
}

/// What the table says that link, keyring and database give away of it.
#[test]
fn with_link_keyring_and_database_the_old_servers_secret_and_bcrypt_string_are_there() {
    let Loot { vault, key, envelope, hash, .. } = loot();
    let ring = Keyring::parse(&vault.ring().to_text()).unwrap();
    let sid = readonce::vault::secret_id(&key);
    let dek = derived(&root_key(&ring), KEY.as_bytes(), b"", "legacy/dek", sid);
    let content = opens(envelope.as_bytes(), &dek, sid).unwrap();
    assert!(contains(&content, hash.as_bytes()) && contains(&content, SITE.as_bytes()));
    assert!(!contains(&content, VALUE.as_bytes()));
}
