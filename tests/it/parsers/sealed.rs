//! Properties of envelopes and keyrings: damaged ones open nothing, and nothing of them shows.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use readonce::domain::{ClientNetwork, Envelope, Passphrase, Plaintext, SecretKey, Timestamp};
use readonce::vault::{HashPool, Keyring, PassphraseHash, RingKey, RootKey, Vault};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use super::keys;
use crate::support::brought::{BCRYPT, VALUE};

const NOW: Timestamp = Timestamp(1_000);
const LATER: Timestamp = Timestamp(2_000);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static VAULT: LazyLock<Vault> = LazyLock::new(|| {
    let ring = Keyring::new(vec![RingKey::new(RootKey::from_bytes([7; 32]))]).unwrap();
    Vault::new(ring, HashPool::new(4))
});

fn network() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 1].into())
}

fn sealed(key: &SecretKey, value: &str, passphrase: Option<&Passphrase>) -> Envelope {
    let value = Plaintext::new(Zeroizing::new(value.to_owned()));
    RUNTIME.block_on(VAULT.seal(key, &value, passphrase, NOW, LATER, network())).unwrap()
}

/// Tries everything that could open it; the value, if anything did.
fn opened(key: &SecretKey, envelope: &Envelope, passphrase: &Passphrase) -> Option<String> {
    let open = VAULT.ring().open(key, envelope, NOW).ok();
    let unlocked = RUNTIME
        .block_on(VAULT.unlock(&VAULT.ring(), key, envelope, passphrase, NOW, network()))
        .ok()
        .flatten();
    open.or(unlocked.map(|opened| opened.plaintext)).map(|value| value.expose().to_owned())
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::parse(Zeroizing::new(text.to_owned())).unwrap()
}

proptest! {
    #[test]
    fn a_keyring_comes_back_as_it_was_written(
        keys in vec((any::<[u8; 32]>(), any::<Option<u64>>(), any::<Option<u64>>()), 1..5),
    ) {
        let keys: Vec<_> = keys
            .into_iter()
            .map(|(bytes, since, until)| {
                let (since, until) = (since.map(Timestamp), until.map(Timestamp));
                RingKey { since, until, ..RingKey::new(RootKey::from_bytes(bytes)) }
            })
            .collect();
        let ring = Keyring::new(keys).unwrap();
        let read = Keyring::parse(&ring.to_text()).unwrap();
        let told = |ring: &Keyring| -> Vec<_> { ring.keys().iter().map(|key| (key.id, key.since, key.until)).collect() };
        prop_assert_eq!(told(&read), told(&ring));
        prop_assert!(read.to_text() == ring.to_text());
    }

    #[test]
    fn any_text_is_a_keyring_or_refused_without_showing_it(
        text in prop_oneof![any::<String>(), "(readonce1:[A-Za-z0-9_-]{40,46}|#|,| |\n|since=|until=|[0-9]{1,21}){0,9}"],
    ) {
        match Keyring::parse(&text) {
            Ok(ring) => prop_assert!(!ring.keys().is_empty()),
            Err(error) => prop_assert!(!text.lines().any(|line| line.len() > 20 && error.to_string().contains(line))),
        }
    }

    #[test]
    fn a_sealed_value_opens_with_its_key_only(value in any::<String>(), key in keys(), other in keys()) {
        let (key, other) = (SecretKey::parse(&key).unwrap(), SecretKey::parse(&other).unwrap());
        let envelope = sealed(&key, &value, None);
        let open = VAULT.ring().open(&key, &envelope, NOW).unwrap();
        prop_assert_eq!(open.expose(), value.as_str());
        prop_assert!(VAULT.ring().open(&key, &envelope, LATER).is_err());
        prop_assert!(key == other || VAULT.ring().open(&other, &envelope, NOW).is_err());
        if value.len() > 3 {
            let bytes = envelope.as_bytes();
            prop_assert!(!bytes.windows(value.len()).any(|window| window == value.as_bytes()));
        }
    }

    /// Every bit counts: of the head, the nonce, the ciphertext, the tag.
    #[test]
    fn a_flipped_bit_opens_nothing(value in "[a-z]{0,99}", key in keys(), at in any::<Index>(), bit in 0..8u8) {
        let key = SecretKey::parse(&key).unwrap();
        let mut bytes = sealed(&key, &value, None).as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Some(damaged) = Envelope::from_bytes(bytes) {
            prop_assert_eq!(opened(&key, &damaged, &passphrase("p")), None, "bit {} of byte {}", bit, at);
        }
    }

    #[test]
    fn a_cut_or_lengthened_envelope_opens_nothing(value in "[a-z]{0,99}", key in keys(), at in any::<Index>(), tail in vec(any::<u8>(), 1..9)) {
        let key = SecretKey::parse(&key).unwrap();
        let bytes = sealed(&key, &value, None).as_bytes().to_vec();
        let cut = bytes[..at.index(bytes.len())].to_vec();
        for damaged in [cut, [bytes, tail].concat()] {
            if let Some(damaged) = Envelope::from_bytes(damaged) {
                prop_assert_eq!(opened(&key, &damaged, &passphrase("p")), None);
            }
        }
    }

    /// Also bytes that say they are an envelope under our key, of any kind.
    #[test]
    fn arbitrary_bytes_open_nothing(key in keys(), mut bytes in vec(any::<u8>(), 0..300), kdf in 0..7u8, cost in 0..40u8) {
        let key = SecretKey::parse(&key).unwrap();
        for shaped in [false, true] {
            if shaped && bytes.len() > 14 {
                bytes[..4].copy_from_slice(b"OTs\x01");
                bytes[4..12].copy_from_slice(&VAULT.ring().writer().id.0);
                bytes[12] = kdf;
                // Costs above this are taken as well, and only slow.
                bytes[13] = if cost > 6 && cost < 15 { 4 } else { cost };
            }
            if let Some(envelope) = Envelope::from_bytes(bytes.clone()) {
                prop_assert_eq!(opened(&key, &envelope, &passphrase("p")), None);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

    /// The same for a protected one, with the right passphrase at hand. Each case hashes some times.
    #[test]
    fn a_flipped_bit_of_a_protected_envelope_opens_nothing(word in "\\PC{1,99}", key in keys(), at in any::<Index>(), bit in 0..8u8) {
        let (key, word) = (SecretKey::parse(&key).unwrap(), passphrase(&word));
        let envelope = sealed(&key, "value", Some(&word));
        prop_assert_eq!(opened(&key, &envelope, &word), Some("value".to_owned()));
        let mut bytes = envelope.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        // Cost 4 with this bit set is cost 12: right to be tried, and slow.
        prop_assume!(at != 13 || bytes[at] != 12);
        if let Some(damaged) = Envelope::from_bytes(bytes) {
            prop_assert_eq!(opened(&key, &damaged, &word), None, "bit {} of byte {}", bit, at);
        }
    }

    /// And for one that was brought and sealed anew, with what stands between head and ciphertext.
    #[test]
    fn a_flipped_bit_of_an_imported_envelope_opens_nothing(key in keys(), at in any::<Index>(), bit in 0..8u8) {
        let (key, word) = (SecretKey::parse(&key).unwrap(), passphrase("open sesame"));
        let (value, hash) = (Plaintext::new(Zeroizing::new(VALUE.to_owned())), PassphraseHash::parse(BCRYPT).unwrap());
        let envelope = VAULT.seal_imported(&key, &value, &hash, NOW, LATER).unwrap();
        prop_assert_eq!(opened(&key, &envelope, &word), Some(VALUE.to_owned()));
        let mut bytes = envelope.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        // `$2a$04$` with this bit set is a cost of 14: right to be tried, and slow.
        prop_assume!(&bytes[95..97] != b"14");
        if let Some(damaged) = Envelope::from_bytes(bytes) {
            prop_assert_eq!(opened(&key, &damaged, &word), None, "bit {} of byte {}", bit, at);
        }
    }
}
