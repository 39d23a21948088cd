//! What was sealed: damaged, it opens nothing; and hashes of passphrases, of which none is taken that is too heavy.

use std::sync::LazyLock;

use readonce::domain::secret::layout;
use readonce::domain::{ClientNetwork, Envelope, Passphrase, Plaintext, SecretKey, SessionClaim, Timestamp};
use readonce::vault::{Cookie, HashPool, Keyring, PassphraseHash, RingKey, RootKey, Vault};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use super::corpus::corpus;
use super::run::fuzz;

/// When what lies in the corpus was sealed, and until when it is good.
const NOW: Timestamp = Timestamp(1_795_248_429);
const LATER: Timestamp = Timestamp(1_795_853_229);
/// The links of what lies there.
const LINKS: [&str; 2] =
    ["153l8vbwqx5taskp92pf05uvgjefvu9", "0k3w9x1vz7m2c8q5t6y4r0b1n9p3s8d7f2g6h5j4l1a0e9u8i7o6z5x4c3v2b1"];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
/// With the root key that everything there was sealed under.
static VAULT: LazyLock<Vault> = LazyLock::new(|| {
    let ring = Keyring::new(vec![RingKey::new(RootKey::from_bytes([7; 32]))]).unwrap();
    Vault::new(ring, HashPool::new(4))
});

/// Whether a try at it hashes for longer than a fuzzer has: costs above the lowest, and Argon2id.
fn is_slow(bytes: &[u8]) -> bool {
    match bytes[layout::KDF] {
        layout::KDF_BCRYPT => bytes[layout::KDF + 1] > 4,
        layout::KDF_IMPORTED => !bytes[layout::BODY..].starts_with(b"\x1d$2a$04$"),
        layout::KDF_LEGACY => true,
        _ => false,
    }
}

/// The value that anybody gets of it who has the link, the keyring and the passphrase `plugh`.
fn opened(envelope: &Envelope) -> Option<String> {
    let network = ClientNetwork::of([192, 0, 2, 1].into());
    let passphrase = Passphrase::parse(Zeroizing::new("plugh".to_owned())).unwrap();
    LINKS.iter().find_map(|link| {
        let key = SecretKey::parse(link).unwrap();
        let open = VAULT.ring().open(&key, envelope, NOW).ok();
        let unlock = || {
            let ring = VAULT.ring();
            let unlocked = VAULT.unlock(&ring, &key, envelope, &passphrase, NOW, network);
            RUNTIME.block_on(unlocked).ok().flatten().map(|opened| opened.plaintext)
        };
        let value = if open.is_none() && !is_slow(envelope.as_bytes()) { unlock() } else { open };
        value.map(|value| value.expose().to_owned())
    })
}

/// It counts as read when it has a head that is known; it opens when not a bit of it is another.
#[test]
fn envelope() {
    let whole = corpus("envelope");
    fuzz("envelope", 1200, &["OTs\u{1}", "$2a$04$", "$argon2id$v=19$m=", "\u{4}", "\u{5}"], |input| {
        let Some(envelope) = Envelope::from_bytes(input.to_vec()) else { return false };
        assert_eq!(envelope.as_bytes(), input);
        if let Some(value) = opened(&envelope) {
            assert!(whole.iter().any(|whole| whole == input), "it opens: {value}");
        }
        true
    });
    let opens = whole.into_iter().filter_map(|whole| opened(&Envelope::from_bytes(whole).unwrap()));
    assert_eq!(opens.collect::<Vec<_>>().len(), 2, "an open one, and one with the passphrase");
}

/// It opens when not a character of it is another: no two cookies are one.
#[test]
fn cookie() {
    let whole = corpus("cookie");
    fuzz("cookie", 2000, &["=", "==", "-", "_", "+", "/", "A"], |input| {
        let Ok(text) = std::str::from_utf8(input) else { return false };
        let mut is_open = false;
        for kind in [Cookie::Session, Cookie::Provider] {
            let Ok(content) = VAULT.open_cookie(kind, text) else { continue };
            assert!(whole.iter().any(|whole| whole == input), "it opens");
            is_open = true;
            if kind == Cookie::Session {
                let claim = SessionClaim::from_bytes(&content).expect("a session");
                assert_eq!(claim.to_bytes(), *content);
            }
        }
        is_open
    });
}

/// What is taken can be sealed under, and asks for no more work than servers do.
#[test]
fn hash() {
    let key = SecretKey::parse(LINKS[0]).unwrap();
    let value = Plaintext::new(Zeroizing::new("value".to_owned()));
    let words =
        ["$2a$", "$2y$14$", "$2b$31$", "$argon2id$v=19$", "m=", "t=", "p=", ",", "$", "4294967295", "65537"];
    fuzz("hash", 2000, &words, |input| {
        let Ok(text) = std::str::from_utf8(input) else { return false };
        let Ok(hash) = PassphraseHash::parse(text) else { return false };
        let number = |name: &str| -> u32 {
            let (_, rest) = text.split_once(name).unwrap();
            rest.split([',', '$']).next().unwrap().parse().unwrap()
        };
        if text.starts_with("$argon2id$") {
            assert!(number("m=") <= 65_536 && number("t=") <= 4 && number("p=") <= 8, "{text}");
        } else {
            assert!((4..=14).contains(&text[4..6].parse::<u8>().unwrap()), "{text}");
        }
        assert_eq!(format!("{hash:?}"), "PassphraseHash[..]");
        let envelope = VAULT.seal_imported(&key, &value, &hash, NOW, LATER).unwrap();
        assert!(VAULT.ring().open(&key, &envelope, NOW).is_err(), "without a passphrase");
        true
    });
}
